#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Each program that "make install" puts in place is hardened, whatever it is linked with. BUILT is where
# the programs were built; build/ unless given.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab

built=${BUILT:-$LAB_ROOT/build}
link=$(cat "$built/link")

# Prints what a program lacks. FUNCTION has an array on its stack.
weaknesses() { # PROGRAM FUNCTION
  local headers dynamic code
  headers=$(readelf -hlW "$1")
  dynamic=$(readelf -dW "$1")
  code=$(objdump -d --no-show-raw-insn --disassemble="$2" "$1")
  grep -q 'Type: *DYN' <<<"$headers" || echo "a fixed address"
  grep -q 'FLAGS_1.* PIE' <<<"$dynamic" || echo "no DF_1_PIE"
  grep -q 'GNU_RELRO' <<<"$headers" || echo "no RELRO"
  grep -q 'FLAGS_1.* NOW' <<<"$dynamic" || echo "no NOW"
  grep -q '<__stack_chk_fail' <<<"$code" || echo "no stack protector in $2"
  grep -Eq 'GNU_STACK .* RW +0x' <<<"$headers" || echo "an executable stack"
  ! grep -Eq 'LOAD .* R?WE ' <<<"$headers" || echo "writable code"
  ! grep -Eq 'R(UN)?PATH' <<<"$dynamic" || echo "a path of libraries"
}

# Prints what it wants beyond itself.
wants() { # PROGRAM
  readelf -lW "$1" | grep -o 'INTERP' || :
  readelf -dW "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]$/\1/p'
}

is_inside() { # PROGRAM: are its libraries to be inside?
  case $link in
    musl) true ;;
    static) [ "$(basename "$1")" != runmask ] ;;
    dynamic) false ;;
  esac
}

installed() {
  find "$BATS_FILE_TMPDIR/root" -type f -exec sh -c 'head -c 4 "$1" | grep -q ELF' - {} \; -print
}

setup_file() {
  env -u MAKEFLAGS -u MAKELEVEL make -s -C "$LAB_ROOT" BUILD="$built" LINK="$(cat "$built/link")" \
    DESTDIR="$BATS_FILE_TMPDIR/root" install >/dev/null
}

@test "three programs are installed" {
  run installed
  [ ${#lines[@]} = 3 ]
}

@test "each is at no fixed address, with relro, all at once, a stack protector, no executable stack" {
  local program
  while read -r program; do
    run weaknesses "$program" error_set
    [ -z "$output" ]
  done < <(installed) # not empty: the first test counts them
}

@test "no loader and no library are wanted by what has its libraries inside" {
  local program
  while read -r program; do
    run wants "$program"
    if is_inside "$program"; then
      [ -z "$output" ]
    else
      [[ $output == *INTERP*libjansson.so* ]]
    fi
  done < <(installed) # not empty: the first test counts them
}

# Each protection is seen to be missing where it is.
@test "control: programs that lack one of these are found" {
  local program=$BATS_TEST_TMPDIR/program flags row
  local good=(-O2 -fPIE -pie -fstack-protector-strong "-Wl,-z,relro" "-Wl,-z,now" "-Wl,-z,noexecstack")
  local rows=(
    "-no-pie -fno-pie|a fixed address"
    "-fno-stack-protector|no stack protector in main"
    "-Wl,-z,execstack|an executable stack"
    "-Wl,-z,norelro|no RELRO"
    "-Wl,-z,lazy|no NOW"
    "-DWRITABLE|writable code"
    "-Wl,-rpath,/x|a path of libraries"
  )
  cat >"$program.c" <<'END'
#include <stdio.h>
#ifdef WRITABLE
__asm__(".pushsection .both,\"awx\",@progbits; .long 0; .popsection");
#endif
int main(void) { char a[64]; return scanf("%63s", a) + a[1]; }
END
  gcc "${good[@]}" -o "$program" "$program.c"
  run weaknesses "$program" main
  [ -z "$output" ]
  run wants "$program"
  [[ $output == *INTERP*libc.so* ]]
  for row in "${rows[@]}"; do
    read -ra flags <<<"${row%|*}"
    gcc "${good[@]}" "${flags[@]}" -o "$program" "$program.c"
    run weaknesses "$program" main
    [[ $output == *"${row#*|}"* ]]
  done
}
