#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Containers one after the other, $LOAD_STARTS of them: they leave nothing, and the last hundred take
# no more memory than the first.

load load

: "${LOAD_STARTS:=300}"

teardown() {
  rm -rf "$many"
  lab_teardown
}

# The hook, measured: $peaks has a line for each start.
measured_hook() {
  peaks=$BATS_TEST_TMPDIR/peaks
  : >"$peaks"
  jq --arg rss "$LOAD_RSS" --arg peaks "$peaks" --arg hook "$OCI_RUNMASK" \
    '.hooks.createRuntime[0] |= {path: $rss, args: ["rss", $peaks, $hook, "createRuntime"]}' \
    "$many/with/1/config.json" >"$many/config.json"
  mv "$many/config.json" "$many/with/1/config.json"
}

mean() {
  awk '{ sum += $1 } END { if (NR != 100) exit 1; printf "%d\n", sum / NR }'
}

@test "many starts in a row leave no mount, file, process or open file, and take no more memory" {
  [ "$LOAD_STARTS" -ge 200 ]
  many 1
  measured_hook
  touch "$BATS_TEST_TMPDIR"/{before,after} # files, too
  # what the first one makes, once
  in_a_row 20
  machine >"$BATS_TEST_TMPDIR/before"
  forget_log
  : >"$peaks"
  in_a_row "$LOAD_STARTS"
  machine >"$BATS_TEST_TMPDIR/after"
  diff -U 0 "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
  [ "$(wc -l <"$peaks")" = "$LOAD_STARTS" ]
  [ "$(log_lines | grep -c 'door=createRuntime strategy=mask channel=nscd result=')" = "$LOAD_STARTS" ]
  first=$(head -n 100 "$peaks" | mean)
  last=$(tail -n 100 "$peaks" | mean)
  echo "# $LOAD_STARTS starts: the hook's peak is $first KiB in the first hundred, $last in the last" >&3
  [ "$last" -le $((first + first / 20)) ]
}

@test "a start that leaves something is noticed" {
  touch "$BATS_TEST_TMPDIR"/{before,after}
  mkdir "$LAB_DIR/state/left"
  machine >"$BATS_TEST_TMPDIR/before"
  sleep 60 3>&- 4>&- &
  touch "$LAB_DIR/state/left-file"
  mount -n -t tmpfs left "$LAB_DIR/state/left"
  machine >"$BATS_TEST_TMPDIR/after"
  kill $!
  umount -n "$LAB_DIR/state/left"
  rm -r "$LAB_DIR"/state/left*
  run diff -U 0 "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
  [ "$status" = 1 ]
  [[ "$output" == *"+sleep "* && "$output" == *"+"*" - tmpfs left "* && "$output" == *"+$LAB_DIR/state/left-file"* ]]
}
