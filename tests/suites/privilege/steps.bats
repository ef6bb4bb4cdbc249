#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What the hook may do at each step of its way: it is stopped at every system call, and what the kernel
# then says of it is compared with the table in docs/threat-model.md.

# shellcheck disable=SC2030,SC2031 # "status", "output" and "policy" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load ../../runtime/more-facade

: "${PRIVILEGE_TOOLS:=$(dirname "$OCI_RUNMASK")/tests/suites/privilege}"
document=$LAB_ROOT/docs/threat-model.md

# Where the traces of all tests are, for the last one.
traces=$BATS_FILE_TMPDIR

judge() {
  "$LAB_ROOT/tests/suites/privilege/judge" "$document" "$@"
}

# watched NAME PROGRAM ARGS...: runs it with $state on stdin
watched() {
  "$PRIVILEGE_TOOLS/watch" "$traces/$1.trace" "${@:2}" <"$state"
}

calls_of() { # NAME
  cut -d ' ' -f 1 "$traces/$1.trace" | sort -u
}

# The hook as real runtimes start it, through a script that watches it.
watched_hook() { # NAME
  watched_hook=$BATS_TEST_TMPDIR/hook-$1
  cat >"$watched_hook" <<END
#!/bin/sh
shift
exec $PRIVILEGE_TOOLS/watch $traces/$1.trace $OCI_RUNMASK "\$@"
END
  chmod 755 "$watched_hook"
}

# The script gets the words of the hook's own command line, its name first.
with_its_name='.hooks.createRuntime[0].args |= [.[0]] + .'

@test "a mask" {
  target --bind /run:/run
  watched mask "$OCI_RUNMASK" createRuntime
  status=0 output='' stderr=''
  masked
  judge "$traces/mask.trace"
}

@test "a facade, and a facade of a list" {
  target --bind /run:/run
  watched facade "$OCI_RUNMASK" createRuntime --strategy facade
  judge "$traces/facade.trace"
  list_policy docker.sock
  host_changes api_start
  target --bind /run:/run
  watched list "$OCI_RUNMASK" createRuntime --policy "$policy"
  judge "$traces/list.trace"
}

@test "inside the container's mount namespace it enters none" {
  target --bind /run:/run
  nsenter --mount --target "$target_pid" -- \
    "$PRIVILEGE_TOOLS/watch" "$traces/inside.trace.inside" "$OCI_RUNMASK" createContainer <"$state"
  judge --inside "$traces/inside.trace.inside"
  grep -q '^move_mount ' "$traces/inside.trace.inside"
  not grep -q '^setns ' "$traces/inside.trace.inside"
}

in_runtime() { # RUNTIME STRATEGY WORDS...
  watched_hook "$1-$2"
  OCI_RUNMASK=$watched_hook bundle web --bind /run:/run --hook "createRuntime:--strategy $2" "${@:3}" \
    --jq "$with_its_name"
  container "$1" web
  report_says "user hostuser -" "user contuser 6001" "host onlyhost -"
  judge "$traces/$1-$2.trace"
}

@test "started by a runtime" {
  each in_runtime "runc crun" "mask facade"
}

@test "for a container with a user namespace: what fills the veil is the container's root" {
  watched_hook userns
  OCI_RUNMASK=$watched_hook bundle web --userns --bind /run:/run --hook "createRuntime:--strategy facade" \
    --jq "$with_its_name"
  container runc web
  report_says "user hostuser -" "user contuser 6001"
  judge "$traces/userns.trace"
  grep -q '^symlinkat .* uid=0,0,0,100000 gid=0,0,0,100000 ' "$traces/userns.trace"
}

@test "docker.sock through its directory" {
  policy '{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
  host_changes api_start
  watched_hook socket
  OCI_RUNMASK=$watched_hook bundle web --bind /run/docker.sock:/tmp/docker.sock \
    --hook "createRuntime:--policy $policy" --jq "$with_its_name" -- ask /tmp/docker.sock
  container runc web
  [ "$output" = docker-of-the-host ]
  judge "$traces/socket.trace"
  grep -q '^open_tree ' "$traces/socket.trace"
}

@test "a container that is not a candidate: the hook may not even enter" {
  target --bind /etc:/srv
  watched none "$OCI_RUNMASK" createRuntime
  judge "$traces/none.trace"
  not grep -qE '^(setns|fsopen|sendto|connect|socket) ' "$traces/none.trace"
  [ "$(grep -c '^openat2 ' "$traces/none.trace")" = 1 ] # the bind's source, on the host
}

@test "a dry run never may mount" {
  target --bind /run:/run
  watched dry "$OCI_RUNMASK" createRuntime --dry-run 2>"$BATS_TEST_TMPDIR/said"
  judge "$traces/dry.trace"
  untouched
  not grep -qE '^(fsopen|fsconfig|fsmount|move_mount|mount_setattr) ' "$traces/dry.trace"
}

@test "a caller's inheritable and ambient capabilities are dropped at the first step" {
  target --bind /run:/run
  setpriv --inh-caps +chown,+sys_admin,+net_raw --ambient-caps +chown,+sys_admin,+net_raw \
    "$PRIVILEGE_TOOLS/watch" "$traces/ambient.trace" "$OCI_RUNMASK" createRuntime <"$state"
  awk '$1 == "read" && $5 ~ /[1-9a-f]/ { found = 1 } END { exit !found }' "$traces/ambient.trace"
  judge "$traces/ambient.trace"
}

@test "what it opens is its own, and no exec would hand it on" {
  mkfifo "$BATS_TEST_TMPDIR/leaked"
  exec {leaked}<>"$BATS_TEST_TMPDIR/leaked"
  target --bind /run:/run
  watched files "$OCI_RUNMASK" createRuntime
  exec {leaked}>&-
  head -n 1 "$traces/files.trace" | grep -q "[=,]$leaked!" # it began with it
  fds=$(sed -n 's/^sendto .* fds=//p' "$traces/files.trace")
  [[ $fds =~ ^0!,1!,2!(,[0-9]+)+$ ]] || { echo "open when it tells: $fds" && false; }
  judge "$traces/files.trace"
}

@test "the table is complete: every step in it, and every call at it, was seen" {
  judge --seen "$traces"/*.trace
}

# ---- the controls -------------------------------------------------------------------------------

@test "a hook that keeps what it was given is found out" {
  target --bind /run:/run
  watched careless.control "$PRIVILEGE_TOOLS/careless" createRuntime
  status=0 output='' stderr=''
  masked
  run judge "$traces/careless.control.trace"
  [ "$status" = 1 ]
  [[ $output == *": fsopen: does not belong to the step \"start\""* ]]
}

@test "so is one row of the table that says too much, or too little" {
  sed 's/^\(| look |.*| dac_read_search\) |/\1, sys_admin |/' "$document" >"$BATS_TEST_TMPDIR/more.md"
  not cmp -s "$document" "$BATS_TEST_TMPDIR/more.md"
  run "$LAB_ROOT/tests/suites/privilege/judge" "$BATS_TEST_TMPDIR/more.md" "$traces/mask.trace"
  [ "$status" = 1 ]
  [[ $output == *'fits no step from "enter" on: effective dac_read_search;'* ]]
  sed 's/^\(| enter |[^|]*|[^|]*\), sys_chroot/\1/' "$document" >"$BATS_TEST_TMPDIR/less.md"
  not cmp -s "$document" "$BATS_TEST_TMPDIR/less.md"
  run "$LAB_ROOT/tests/suites/privilege/judge" "$BATS_TEST_TMPDIR/less.md" "$traces/mask.trace"
  [ "$status" = 1 ]
  [[ $output == *'fits no step from "read" on'* ]]
}
