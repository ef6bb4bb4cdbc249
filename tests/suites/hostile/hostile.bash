# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests that say "load ../../runtime/lab", "load ../../runtime/more" and "load hostile".
#
#   decoy                     a directory of the host that links lead to; $decoy. Each test ends with
#                             a look at it: nothing made, removed or changed, no mount
#   image_change NAME CHANGE  CHANGE in the rootfs of the bundle NAME, before it starts
#   shaped RUNTIME CHANGE [STAGE STRATEGY]
#                             a container of that image with a bind of /run; without a stage, no hook
#   never_leaks               the last container was protected, or did not start
#   stopped_after CALL NTH CHANGE ARGS...
#                             the hook by hand on the target, stopped behind its NTH CALL while the
#                             host does CHANGE, and let go on: $status, $output, $stderr
#   steps_from CALL ARGS...   "CALL NTH" of each call of a run on the target that looks up or mounts,
#                             from the first CALL on

# shellcheck disable=SC2034,SC2154 # read by the tests; set by what is loaded

setup() {
  lab_setup
  decoy
}

teardown() {
  local failed=0
  stop_daemon target
  decoy_unchanged || failed=1
  rm -rf "$decoy"
  lab_teardown && [ "$failed" = 0 ]
}

shaped() {
  local words=(--bind /run:/run)
  [ -z "${3-}" ] || words+=(--hook "$3:--strategy $4")
  bundle web "${words[@]}"
  image_change web "$2"
  container "$1" web
}

decoy_picture() {
  find "$decoy" -printf '%p %y %m %U:%G %i %T@ %l\n' | sort
}

decoy() {
  decoy=$LAB_DIR/decoy
  rm -rf "$decoy"
  mkdir -p "$decoy"/{nscd,run/nscd,log}
  echo "of the host" >"$decoy/file"
  decoy_picture >"$LAB_DIR/state/decoy"
}

decoy_unchanged() {
  diff -U 0 "$LAB_DIR/state/decoy" <(decoy_picture)
}

image_change() {
  local root
  root=$(bundle_dir "$1")/rootfs
  (cd "$root" && "${@:2}")
}

never_leaks() {
  [ "$status" != 0 ] || protected
}

traced_calls() {
  sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$1"
}

steps_from() {
  local first=$1
  shift
  strace -qq -o "$BATS_TEST_TMPDIR/steps" "$OCI_RUNMASK" "$@" <"$state" >/dev/null 2>&1
  traced_calls "$BATS_TEST_TMPDIR/steps" | awk -v first="$first" '
    { nth[$1]++ }
    $1 == first { on = 1 }
    on && /^(setns|openat2|openat|fsopen|fsmount|mount_setattr|open_tree|move_mount|mkdirat|symlinkat)$/ {
      print $1, nth[$1]
    }'
}

# strace's own child, which a signal has stopped.
is_stopped() {
  stopped=$(pgrep -P "$1") && grep -q '^State:.[tT]' "/proc/$stopped/status" &&
    grep -q 'stopped by SIGSTOP' "$BATS_TEST_TMPDIR/stopped"
}

stopped_after() {
  local tracer
  status=0
  : >"$BATS_TEST_TMPDIR/stopped"
  strace -qq -o "$BATS_TEST_TMPDIR/stopped" -e trace="$1" -e "inject=$1:signal=SIGSTOP:when=$2" \
    "$OCI_RUNMASK" "${@:4}" <"$state" \
    >"$BATS_TEST_TMPDIR/said.out" 2>"$BATS_TEST_TMPDIR/said.err" 3>&- 4>&- &
  tracer=$!
  eventually is_stopped "$tracer" || { kill -KILL "$tracer" && return 1; }
  $3
  kill -CONT "$stopped"
  wait "$tracer" || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/said.out")
  stderr=$(cat "$BATS_TEST_TMPDIR/said.err")
}
