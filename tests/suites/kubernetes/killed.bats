#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# install-on-node, seen at every moment, and killed at each of its steps: what an engine reads on the node
# is always sound.

# shellcheck disable=SC2030,SC2031 # variables are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load node

setup() {
  node_setup
}

# What an engine finds: no hooks.d file, or a whole one with its program there, which is whole; and a
# policy that is one of the two.
node_is_sound() {
  local file path
  for file in "$hooks"/*.json; do
    jq -e . "$file" >/dev/null || { echo "$file is not whole" && return 1; }
    [ "$file" = "$hooks_file" ] || continue
    [ -x "$program" ] || { echo "the file names a program that is not there" && return 1; }
  done
  for path in "$program" "$programs/oci-runmask-runtime" "$programs/runmask" "$policy"; do
    [ ! -e "$path" ] || is_one_of "$path" || { echo "$path is neither the old one nor the new" && return 1; }
  done
}

is_one_of() { # PATH
  case $1 in
    "$programs"/*) cmp -s "$1" "$BUILT/${1##*/}" || cmp -s "$1" "$next/${1##*/}" ;;
    *) grep -qxE '\{"version": 1, "strategy": "(off|mask|facade)"\}' "$1" ;;
  esac
}

# A command that ends the installer, as a node that loses its power would, when it is called for the
# COUNTth time. The others are Debian's own.
dying() { # COMMAND COUNT
  rm -rf "$BATS_TEST_TMPDIR/bin"
  mkdir "$BATS_TEST_TMPDIR/bin"
  echo "$2" >"$BATS_TEST_TMPDIR/left"
  cat >"$BATS_TEST_TMPDIR/bin/$1" <<END
#!/bin/bash
PATH=/usr/bin:/bin # or it would call itself
left=\$((\$(<"$BATS_TEST_TMPDIR/left") - 1))
echo "\$left" >"$BATS_TEST_TMPDIR/left"
if [ "\$left" = 0 ]; then kill -KILL "\$PPID"; exit 1; fi
exec $1 "\$@"
END
  chmod 755 "$BATS_TEST_TMPDIR/bin/$1"
}

# Dies at each call of COMMAND in turn, until it lives through. What came of it is sound; and with the next
# verb, called after it, the node ends as "finished" wants it.
interrupted() { # COMMAND VERB NEXT_VERB: in a node that is made by "prepare"
  local count
  for count in {1..60}; do
    rm -rf "$ROOT"
    prepare
    dying "$1" "$count"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run install_on_node "$2"
    node_is_sound || { echo "after $1 number $count" && return 1; }
    [ "$(cat "$BATS_TEST_TMPDIR/left")" -le 0 ] || break
    [ "$status" = 137 ] || { echo "$1 number $count: not killed: $output" && return 1; }
    install_on_node "$3" && finished || { echo "after $1 number $count" && return 1; }
  done
  [ "$count" -gt 1 ] && [ "$count" -lt 60 ]
}

# A node with a policy of its own, unless own_policy says no; before its first installation.
fresh() {
  make_node "$ROOT"
  [ "${own_policy-yes}" = no ] || echo '{"version": 1, "strategy": "off"}' >"$policy"
  first=$(node_without_times)
  want_policy '{"version": 1, "strategy": "facade"}'
}

# Before an upgrade of the program and of the policy.
installed() {
  fresh
  want_policy '{"version": 1, "strategy": "mask"}'
  install_on_node install >/dev/null
  want_policy '{"version": 1, "strategy": "facade"}'
  make_image "$next"
}

node_without_times() {
  node_tree "$ROOT/node" | sed 's/ [0-9.]* $//'
}

is_installed() { # PROGRAMS
  cmp "$1/oci-runmask" "$program" && cmp "$1/oci-runmask-runtime" "$programs/oci-runmask-runtime" && grep -q facade "$policy" && install_on_node remove >/dev/null && is_as_before
}

is_as_before() {
  diff <(echo "$first") <(node_without_times)
}

@test "a first installation that is killed anywhere leaves a sound node, and the next one ends it" {
  prepare() { fresh; }
  finished() { is_installed "$BUILT"; }
  interrupted mv install install
  interrupted ln install install
}

@test "a first installation that is killed anywhere is taken away without a trace" {
  prepare() { fresh; }
  finished() { is_as_before; }
  interrupted mv install remove
  interrupted dd install remove
  interrupted ln install remove
}

@test "an upgrade that is killed anywhere leaves a sound node, and the next one ends it" {
  prepare() { installed; }
  finished() { is_installed "$next"; }
  interrupted mv install install
  interrupted dd install install
  interrupted rm install install
}

@test "a removal that is killed anywhere leaves a sound node, and the next one ends it" {
  prepare() { installed; }
  finished() { is_as_before; }
  interrupted rm remove remove
  interrupted mv remove remove
}

# ---- a step that fails --------------------------------------------------------------------------

# As "dying", but the command fails and the installer goes on from there.
failing() { # COMMAND COUNT
  dying "$@"
  sed -i 's/kill -KILL "\$PPID"; //' "$BATS_TEST_TMPDIR/bin/$1"
}

rolled_back() { # COMMAND PREPARE
  local count before
  for count in {1..60}; do
    rm -rf "$ROOT"
    "$2"
    before=$(node_without_times)
    failing "$1" "$count"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run install_on_node install
    node_is_sound || { echo "after $1 number $count" && return 1; }
    [ "$(cat "$BATS_TEST_TMPDIR/left")" -le 0 ] || break
    [ "$status" = 0 ] || diff <(echo "$before") <(node_without_times) || { echo "after $1 number $count: $output" && return 1; }
  done
  [ "$count" -gt 1 ] && [ "$count" -lt 60 ]
}

@test "an installation or an upgrade in which a step fails is rolled back" {
  local command
  for command in mv ln chmod dd; do
    rolled_back "$command" fresh
    rolled_back "$command" installed
  done
}

@test "what was done, and what was left alone, is a line each in the log" {
  fresh
  run install_on_node install
  [[ $output == *"placed: /usr/libexec/oci/hooks.d/oci-runmask"*"/runmask"*"own policy is kept"*"placed: /etc/oci-runmask/policy.json"*"/oci-runmask.json"* ]]
  run install_on_node install
  [ "$(grep -c 'left alone, it is the same' <<<"$output")" = 5 ]
}

@test "who looks while it is installed, upgraded and removed sees only whole files" {
  local looks=0 writer
  want_policy '{"version": 1, "strategy": "mask"}'
  (
    for _ in {1..6}; do
      install_on_node install
      make_image "$next"
      install_on_node install
      make_image "$BUILT"
      install_on_node remove
    done
  ) >/dev/null 3>&- 4>&- &
  writer=$!
  while kill -0 "$writer" 2>/dev/null; do
    sees_whole_files || { wait "$writer" && return 1; }
    looks=$((looks + 1))
  done
  wait "$writer"
  [ "$looks" -gt 20 ]
}

# A file may go between two looks at it: what is read from is what was opened.
sees_whole_files() {
  local text
  if text=$(cat "$hooks_file" 2>/dev/null); then
    jq -e '.hook.path' <<<"$text" >/dev/null || { echo "not whole: $text" && return 1; }
  fi
  if exec 9<"$program"; then
    cmp -s - "$BUILT/oci-runmask" <&9 || { exec 9<"$program" && cmp -s - "$next/oci-runmask" <&9; } ||
      [ ! -e "$program" ] || is_one_of "$program" || { echo "the program is not whole" && return 1; }
    exec 9<&-
  fi 2>/dev/null
}

@test "the look finds a file that is not whole (control)" {
  install_on_node install
  node_is_sound
  sees_whole_files
  head -c 1000 "$BUILT/oci-runmask" >"$program"
  looks_wrong
  rm "$program"
  run node_is_sound
  [ "$output" = "the file names a program that is not there" ]
  cp "$BUILT/oci-runmask" "$program"
  head -c 20 "$hooks_file" >"$BATS_TEST_TMPDIR/part" && cp "$BATS_TEST_TMPDIR/part" "$hooks_file"
  looks_wrong
}

looks_wrong() {
  run node_is_sound
  [ "$status" = 1 ]
  [[ $output == *"is not whole"* || $output == *"neither the old one nor the new"* ]]
  run sees_whole_files
  [ "$status" = 1 ]
  [[ $output == *"not whole"* ]]
}

# SED_SCRIPT COMMAND VERB SENTENCE: an installer of another order is found out.
found_out() {
  prepare() { installed; }
  local kubernetes=$BATS_TEST_TMPDIR/worse
  mkdir -p "$kubernetes"
  cp "$LAB_ROOT/packaging/kubernetes/engines-on-node" "$kubernetes/"
  sed "$1" "$LAB_ROOT/packaging/kubernetes/install-on-node" >"$kubernetes/install-on-node"
  run cmp -s "$LAB_ROOT/packaging/kubernetes/install-on-node" "$kubernetes/install-on-node"
  [ "$status" = 1 ]
  run interrupted "$2" "$3" "$3"
  [ "$status" = 1 ] && [[ $output == *"$4"*"after $2 number "* ]] || { echo "$output" && return 1; }
}

@test "an installer that writes in place is found out (control)" {
  own_policy=no
  finished() { is_installed "$next"; }
  found_out 's|mv -f "$(new_of "$1")" "$1"|cat "$(new_of "$1")" >"$1"; chmod 755 "$1"|' \
    cat install "neither the old one nor the new"
}

@test "an installer that remembers too late is found out (control)" {
  finished() { is_installed "$next"; }
  found_out '/^  remember "$(sum_of/{s/"$(new_of "$1")"/"$1"/;h;d};/^  give_name "$1"/G' \
    mv install "was not placed from here"
}

@test "a removal that takes the program first is found out (control)" {
  finished() { is_as_before; }
  found_out '/^  for dir in $hooks_dirs; do remove_ours/i\  for name in $programs; do remove_ours "$node/usr/libexec/oci/hooks.d/$name"; done' \
    rm remove "names a program that is not there"
}
