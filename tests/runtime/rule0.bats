#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Who never had the problem is never broken by the hook: a container without a bind that could expose
# it starts, silently and at once, whatever else is wrong.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

setup() {
  lab_setup
  hook_words=(createRuntime)
}

# What is wrong with the host's policy; each sets "hook_words".
broken_policy() {
  echo '{"version": 1, "stratgy"' >"$BATS_TEST_TMPDIR/broken.json"
  hook_words=(createRuntime --policy "$BATS_TEST_TMPDIR/broken.json")
}

missing_policy() {
  hook_words=(createRuntime --policy "$BATS_TEST_TMPDIR/not-there.json")
}

writable_policy() {
  policy '{}'
  chmod 666 "$policy"
  hook_words=(createRuntime --policy "$policy")
}

failing_policy() {
  policy '{"onShared": "fail", "onForeign": "fail", "onError": "fail"}'
  hook_words=(createRuntime --policy "$policy")
}

refusing() { # RUNTIME POLICY
  "$2"
  bundle web --bind /run:/run --hook "${hook_words[0]}:${hook_words[*]:1}"
  container "$1" web
  refused
  logged refused "${hook_words[2]}"
}

@test "a broken, missing or writable policy keeps a container from the host's /run" {
  each refusing "runc crun" "broken_policy missing_policy writable_policy"
}

other_binds() {
  local i
  words=(--bind /var:/mnt/var --bind /run/lock:/run/lock --bind /run/user/4711:/run/user
    --bind /etc/hostname:/etc/hostname --bind /dev/null:/run/null)
  for i in {1..15}; do
    mkdir -p "$BATS_TEST_TMPDIR/data/$i"
    words+=(--bind "$BATS_TEST_TMPDIR/data/$i:/srv/$i")
  done
}

starting() { # RUNTIME POLICY STAGE
  local words
  forget_log
  "$2"
  other_binds
  bundle web "${words[@]}" --hook "$3:${hook_words[*]:1}"
  container "$1" web
  protected
  [ -z "$stderr" ]
  silent
}

@test "a container with 20 other binds starts all the same, silently" {
  each starting "runc crun" "broken_policy missing_policy" "createRuntime createContainer"
}

@test "a broken policy of the host in its usual place harms no other container" {
  mkdir /etc/oci-runmask
  echo '{"version": 2' >/etc/oci-runmask/policy.json
  other_binds
  bundle other "${words[@]}" --hook createRuntime
  bundle web --bind /run:/run --hook createRuntime
  container runc other
  protected
  silent
  container runc web
  rm -r /etc/oci-runmask
  refused "/etc/oci-runmask/policy.json:"
}

# ---- by hand ------------------------------------------------------------------------------------

dead_pid() {
  local pid
  sleep 0 &
  pid=$!
  wait "$pid"
  echo "$pid"
}

pid_of_nobody() { # POLICY PID...
  local words pid
  "$1"
  other_binds
  target "${words[@]}"
  forget_log
  for pid in "${@:2}"; do
    state ".pid = $pid"
    hook "${hook_words[@]}"
    does_nothing || claim_failed "pid: $pid"
  done
}

@test "a dead, foreign, missing or impossible pid is not looked at there" {
  for policy in broken_policy failing_policy; do
    pid_of_nobody "$policy" "$(dead_pid)" "$LAB_WITNESS_PID" $$ 0 1 -1 4194305 2147483648 null
  done
  state 'del(.pid)'
  hook createRuntime --policy /not/there.json
  does_nothing
}

@test "an unknown strategy is not looked at there" {
  target --annotation io.github.oci-runmask.strategy=nonsense
  hook createRuntime
  does_nothing
}

@test "a source that does not exist is left to the runtime, which says so" {
  target
  config '.mounts += [{destination: "/x", type: "bind", source: "/not/there", options: ["bind"]}]'
  hook createRuntime --policy /not/there.json
  does_nothing
}

is_candidate() { # BIND
  target --bind "$1"
  hook createRuntime --policy /not/there.json
  refuses "/not/there.json"
}

@test "the host's /run, what is above it, nscd's directory, what is in it, and sockets are looked at" {
  mkdir "$BATS_TEST_TMPDIR/elsewhere"
  serve "$BATS_TEST_TMPDIR/elsewhere/socket" words
  ln -s /run "$BATS_TEST_TMPDIR/link"
  touch "$BATS_TEST_TMPDIR/file"
  target --bind /run:/mnt
  each is_candidate "/run:/mnt /var/run/:/mnt /:/mnt /run/nscd:/mnt /var/run/../run:/mnt
    $BATS_TEST_TMPDIR/link:/mnt"
  for socket in /run/docker.sock /run/nscd/socket "$BATS_TEST_TMPDIR/elsewhere/socket"; do
    target
    config ".mounts += [{destination: \"/s\", type: \"bind\", source: \"$socket\", options: [\"bind\"]}]"
    hook createRuntime --policy /not/there.json
    refuses "/not/there.json"
  done
  unserve "$BATS_TEST_TMPDIR/elsewhere/socket"
}

@test "a container with the host's own root is looked at" {
  target
  config '.root.path = "/"'
  hook createRuntime --policy /not/there.json
  refuses "/not/there.json"
}

@test "neither policy, nor process, nor log is looked at" {
  local words
  other_binds
  target "${words[@]}"
  strace -f -o "$BATS_TEST_TMPDIR/trace" "$OCI_RUNMASK" createRuntime <"$state"
  trace=$(cat "$BATS_TEST_TMPDIR/trace")
  [[ $trace == *config.json* ]]
  [[ $trace != *policy.json* ]]
  [[ $trace != *"/proc/$target_pid"* ]]
  [[ $trace != */dev/log* ]]
  [[ $trace != *setns* ]]
  [[ $trace != *mountinfo* ]]
}

# bench-check measures the time; what takes it is counted here, where nothing else on the machine can add to it.
system_calls() {
  strace -f -c -o "$BATS_TEST_TMPDIR/calls" "$OCI_RUNMASK" createRuntime <"$state"
  awk '$NF == "total" { print $4 }' "$BATS_TEST_TMPDIR/calls"
}

@test "20 other binds are looked at once each" {
  local words none many
  target
  none=$(system_calls)
  other_binds
  target "${words[@]}"
  many=$(system_calls)
  echo "$none system calls without a bind, $many with 20"
  [ "$many" -gt "$none" ] # each has its look: a source may lie in /run by another path
  # one call for each of the 15 that share a directory; of the 5 others each is opened without magic
  # links, looked at and closed; what is shared: its fd, and the device of /proc
  [ "$many" -le $((none + 42)) ]
}
