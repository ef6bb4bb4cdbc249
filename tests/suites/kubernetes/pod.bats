#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The DaemonSet's pod, run by "podman kube play" on a private host, which is the node: the paths of the
# node in the YAML are the host's own. What the pod installs is then seen to protect Podman's containers.

# shellcheck disable=SC2030,SC2031 # variables are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman
load node

hooks=/usr/share/containers/oci/hooks.d
programs=/usr/libexec/oci/hooks.d

setup_file() {
  cover_of_test /usr/libexec
  rm -rf /usr/libexec/oci /etc/oci-runmask
  mkdir -p "$programs" /etc/oci-runmask
  own_cgroups
  # Raising limits needs CAP_SYS_RESOURCE.
  cat >"$LAB_DIR/state/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
END
  podman_do root crun load -i "$BUILT/kubernetes/oci-runmask-installer-$VERSION.tar"
  podman_do root crun load -i "$BUILT/kubernetes/oci-runmask-installer-next.tar"
}

# A pod has its cgroup at the root. That of this host becomes the root here, and goes with it.
own_cgroups() {
  local tree file
  [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || return 0
  for tree in /sys/fs/cgroup/*/; do
    [ "$(stat -f -c %T "$tree")" = cgroupfs ] || continue
    mkdir -p "$tree$LAB_CGROUP"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -e "$tree$file" ] || cat "$tree$file" >"$tree$LAB_CGROUP/$file"
    done
    mount --bind "$tree$LAB_CGROUP" "$tree"
  done
}

setup() {
  lab_setup
  echo '{"version": "1.0.0", "hook": {"path": "/bin/true"}, "when": {"always": true}, "stages": ["poststop"]}' \
    >"$hooks/others.json"
  before=$(node)
}

teardown() {
  kube down "$BATS_TEST_TMPDIR/pod.yaml" >/dev/null 2>&1 || true
  umount "$programs" "$hooks" 2>/dev/null || true
  rm -rf "$programs"/* "$programs"/.[!.]* /etc/oci-runmask/* /etc/oci-runmask/.[!.]*
  lab_teardown
}

kube() {
  CONTAINERS_CONF=$LAB_DIR/state/containers.conf podman_do root crun kube "$@"
}

node() {
  node_tree "$programs" "$hooks" /etc/oci-runmask
}

# The pod, as it is after "sed ARGS oci-runmask.yaml", until its installer has ended and it waits.
play() { # SED_ARGS...
  pod_of "$@" >"$BATS_TEST_TMPDIR/pod.yaml"
  # ends badly when the init container does
  kube play --network none "$BATS_TEST_TMPDIR/pod.yaml" || true
  said=$(podman_do root crun logs oci-runmask-node 2>&1)
  echo "$said"
}

ended_with() { # STATUS
  [ "$(podman_do root crun inspect -f '{{.State.ExitCode}}' oci-runmask-node)" = "$1" ]
}

down() {
  kube down "$BATS_TEST_TMPDIR/pod.yaml"
}

# A container that binds the host's /var/run, as a user of this node would start it.
user_container() {
  podman_run root crun "$@" -v /var/run:/var/run
}

# ---- the story ----------------------------------------------------------------------------------

@test "without the pod a container on the node is told the host's names (control)" {
  user_container
  leaks
}

@test "the pod installs the hook, and containers on the node are protected" {
  play -e ''
  ended_with 0
  [ "$said" = "oci-runmask: placed: $programs/oci-runmask
oci-runmask: placed: $programs/oci-runmask-runtime
oci-runmask: placed: $programs/runmask
oci-runmask: placed: /etc/oci-runmask/policy.json
oci-runmask: placed: $hooks/oci-runmask.json
oci-runmask: left alone, it does not run on this node: cri-o
oci-runmask: left alone, it does not run on this node: containerd
oci-runmask: installed: oci-runmask $VERSION" ]
  cmp "$BUILT/oci-runmask" "$programs/oci-runmask"
  [ "$(stat -c '%a %u:%g' "$programs/oci-runmask")" = "755 0:0" ]
  [ "$(stat -c '%a %u:%g' "$hooks/oci-runmask.json" /etc/oci-runmask/policy.json | sort -u)" = "644 0:0" ]
  "$BUILT/runmask" policy /etc/oci-runmask/policy.json
  user_container
  protected
}

@test "the policy in the ConfigMap is the node's, in place of its own" {
  echo '{"version": 1, "strategy": "off"}' >/etc/oci-runmask/policy.json
  play -e 's/"strategy": "mask"/"strategy": "facade"/'
  ended_with 0
  user_container
  protected
  log_lines | grep -q 'strategy=facade.*result=done'
}

@test "without the ConfigMap the node keeps its own policy" {
  echo '{"version": 1, "strategy": "off"}' >/etc/oci-runmask/policy.json
  before=$(node)
  play -e '/^kind: ConfigMap/s/.*/kind: Nothing/'
  ended_with 0
  [[ $(node) == *"$(grep 'policy.json f' <<<"$before")"* ]]
  user_container
  leaks
}

@test "an upgrade goes over what is there, and containers stay protected" {
  play -e ''
  down
  user_container
  protected
  play -e "s/oci-runmask-installer:.*/oci-runmask-installer:next/"
  ended_with 0
  cmp "$BUILT/kubernetes/next/oci-runmask" "$programs/oci-runmask"
  user_container
  protected
}

@test "with args: remove the pod leaves the node as it was" {
  echo '{"version": 1, "log": "none"}' >/etc/oci-runmask/policy.json
  before=$(node)
  play -e ''
  down
  [ "$before" != "$(node)" ]
  play -f "$kubernetes/remove.sed"
  ended_with 0
  [ "$(tail -n 1 <<<"$said")" = "oci-runmask: removed" ]
  [ "$(grep -c "^oci-runmask: removed: /" <<<"$said")" = 4 ] # the policy of before comes back
  diff <(echo "$before") <(node)
  user_container
  leaks
}

@test "a ConfigMap that is not valid stops the pod, and the node stays as it was" {
  play -e 's/"strategy": "mask"/"strateg": "mask"/'
  ended_with 1
  [[ $said == *'unknown key "strateg"'*"nothing is changed"* ]]
  diff <(echo "$before") <(node)
}

# ---- where /usr is read-only --------------------------------------------------------------------

@test "where /usr is read-only the pod installs below /var and /etc, and says so" {
  local directory
  for directory in "$programs" "$hooks"; do
    host_changes mount --bind "$directory" "$directory"
    host_changes mount -o remount,bind,ro "$directory"
  done
  play -e ''
  ended_with 0
  [[ $said == *"$programs is read-only on this node: the programs are in /var/lib/oci-runmask"* ]]
  user_container_told_by_crio_conf
  protected
  down
  play -f "$kubernetes/remove.sed"
  ended_with 0
  down
  host_changes umount "$programs" "$hooks"
  diff <(echo "$before") <(node)
  [ ! -e /var/lib/oci-runmask ]
  rmdir /etc/containers/oci/hooks.d /etc/containers/oci
}

# With the directories that crio/50-oci-runmask.conf names: Podman reads the same files.
user_container_told_by_crio_conf() {
  (
    cat "$LAB_DIR/state/containers.conf"
    echo '[engine]'
    sed -n '/^hooks_dir/,/^]/p' "$kubernetes/crio/50-oci-runmask.conf"
  ) >"$BATS_TEST_TMPDIR/containers.conf"
  CONTAINERS_CONF=$BATS_TEST_TMPDIR/containers.conf user_container
}

# ---- what the pod may ---------------------------------------------------------------------------

# Podman 4.3 does not know hostPID, without which runmask watch ends: tests/engines/node.bats runs it.
@test "after remove.sed the pod only waits, and ends at once when it is told to" {
  local started pid
  play -f "$kubernetes/remove.sed"
  pid=$(podman_do root crun inspect -f '{{.State.Pid}}' oci-runmask-watch)
  [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == *"install-on-node wait " ]]
  started=$SECONDS
  podman_do root crun stop --time 60 oci-runmask-watch
  [ $((SECONDS - started)) -lt 50 ]
  [ "$(podman_do root crun inspect -f '{{.State.ExitCode}}' oci-runmask-watch)" = 0 ]
}
