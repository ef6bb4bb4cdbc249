# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2120 # set by what is loaded; given by tests
# SPDX-License-Identifier: Apache-2.0
#
# runmask watch beside containers: their state is where runtimes keep it on a host.
#
#   watch_begins ARGS..., watch_ends
#   said                        what it has printed
#   metric NAME                 its value
#   seen RUNTIME NAME WORDS...  a container that sleeps, without any hook; its process is in $pid
#   becomes PID VERDICT, stays_so PID VERDICT
#   changes CMD...              host_changes, whatever state directories came before
#   hook_and_watch              starts with both at work
#   many_containers COUNT       as a runtime leaves them, with its state, but cheap: 1,000 of runc's take
#                               minutes; the last one's process is in $one_of_many
#   all_masked COUNT            waits for it
#   window_rounds PID ROUNDS GAP, window_part PERCENT      what tests/lab/window prints, sorted

teardown() {
  watch_ends
  [ -z "${other-}" ] || kill_and_wait KILL "$other"
  for runtime in runc crun; do
    for id in "/run/$runtime"/*; do
      "$runtime" --root "/run/$runtime" delete --force "${id##*/}" 2>/dev/null || true
    done
    rm -rf "/run/${runtime:?}"
  done
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ] # nothing of ours on the host
  host_record # the runtimes' own directories come and go
  lab_teardown
}

changes() { # CMD...
  host_record
  host_changes "$@"
}

said() {
  cat "$BATS_TEST_TMPDIR/said"
}

watch_begins() { # ARGS...
  local tries
  "$RUNMASK" watch --metrics "$BATS_TEST_TMPDIR/metrics" "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- 4>&- </dev/null &
  watcher=$!
  for tries in {1..1000}; do
    [ ! -s "$BATS_TEST_TMPDIR/metrics" ] || return 0
    kill -0 "$watcher" || claim_failed "watch has ended: $(said)" || return 1
    sleep 0.02
  done
  claim_failed "watch makes no first pass: $(said)"
}

watch_ends() {
  [ -n "${watcher-}" ] || return 0
  kill -TERM "$watcher"
  wait "$watcher"
  watcher=
}

# With state where runtimes keep it on a host, and without any hook.
seen() { # RUNTIME NAME WORDS...
  bundle "$2" "${@:3}" -- sleep 600
  "$1" --root "/run/$1" run --detach --bundle "$(bundle_dir "$2")" --pid-file "$BATS_TEST_TMPDIR/$2.pid" "$2" \
    </dev/null >/dev/null 3>&- 4>&-
  pid=$(cat "$BATS_TEST_TMPDIR/$2.pid")
}

becomes() { # PID VERDICT
  local tries
  for tries in {1..300}; do
    scan --json
    [[ $(said_of "$1") != "$2 "* ]] || return 0
    sleep 0.02
  done
  claim_failed "pid $1 does not become $2: $(said)"
}

stays_so() { # PID VERDICT
  sleep 0.5
  scan --json
  [[ $(said_of "$1") == "$2 "* ]] || claim_failed "not $2: $(said)"
}

metric() { # LINE'S BEGINNING
  sed -n "s/^$1 //p" "$BATS_TEST_TMPDIR/metrics"
}

# STARTS of each runtime, 30 unless given.
hook_and_watch() {
  local i pid runtime
  watch_begins
  for i in $(seq "${STARTS:-30}"); do
    for runtime in runc crun; do
      seen "$runtime" "web$runtime" --bind /run:/run --hook createRuntime
      [ "$((i % 10))" != 0 ] || sleep 0.15 # a pass comes by
      [ "$(masks "$pid" | wc -l)" = 1 ] || claim_failed "pid $pid: $(masks "$pid")"
      "$runtime" --root "/run/$runtime" delete --force "web$runtime"
    done
  done
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ]
  [ "$(metric runmask_masked_total)" = 0 ]
}

# ---- very many ----------------------------------------------------------------------------------

many_containers() { # COUNT
  local root=$BATS_TEST_TMPDIR/many pid ready
  mkdir -p "$root"/{run,var}
  ln -sfn /run "$root/var/run"
  rm -f "$BATS_TEST_TMPDIR/ready"
  bundle many --bind /run:/run -- true
  "$lab/stand-ins" "$1" 1 "$root" >"$BATS_TEST_TMPDIR/ready" 3>&- 4>&- </dev/null &
  other=$!
  eventually [ -s "$BATS_TEST_TMPDIR/ready" ]
  for pid in $(pgrep -P "$other"); do
    mkdir -p "/run/crun/many$pid"
    printf '{"pid":%d,"bundle":"%s"}' "$pid" "$(bundle_dir many)" >"/run/crun/many$pid/status"
  done
  one_of_many=$pid
}

masked_are() { # COUNT
  [ "$(metric 'runmask_containers{channel="nscd",verdict="masked"}')" = "$1" ]
}

all_masked() { # COUNT
  eventually masked_are "$1" || claim_failed "watch says: $(said)"
}

many_end() {
  kill_and_wait KILL "$other" 2>/dev/null
  other=
  rm -rf /run/crun/many*
}

# From listen(2) to the first connect(2) that is refused, with a prober that dials without pause.
window_rounds() { # PID ROUNDS GAP
  "$lab/window" "$@" | sort -n
}

window_part() { # PERCENT
  awk -v part="$1" '{ row[NR] = $1 } END { at = NR * part / 100; print row[at == int(at) ? at : int(at) + 1] }' \
    "$BATS_TEST_TMPDIR/window"
}
