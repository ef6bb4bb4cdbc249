#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Containers that start at once, $LOAD_TOGETHER of them: none fails, none is without protection, and
# it takes no longer.

load load

: "${LOAD_TOGETHER:=200}"
rounds=5

teardown() {
  rm -rf "$many"
  lab_teardown
}

all_protected() { # RUNTIME
  at_once "$1" with
  [ "$(told with "$protected_words")" = "$count" ] || { said_of with && return 1; }
}

# The control: nearly all, since nscd may be too busy to answer some of so many at once.
most_leak() { # RUNTIME
  local leaked
  at_once "$1" without
  leaked=$(told without "$leaked_words")
  [ "$leaked" -ge $((count * 3 / 4)) ] || { echo "only $leaked of $count leak" && return 1; }
}

@test "with the hook all of many containers that start at once are protected, under runc" {
  many "$LOAD_TOGETHER"
  all_protected runc
}

@test "with the hook all of many containers that start at once are protected, under crun" {
  many "$LOAD_TOGETHER"
  all_protected crun
}

@test "without the hook many containers that start at once leak, under runc and crun" {
  many "$LOAD_TOGETHER"
  most_leak runc
  most_leak crun
}

# Adds "WALL CPU" in milliseconds to the sums of that kind.
measured() { # RUNTIME KIND
  local TIMEFORMAT='%3R %3U %3S' real user system
  { time at_once "$1" "$2"; } 2>"$BATS_TEST_TMPDIR/time"
  read -r real user system <"$BATS_TEST_TMPDIR/time"
  wall[$2]=$((${wall[$2]:-0} + 10#${real/./}))
  cpu[$2]=$((${cpu[$2]:-0} + 10#${user/./} + 10#${system/./}))
}

# Sets parts: wall and processor time with the hook, in a thousand of those without.
compare() { # RUNTIME
  local round
  local -A wall=() cpu=()
  for ((round = 0; round < rounds; round++)); do
    if [ $((round % 2)) = 0 ]; then
      measured "$1" with && measured "$1" without
    else
      measured "$1" without && measured "$1" with
    fi
    [ "$(told with "$protected_words")" = "$count" ] || { said_of with && return 1; }
  done
  parts=($((1000 * wall[with] / wall[without])) $((1000 * cpu[with] / cpu[without])))
  echo "# $1, $rounds rounds of $count: wall ${wall[with]} ms with the hook, ${wall[without]} without" \
    "(${parts[0]} ‰); processor ${cpu[with]} and ${cpu[without]} ms (${parts[1]} ‰)" >&3
}

# A busy neighbour must not fail the test: it has to be so twice, and over more rounds then, where what
# a neighbour takes weighs less.
within_a_tenth() { # RUNTIME
  local parts=() try rounds=$rounds
  for try in 1 2; do
    compare "$1"
    [ "${parts[0]}" -gt 1100 ] || return 0
    rounds=$((4 * rounds))
  done
  echo "with the hook $1 takes ${parts[0]} ‰ of the time without it (try $try)"
  return 1
}

@test "the hook adds less than a tenth to the time of many starts at once, under runc" {
  many "$LOAD_TOGETHER"
  within_a_tenth runc
}

@test "the hook adds less than a tenth to the time of many starts at once, under crun" {
  many "$LOAD_TOGETHER"
  within_a_tenth crun
}
