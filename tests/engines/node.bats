#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# A node with containerd, and the DaemonSet of packaging/kubernetes on it: what its installer does to
# containerd's configuration, under pods that run, and killed at each of its steps.

# on trixie: containerd runc python3-grpcio python3-protobuf protobuf-compiler golang-github-kubernetes-cri-api-dev
# on sid: containerd runc python3-grpcio python3-protobuf protobuf-compiler golang-github-kubernetes-cri-api-dev

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded
# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load engines
load containerd
load cri

manifest=${ENGINES_STAGE%/stage}/oci-runmask.json
image_files=${ENGINES_STAGE%/stage}/installer
programs=/usr/libexec/oci/hooks.d
hooks=/usr/share/containers/oci/hooks.d
base=/etc/containerd/oci-runmask-base.json
installer_script=$image_files/oci-runmask/install-on-node

run_listing() {
  find /run -xdev \( -path '/run/containerd/*' -o -path '/run/netns/*' -o -path '/run/nri*' \) -prune \
    -o \( -type f -printf '%p %y %m %U:%G %i %s bytes\n' -o -printf '%p %y %m %U:%G %i %l\n' \) | sort
}

mounts_seen_by() {
  grep -vE " /run/(containerd|netns)/" "/proc/$1/mountinfo" || true
}

# A node that nothing of ours is on.
setup_file() {
  rm -rf "${programs:?}"/* "$hooks"/* /etc/oci-runmask
  cri_default_conf
  containerd_start
  cri_image
  cri_import "$image_files" localhost/oci-runmask-installer:lab \
    '{Entrypoint: ["/bin/sh", "/oci-runmask/install-on-node"], Cmd: ["install"], Env: ["PATH=/bin"]}'
}

setup() {
  chmod 755 "$BATS_RUN_TMPDIR"
  ROOT=$BATS_TEST_TMPDIR/root
  mkdir -p "$ROOT/policy" "$BATS_TEST_TMPDIR/configmap"
  ln -s / "$ROOT/node"
  ln -s "$image_files/oci-runmask" "$ROOT/oci-runmask"
  stop_daemon containerd TERM
  cri_default_conf
  containerd_start
  cp "$conf" "$BATS_TEST_TMPDIR/mine"
  jq -r '.[] | select(.kind == "ConfigMap") | .data["policy.json"]' "$manifest" >"$BATS_TEST_TMPDIR/configmap/policy.json"
  before=$(node_files)
  host_record
}

teardown() {
  pods_remove
  rm -rf "${programs:?}"/* "$hooks"/* /etc/oci-runmask /etc/containerd/oci-runmask* "$conf".*
  host_unchanged
}

node_files() {
  find /etc/containerd /etc/oci-runmask "$programs" "$hooks" /var/lib/oci-runmask -type f -exec sha256sum {} + 2>/dev/null | sort
}

# ---- the DaemonSet's containers -----------------------------------------------------------------

# The CRI's config of a container in the manifest, as the kubelet makes it.
config_of() { # initContainers|containers LOG
  jq -c --arg kind "$1" --arg log "$2" --arg policy "$BATS_TEST_TMPDIR/configmap" '
    .[] | select(.kind == "DaemonSet") | .spec.template.spec | .volumes as $volumes | .[$kind][0] | . as $own
    | {metadata: {name: .name}, image: {image: "localhost/oci-runmask-installer:lab"}, args, log_path: $log,
       envs: [.env[]? | {key: .name, value}],
       mounts: [.volumeMounts[] | . as $mount | {container_path: .mountPath, readonly: (.readOnly // false),
         host_path: ($volumes[] | select(.name == $mount.name) | .hostPath.path // $policy)}],
       linux: {security_context: {
         no_new_privs: (.securityContext.allowPrivilegeEscalation == false), seccomp: {profile_type: "RuntimeDefault"},
         namespace_options: {network: "NODE", pid: "NODE"},
         capabilities: {drop_capabilities: .securityContext.capabilities.drop, add_capabilities: .securityContext.capabilities.add}}}}
    | .linux.security_context.readonly_rootfs = $own.securityContext.readOnlyRootFilesystem' "$manifest"
}

daemonset() { # NAME initContainers|containers [JQ]: its log is $daemonset_log
  daemonset_log=$BATS_TEST_TMPDIR/$1.log
  jq -e '.[] | select(.kind == "DaemonSet") | .spec.template.spec.hostPID' "$manifest" >/dev/null
  pod "$1" "" "$(config_of "$2" "$1.log") | ${3-.}" \
    ".log_directory = \"$BATS_TEST_TMPDIR\" | .linux.security_context.namespace_options.pid = \"NODE\""
}

# Runs the installer's container to its end: $status, and in $output its log.
installer() { # NAME [JQ]
  local tries state=
  daemonset "$1" initContainers "${2-.}"
  for tries in {1..300}; do
    state=$("$cri" ContainerStatus "{\"container_id\": \"$container_id\"}" | jq -c '.status | [.state, .exit_code // 0]')
    [[ $state != *EXITED* ]] || break
    sleep 0.1
  done
  output=$(sed -E 's/^[^ ]+ std(out|err) F //' "$daemonset_log")
  status=$(jq '.[1]' <<<"$state")
  echo "$output"
}

cri_is_there() {
  "$cri" Status | jq -e '.status.conditions[] | select(.type == "RuntimeReady") | .status' >/dev/null
}

# The first dump has nothing that the second has not, and the second has our handler beside it.
only_our_keys() { # BEFORE AFTER
  diff "$1" "$2" >"$BATS_TEST_TMPDIR/changed" || [ $? = 1 ]
  [ "$(grep -c '^< *[^ ]' "$BATS_TEST_TMPDIR/changed" || true)" = 0 ]
  grep -q "^>.*BinaryName.*$programs/oci-runmask-runtime" "$BATS_TEST_TMPDIR/changed"
}

pid_of() { # CONTAINER_ID
  ctr -n k8s.io task ls | awk -v id="$1" '$1 == id { print $2 }'
}

@test "the DaemonSet as shipped: installation, upgrade and removal under pods that run" {
  local control of_control web
  containerd config dump >"$BATS_TEST_TMPDIR/dump"
  pod control
  control=$container_id of_control=$(pid_of "$container_id")
  pod_probe
  leaks # the control
  installer install
  [ "$status" = 0 ]
  [[ $output == *"placed: $programs/oci-runmask-runtime"*"placed: /etc/oci-runmask/policy.json"*"placed: $hooks/oci-runmask.json"* ]]
  [[ $output == *"left alone, it does not run on this node: cri-o"*"containerd: Changed $conf"*"containerd: Now: systemctl restart containerd"* ]]
  containerd config dump >"$BATS_TEST_TMPDIR/dump.after"
  only_our_keys "$BATS_TEST_TMPDIR/dump" "$BATS_TEST_TMPDIR/dump.after"
  containerd_restart
  pod web runmask
  web=$container_id
  pod_probe
  containerd_cell "CRI RuntimeClass runmask, by the DaemonSet"
  protected
  docker_sock_answers
  # the same version again, and another one
  installer again
  [ "$status" = 0 ]
  [ "$(grep -c 'left alone, it is the same' <<<"$output")" = 5 ]
  [[ $output == *"left alone: containerd "*"nothing changed."* ]]
  cp -r "$image_files" "$BATS_TEST_TMPDIR/next"
  echo next >>"$BATS_TEST_TMPDIR/next/oci-runmask/oci-runmask-runtime"
  cri_import "$BATS_TEST_TMPDIR/next" localhost/oci-runmask-installer:next \
    '{Entrypoint: ["/bin/sh", "/oci-runmask/install-on-node"], Cmd: ["install"], Env: ["PATH=/bin"]}'
  installer upgrade '.image.image = "localhost/oci-runmask-installer:next"'
  [ "$status" = 0 ]
  cmp "$programs/oci-runmask-runtime" "$BATS_TEST_TMPDIR/next/oci-runmask/oci-runmask-runtime"
  container_id=$web
  pod_probe
  protected
  # the removal, while a pod runs by the runtime door
  installer refused '.args = ["remove"]'
  [ "$status" = 1 ]
  [[ $output == *"these containers run by oci-runmask-runtime: "*"${web:0:12}"*": nothing is removed"* ]]
  containerd_restart
  cri_is_there
  container_id=$web
  pod_probe
  protected
  # … and when it has ended
  container_id=$control
  pod_probe
  leaks
  [ "$(pid_of "$control")" = "$of_control" ]
  pods_remove
  pod control
  installer removed '.args = ["remove"]'
  [ "$status" = 0 ]
  diff <(echo "$before") <(node_files | grep -vF .before-runmask)
}

@test "the container that watches, as shipped: a pod that was there before the DaemonSet is masked" {
  local early pid field
  host_changes installer install
  pod early
  early=$container_id
  pod_probe
  leaks # containerd was not restarted
  daemonset watch containers
  pid=$(pid_of "$container_id")
  for field in CapEff CapBnd; do # DAC_READ_SEARCH, SYS_CHROOT, SYS_PTRACE, SYS_ADMIN
    grep -qx "$field:.00000000002c0004" "/proc/$pid/status"
  done
  [ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" = "/oci-runmask/runmask watch " ]
  container_id=$early
  for _ in {1..50}; do
    pod_probe
    [ "$(verdict)" != protected ] || break
    sleep 0.1
  done
  containerd_cell "runmask watch of the DaemonSet, a pod that was there before"
  protected
}

# ---- killed -------------------------------------------------------------------------------------

# The installer in this node, by Debian's shell, or as an installer that loses its power at the COUNTth
# call of a command that changes the node.
install_on_node() { # VERB
  GRACE=0 ROOT=$ROOT dash "$installer_script" "$1"
}

killed() { # VERB COUNT: 0 when it lived through
  local command bin=$BATS_TEST_TMPDIR/bin
  mkdir -p "$bin"
  echo "$2" >"$BATS_TEST_TMPDIR/left"
  for command in mv rm chroot; do
    cat >"$bin/$command" <<END
#!/bin/bash
PATH=/usr/sbin:/usr/bin:/sbin:/bin
left=\$((\$(<"$BATS_TEST_TMPDIR/left") - 1))
echo "\$left" >"$BATS_TEST_TMPDIR/left"
if [ "\$left" = 0 ]; then kill -KILL "\$INSTALLER"; exit 1; fi
exec $command "\$@"
END
    chmod 755 "$bin/$command"
  done
  PATH=$bin:$PATH GRACE=0 ROOT=$ROOT dash -c \
    'export INSTALLER=$$; exec dash "$0" "$1"' "$installer_script" "$1" >/dev/null 2>&1 || true
  [ "$(cat "$BATS_TEST_TMPDIR/left")" -gt 0 ]
}

# Whatever containerd finds now: with it containerd restarts, its CRI is there, a pod runs, and one of the
# handler, if it has one. What was tried once is not tried again.
containerd_is_sound() {
  local now
  now=$(cat "$conf" "$base" <(ls "$programs") 2>/dev/null | sha256sum)
  ! grep -q "$now" "$BATS_TEST_TMPDIR/tried" 2>/dev/null || return 0
  echo "$now" >>"$BATS_TEST_TMPDIR/tried"
  containerd_restart && cri_is_there && pod any && [ "$(pod_exec sh -c 'echo alive')" = alive ] || return
  if grep -q 'runtimes.runmask\]' "$conf"; then
    pod asks runmask && pod_probe && protected || return
  fi
  pods_remove
}

# VERB NEXT: killed at each call in a node that "prepare" makes; then NEXT ends it as "finished" wants.
killed_at_each() {
  local count
  for count in {1..80}; do
    prepare || return 1
    ! killed "$1" "$count" || break
    containerd_is_sound || { echo "after number $count" && return 1; }
    install_on_node "$2" >/dev/null 2>&1 && finished || { echo "after number $count and $2" && return 1; }
  done
  [ "$count" -gt 8 ] || return 1
  [ "$count" -lt 80 ] || return 1
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tried")" -gt 2 ]
}

is_clean() {
  install_on_node remove >/dev/null 2>&1
  diff <(echo "$before") <(node_files)
}

@test "an installation that is killed anywhere: containerd restarts with what is there, pods run, the next one ends it" {
  prepare() { is_clean; }
  finished() { grep -q 'runtimes.runmask\]' "$conf" && [ -x "$programs/oci-runmask-runtime" ]; }
  killed_at_each install install
}

@test "a removal that is killed anywhere: containerd restarts with what is there, pods run, the next one ends it" {
  prepare() { install_on_node install >/dev/null; }
  finished() { diff <(echo "$before") <(node_files); }
  killed_at_each remove remove
}

@test "a removal that takes the programs first is found out (control)" {
  installer_script=$BATS_TEST_TMPDIR/worse/install-on-node
  cp -r "$image_files/oci-runmask" "$BATS_TEST_TMPDIR/worse"
  sed -i '/^  undo_engines$/i\  for name in $programs; do remove_ours "$node$program_dirs/$name"; done' "$installer_script"
  sed -i 's|\$node\$program_dirs/|$node/usr/libexec/oci/hooks.d/|' "$installer_script"
  prepare() { install_on_node install >/dev/null; }
  finished() { true; }
  run killed_at_each remove install
  [ "$status" = 1 ]
  [[ $output == *"after number "* ]]
}

# ---- the base spec that an administrator has named ----------------------------------------------

@test "a base spec that is named is made anew for the containerd that runs, at each step a whole one, and stops the removal" {
  local version=2 count
  [[ $(containerd --version) == *" 1."* ]] || version=3
  # of another containerd, and with the limits that 0.1 had
  ctr oci spec | jq '.process.cwd = "/tmp" | .linux.maskedPaths = []' >"$base"
  cp "$base" "$BATS_TEST_TMPDIR/old"
  stop_daemon containerd TERM
  if [ "$version" = 2 ]; then
    cri_conf 2 "$LAB_ROOT/packaging/kubernetes/containerd/base-runtime-spec.toml"
  else
    cri_conf 3 "$LAB_ROOT/packaging/kubernetes/containerd/base-runtime-spec-2.x.toml"
  fi
  containerd_start
  for count in {1..80}; do
    cp "$BATS_TEST_TMPDIR/old" "$base"
    killed install "$count" && break
    containerd_is_sound || { echo "after number $count" && return 1; }
  done
  [ "$count" -gt 8 ]
  [ "$count" -lt 80 ]
  diff <(jq -S . "$base") <(ctr oci spec | jq -S -f "$LAB_ROOT/packaging/kubernetes/containerd/base-runtime-spec.jq")
  containerd_restart
  pod web
  pod_probe
  containerd_cell "CRI base_runtime_spec, made anew by the DaemonSet"
  protected
  pods_remove
  run install_on_node install
  [[ $output == *"left alone, it is the same: oci-runmask-base.json"* ]]
  run install_on_node remove
  [ "$status" = 1 ]
  [[ $output == *"/etc/containerd/config.toml names oci-runmask: nothing is removed"* ]]
  sed -i '/base_runtime_spec/d' "$conf"
  containerd_restart
  run install_on_node remove
  [ "$status" = 0 ]
  containerd_restart
  cri_is_there
}

# ---- what is not understood ---------------------------------------------------------------------

@test "a configuration that runmask setup refuses, or a containerd without its CRI: rolled back, or left alone, and said" {
  local table=io.containerd.cri.v1.runtime
  [[ $(containerd --version) != *" 1."* ]] || table=io.containerd.grpc.v1.cri
  printf '\n[plugins."%s".containerd.runtimes.runmask]\nruntime_type = "x"\n' "$table" >>"$conf"
  before=$(node_files)
  run install_on_node install
  [ "$status" = 1 ]
  [[ $output == *"the table of the runtime \"runmask\" is there already"*"put back: "* ]]
  diff <(echo "$before") <(node_files)
  cp "$BATS_TEST_TMPDIR/mine" "$conf"
  sed -i 's/^disabled_plugins = .*/disabled_plugins = ["io.containerd.grpc.v1.cri"]/' "$conf"
  cp "$conf" "$BATS_TEST_TMPDIR/off"
  run install_on_node install
  [ "$status" = 0 ]
  [[ $output == *"left alone: "*"disabled_plugins has the CRI plugin"* ]]
  cmp "$conf" "$BATS_TEST_TMPDIR/off"
  install_on_node remove
  cp "$BATS_TEST_TMPDIR/mine" "$conf"
  ENGINES="" run install_on_node install
  [ "$status" = 0 ]
  cmp "$conf" "$BATS_TEST_TMPDIR/mine"
  install_on_node remove
}
