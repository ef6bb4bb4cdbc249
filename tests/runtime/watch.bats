#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask watch: masks last, whatever the host does; containers that came by no door are masked.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool
load lab-podman
load watch

by_no_door() { # RUNTIME
  local pid
  seen "$1" before --bind /run:/run
  scan --json
  [[ $(said_of "$pid") == "exposed "* ]] # the control
  watch_begins
  becomes "$pid" masked
  seen "$1" after --bind /run:/run
  becomes "$pid" masked
  [ "$(masks "$pid" | wc -l)" = 1 ]
  [ "$(grep -c 'masked "/var/run/nscd" (channel nscd)' "$BATS_TEST_TMPDIR/said")" = 2 ]
  watch_ends
  "$1" --root "/run/$1" delete --force before
  "$1" --root "/run/$1" delete --force after
  rm "$BATS_TEST_TMPDIR/metrics"
}

@test "a container that came by no door is masked" {
  each by_no_door "runc crun"
}

@test "nscd that starts after the container, in a directory that was not there" {
  local pid
  changes nscd_stop
  changes rm -rf /run/nscd
  seen runc web --bind /run:/run
  watch_begins
  stays_so "$pid" clear
  changes nscd_start
  becomes "$pid" masked
  run nsenter -t "$pid" -m -r /bin/probe
  report_says "user hostuser -" "user contuser 6001"
}

@test "a directory that is removed and made anew, 100 times" {
  local pid i
  seen runc web --bind /run:/run
  watch_begins
  becomes "$pid" masked
  for i in {1..100}; do
    rm -rf /run/nscd
    mkdir /run/nscd
  done
  becomes "$pid" masked
  [ "$(masks "$pid" | wc -l)" = 1 ]
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ] # nothing on the host
  changes nscd_directory_renew
  becomes "$pid" masked
}

@test "strategy off, by the policy and by the annotation, is left" {
  local pid off
  policy '{"strategy": "off"}'
  seen runc web --bind /run:/run
  off=$pid
  seen crun asks --bind /run:/run --jq '.annotations["io.github.oci-runmask.strategy"] = "mask"'
  watch_begins --policy "$policy"
  becomes "$pid" masked
  stays_so "$off" exposed
  watch_ends
  seen runc declines --bind /run:/run --jq '.annotations["io.github.oci-runmask.strategy"] = "off"'
  rm "$BATS_TEST_TMPDIR/metrics"
  watch_begins
  becomes "$off" masked
  stays_so "$pid" exposed
}

@test "onNamed: mask masks what a mount names; dryRun only says what it would do, once" {
  local pid
  policy '{"onNamed": "mask"}'
  seen runc named --bind /run/nscd:/var/run/nscd
  watch_begins --policy "$policy"
  becomes "$pid" clear # the host's directory is not around the mask
  nsenter -t "$pid" -m sh -c '! ls /proc/1/root/run/nscd/socket 2>/dev/null'
  watch_ends
  rm "$BATS_TEST_TMPDIR/metrics"
  policy '{"dryRun": true}'
  seen crun web --bind /run:/run
  watch_begins --policy "$policy"
  stays_so "$pid" exposed
  changes nscd_directory_renew
  stays_so "$pid" exposed
  [ "$(grep -c "web (pid $pid): would mask \"/var/run/nscd\" (channel nscd)" "$BATS_TEST_TMPDIR/said")" = 1 ]
  [ "$(metric 'runmask_masked_total')" = 0 ]
  [ "$(metric 'runmask_errors_total')" = 0 ]
  [ "$(metric 'runmask_containers{channel="nscd",verdict="exposed"}')" = 1 ]
}

@test "what is named on purpose stays, and what shares mounts is left, said once" {
  local pid
  seen runc keep --bind /run/nscd:/var/run/nscd
  watch_begins
  stays_so "$pid" keep
  seen runc shared --rootfs-propagation rshared --bind /run:/run:rbind,rshared
  stays_so "$pid" exposed
  changes nscd_directory_renew
  stays_so "$pid" exposed
  [ "$(grep -c 'shares mounts with the host' "$BATS_TEST_TMPDIR/said")" = 1 ]
  [ "$(metric 'runmask_errors_total')" = 1 ]
}

@test "a sandbox without an OCI runtime's state is left" {
  local root
  bundle web -- true
  root=$(bundle_dir web)/rootfs
  watch_begins
  "$lab/stand-ins" 1 1 "$root" >"$BATS_TEST_TMPDIR/ready" 3>&- 4>&- </dev/null &
  stand_ins=$!
  eventually [ -s "$BATS_TEST_TMPDIR/ready" ]
  other=$(pgrep -P "$stand_ins")
  changes nscd_directory_renew
  stays_so "$other" exposed

  # nor by a forged state: of another process's start, without a bundle, with another's bundle
  forge() { # JSON
    rm -rf /run/crun/forged
    mkdir -p /run/crun/forged
    printf '%s' "$1" >/run/crun/forged/status
    stays_so "$other" exposed
  }
  mkdir -p "$BATS_TEST_TMPDIR/bundle"
  cp "$(bundle_dir web)/config.json" "$BATS_TEST_TMPDIR/bundle/config.json"
  chown 4711 "$BATS_TEST_TMPDIR/bundle/config.json"
  forge "{\"pid\":$other}"
  forge "{\"pid\":$other,\"bundle\":\"$BATS_TEST_TMPDIR/bundle\"}"
  forge "{\"pid\":$other,\"process-start-time\":1,\"bundle\":\"$(bundle_dir web)\"}"
  forge "{\"pid\":$other,\"bund"
  forge "{\"pid\":$$,\"bundle\":\"$(bundle_dir web)\"}"
  forge "{\"pid\":1,\"bundle\":\"$(bundle_dir web)\"}"
  # with a user's own state of a container that is not the user's
  mkdir -p /run/user/4711/crun/forged
  : >/run/user/4711/crun/forged/status
  chown -R 4711:4711 /run/user/4711/crun # before it says anything: a pass may come by
  printf '{"pid":%d,"bundle":"%s"}' "$other" "$(bundle_dir web)" >/run/user/4711/crun/forged/status
  stays_so "$other" exposed
  rm -rf /run/user/4711/crun
  # by a config.json that others may write, or that is a link to another file
  cp "$(bundle_dir web)/config.json" "$BATS_TEST_TMPDIR/bundle/config.new"
  mv "$BATS_TEST_TMPDIR/bundle/config.new" "$BATS_TEST_TMPDIR/bundle/config.json"
  chmod 664 "$BATS_TEST_TMPDIR/bundle/config.json"
  forge "{\"pid\":$other,\"bundle\":\"$BATS_TEST_TMPDIR/bundle\"}"
  ln -sf "$(bundle_dir web)/config.json" "$BATS_TEST_TMPDIR/bundle/config.json"
  forge "{\"pid\":$other,\"bundle\":\"$BATS_TEST_TMPDIR/bundle\"}"
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ]
  # the control: with a state and a bundle that fit, it is masked
  rm -rf /run/crun/forged
  mkdir -p /run/crun/forged
  printf '{"pid":%d,"bundle":"%s"}' "$other" "$(bundle_dir web)" >/run/crun/forged/status
  becomes "$other" masked
  rm -rf /run/crun/forged
  kill_and_wait KILL "$stand_ins"
  other=
}

@test "a state directory before the namespace is ready: nothing lands on the host" {
  local pid
  watch_begins
  mkdir -p /run/runc/early
  sleep 600 3>&- 4>&- </dev/null &
  other=$!
  unshare -m sleep 600 3>&- 4>&- </dev/null &
  pid=$!
  printf '{"init_process_pid":%d,"config":{"labels":["bundle=/nowhere"]}}' "$pid" >/run/runc/early/state.json
  sleep 0.5
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ]
  not grep -q ' /run/nscd ' "/proc/$pid/mountinfo"
  kill "$pid"
  rm -rf /run/runc/early
}

# make runtime-slow has 1,000: watch-long.bats.
@test "hook and watch together: one tmpfs each, none on the host" {
  hook_and_watch
}

# What came before is over: half a second without a switch to another process.
comes_to_rest() {
  local now before=
  until now=$(grep ctxt_switches "/proc/$watcher/status") && [ "$now" = "$before" ]; do
    before=$now
    sleep 0.5
  done
}

@test "at rest it makes no system call" {
  local pid tracer trace=$BATS_TEST_TMPDIR/trace
  seen runc web --bind /run:/run
  watch_begins
  becomes "$pid" masked
  comes_to_rest
  strace -f -o "$trace" -p "$watcher" 2>/dev/null 3>&- 4>&- &
  tracer=$!
  eventually grep -q '^TracerPid:.*[1-9]' "/proc/$watcher/status"
  sleep "${REST:-10}"
  kill -INT "$tracer"
  wait "$tracer" || true
  grep -qE 'poll|restart_syscall' "$trace" # what it waits in
  [ "$(grep -vcE 'poll\(|restart_syscall|strace: |\+\+\+|<detached' "$trace")" = 0 ] || claim_failed "$(cat "$trace")"
  # the control: a pass is seen
  strace -f -o "$trace" -p "$watcher" 2>/dev/null 3>&- 4>&- &
  tracer=$!
  eventually grep -q '^TracerPid:.*[1-9]' "/proc/$watcher/status"
  changes nscd_directory_renew
  becomes "$pid" masked
  kill -INT "$tracer"
  wait "$tracer" || true
  grep -qE 'fork|clone' "$trace" # musl's fork, glibc's
}

@test "a program that binds and removes the socket makes it grow by nothing" {
  local pid before after
  seen runc web --bind /run:/run
  watch_begins
  becomes "$pid" masked
  changes nscd_stop
  turns() {
    python3 - "$1" <<'P'
import os, socket, sys
for i in range(int(sys.argv[1])):
    s = socket.socket(socket.AF_UNIX)
    try: os.unlink("/run/nscd/socket")
    except FileNotFoundError: pass
    s.bind("/run/nscd/socket")
    s.close()
os.unlink("/run/nscd/socket")
P
  }
  size() { echo "$(awk '/^VmRSS|^VmData/ { printf "%s ", $2 }' "/proc/$watcher/status") $(ls "/proc/$watcher/fd" | wc -l)"; }
  mkdir -p /run/nscd
  turns 1000
  sleep 0.5
  before=$(size)
  turns 10000
  sleep 0.5
  after=$(size)
  echo "before $before, after $after"
  [ "${before##* }" = "${after##* }" ]
  [ $((${after%% *} - ${before%% *})) -lt 300 ]
  changes nscd_start
  becomes "$pid" masked
}

# Each pass is a helper process of its own, and nothing else is started: the container is masked already.
@test "events without pause make at most one pass in 100 ms" {
  local pid began took passes
  seen runc web --bind /run:/run
  watch_begins
  becomes "$pid" masked
  changes nscd_stop
  mkdir -p /run/nscd
  strace -qq -e trace=clone,clone3,fork,vfork -o "$BATS_TEST_TMPDIR/trace" -p "$watcher" 3>&- 4>&- &
  other=$!
  eventually grep -q "^TracerPid:.$other$" "/proc/$watcher/status"
  began=$(date +%s%3N)
  timeout 2 bash -c 'while :; do : >/run/nscd/socket; rm /run/nscd/socket; done' || true
  took=$(($(date +%s%3N) - began))
  kill_and_wait INT "$other"
  other=
  passes=$(grep -c '(' "$BATS_TEST_TMPDIR/trace")
  echo "$passes passes in $took ms"
  [ "$passes" -ge 2 ]
  [ "$passes" -le $((took / 100 + 2)) ]
  changes nscd_start
}

@test "killed and begun again, it masks what came meanwhile; the metrics are well formed" {
  local pid first
  seen runc first --bind /run:/run
  first=$pid
  watch_begins
  becomes "$pid" masked
  kill_and_wait KILL "$watcher"
  watcher=
  seen crun second --bind /run:/run
  scan --json
  [[ $(said_of "$pid") == "exposed "* ]]
  rm "$BATS_TEST_TMPDIR/metrics"
  watch_begins
  becomes "$pid" masked
  [ "$(masks "$first" | wc -l)" = 1 ]
  [ "$(metric 'runmask_containers{channel="nscd",verdict="masked"}')" = 2 ]
  [ "$(metric 'runmask_containers{channel="nscd",verdict="exposed"}')" = 0 ]
  [ "$(metric 'runmask_masked_total')" = 1 ]
  # prometheus.io/docs/instrumenting/exposition_formats
  awk '/^# (HELP|TYPE) / { named[$3]++; next }
    !/^[a-z_:]+({[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*})? [0-9]+$/ { print "not well formed: " $0; bad = 1 }
    { name = $1; sub(/{.*/, "", name); if (named[name] != 2) { print "no HELP and TYPE before " $0; bad = 1 } }
    END { exit bad }' "$BATS_TEST_TMPDIR/metrics"
  crun --root /run/crun delete --force second
  all_masked 1
}

@test "a queue of events that overflows: it says so, and looks at all again" {
  local first pid
  seen runc web --bind /run:/run
  first=$pid
  watch_begins
  becomes "$first" masked
  kill -STOP "$watcher"
  python3 -c 'import os
for i in range(int(open("/proc/sys/fs/inotify/max_queued_events").read())):
    os.mkdir("/run/runc/x"); os.rmdir("/run/runc/x")'
  rm -rf /run/nscd && mkdir /run/nscd
  seen crun late --bind /run:/run # what tells of it is lost
  kill -CONT "$watcher"
  becomes "$first" masked
  becomes "$pid" masked
  [ "$(grep -c 'queue of events overflowed' "$BATS_TEST_TMPDIR/said")" = 1 ]
  seen crun later --bind /run:/run
  becomes "$pid" masked
}

# Over the host's /run another one, with its own state directories and its own nscd.
run_anew() {
  nscd_stop
  mount -n -t tmpfs -o mode=755 anew /run
  mkdir -p /run/runc /run/nscd
  nscd_start
}

run_as_before() {
  nscd_stop
  umount -n -l /run
  nscd_start
}

@test "/run mounted anew: it looks there, and in the old one when that is back" {
  local first pid later
  seen runc web --bind /run:/run
  first=$pid
  watch_begins
  becomes "$first" masked
  run_anew
  seen runc anew --bind /run:/run
  later=$pid
  becomes "$later" masked
  [ "$(masks "$later" | wc -l)" = 1 ]
  rm -rf /run/nscd && mkdir /run/nscd
  becomes "$later" masked
  runc --root /run/runc delete --force anew
  run_as_before
  rm -rf /run/nscd && mkdir /run/nscd
  becomes "$first" masked
  [ "$(masks "$first" | wc -l)" = 1 ]
  changes nscd_directory_renew
  becomes "$first" masked
}

@test "without the right to enter, and where the host cannot be seen: one line, at once" {
  run --separate-stderr timeout 5 setpriv --reuid 4711 --regid 4711 --clear-groups "$RUNMASK" watch
  [ "$status" = 2 ]
  [[ $stderr == "runmask: watch: needs CAP_SYS_ADMIN"* ]]
  run --separate-stderr timeout 5 setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$RUNMASK" watch
  [ "$status" = 2 ]
  [[ $stderr == "runmask: watch: needs CAP_SYS_ADMIN"* ]]
  run --separate-stderr timeout 5 env KUBERNETES_SERVICE_HOST=10.0.0.1 unshare -m -p -f --mount-proc "$RUNMASK" watch
  [ "$status" = 2 ]
  [[ $stderr == "runmask: watch: the host cannot be seen"* ]]
}

@test "SIGTERM ends it with 0; the host is process 1's" {
  local pid
  watch_begins
  watch_ends
  seen runc web --bind /run:/run
  unshare -m sh -c 'mount -t tmpfs own /run && exec "$0" watch' "$RUNMASK" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- 4>&- &
  watcher=$!
  becomes "$pid" masked
}

web_is_found() {
  scan --json
  pid=$(jq '.containers[] | select(.name == "web") | .pid' <<<"$output")
  [ -n "$pid" ]
}

podman_watched() { # RUNTIME
  local pid
  podman_run root "$1" -d --name web -v /run:/run -- sleep 60
  eventually web_is_found
  becomes "$pid" masked
}

@test "Podman's containers" {
  mkdir -p /run/runc /run/crun
  touch /run/.containerenv # Podman wants it where a container binds /run
  host_record
  watch_begins
  each podman_watched "runc crun"
  watch_ends
  host_record
  host_changes rm /run/.containerenv
}
