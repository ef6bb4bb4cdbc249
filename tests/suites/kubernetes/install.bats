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
  for name in oci-runmask oci-runmask-runtime runmask; do
    cmp "$BUILT/$name" "$programs/$name"
    [ "$(stat -c '%a %u:%g' "$programs/$name")" = "755 0:0" ]
  done
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
  [ -n "$(grep -rl createRuntime "$hooks")" ]
  run grep -rl precreate "$hooks" "$kubernetes"/*.yaml
  [ "$status" = 1 ]
  grep -q precreate "$LAB_ROOT/packaging/precreate/oci-runmask-precreate.json.in"
}

@test "an engine that is not known is refused, and those that do not run on the node are left alone" {
  ENGINES="crio" run install_on_node install
  [ "$status" != 0 ]
  [[ $output == *'ENGINES: unknown engine "crio": must be cri-o or containerd'* ]]
  [ ! -e "$program" ]
  run install_on_node install
  [ "$status" = 0 ]
  [[ $output == *"left alone, it does not run on this node: cri-o"*"left alone, it does not run on this node: containerd"* ]]
  ENGINES="" run install_on_node install
  [ "$status" = 0 ]
  [[ $output != *"does not run on this node"* ]]
}

# ---- again, and away ----------------------------------------------------------------------------

untouched_again() {
  want_policy '{"version": 1}'
  install_on_node install
  before=$(node)
  install_on_node install
  diff <(node | grep -v placed-by-kubernetes) <(grep -v placed-by-kubernetes <<<"$before")
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
  cmp "$next/oci-runmask" "$program"
  [ "$(wc -l <"$ROOT/node/etc/oci-runmask/.placed-by-kubernetes")" = 4 ]
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
  [[ $output == *"${1#"$ROOT/node"} was not placed from here"*"nothing is changed"* ]]
  diff <(echo "$before") <(node)
  install_on_node remove
  diff <(echo "$before") <(node)
  rm "$1"
}

@test "what a package has installed is neither replaced nor removed" {
  foreign "$program"
  foreign "$programs/oci-runmask-runtime"
  foreign "$hooks_file"
  mkdir -p "$ROOT/node/var/lib/oci-runmask"
  foreign "$ROOT/node/var/lib/oci-runmask/runmask"
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
  mount -t tmpfs -o noexec,mode=755 noexec "$programs"
  nothing_changed "the program does not run there"
  umount "$programs"
}

# DIRECTORY...: read-only for the moment
read_only() {
  local place
  for place; do
    mkdir -p "$ROOT/node$place"
    mount -t tmpfs -o ro,mode=755 read-only "$ROOT/node$place"
  done
}

writable_again() {
  local place
  for place; do umount "$ROOT/node$place"; done
}

falls_back() {
  local usr=(/usr/libexec/oci/hooks.d /usr/share/containers/oci/hooks.d) before
  before=$(node_tree "$ROOT/node/usr" "$ROOT/node/etc/oci-runmask")
  read_only "${usr[@]}"
  run install_on_node install
  [ "$status" = 0 ] || { echo "$output" && return 1; }
  [[ $output == *"/usr/libexec/oci/hooks.d is read-only on this node: the programs are in /var/lib/oci-runmask"* ]]
  [[ $output == *"/usr/share/containers/oci/hooks.d is read-only on this node: the hooks.d file is in /etc/containers/oci/hooks.d"* ]]
  cmp "$BUILT/runmask" "$ROOT/node/var/lib/oci-runmask/runmask"
  jq -e '.hook.path == "/var/lib/oci-runmask/oci-runmask"' "$ROOT/node/etc/containers/oci/hooks.d/oci-runmask.json"
  install_on_node remove
  [ ! -e "$ROOT/node/var/lib/oci-runmask" ]
  run ls -A "$ROOT/node/etc/containers/oci/hooks.d"
  [ "$status:$output" = 0: ]
  writable_again "${usr[@]}"
  diff <(echo "$before") <(node_tree "$ROOT/node/usr" "$ROOT/node/etc/oci-runmask")
}

@test "where /usr is read-only the installer takes the other directories, and says so" {
  with_each_shell falls_back
}

nowhere_to_write() {
  local places
  for places in "/usr/libexec/oci/hooks.d /var/lib/oci-runmask" "/etc/oci-runmask" \
    "/usr/share/containers/oci/hooks.d /etc/containers/oci/hooks.d"; do
    # shellcheck disable=SC2086 # a list of words
    read_only $places
    nothing_changed "read-only on this node"
    # shellcheck disable=SC2086
    writable_again $places
  done
}

@test "where no directory can be written to, nothing is changed, and the sentence names them" {
  with_each_shell nowhere_to_write
}

# ---- what stops a removal -----------------------------------------------------------------------

kept_because() { # SENTENCE
  local before
  before=$(node)
  run install_on_node remove
  [ "$status" != 0 ]
  [[ $output == *"$1"* ]] || { echo "$output" && return 1; }
  diff <(echo "$before") <(node)
}

@test "a configuration that names the programs by hand stops the removal, and is named" {
  local file text
  install_on_node install
  while read -r file text; do
    mkdir -p "$ROOT/node${file%/*}"
    printf '# oci-runmask-runtime\n%s\n' "$text" >"$ROOT/node$file"
    kept_because "$file names oci-runmask: nothing is removed"
    rm "$ROOT/node$file"
  done <<'END'
/etc/containerd/config.toml base_runtime_spec = "/etc/containerd/oci-runmask-base.json"
/etc/containerd/conf.d/x.toml BinaryName = "/usr/libexec/oci/hooks.d/oci-runmask-runtime"
/etc/crio/crio.conf.d/60-oci-runmask-runtime.conf runtime_path = "/usr/libexec/oci/hooks.d/oci-runmask-runtime"
/var/lib/rancher/rke2/agent/etc/containerd/config-v3.toml.tmpl BinaryName = "/usr/libexec/oci/hooks.d/oci-runmask-runtime"
/etc/docker/daemon.json {"runtimes": {"runmask": {"path": "/usr/libexec/oci/hooks.d/oci-runmask-runtime"}}}
END
  printf '# oci-runmask-runtime\n' >"$ROOT/node/etc/containerd/config.toml" # a comment does not count
  install_on_node remove
  [ ! -e "$program" ]
}

# As the shims of containerd and of k3s's containerd keep it.
@test "containers that run by the runtime door keep the programs, and are named" {
  local state bundle
  install_on_node install
  for state in containerd k3s/containerd; do
    bundle=$ROOT/node/run/$state/io.containerd.runtime.v2.task/k8s.io/0123456789abcdef
    mkdir -p "$bundle"
    echo /usr/libexec/oci/hooks.d/oci-runmask-runtime >"$bundle/runtime"
    kept_because "these containers run by oci-runmask-runtime: 0123456789ab: nothing is removed, or exec and stop of them would fail"
    rm -r "$bundle"
  done
  install_on_node remove
  [ ! -e "$program" ]
  [ ! -e "$programs/oci-runmask-runtime" ]
}
