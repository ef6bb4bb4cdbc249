#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask watch with very many containers, and for long: 1,000 starts beside the hook, 1,000 containers
# masked again, and the window, as a prober in a container sees it. make runtime-slow.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool
load watch

@test "hook and watch together over 1,000 starts: one tmpfs each, none on the host" {
  STARTS=${STARTS:-500} hook_and_watch
}

# Of watch and its helpers, in ticks of 10 ms.
processor_time() {
  awk '{ sub(/.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/$watcher/stat"
}

# The median of three counts, in processor time: other work may have this machine's processors meanwhile.
@test "1,000 containers are masked again in two seconds when nscd's directory is made anew" {
  local count=${CONTAINERS:-1000} began busy spent try times=$BATS_TEST_TMPDIR/times
  changes nscd_stop
  many_containers "$count"
  watch_begins
  all_masked "$count"
  for try in 1 2 3; do
    busy=$(processor_time)
    began=$(date +%s%3N)
    rm -rf /run/nscd
    mkdir /run/nscd
    eventually '[ "$(metric runmask_masked_total)" = $((count * (try + 1))) ]'
    echo "$((10 * ($(processor_time) - busy))) $(($(date +%s%3N) - began))" >>"$times"
  done
  spent=$(sort -n "$times" | sed -n '2s/ .*//p')
  all_masked "$count"
  [ "$(masks "$one_of_many" | wc -l)" = 1 ]
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ]
  grep -q "masked $count containers, 10 of them named above" "$BATS_TEST_TMPDIR/said"
  echo "# $count containers: $(cut -d' ' -f2 "$times" | sort -n | sed -n 2p) ms, $spent ms of processor" >&3
  [ "$spent" -gt 0 ]
  [ "$spent" -le 2000 ]
  watch_ends
  many_end
  changes nscd_start
}

# A line for people from what the prober prints.
window() { # GAP
  window_rounds "$one_of_many" "${ROUNDS:-30}" "$1" >"$BATS_TEST_TMPDIR/window"
  echo "median $(window_part 50) us, 99th percentile $(window_part 99) us"
}

@test "the window is measured, and is zero where a daemon takes its time from its directory to its socket" {
  changes nscd_stop
  many_containers 10
  watch_begins
  all_masked 10
  echo "# 10 containers, listening at once: $(window 0)" >&3
  echo "# 10 containers, listening 200 ms later: $(window 200000)" >&3
  [ "$(window_part 50)" = 0 ] # masked before it listened
  watch_ends
  many_end
  rm -rf /run/nscd
  changes nscd_start
}

# 4,096 are told apart; of one beyond them only its state, once written, says that it is there.
@test "more state directories at once than are told apart: the next one's container is masked all the same" {
  local pid
  mkdir -p /run/runc "$BATS_TEST_TMPDIR/elsewhere"
  watch_begins
  (cd /run/runc && seq -f 'empty%g' 4096 | xargs mkdir)
  mkdir /run/runc/late
  bundle web --bind /run:/run -- sleep 600
  runc --root "$BATS_TEST_TMPDIR/elsewhere" run --detach --bundle "$(bundle_dir web)" \
    --pid-file "$BATS_TEST_TMPDIR/web.pid" web </dev/null >/dev/null 3>&- 4>&-
  pid=$(cat "$BATS_TEST_TMPDIR/web.pid")
  stays_so "$pid" exposed
  cp "$BATS_TEST_TMPDIR/elsewhere/web/state.json" /run/runc/late/
  becomes "$pid" masked
  watch_ends
  runc --root "$BATS_TEST_TMPDIR/elsewhere" delete --force web
}
