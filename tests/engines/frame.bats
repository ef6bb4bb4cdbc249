#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of engines stand on: the trees, the cells and the table.

# on bookworm: runc

# shellcheck disable=SC2154 # set by what is loaded
# shellcheck disable=SC2030,SC2031 # ENGINES_CELLS and ENGINES_RESULTS are of one test each

load engines

table=$LAB_ROOT/tests/engines/table

# Cells of this file are in no table but its own.
setup() {
  lab_setup
  export ENGINES_RESULTS=$BATS_TEST_TMPDIR/results
  ENGINES_CELLS=$ENGINES_RESULTS/cells
  mkdir "$ENGINES_RESULTS"
}

@test "a tree is the host's / and is not written to, and one that is there is not made again" {
  local tree=$LAB_ROOT/build/lab/trees/$ENGINES_SUITE packages
  grep -q "VERSION_CODENAME=$ENGINES_SUITE" /etc/os-release
  touch /usr/mine
  [ -e /usr/mine ]
  [ ! -e "$tree/usr/mine" ]
  mapfile -t packages <"$tree/lab-packages"
  run "$LAB_ROOT/tests/engines/tree" "$ENGINES_SUITE" "${packages[@]}"
  [ "$status" = 0 ]
  [ "$output" = "$tree" ]
}

@test "the project is there as it is installed" {
  [ -x "$OCI_RUNMASK" ]
  [ -x "$runtime_program" ]
  [ "$(realpath /usr/bin/oci-runmask-runtime)" = "$runtime_program" ]
  [ -x /usr/bin/runmask ]
  jq -e '.kind == "oci-runmask.github.io/run"' /etc/cdi/oci-runmask.json
}

@test "the verdict is what the last probe said" {
  bundle web --bind /var/run:/var/run
  container runc web
  [ "$(verdict)" = "not protected: the host's names are seen" ]
  bundle web --bind /var/run:/var/run --hook createRuntime
  container runc web
  [ "$(verdict)" = protected ]
  bundle web --hook createRuntime -- sh -c 'probe | grep -v contuser'
  container runc web
  [[ "$(verdict)" == "not protected: neither"* ]]
  bundle web --bind /var/run:/var/run --hook createContainer:--unheard-of
  container runc web
  [[ "$(verdict)" == "refused: "*"unheard-of"* ]]
}

@test "a cell has a version, and nothing that a table cannot hold" {
  cell Engine 1.0 door protected
  run cell Engine "" door protected
  [ "$status" = 1 ]
  run cell Engine 1.0 "a|door" protected
  [ "$status" = 1 ]
  run cell Engine 1.0 door $'two\nlines'
  [ "$status" = 1 ]
  [ "$(cat "$ENGINES_CELLS")" = $'Engine\t1.0\tdoor\tprotected' ]
}

@test "the table has every cell once and in order, and what is not run" {
  cell Engine 10.0 b protected
  cell Engine 9.0 b "refused: so"
  cell Engine 9.0 a protected
  cell Engine 9.0 a protected
  run "$table"
  [ "$status" = 0 ]
  [ "$(grep '^| Engine' <<<"$output")" = "| Engine | 9.0 | a | protected |
| Engine | 9.0 | b | refused: so |
| Engine | 10.0 | b | protected |" ]
  [[ "$output" == *"| CRI-O | – | "*" | not run: "* ]]
}

@test "a document's table is written and compared, and nothing else of it is touched" {
  local doc=$BATS_TEST_TMPDIR/doc.md
  printf '%s\n' before '<!-- engines:begin -->' old '<!-- engines:end -->' after >"$doc"
  cell Engine 1.0 door protected
  run "$table" --check "$doc"
  [ "$status" = 1 ]
  "$table" --write "$doc"
  "$table" --check "$doc"
  [ "$(sed -n '1p;$p' "$doc")" = $'before\nafter' ]
  [ "$(grep -c engines: "$doc")" = 2 ]
  cell Engine 1.0 "another door" protected
  run "$table" --check "$doc"
  [ "$status" = 1 ]
  [[ "$output" == *"another door"* ]]
  sed -i '/engines:end/d' "$doc"
  run "$table" --write "$doc"
  [ "$status" = 1 ]
  "$table" --write "$BATS_TEST_TMPDIR/new.md"
  "$table" --check "$BATS_TEST_TMPDIR/new.md"
}

@test "without results there is no table" {
  run "$table"
  [ "$status" = 1 ]
}
