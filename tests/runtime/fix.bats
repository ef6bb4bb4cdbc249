#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask fix: running containers are masked without a restart.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool
load lab-podman

teardown() {
  [ -z "${other-}" ] || kill_and_wait KILL "$other"
  lab_teardown
}

refuses_to_fix() { # TEXT: one line on stderr, nothing on stdout
  [ "$status" = 2 ] || claim_failed "not refused" || return 1
  [ -z "$output" ] || claim_failed "it says something" || return 1
  [ "$(wc -l <<<"$stderr")" = 1 ] || claim_failed "not one line" || return 1
  [[ $stderr == "runmask: fix: "*"$1"* ]] || claim_failed "not said: \"$1\""
}

# ---- what it is for -----------------------------------------------------------------------------

fixes() { # RUNTIME IMAGE KIND
  local words pid before claim=protected
  kind_words "$3"
  [[ $3 != *-userns ]] || claim=protected_by_files
  stays "$1" web --image "$2" "${words[@]}"
  exec_in web probe
  report_says "user hostuser 4242"
  fix --pid "$pid"
  [ "$status" = 0 ] || claim_failed "not fixed"
  [ "$output" = "pid $pid: masked \"/var/run/nscd\" (channel nscd)" ] || claim_failed "not said"
  [ -z "$stderr" ]
  exec_in web probe
  "$claim"
  docker_sock_answers
  before=$(mounts_of "$pid")
  [ "$(masks "$pid" | wc -l)" = 1 ]
  fix --pid "$pid" # again: nothing
  [ "$status" = 0 ]
  [ "$output" = "pid $pid: nothing to do: it is masked already" ] || claim_failed "not idempotent"
  [ "$(mounts_of "$pid")" = "$before" ]
  exec_in web probe
  "$claim"
}

# In a user namespace of its own it has a network of its own, without a name server.
protected_by_files() {
  report_says "host onlyhost -" "host redis 172.20.0.5" "user hostuser -" "user contuser 6001" \
    "user both 6000" "group hostgroup -" "group contgroup 6001"
}

@test "a fresh process in a running container knows its own names, and a second fix does nothing" {
  each fixes "runc crun" "abs dir" "exposed exposed-ro exposed-userns"
  each fixes runc "rel musl" exposed
}

@test "the mask is the container's own: small, of its root, and not to be run from" {
  local words pid mount option
  kind_words exposed-userns
  stays runc web "${words[@]}"
  fix --pid "$pid"
  mount=$(masks "$pid")
  [[ $mount == "/run/nscd tmpfs oci-runmask "* ]]
  for option in nosuid nodev noexec mode=755 uid=100000 gid=100000; do
    [[ ,${mount##* }, == *",$option,"* ]]
  done
}

podman_fixed() { # WHO RUNTIME
  local pid
  podman_run "$1" "$2" -d --name web -v /run:/run -- sleep 60
  podman_exec "$1" web probe
  leaks
  scan --json
  pid=$(jq '.containers[] | select(.name == "web") | .pid' <<<"$output")
  fix --pid "$pid"
  [ "$status" = 0 ] || claim_failed "not fixed"
  [ "$output" = "web (pid $pid): masked \"/var/run/nscd\" (channel nscd)" ]
  podman_exec "$1" web probe
  protected
}

@test "Podman's containers, an ordinary user's too" {
  touch /run/.containerenv # Podman wants it where a container binds /run
  host_record
  each podman_fixed "root rootless" "runc crun"
  host_changes rm /run/.containerenv
}

@test "any process of the container will do" {
  local child pid
  bundle web --bind /run:/run -- sh -c 'sleep 600 & wait'
  start_container runc web
  pid=$(container_pid web)
  eventually 'child=$(pgrep -P "$pid")'
  fix --pid "$child"
  [ "$status" = 0 ]
  exec_in web probe
  protected
}

@test "several channels, each where it is exposed" {
  local pid
  mkdir -p /run/avahi-daemon
  serve /run/avahi-daemon/socket avahi-of-the-host
  host_record
  policy '{"channels": ["nscd", "dbus", "avahi"]}'
  stays runc web --bind /run:/run --bind /run/dbus:/run/dbus
  fix --pid "$pid" --policy "$policy"
  [ "$status" = 0 ]
  [[ $output == *'masked "/var/run/nscd" (channel nscd), masked "/run/avahi-daemon" (channel avahi)' ]]
  scan --json --policy "$policy"
  [ "$status" = 0 ]
  [ "$(jq -c '.containers[0].channels' <<<"$output")" = \
    '{"nscd":"masked","dbus":"keep","avahi":"masked"}' ]
  lab_clean
  host_changes unserve /run/avahi-daemon/socket
  host_changes rmdir /run/avahi-daemon
}

nothing_to_do() { # RUNTIME KIND
  local words pid before
  kind_words "$2"
  stays "$1" web "${words[@]}"
  before=$(mounts_of "$pid")
  fix --pid "$pid"
  [ "$status" = 0 ] || claim_failed "not fine"
  [[ $output == "pid $pid: nothing to do: "* ]] || claim_failed "not said"
  [ "$(mounts_of "$pid")" = "$before" ]
}

@test "what is masked, kept on purpose or clear is left as it is" {
  each nothing_to_do "runc crun" "masked masked-by-tmpfs masked-socket masked-facade keep keep-socket keep-in-run
    clear clear-elsewhere clear-own-run"
}

named_is_masked() { # RUNTIME KIND
  local words pid before
  kind_words "$2"
  policy '{"onNamed": "mask"}'
  stays "$1" web "${words[@]}"
  exec_in web probe
  report_says "user hostuser 4242"
  scan --json
  [ "$status" = 0 ] && [[ $(said_of "$pid") == "keep "* ]] || claim_failed "not kept" || return 1
  scan --json --policy "$policy"
  [ "$status" = 1 ] && [[ $(said_of "$pid") == "exposed "* ]] || claim_failed "not exposed by that policy" || return 1
  fix --pid "$pid"
  [[ $output == *"names the channel on purpose" ]] || claim_failed "not kept by the default"
  fix --pid "$pid" --policy "$policy"
  [ "$status" = 0 ] || claim_failed "not fixed" || return 1
  [[ $output == "pid $pid: masked \"/var/run/nscd\" (channel nscd)"* ]] || claim_failed "not said" || return 1
  exec_in web probe
  protected
  before=$(mounts_of "$pid")
  fix --pid "$pid" --policy "$policy"
  [ "$status" = 0 ] && [[ $output == *"nothing to do"* ]] || claim_failed "not idempotent" || return 1
  [ "$(mounts_of "$pid")" = "$before" ]
}

@test "onNamed: mask masks what a mount names, too" {
  each named_is_masked "runc crun" "keep keep-socket keep-in-run"
}

only_said() { # ARGS...
  fix --policy "$policy" "$@"
  [ "$status" = 0 ] || claim_failed "not fine" || return 1
  [[ $output == *'would mask "/var/run/nscd" (channel nscd)'* ]] || claim_failed "not said" || return 1
  [ "$(mounts_of "$pid")" = "$before" ] || claim_failed "it is changed" || return 1
}

@test "dryRun in the policy: it says what it would do, and why it does nothing" {
  local pid before
  policy '{"dryRun": true}'
  stays runc web --bind /run:/run
  before=$(mounts_of "$pid")
  only_said --pid "$pid"
  [ "$stderr" = 'nothing was changed: the policy has "dryRun": true' ]
  only_said --all
  [ "$stderr" = 'nothing was changed: the policy has "dryRun": true' ]
  [[ $output == *"1 container, 1 of them exposed: 1 would be masked" ]]
  only_said --all --dry-run
  [ -z "$stderr" ]
}

# ---- who goes on with what he was told ----------------------------------------------------------

@test "a process that holds a mapping of the host's nscd is named" {
  local pid
  # find asks for the user when it reads its command line, and stays while its child sleeps
  bundle web --bind /run:/run -- find /etc/hosts -user both -o -exec sleep 600 ';'
  start_container runc web
  pid=$(container_pid web)
  eventually grep -q /var/cache/nscd/ "/proc/$pid/maps"
  fix --pid "$pid"
  [ "$status" = 0 ]
  [ "${lines[0]}" = "pid $pid: masked \"/var/run/nscd\" (channel nscd)" ]
  [ "${lines[1]}" = "  process $pid (find) still holds a database of the host's nscd: restart it" ]
  [ "${#lines[@]}" = 2 ]
  exec_in web probe # those who come later do not
  protected
  fix --pid "$pid"
  [ "${lines[1]}" = "  process $pid (find) still holds a database of the host's nscd: restart it" ]
}

@test "who holds a mapping of the container's own nscd is not" {
  local pid
  bundle web --bind /run:/run --hook createRuntime -- \
    sh -c "nscd; until nscd -g >/dev/null; do sleep 0.1; done; exec find /etc/hosts -user both -o -exec sleep 600 ';'"
  start_container runc web
  pid=$(container_pid web)
  eventually grep -q /var/cache/nscd/ "/proc/$pid/maps" || claim_failed "$(cat "$(bundle_dir web)"/std*)"
  fix --pid "$pid"
  [ "$status" = 0 ]
  [ "$output" = "pid $pid: nothing to do: it is masked already" ]
}

# ---- what it refuses ----------------------------------------------------------------------------

shared_bind() { # RUNTIME
  local pid before
  stays "$1" web --rootfs-propagation rshared --bind /run:/run:rbind,rshared
  before=$(mounts_of "$pid")
  fix --pid "$pid"
  refuses_to_fix "\"/var/run/nscd\" shares mounts with the host, where a mask would show"
  [ "$(mounts_of "$pid")" = "$before" ]
  host_unchanged
  policy '{"onShared": "fail"}'
  fix --pid "$pid" --policy "$policy"
  refuses_to_fix "onShared: fail"
  [ "$(mounts_of "$pid")" = "$before" ]
  policy '{"onShared": "slave"}'
  fix --pid "$pid" --policy "$policy"
  [ "$status" = 0 ] || claim_failed "not fixed"
  exec_in web probe
  protected
}

@test "a bind that shares mounts with the host is refused, unless it may be cut" {
  each shared_bind "runc crun"
}

@test "the host's own namespace, and services with the host's root, are refused" {
  fix --pid 1
  refuses_to_fix "process 1 is in the host's own mount namespace"
  fix --pid $$
  refuses_to_fix "process $$ is in the host's own mount namespace"
  unshare -m sleep 600 3>&- 4>&- </dev/null &
  other=$!
  eventually '[ "$(readlink "/proc/$other/exe")" = "$(readlink -f "$(command -v sleep)")" ]'
  fix --pid "$other"
  refuses_to_fix "the host's root: it is not in a container"
}

@test "a pid that is gone is refused" {
  sleep 600 &
  other=$!
  kill_and_wait KILL "$other"
  wait "$other" || true
  fix --pid "$other"
  refuses_to_fix "there is no process $other"
  other=
}

# Its number may be another process's by then.
@test "a process that ends while its namespace is entered is not masked" {
  local words pid traced
  kind_words exposed
  stays runc web "${words[@]}"
  strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=setns -e inject=setns:delay_exit=1000000 \
    "$RUNMASK" fix --pid "$pid" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- 4>&- </dev/null &
  traced=$!
  eventually grep -qs setns "$BATS_TEST_TMPDIR/trace"
  kill_and_wait KILL "$pid"
  status=0
  wait "$traced" || status=$?
  [ "$status" = 2 ] || claim_failed "it is not refused: $(cat "$BATS_TEST_TMPDIR/said")"
  grep -q "has ended" "$BATS_TEST_TMPDIR/said" || claim_failed "another reason: $(cat "$BATS_TEST_TMPDIR/said")"
}

# The mask is there, and verified from inside; then a privileged container lifts it while fix still works.
@test "a mask that is gone before fix ends is not called a mask" {
  local pid
  stays runc web --bind /run:/run
  nsenter -t "$pid" -m -p sh -c 'until umount -l /run/nscd 2>/dev/null; do sleep 0.01; done' 3>&- 4>&- </dev/null &
  other=$!
  run --separate-stderr strace -f -qq -o /dev/null -e trace=exit -e inject=exit:delay_enter=1000000 \
    "$RUNMASK" fix --pid "$pid"
  refuses_to_fix "verifying: it still reaches the host"
  wait "$other"
  other=
}

# The kernel here knows no labels, and refuses the option by its name.
@test "where the host has SELinux the mask gets the label of the container's root" {
  local pid
  stays runc web --bind /run:/run
  sed -E 's|^(([^ ]+ ){4}/ .*)$|\1,context="system_u:object_r:container_file_t:s0:c1,c2"|' "/proc/$pid/mountinfo" \
    >"$BATS_TEST_TMPDIR/mountinfo"
  grep -q context= "$BATS_TEST_TMPDIR/mountinfo"
  mount -t tmpfs selinux /sys/fs
  mkdir /sys/fs/selinux
  touch /sys/fs/selinux/status
  mount --bind "$BATS_TEST_TMPDIR/mountinfo" "/proc/$pid/mountinfo"
  fix --pid "$pid"
  umount "/proc/$pid/mountinfo" /sys/fs
  refuses_to_fix "context"
  fix --pid "$pid" # the control: without SELinux nothing is asked for
  [ "$status" = 0 ]
}

@test "the command line" {
  local words
  for words in "" "--pid" "--pid x" "--pid 0" "--pid -5" "--pid 1x" "--pid 99999999999" "--all --pid 1" "--all web" "web"; do
    # shellcheck disable=SC2086 # words
    fix $words
    refuses_to_fix ""
  done
  fix --help
  [ "$status" = 0 ]
  [[ $output == *Example:*"runmask fix --all"* ]]
}

@test "without the right to enter it says so, and does nothing" {
  local words pid before
  kind_words exposed
  stays runc web "${words[@]}"
  before=$(mounts_of "$pid")
  run --separate-stderr setpriv --reuid 4711 --regid 4711 --clear-groups "$RUNMASK" fix --pid "$pid"
  refuses_to_fix "Permission denied"
  run --separate-stderr setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$RUNMASK" fix --pid "$pid"
  refuses_to_fix "Operation not permitted"
  [ "$(mounts_of "$pid")" = "$before" ]
}

# ---- all of them --------------------------------------------------------------------------------

@test "--all masks what is exposed, and leaves the others" {
  local kind runtime name words before
  for runtime in runc crun; do
    for kind in exposed exposed-userns keep clear masked; do
      kind_words "$kind"
      stays "$runtime" "$runtime-$kind" "${words[@]}"
    done
  done
  before=$(mounts_of "$(container_pid runc-keep)")
  fix --all
  [ "$status" = 0 ] || claim_failed "not fixed"
  [ -z "$stderr" ]
  [ "$(grep -c ': masked "/var/run/nscd"' <<<"$output")" = 4 ]
  [[ $output == *"10 containers, 4 of them exposed: 4 masked" ]]
  [ "$(mounts_of "$(container_pid runc-keep)")" = "$before" ]
  for name in runc-exposed crun-exposed; do
    exec_in "$name" probe
    protected
  done
  exec_in runc-keep probe
  leaks
  fix --all
  [ "$status" = 0 ]
  [ "$output" = "10 containers, 0 of them exposed: 0 masked" ]
}

@test "--all goes on behind a shared one, and ends with 2" {
  local words pid
  stays runc shared --rootfs-propagation rshared --bind /run:/run:rbind,rshared
  kind_words exposed
  stays crun web "${words[@]}"
  fix --all
  [ "$status" = 2 ]
  [[ $stderr == "runmask: fix: pid $(container_pid shared): "*" shares mounts with the host"* ]]
  [[ $output == *"2 containers, 2 of them exposed: 1 masked" ]]
  exec_in web probe
  protected
}

@test "--all goes on behind a failure, and says it at the end" {
  local words
  kind_words exposed
  stays runc a "${words[@]}"
  stays runc b --rootfs-propagation rshared --bind /run:/run:rbind,rshared
  stays runc c "${words[@]}"
  policy '{"onShared": "fail"}'
  fix --all --policy "$policy"
  [ "$status" = 2 ]
  [ "${lines[0]}" = "pid $(container_pid a): masked \"/var/run/nscd\" (channel nscd)" ]
  [ "${lines[1]}" = "pid $(container_pid c): masked \"/var/run/nscd\" (channel nscd)" ]
  [ "${lines[2]}" = "3 containers, 3 of them exposed: 2 masked" ]
  [ "$(wc -l <<<"$stderr")" = 1 ]
  [[ $stderr == "runmask: fix: pid $(container_pid b): "*"onShared: fail"* ]]
  scan --json
  [[ $(said_of "$(container_pid a)") == "masked "* ]]
  [[ $(said_of "$(container_pid b)") == "exposed "* ]]
  [[ $(said_of "$(container_pid c)") == "masked "* ]]
}

@test "--all goes on behind a mounting process that was killed" {
  local words
  kind_words exposed
  stays runc a "${words[@]}"
  stays crun b "${words[@]}"
  status=0
  strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=fsopen -e inject=fsopen:signal=KILL \
    "$RUNMASK" fix --all >"$BATS_TEST_TMPDIR/said" 2>"$BATS_TEST_TMPDIR/err" </dev/null || status=$?
  [ "$status" = 2 ]
  [ "$(cat "$BATS_TEST_TMPDIR/said")" = "2 containers, 2 of them exposed: 0 masked" ]
  [ "$(grep -c ": helper process exited without a result$" "$BATS_TEST_TMPDIR/err")" = 2 ]
  fix --all
  [ "$status" = 0 ]
  [[ $output == *"2 containers, 2 of them exposed: 2 masked" ]]
}

# An ordinary user's own mounts come first and cannot be masked: the others are.
@test "a user's namespace with very many mounts keeps no container exposed" {
  local words pid
  setpriv --reuid 4711 --regid 4711 --clear-groups unshare -Urm sh -c 'mount --rbind /run /mnt &&
    cd / && mount --rbind / /mnt && i=0; while [ $i -lt 12 ]; do mount --rbind /mnt /mnt || break; i=$((i + 1)); done
    cd /mnt && chroot /mnt /bin/sleep 601' 3>&- 4>&- </dev/null >/dev/null 2>&1 &
  other=$!
  eventually pgrep -fx '(/bin/)?sleep 601'
  kind_words exposed
  stays runc web "${words[@]}"
  fix --all
  exec_in web probe
  protected
  pkill -KILL -fx '(/bin/)?sleep 601' # of this private host
  kill_and_wait KILL "$other"
  other=
}

@test "by the names that scan prints; --dry-run and --json" {
  local pid
  bundle web --bind /run:/run -- sleep 600
  runc --root /run/runc run --detach --bundle "$(bundle_dir web)" --pid-file "$BATS_TEST_TMPDIR/pid" my-web \
    </dev/null >/dev/null 3>&- 4>&-
  pid=$(cat "$BATS_TEST_TMPDIR/pid")
  scan
  [[ $output == *"exposed  my-web"* ]]
  fix my-wab
  refuses_to_fix 'no running container is called "my-wab" (did you mean "my-web"?)'
  fix nothing-like-it
  refuses_to_fix 'no running container is called "nothing-like-it"'
  fix --dry-run my-web
  [ "$status" = 0 ]
  [ "$output" = "my-web (pid $pid): would mask \"/var/run/nscd\" (channel nscd)" ]
  scan --json
  [ "$(said_of "$pid")" = "exposed my-web" ]
  fix --json my-web
  [ "$status" = 0 ]
  [ "$output" = "{\"version\":1,\"containers\":[{\"pid\":$pid,\"name\":\"my-web\",\"outcome\":\"masked\",\"text\":\"masked \\\"/var/run/nscd\\\" (channel nscd)\",\"holders\":[]}],\"unseen\":0}" ]
  scan --json
  [ "$(said_of "$pid")" = "masked my-web" ]
  fix my-web my-web
  [ "$status" = 0 ]
  runc --root /run/runc delete --force my-web
}

@test "--all without containers has nothing to do" {
  fix --all
  [ "$status" = 0 ]
  [ "$output" = "0 containers, 0 of them exposed: 0 masked" ]
}
