#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# install-on-node in a scratch tree, with the shell and the tools of Debian and of the image.

# shellcheck disable=SC2030,SC2031 # variables are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load node

setup() {
  node_setup
}

node() {
  node_tree "$ROOT/node"
}

with_each_shell() { # FUNCTION: in a fresh node
  for node_shell in dash busybox; do
    rm -rf "$ROOT"
    make_node "$ROOT"
    "$1"
  done
}

# ---- what is placed -----------------------------------------------------------------------------

placed() {
  want_policy '{"version": 1, "strategy": "facade"}'
  install_on_node install
  cmp "$BUILT/oci-runmask" "$program"
  [ "$(stat -c '%a %u:%g' "$program")" = "755 0:0" ]
  [ "$(stat -c '%a %u:%g' "$hooks_file" "$policy" | sort -u)" = "644 0:0" ]
  jq -e '.hook.path == "/usr/libexec/oci/hooks.d/oci-runmask" and .stages == ["createRuntime"]' "$hooks_file"
  cmp "$ROOT/policy/policy.json" "$policy"
  "$BUILT/runmask" policy "$policy" | jq -e '.strategy == "facade"'
  [ -z "$(find "$ROOT/node" -name '*.new' 2>&1)" ]
}

@test "the program, the file that names it and the policy come onto the node, as the hook wants them" {
  with_each_shell placed
}

@test "no file on the node names the stage precreate, with which CRI-O would not start" {
  install_on_node install
  [ -n "$(grep -rl createRuntime "$ROOT/node/hooks")" ]
  run grep -rl precreate "$ROOT/node/hooks" "$kubernetes"/*.yaml
  [ "$status" = 1 ]
  grep -q precreate "$LAB_ROOT/packaging/precreate/oci-runmask-precreate.json.in"
}

@test "the hooks.d file names the directory that the node calls so" {
  PROGRAM_DIR=/var/lib/oci-runmask install_on_node install
  jq -e '.hook.path == "/var/lib/oci-runmask/oci-runmask"' "$hooks_file"
  PROGRAM_DIR=lib run install_on_node install
  [ "$status" != 0 ]
  [[ $output == *'PROGRAM_DIR must be an absolute path, is "lib"'* ]]
}

# ---- again, and away ----------------------------------------------------------------------------

untouched_again() {
  want_policy '{"version": 1}'
  install_on_node install
  before=$(node)
  install_on_node install
  diff <(node_tree "$ROOT/node/program" "$ROOT/node/hooks") \
    <(grep -vF "$ROOT/node/policy" <<<"$before" | grep -vx "$ROOT/node d .*")
}

@test "a second installation of the same version touches nothing" {
  with_each_shell untouched_again
}

removed() {
  before=$(node)
  want_policy '{"version": 1}'
  install_on_node install
  [ "$before" != "$(node)" ]
  install_on_node remove
  diff <(echo "$before") <(node)
  install_on_node remove
  diff <(echo "$before") <(node)
}

@test "removal leaves the node as it was, and a second one finds nothing to do" {
  with_each_shell removed
}

upgraded() {
  before=$(node)
  install_on_node install
  make_image "$next"
  install_on_node install
  cmp "$next" "$program"
  [ "$(wc -l <"$ROOT/node/policy/.placed-by-kubernetes")" = 2 ]
  install_on_node remove
  diff <(echo "$before") <(node)
}

@test "an upgrade replaces the program, and its removal leaves the node as it was" {
  with_each_shell upgraded
}

# ---- the node's own -----------------------------------------------------------------------------

policy_kept() {
  echo '{"version": 1, "strategy": "off"}' >"$policy"
  chmod 600 "$policy"
  touch -d '2020-02-02 02:02:02' "$policy"
  before=$(node)
  install_on_node install
  grep -q off "$policy"
  [ "$(stat -c '%a %Y' "$policy")" = "600 $(date -d '2020-02-02 02:02:02' +%s)" ]
  install_on_node remove
  diff <(echo "$before") <(node)
}

@test "without a ConfigMap the node's own policy stays" {
  with_each_shell policy_kept
}

policy_back() {
  echo '{"version": 1, "strategy": "off"}' >"$policy"
  touch -d '2020-02-02 02:02:02' "$policy"
  before=$(node)
  want_policy '{"version": 1, "strategy": "mask"}'
  install_on_node install
  want_policy '{"version": 1, "strategy": "facade"}'
  install_on_node install
  grep -q facade "$policy"
  [ "$1" != by-configmap ] || { rm "$ROOT/policy/policy.json" && install_on_node install; }
  [ "$1" != by-configmap ] || grep -q off "$policy"
  install_on_node remove
  diff <(echo "$before") <(node)
}

@test "the policy of a ConfigMap goes before the node's own, which comes back with the removal" {
  policy_back by-removal
}

@test "the policy of a ConfigMap goes before the node's own, which comes back when the ConfigMap goes" {
  policy_back by-configmap
}

@test "a policy that was changed by hand after the installation stays at the removal" {
  want_policy '{"version": 1}'
  install_on_node install
  echo '{"version": 1, "strategy": "off"}' >"$policy"
  install_on_node remove
  grep -q off "$policy"
  [ ! -e "$program" ] && [ ! -e "$hooks_file" ]
}

foreign() {
  cp "$BUILT/oci-runmask" "$1"
  before=$(node)
  want_policy '{"version": 1}'
  run install_on_node install
  [ "$status" != 0 ]
  [[ $output == *"$1 was not placed from here"*"nothing is changed"* ]]
  diff <(echo "$before") <(node)
  install_on_node remove
  diff <(echo "$before") <(node)
  rm "$1"
}

@test "what a package has installed is neither replaced nor removed" {
  foreign "$program"
  foreign "$hooks_file"
}

# ---- what is wrong is seen before anything is changed -------------------------------------------

nothing_changed() { # SENTENCE
  local before
  before=$(node)
  run install_on_node install
  [ "$status" != 0 ]
  [[ $output == *"$1"*"nothing is changed"* ]] || { echo "$output" && return 1; }
  diff <(echo "$before") <(node)
}

wrong_policies() {
  want_policy '{"version": 1}'
  install_on_node install
  make_image "$next"
  want_policy '{"version": 1, "strateg": "off"}'
  nothing_changed 'unknown key "strateg" (did you mean "strategy"?)'
  want_policy '{"version": 2}'
  nothing_changed 'version: 2 is newer'
  want_policy ''
  nothing_changed 'the policy in the ConfigMap is not valid'
}

@test "a ConfigMap that is not valid stops the installation, in the hook's own words" {
  with_each_shell wrong_policies
}

wrong_program() {
  printf '\177ELF of another machine' >"$ROOT/oci-runmask/oci-runmask"
  nothing_changed "the program does not run there"
}

@test "a program that does not run on the node stops the installation" {
  with_each_shell wrong_program
}

@test "a directory mounted noexec stops the installation" {
  mount -t tmpfs -o noexec,mode=755 noexec "$ROOT/node/program"
  nothing_changed "the program does not run there"
  umount "$ROOT/node/program"
}

read_only_directory() {
  local place
  for place in program hooks policy; do
    mount -t tmpfs -o ro,mode=755 read-only "$ROOT/node/$place"
    nothing_changed "is read-only on this node (read-only-usr.sed is for that)"
    umount "$ROOT/node/$place"
  done
}

@test "a read-only directory stops the installation, and the sentence names the way out" {
  with_each_shell read_only_directory
}
