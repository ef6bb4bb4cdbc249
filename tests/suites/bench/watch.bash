# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# runmask watch and fix with very many containers: the window, how long it takes until all are masked
# again, and the processor time of fix --all. Sourced by measure, on a private host.

# shellcheck disable=SC2154 # set by what is sourced before
# shellcheck disable=SC2034 # for tests/runtime/watch.bash

RUNMASK=$LAB_ROOT/build/runmask
BATS_TEST_TMPDIR=$LAB_DIR/watch
mkdir -p "$BATS_TEST_TMPDIR"
# shellcheck source=tests/runtime/watch.bash
. "$LAB_ROOT/tests/runtime/watch.bash"

remask_limit_ms=2000 # wall time, 1,000 containers
fix_limit_ms=500     # processor time, 2,000 containers
remask_containers=1000
fix_containers=2000

# Of the container that a pass comes to last.
one_window() { # CONTAINERS ROUNDS GAP-US
  window_rounds "$one_of_many" "$2" "$3" >"$BATS_TEST_TMPDIR/window"
  jq -n --argjson containers "$1" --argjson rounds "$2" --argjson gap_ms "$(($3 / 1000))" \
    --argjson median_us "$(window_part 50)" --argjson p99_us "$(window_part 99)" \
    '{$containers, $rounds, $gap_ms, $median_us, $p99_us}'
}

# The median of five numbers, a line each.
median_of_five() {
  sort -n | sed -n 3p
}

# From the directory made anew to the last mask, in milliseconds; the median of five.
remasked() { # CONTAINERS
  local before began try
  for try in 1 2 3 4 5; do
    sleep 0.2
    before=$(metric runmask_masked_total)
    began=$(date +%s%3N)
    rm -rf /run/nscd
    mkdir /run/nscd
    until [ "$(metric runmask_masked_total)" -ge $((before + $1)) ]; do
      kill -0 "$watcher" || return 1
      sleep 0.005
    done
    echo "$(($(date +%s%3N) - began))"
  done | median_of_five
}

# Processor time of fix --all, in milliseconds; the median of five.
fixed() {
  local TIMEFORMAT='%3U %3S' try
  for try in 1 2 3 4 5; do
    rm -rf /run/nscd
    mkdir /run/nscd
    { time "$RUNMASK" fix --all >/dev/null; } 2>&1 | awk 'END { print 1000 * ($1 + $2) }'
  done | median_of_five
}

windows() { # ROUNDS
  local count
  for count in 10 1000; do
    many_containers "$count"
    watch_begins
    all_masked "$count"
    one_window "$count" "$1" 0
    one_window "$count" "$1" 200000
    watch_ends
    many_end
    rm "$BATS_TEST_TMPDIR/metrics"
  done
}

many_at_once() {
  local remasked fixed
  many_containers "$remask_containers"
  watch_begins
  all_masked "$remask_containers"
  remasked=$(remasked "$remask_containers")
  watch_ends
  many_end
  many_containers "$fix_containers"
  fixed=$(fixed)
  many_end
  jq -n --argjson ms "$remasked" --argjson containers "$remask_containers" --argjson limit_ms "$remask_limit_ms" \
    --argjson fix_cpu_ms "$fixed" --argjson fix_containers "$fix_containers" --argjson fix_limit_ms "$fix_limit_ms" \
    '{remask: {$containers, $ms, $limit_ms}, fix: {containers: $fix_containers, cpu_ms: $fix_cpu_ms, limit_ms: $fix_limit_ms}}'
}

told() { # FILE
  jq -r '.watch | (.windows[] | "window, \(.containers) containers, listening \(.gap_ms) ms after mkdir: median \(.median_us) us, 99th percentile \(.p99_us) us"),
    "\(.remask.containers) containers masked again: \(.remask.ms) ms, to reach: \(.remask.limit_ms)",
    "fix --all, \(.fix.containers) containers: \(.fix.cpu_ms) ms of processor, to reach: \(.fix.limit_ms)"' "$1"
}

judged() { # FILE
  jq -r '.watch | [.remask.ms <= .remask.limit_ms, .fix.cpu_ms <= .fix.limit_ms] |
    "\(map(select(.)) | length) passed, \(map(select(. | not)) | length) failed"' "$1"
}

# With --check only what has a limit.
watch_figures() { # ROUNDS FILE [--check PERCENT]
  nscd_stop
  {
    [ $# -gt 2 ] || windows "$1"
  } | jq -s '{windows: .}' >"$BATS_TEST_TMPDIR/windows.json"
  many_at_once >"$BATS_TEST_TMPDIR/many.json"
  rm -rf /run/nscd
  nscd_start
  jq -s '{watch: add}' "$BATS_TEST_TMPDIR"/{windows,many}.json >"$2"
  told "$2"
  [ $# -le 2 ] || judged "$2"
}
