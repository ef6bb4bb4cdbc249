#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The threat model promises nothing that no test shows.

# shellcheck disable=SC2154 # "status" and "output" are set by bats' run

promises() {
  cd "$LAB_ROOT" && tests/suites/privilege/promises "$@"
}

@test "every promise names tests, and they are there" {
  promises docs/threat-model.md
}

@test "a promise without a test, or with one that is gone, is found" {
  sed '0,/"a mount that did not take hold is an error"/s//"a test that is gone"/' \
    "$LAB_ROOT/docs/threat-model.md" >"$BATS_TEST_TMPDIR/gone.md"
  run promises "$BATS_TEST_TMPDIR/gone.md"
  [ "$status" = 1 ]
  [ "$output" = 'tests/runtime/safety.bats has no test "a test that is gone"' ]
  sed 's/^| The environment.*/| The environment | |/' "$LAB_ROOT/docs/threat-model.md" >"$BATS_TEST_TMPDIR/none.md"
  run promises "$BATS_TEST_TMPDIR/none.md"
  [ "$status" = 1 ]
  [[ $output == '"The environment" names its tests so'* ]]
}
