#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The program as a process: what it is made of, what it takes over from its parent, and what it
# may do at each step.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

# ---- the binary ---------------------------------------------------------------------------------

@test "a static program at no fixed address, that asks for no library and no loader" {
  [[ $(file "$OCI_RUNMASK") == *"pie executable"*"static-pie linked"* ]]
  run readelf -lW "$OCI_RUNMASK"
  [[ $output == *DYN* ]]
  [[ $output != *INTERP* ]]
  run readelf -dW "$OCI_RUNMASK"
  [[ $output != *NEEDED* ]]
  [[ $output != *RPATH* ]]
  [[ $output != *RUNPATH* ]]
}

@test "hardened: relro, all at once, no executable stack, no writable code" {
  run readelf -lW "$OCI_RUNMASK"
  grep -q GNU_RELRO <<<"$output"
  grep -Eq 'GNU_STACK .* RW +0x' <<<"$output"
  not grep -Eq 'LOAD .* R?WE ' <<<"$output"
  run readelf -dW "$OCI_RUNMASK"
  [[ $output =~ FLAGS_1.*NOW.*PIE ]]
  [ "$(stat -c '%U %a' "$OCI_RUNMASK")" = "root 755" ]
  [ -z "$(getcap "$OCI_RUNMASK" 2>&1)" ]
}

@test "libmount is not in it" {
  not grep -aq -e libmount -e mnt_table_ -e mnt_context_ "$OCI_RUNMASK"
}

# ---- words --------------------------------------------------------------------------------------

@test "--version and --help" {
  run --separate-stderr "$OCI_RUNMASK" --version </dev/null
  [ "$status" = 0 ]
  [ -z "$stderr" ]
  [[ $output =~ ^oci-runmask\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  run --separate-stderr "$OCI_RUNMASK" --help </dev/null
  [ "$status" = 0 ]
  [ -z "$stderr" ]
  [[ ${lines[0]} == "Usage: oci-runmask DOOR "* ]]
  for word in createRuntime prestart createContainer --policy --strategy --dry-run --version; do
    [[ $output == *"$word"* ]]
  done
  awk 'length > 80 { exit 1 }' <<<"$output"
  silent
  for program in "$OCI_RUNMASK" "$RUNMASK"; do
    for word in -V version; do
      cmp <("$program" --version) <("$program" "$word" </dev/null)
    done
    for word in -h help; do
      cmp <("$program" --help) <("$program" "$word" </dev/null)
    done
  done
}

@test "no argument, an unknown door, an unknown option" {
  target --bind /run:/run
  hook
  refuses createRuntime
  hook mask
  refuses '"mask"' createRuntime
  hook createRuntime --quiet
  refuses '"--quiet"'
}

# ---- what it is started with --------------------------------------------------------------------

# A hook that waits for its state, begun by a shell after SETTINGS: $pid. It has put itself in order by
# then. "goes_on" gives it the state.
waiting() { # SETTINGS [DOOR]
  local fifo=$BATS_TEST_TMPDIR/fifo
  rm -f "$fifo"
  mkfifo "$fifo"
  (
    cd "$BATS_TEST_TMPDIR" || exit
    # shellcheck disable=SC2016 # for the inner shell
    exec bash -c "$1"' exec ${begin-} "$1" "$2" <"$0"' "$fifo" "$OCI_RUNMASK" "${2-createRuntime}"
  ) >"$BATS_TEST_TMPDIR/said.out" 2>"$BATS_TEST_TMPDIR/said.err" 3>&- 4>&- &
  pid=$!
  exec {to_hook}>"$fifo"
  eventually reads_stdin
}

# It is the hook, and in read(0, ...).
reads_stdin() {
  local argument
  [ "/proc/$pid/exe" -ef "$OCI_RUNMASK" ] && read -r _ argument _ <"/proc/$pid/syscall" &&
    [ "$argument" = 0x0 ]
}

goes_on() {
  cat "$state" >&"$to_hook"
  exec {to_hook}>&-
  status=0
  wait "$pid" || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/said.out")
  stderr=$(cat "$BATS_TEST_TMPDIR/said.err")
}

says() { # KEY VALUE: a line of /proc/PID/status
  grep -qE "^$1:\s+$2\$" "/proc/$pid/status" || { grep "^$1:" "/proc/$pid/status" && false; }
}

@test "inherited files are closed" {
  target --bind /run:/run
  mkfifo "$BATS_TEST_TMPDIR/leaked"
  exec {leaked}<>"$BATS_TEST_TMPDIR/leaked"
  waiting "exec 3</etc/passwd 7</run/docker 9>>$BATS_TEST_TMPDIR/x 200</dev/null $leaked>&-;"
  [ "$(cd "/proc/$pid/fd" && echo *)" = "0 1 2" ]
  goes_on
  masked
}

@test "blocked and ignored signals are put in order, a umask does not matter" {
  for umask in 000 077; do
    target --bind /run:/run
    waiting "umask $umask; begin='env --block-signal --ignore-signal=PIPE';"
    says SigBlk 0000000000000000
    goes_on
    masked
    [ "$(stat -c %a "/proc/$target_pid/root$target_root/run/nscd")" = 755 ]
  done
}

modes_with_umask() { # UMASK
  target --bind /run:/run
  policy '{"strategy": "facade", "channels": ["nscd", "resolved"]}'
  (umask "$1" && "$OCI_RUNMASK" createRuntime --policy "$policy" <"$state")
  modes=$(cd "/proc/$target_pid/root$target_root/run" && stat -c '%a %n' . .host-run nscd systemd docker.sock)
}

@test "what a facade makes has the same modes whatever the umask" {
  modes_with_umask 022
  usual=$modes
  [ "$(grep -c '^755 ' <<<"$usual")" = 4 ] # the tmpfs, what is attached below it, two directories that are made
  for umask in 000 077; do
    modes_with_umask "$umask"
    [ "$modes" = "$usual" ] || claim_failed "umask $umask: $modes"
  done
}

# What a file there is called means nothing: config.json is the bundle's, whatever lies around.
@test "the working directory does not matter" {
  target --bind /run:/run
  mkdir "$BATS_TEST_TMPDIR/here"
  echo '{"mounts": []}' >"$BATS_TEST_TMPDIR/here/config.json"
  waiting "cd $BATS_TEST_TMPDIR/here;"
  goes_on
  masked
}

@test "a working directory that is gone, or of an unknown user, does not matter" {
  target --bind /run:/run
  waiting 'mkdir gone; cd gone; rmdir ../gone;'
  goes_on
  masked
}

closed() { # CLOSING STATUS
  target --bind /run:/run
  forget_log
  status=0
  bash -c "exec \"\$0\" createRuntime <\"\$1\" ${1//,/ }" "$OCI_RUNMASK" "$state" \
    >"$BATS_TEST_TMPDIR/said.out" 2>"$BATS_TEST_TMPDIR/said.err" 3>&- 4>&- || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/said.out")
  stderr=$(cat "$BATS_TEST_TMPDIR/said.err")
}

@test "without stdout and stderr it works, and nothing of it is written elsewhere" {
  for closing in '1>&-' '2>&-' '1>&-,2>&-'; do
    closed "$closing"
    masked
    logged "done"
  done
  target --bind /run:/run
  state '.pid = 4194305'
  bash -c 'exec "$0" createRuntime <"$1" 1>&- 2>&-' "$OCI_RUNMASK" "$state" || status=$?
  [ "$status" = 2 ]
  logged refused 4194305
}

@test "without stdin there is no state" {
  for closing in '0<&-' '0<&-,1>&-,2>&-'; do
    closed "$closing"
    [ "$status" = 2 ]
    untouched
    logged refused "container state on stdin"
  done
}

# ---- the environment ----------------------------------------------------------------------------

hostile=(LD_PRELOAD=/media/tmp/evil.so LD_LIBRARY_PATH=/media/tmp LD_AUDIT=/media/tmp/evil.so
  LD_DEBUG=all LD_BIND_NOW= GCONV_PATH=/media/tmp LOCPATH=/media/tmp LC_ALL=xx_XX.UTF-8 LANGUAGE=xx
  NLSPATH=/media/tmp/%N TMPDIR=/nowhere PATH=/nowhere HOME=/nowhere IFS=/ TZ=:/media/tmp/evil.so
  MALLOC_PERTURB_=165 MALLOC_CHECK_=3 MALLOC_TRACE=/media/tmp/trace RES_OPTIONS=debug
  GLIBC_TUNABLES=glibc.malloc.check=3 HOSTALIASES=/media/tmp/evil.so LIBMOUNT_DEBUG=all
  LIBMOUNT_FSTAB=/media/tmp/evil.so OCI_RUNMASK_POLICY=/media/tmp/evil.so POLICY=/media/tmp/evil.so)

make_evil() {
  echo 'void __attribute__((constructor)) run(void) { __builtin_trap(); }' |
    gcc -shared -fPIC -x c -o "$LAB_DIR/tmp/evil.so" -
}

@test "a hostile environment is not even looked at" {
  make_evil
  run env LD_PRELOAD="$LAB_DIR/tmp/evil.so" /bin/true
  [ "$status" != 0 ]
  target --bind /run:/run
  strace -qq -f -e trace=file,process -o "$BATS_TEST_TMPDIR/trace" \
    env -i "${hostile[@]}" "$OCI_RUNMASK" createRuntime <"$state" >"$BATS_TEST_TMPDIR/said" 2>&1
  [ ! -s "$BATS_TEST_TMPDIR/said" ]
  status=0 output='' stderr=''
  masked
  grep -v execve "$BATS_TEST_TMPDIR/trace" >"$BATS_TEST_TMPDIR/paths"
  not grep -e evil -e nowhere -e xx_XX -e /media/tmp/trace "$BATS_TEST_TMPDIR/paths"
  rm "$LAB_DIR/tmp/evil.so"
}

hostile_container() { # RUNTIME STAGE
  local env
  env=$(printf '%s\n' "${hostile[@]}" | jq -Rn '[inputs]')
  bundle web --bind /run:/run --hook "$2" --jq ".hooks.$2[0].env = $env"
  container "$1" web
  protected
}

@test "a hostile environment does not matter in real containers" {
  make_evil
  each hostile_container "runc crun" "createRuntime createContainer"
  rm "$LAB_DIR/tmp/evil.so"
}

# The environment of the runtime's caller, and at createContainer that of the image.
bare_hook() { # RUNTIME STAGE
  bundle web --bind /run:/run --hook "$2" \
    --jq "del(.hooks.$2[0].env) | .process.env += [\"LD_PRELOAD=/none\", \"OCI_RUNMASK=off\"]"
  container "$1" web
  protected
}

@test "nor does the image's" {
  each bare_hook "runc crun" "createRuntime createContainer"
}

# ---- system calls -------------------------------------------------------------------------------

trace() { # EXPRESSION DOOR
  strace -qq -f -e trace="$1" -o "$BATS_TEST_TMPDIR/trace" "$OCI_RUNMASK" "$2" <"$state"
  trace=$(sed 's/^[0-9]* *//' "$BATS_TEST_TMPDIR/trace")
}

@test "it starts no other program or thread" {
  target --bind /run:/run
  trace process createRuntime
  [ "$(grep -c execve <<<"$trace")" = 1 ]
  not grep -E '^(clone|clone3|fork|vfork)' <<<"$trace"
}

@test "the mount table is not read" {
  target --bind /run:/run
  trace file,desc createRuntime
  grep -q openat2 <<<"$trace"
  not grep -E 'mountinfo|/mounts|/mountstats' <<<"$trace"
}

@test "every mount goes onto a file descriptor, and every path of the container into its root" {
  target --bind /run:/run
  trace all createRuntime
  grep -E '^move_mount\([0-9]+, "", [0-9]+, "", MOVE_MOUNT_F_EMPTY_PATH\|MOVE_MOUNT_T_EMPTY_PATH\) = 0' \
    <<<"$trace"
  not grep -E '^mount\(' <<<"$trace"
  looked_up=$(grep '^openat2(' <<<"$trace")
  [ "$(wc -l <<<"$looked_up")" -ge 2 ]
  not grep -Ev 'RESOLVE_NO_MAGICLINKS\|RESOLVE_IN_ROOT|RESOLVE_BENEATH' <<<"$looked_up"
  not grep -F "$target_root/" <<<"$trace"
}

# Of the capabilities, those that are in effect after the last change before the line with WORD.
effective_at() { # WORD [permitted]
  awk -v word="$1" -v set="${2-effective}=" '
    /^capset/ { match($0, set "[^,]*"); now = substr($0, RSTART + length(set), RLENGTH - length(set)) }
    index($0, word) { print now; exit }' <<<"$trace" | sed 's/1<<//g; s/|/ /g'
}

may_not() { # WORD CAPABILITY...
  local effective capability
  effective=" $(effective_at "$1") "
  [ "$effective" != "  " ] || { echo "no capset before $1" && return 1; }
  for capability in "${@:2}"; do
    [[ $effective != *" CAP_$capability "* ]] ||
      { echo "at $1 it has$effective" && return 1; }
  done
}

dangerous=(DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_ADMIN NET_RAW SETPCAP SYS_MODULE SYS_RAWIO
  SYS_BOOT SYS_TIME SETFCAP BPF PERFMON SYS_RESOURCE)

@test "at each step it may do only what the step needs" {
  target --bind /run:/run
  trace all createRuntime
  may_not config.json "${dangerous[@]}" SYS_ADMIN SYS_CHROOT SETUID SETGID CHOWN
  may_not setns "${dangerous[@]}" SETUID SETGID CHOWN
  may_not openat2 "${dangerous[@]}" SYS_ADMIN SYS_CHROOT SYS_PTRACE SETUID SETGID CHOWN
  may_not fsopen "${dangerous[@]}" SYS_CHROOT SYS_PTRACE
  # What may be raised again is what later steps need.
  [ "$(effective_at openat2 permitted | tr ' ' '\n' | sed 's/^CAP_//' | sort | paste -sd ' ')" = "CHOWN DAC_READ_SEARCH SETGID SETUID SYS_ADMIN" ]
  # After the mount: nothing is left to be raised again.
  last=$(grep '^capset' <<<"$trace" | tail -n 1)
  [[ $last == *"permitted=1<<CAP_DAC_READ_SEARCH,"* ]]
  [[ $last == *inheritable=0* ]]
}

@test "without capabilities that this container does not need it works" {
  target --bind /run:/run
  forget_log
  status=0
  setpriv --bounding-set -chown,-setuid,-setgid --inh-caps -chown,-setuid,-setgid -- \
    "$OCI_RUNMASK" createRuntime <"$state" >"$BATS_TEST_TMPDIR/said.out" 2>&1 || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/said.out") stderr=''
  masked
}

@test "it holds no capabilities that it was not given" {
  target --bind /run:/run
  forget_log
  status=0
  setpriv --bounding-set -all --inh-caps -all -- \
    "$OCI_RUNMASK" createRuntime <"$state" 2>"$BATS_TEST_TMPDIR/said.err" || status=$?
  : >"$BATS_TEST_TMPDIR/said.out"
  stderr=$(cat "$BATS_TEST_TMPDIR/said.err")
  refuses "container target"
  [[ $stderr == *"not permitted" || $stderr == *"Permission denied" ]]
}
