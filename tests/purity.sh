#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# purity.sh: which rooms may touch the world, by what their objects in $BUILD (build) ask the linker
# for. A pure room has text and values in and out: no files, no clock, no mounts. Only a few rooms
# mount, one enters namespaces, and only the mains print. Ends with "N passed, N failed".
set -u
export LC_ALL=C
unset CDPATH
cd "$(dirname "$0")/.." || exit 1

build=${BUILD:-build}
passed=0
failed=0

# Folders that are pure, and what in them is not.
pure='lib/base lib/json lib/spec lib/plan lib/rewrite lib/manifest lib/check'
impure='lib/base/file lib/spec/load lib/rewrite/bundle lib/rewrite/runtime_find lib/rewrite/runtime_log'
# Single files that are pure in a folder that is not.
pure_files='lib/kernel/tmpfs lib/scan/container_name lib/scan/running_report lib/scan/fix_report lib/scan/metrics lib/scan/root_set lib/scan/mount_line
  lib/doctor/toml_file lib/doctor/package_db lib/doctor/hooks_file lib/doctor/containerd lib/doctor/summary
  lib/setup/docker lib/setup/containerd'

# What a pure room may ask for: memory, text, jansson, libyaml, and what the compiler adds.
allowed='
  malloc calloc realloc reallocarray free
  mem.* str.* __mem.*_chk __str.*_chk __ctype_.*_loc
  (v|as|vas)?n?printf_chk s?snprintf vsnprintf asprintf vasprintf
  __(v?s|v?as|v)n?printf_chk __isoc(99|23)_sscanf sscanf __isoc23_strtou?ll?
  qsort bsearch tsearch tfind tdestroy
  json_.* jsonp_.* yaml_.*
  __errno_location __stack_chk_fail _GLOBAL_OFFSET_TABLE_'

# One room's own exceptions.
declare -A exceptions=(
  [lib/base/buffer]='read madvise'      # buffer_read: reads an fd to its end
  [lib/json/keys]='getauxval'   # the seed of the hash
)

# Symbols that few rooms may ask for, and which.
mounts='mount umount umount2 move_mount open_tree fsopen fspick fsconfig fsmount mount_setattr
  pivot_root'
mounting_rooms='lib/kernel/mount lib/apply/socket_link lib/observe/host_snapshot lib/doctor/trial'
enters='setns unshare'
entering_rooms='lib/observe/target lib/doctor/trial'
prints='printf vprintf fprintf vfprintf dprintf vdprintf puts fputs putchar putc fputc fwrite perror
  stdout stderr __printf_chk __vprintf_chk __fprintf_chk __vfprintf_chk __dprintf_chk __vdprintf_chk
  psignal warn warnx err errx error'
mains='hook/oci-runmask hook/oci-runmask-runtime hook/outcome hook/runmask/main'

fail() {
  failed=$((failed + 1))
  echo "# $*"
}

words() {
  tr -s ' \n' '\n\n' <<<"$1" | sed '/^$/d'
}

# What the objects ask for and give: one nm for all of them, "OBJECT SYMBOL" a line.
declare -A asks=() # OBJECT: its symbols, a line each

ask_nm() { # FLAG...
  local files=("${objects[@]/%/.o}")
  nm -A "$@" "${files[@]/#/$build/}" 2>&1 | sed -n "s|^$build/\(.*\)\.o:.* \([^ ]*\)\$|\1 \2|p"
  [ "${PIPESTATUS[0]}" = 0 ] || echo "nm failed"
}

read_objects() {
  local object symbol
  while read -r object symbol; do
    asks[$object]+=$symbol$'\n'
  done < <(ask_nm -u | sort -u)
  [ -z "${asks[nm]-}" ] || fail "nm cannot read the objects"
}

undefined() { # OBJECT
  printf '%s' "${asks[$1]-}"
}

is_pure() { # FILE, without its ending
  local folder
  [[ " ${pure_files//$'\n'/ } " == *" $1 "* ]] && return
  [[ " $impure " != *" $1 "* ]] || return
  for folder in $pure; do
    [[ $1 != $folder/* ]] || return 0
  done
  return 1
}

# Every object must be there: one that was not built cannot be judged.
objects=()
for source in $(git ls-files 'lib/*.c' 'hook/*.c'); do
  object=$build/${source%.c}.o
  if [ -e "$object" ]; then
    objects+=("${source%.c}")
  else
    fail "$object is missing"
  fi
done
read_objects

check_pure() {
  local object symbol wrong own pattern
  # what pure rooms define themselves they may ask each other for
  own=$(ask_nm -g --defined-only | while read -r object symbol; do
    ! is_pure "$object" || echo "$symbol"
  done | sort -u)
  pattern="^($(words "$allowed" | paste -sd '|'))$"
  for object in "${objects[@]}"; do
    is_pure "$object" || continue
    wrong=$(undefined "$object" | comm -23 - <(echo "$own") | grep -vE "$pattern" |
      grep -vxF -e "$(words "${exceptions[$object]:-none}")")
    if [ -n "$wrong" ]; then
      for symbol in $wrong; do
        fail "$object.o is pure and asks for $symbol"
      done
    else
      passed=$((passed + 1))
    fi
  done
}

# SYMBOLS OBJECTS WHAT: no other object asks for these, and each that may does (or the check cannot fail).
check_few() {
  local object one symbol found=0 wrong
  for object in "${objects[@]}"; do
    symbol=
    for one in ${asks[$object]-}; do
      [[ " ${1//$'\n'/ } " != *" $one "* ]] || symbol+=" $one"
    done
    [ -n "$symbol" ] || continue
    if [[ " ${2//$'\n'/ } " == *" $object "* ]]; then
      found=$((found + 1))
    else
      fail "$object.o $3:$symbol"
      wrong=yes
    fi
  done
  if [ "$found" = 0 ]; then
    fail "no object $3: are the objects built?"
  elif [ -z "${wrong:-}" ]; then
    passed=$((passed + 1))
  fi
}

# Nor by the numbers of system calls.
check_numbers() {
  local file wrong=
  for file in $(git ls-files 'lib/*.[ch]' 'hook/*.[ch]'); do
    if ! grep -qxF "${file%.*}" <<<"$(words "$mounting_rooms $entering_rooms")" &&
      grep -HnwE "(SYS|__NR)_($(words "$mounts $enters" | paste -sd '|'))" "$file"; then
      wrong=yes
      fail "$file mounts or enters by number"
    fi
  done
  [ -n "$wrong" ] || passed=$((passed + 1))
}

# What is listed is there, and needs what it is listed for.
check_lists() {
  local name symbol
  for name in $(words "$impure $pure_files $mounting_rooms $entering_rooms $mains ${!exceptions[*]}"); do
    [ -e "$build/$name.o" ] || fail "tests/purity.sh lists $name, which is not there"
  done
  for name in "${!exceptions[@]}"; do
    for symbol in $(words "${exceptions[$name]}"); do
      undefined "$name" | grep -qxF "$symbol" || fail "tests/purity.sh: $name needs no $symbol"
    done
  done
  for name in $(words "$mounting_rooms"); do
    undefined "$name" | grep -qxF -e "$(words "$mounts")" || fail "tests/purity.sh: $name does not mount"
  done
}

check_lists
check_pure
check_few "$mounts" "$mounting_rooms" "mounts"
check_few "$enters" "$entering_rooms" "enters a namespace"
check_few "$prints" "$mains" "prints"
check_numbers
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
