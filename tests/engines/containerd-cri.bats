#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# containerd's CRI as a kubelet uses it, with the files of packaging/kubernetes as they are shipped: the base
# spec, RuntimeClass, BinaryName. There is no kubelet here: tests/engines/cri asks as it does.

# on trixie: containerd runc python3-grpcio python3-protobuf protobuf-compiler golang-github-kubernetes-cri-api-dev
# on sid: containerd runc python3-grpcio python3-protobuf protobuf-compiler golang-github-kubernetes-cri-api-dev

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded
# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load engines
load containerd
load cri
load entrypoint

shipped=$LAB_ROOT/packaging/kubernetes/containerd
base=/etc/containerd/oci-runmask-base.json

# The file's versions that this containerd reads, and the shipped files for each.
versions() {
  case $(containerd --version) in
    *" 1."*) echo 2 ;;
    *) echo 2 3 ;;
  esac
}

own_version() {
  containerd config default | sed -n 's/^version = //p'
}

file_of() { # NAME VERSION
  [ "$2" = 2 ] && echo "$shipped/$1.toml" || echo "$shipped/$1-2.x.toml"
}

# The command at the top of base-runtime-spec.jq.
make_base() {
  (cd "$shipped" && ctr oci spec | jq -f base-runtime-spec.jq >"$base")
}

# As a service's, so that a limit that a base spec sets is seen.
start_with() { # VERSION [FILE...]
  stop_daemon containerd TERM
  cri_conf "$@"
  ulimit -n 20000
  containerd_start
}

run_listing() {
  find /run -xdev \( -path '/run/containerd/*' -o -path '/run/netns/*' -o -path '/run/nri*' \) -prune \
    -o \( -type f -printf '%p %y %m %U:%G %i %s bytes\n' -o -printf '%p %y %m %U:%G %i %l\n' \) | sort
}

mounts_seen_by() {
  grep -vE " /run/(containerd|netns)/" "/proc/$1/mountinfo" || true
}

setup_file() {
  start_with 2
  cri_image
}

setup() {
  chmod 755 "$BATS_RUN_TMPDIR"
  host_record
}

teardown() {
  pods_remove
  rm -f "$base"
  rm -rf /etc/oci-runmask
  host_unchanged
}

cri_is_there() {
  "$cri" Version | jq -e .runtime_version >/dev/null
}

# ---- a pod of every kind ------------------------------------------------------------------------

@test "control: without the hook a pod that binds /run knows the host's names" {
  start_with 2
  pod web
  pod_probe
  containerd_cell "CRI, nothing (the control)"
  leaks
  docker_sock_answers
}

@test "base_runtime_spec as shipped: pods are protected, before and after a restart of containerd" {
  for version in $(versions); do # not empty: one or two words
    make_base
    start_with "$version" "$(file_of base-runtime-spec "$version")"
    pod web
    pod_probe
    containerd_cell "CRI base_runtime_spec, as shipped, version = $version"
    protected
    docker_sock_answers
    containerd_restart
    pod_probe
    protected
    pod later
    pod_probe
    protected
    pods_remove
  done
}

@test "a handler of RuntimeClass runmask as shipped: its pods are protected, and no other" {
  local version count=0
  for version in $(versions); do
    make_base
    [ "$version" = "$(own_version)" ] || continue # the file is appended to what containerd has written
    stop_daemon containerd TERM
    cri_default_conf "$(file_of runtime-class "$version")"
    containerd_start
    pod web runmask
    pod_probe
    containerd_cell "CRI RuntimeClass runmask, as shipped, version = $version"
    protected
    docker_sock_answers
    pod other
    pod_probe
    leaks
    pods_remove
    count=$((count + 1))
  done
  [ "$count" = 1 ]
}

# ---- the base spec changes nothing else ---------------------------------------------------------

# Without what is another in each pod.
without_ids() {
  sed -E "s/[0-9a-f]{64}/ID/g; s|/proc/[0-9]+/ns|/proc/PID/ns|g" | jq -S .
}

@test "with the base spec config.json differs from one without in the hook, and in nothing else" {
  for version in $(versions); do # not empty: one or two words
    make_base
    start_with "$version"
    pod web
    pod_config | without_ids >"$BATS_TEST_TMPDIR/without"
    [ "$(pod_exec sh -c 'ulimit -Sn; ulimit -Hn' | tr '\n' ' ')" = "20000 20000 " ]
    pods_remove
    start_with "$version" "$(file_of base-runtime-spec "$version")"
    pod web
    pod_config | without_ids >"$BATS_TEST_TMPDIR/with"
    [ "$(pod_exec sh -c 'ulimit -Sn; ulimit -Hn' | tr '\n' ' ')" = "20000 20000 " ]
    [ "$(jq -c '[.hooks | keys[], .createRuntime[].path]' "$BATS_TEST_TMPDIR/with")" = "[\"createRuntime\",\"$OCI_RUNMASK\"]" ]
    diff "$BATS_TEST_TMPDIR/without" <(jq -S 'del(.hooks)' "$BATS_TEST_TMPDIR/with")
    pods_remove
  done
}

@test "control: with the limits of ctr oci spec left in it, a pod has 1024 open files" {
  make_base
  ctr oci spec | jq '.process.rlimits as $limits | $limits' | grep -q RLIMIT_NOFILE
  jq -s '.[0].process.rlimits = .[1].process.rlimits | .[0]' "$base" <(ctr oci spec) >"$base.new"
  mv "$base.new" "$base"
  start_with 2 "$(file_of base-runtime-spec 2)"
  pod web
  [ "$(pod_exec sh -c 'ulimit -n')" = 1024 ]
}

# ---- what a pod may say -------------------------------------------------------------------------

@test "a pod's annotation reaches the hook: off, facade" {
  for version in $(versions); do # not empty: one or two words
    make_base
    start_with "$version" "$(file_of base-runtime-spec "$version")"
    pod web "" . '.annotations["io.github.oci-runmask.strategy"] = "off"'
    pod_probe
    containerd_cell "CRI base_runtime_spec, annotation strategy=off, version = $version" "not protected, as asked"
    leaks
    pods_remove
    pod web "" . '.annotations["io.github.oci-runmask.strategy/web"] = "facade"'
    pod_probe
    protected
    [[ "$(pod_exec ls -l /run/docker.sock)" == *" -> .host-run/docker.sock" ]]
    pods_remove
  done
}

@test "mount propagation: HostToContainer is protected, Bidirectional is left as onShared says" {
  make_base
  start_with 2 "$(file_of base-runtime-spec 2)"
  pod web "" '.mounts[0].propagation = "PROPAGATION_HOST_TO_CONTAINER"'
  pod_probe
  containerd_cell "CRI base_runtime_spec, mountPropagation: HostToContainer"
  protected
  pods_remove
  pod web "" '.mounts[0].propagation = "PROPAGATION_BIDIRECTIONAL"'
  pod_probe
  containerd_cell "CRI base_runtime_spec, mountPropagation: Bidirectional (onShared)" "left as it is, the host keeps its nscd"
  leaks
  pods_remove
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "onShared": "slave"}' >/etc/oci-runmask/policy.json
  pod web "" '.mounts[0].propagation = "PROPAGATION_BIDIRECTIONAL"'
  pod_probe
  protected
}

@test "a policy that is wrong: the pod is refused, and the sentence is in what containerd says" {
  make_base
  start_with 2 "$(file_of base-runtime-spec 2)"
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "mask"}' >/etc/oci-runmask/policy.json
  run --separate-stderr pod web
  [ "$status" != 0 ]
  [[ $stderr == *'error running'*'hook'*'exit status 2'*'unknown key "stratgy"'* ]]
}

# ---- BinaryName, as docs/engines.md has it ------------------------------------------------------

# The fence of the page that has WORDS, as it is pasted.
fence_of() { # WORDS
  awk -v words="$1" '/^```/ { if (inside && index(text, words)) printf "%s", text; inside = !inside; text = ""; next }
    inside { text = text $0 "\n" }' "$LAB_ROOT/docs/engines.md"
}

@test "BinaryName as pasted from docs/engines.md, for both names of the table" {
  for version in $(versions); do
    if [ "$version" = 2 ]; then table=io.containerd.grpc.v1.cri; else table=io.containerd.cri.v1.runtime; fi
    fence_of "$table" >"$BATS_TEST_TMPDIR/pasted"
    grep -q BinaryName "$BATS_TEST_TMPDIR/pasted"
    start_with "$version" "$BATS_TEST_TMPDIR/pasted"
    pod web
    pod_probe
    containerd_cell "CRI BinaryName, as pasted, version = $version"
    protected
    docker_sock_answers
    pods_remove
  done
}

# ---- runmask setup ------------------------------------------------------------------------------

doctor_found() { # CHECK
  runmask doctor --json | jq -r --arg id "$1" '.checks[] | select(.id == $id) | "\(.status) \(.found)"'
}

@test "runmask setup containerd: what it says to restart is enough, config dump has our keys alone, and --undo gives the file back" {
  stop_daemon containerd TERM
  cri_default_conf
  containerd_start
  cp "$conf" "$BATS_TEST_TMPDIR/mine"
  containerd config dump >"$BATS_TEST_TMPDIR/dump"
  run --separate-stderr runmask setup containerd
  [ "$status" = 0 ]
  [[ $output == *"Now: systemctl restart containerd"* ]]
  diff "$BATS_TEST_TMPDIR/dump" <(containerd config dump) >"$BATS_TEST_TMPDIR/changed" || [ $? = 1 ]
  [ "$(grep -c '^< *[^ ]' "$BATS_TEST_TMPDIR/changed" || true)" = 0 ]
  grep -q '^>.*BinaryName.*oci-runmask-runtime' "$BATS_TEST_TMPDIR/changed"
  containerd_restart
  pod web runmask
  pod_probe
  containerd_cell "CRI RuntimeClass runmask, by runmask setup containerd"
  protected
  pod other
  pod_probe
  leaks
  [ "$(doctor_found containerd-door)" = "ok handler" ]
  run --separate-stderr /usr/libexec/oci-runmask/before-removal "$BATS_TEST_TMPDIR"
  [[ $stderr == *"these containers run by oci-runmask-runtime, which is being removed: "*"exec, stop and restart of them will fail"* ]]
  [ "$(grep -o 'being removed: .*' <<<"$stderr" | wc -w)" -le 5 ] # of one pod: its sandbox and its container
  pods_remove
  runmask setup containerd --undo
  cmp "$conf" "$BATS_TEST_TMPDIR/mine"
  [ "$(ls -A "${conf%/*}")" = "${conf##*/}" ]
  containerd_restart
  cri_is_there
  run --separate-stderr pod gone runmask
  [ "$status" != 0 ]
}

# ---- watch only ---------------------------------------------------------------------------------

watch_yaml=$LAB_ROOT/packaging/kubernetes/watch.yaml

# The image of packaging/ci, as far as it matters: the program alone.
watch_image() {
  local root=$BATS_TEST_TMPDIR/watch-image
  mkdir -p "$root/work" "$BATS_TEST_TMPDIR/policy/..data"
  cp /usr/bin/runmask "$root/runmask"
  cri_import "$root" localhost/runmask:lab '{Entrypoint: ["/runmask"], Cmd: ["check", "."]}'
  # as the kubelet lays out a ConfigMap
  sed -n '/policy.json: |/,/^---/s/^    //p' "$watch_yaml" >"$BATS_TEST_TMPDIR/policy/..data/policy.json"
  ln -s ..data/policy.json "$BATS_TEST_TMPDIR/policy/policy.json"
  chmod 777 "$BATS_TEST_TMPDIR/policy"
  jq -e '.strategy == "mask"' "$BATS_TEST_TMPDIR/policy/policy.json"
  # what watch_pod says by hand
  grep -qx ' *hostPID: true' "$watch_yaml"
  grep -q 'drop: \["ALL"\]' "$watch_yaml"
}

yaml_list() { # KEY: the JSON list behind it in the manifest
  sed -n "s/^ *$1: \(\[.*\]\)\$/\1/p" "$watch_yaml"
}

# The pod of the manifest: its arguments and its rights. Its id is in $watch_id, its log in $watch_log.
watch_pod() { # NAME [WITHOUT_CAPABILITY]
  local args add
  args=$(yaml_list args) add=$(yaml_list add)
  watch_log=$BATS_TEST_TMPDIR/$1.log
  pod "$1" "" ".image.image = \"localhost/runmask:lab\" | del(.command) | .args = $args | .log_path = \"$1.log\"
    | .mounts = [{container_path: \"/etc/oci-runmask\", host_path: \"$BATS_TEST_TMPDIR/policy\", readonly: true}]
    | .linux.security_context += {readonly_rootfs: true, seccomp: {profile_type: \"RuntimeDefault\"},
      namespace_options: {network: \"NODE\", pid: \"NODE\"},
      capabilities: {drop_capabilities: [\"ALL\"], add_capabilities: ($add - [\"${2-}\"])}}" \
    ".log_directory = \"$BATS_TEST_TMPDIR\" | .linux.security_context.namespace_options.pid = \"NODE\""
  watch_id=$container_id
}

until_protected() { # within five seconds
  local tries
  for tries in {1..50}; do
    pod_probe
    [ "$(verdict)" != protected ] || break
    sleep 0.1
  done
  protected
}

@test "watch.yaml: the pods of a node that nothing was installed on are masked, those before and those after it" {
  local before web
  start_with 2
  host_changes watch_image
  before=$(find /etc /usr/libexec -xdev -type f -newer "$conf" 2>/dev/null | sort)
  pod early
  web=$container_id
  pod_probe
  leaks
  watch_pod watch
  container_id=$web
  until_protected
  containerd_cell "runmask watch alone (watch.yaml), a pod that was there before"
  docker_sock_answers
  pod later
  until_protected
  containerd_cell "runmask watch alone (watch.yaml), a pod that starts later: after its window"
  host_changes nscd_stop
  host_changes nscd_start
  pod_probe
  protected
  grep -q 'masked' "$watch_log"
  [ "$(find /etc /usr/libexec -xdev -type f -newer "$conf" 2>/dev/null | sort)" = "$before" ]
}

@test "watch.yaml: without any one of its capabilities it ends and says which" {
  local capability count=0
  start_with 2
  host_changes watch_image
  for capability in $(yaml_list add | jq -r '.[]'); do
    watch_pod "without-${capability,,}" "$capability" || true
    sleep 0.5
    grep -q "needs CAP_$capability, to enter containers" "$watch_log"
    pods_remove
    count=$((count + 1))
  done
  [ "$count" = 4 ]
}

# ---- what breaks a node -------------------------------------------------------------------------

@test "a base spec that is missing at containerd's start: its CRI is gone, which is why the file comes first" {
  rm -f "$base"
  start_with 2 "$(file_of base-runtime-spec 2)"
  run cri_is_there
  [ "$status" != 0 ]
  grep -q 'oci-runmask-base.json' "$LAB_DIR/state/containerd.log"
  make_base
  containerd_restart
  cri_is_there
}

# ---- entrypoints --------------------------------------------------------------------------------

declare -gA container_of=()

pod_in() { # NAME CMD...
  container_id=${container_of[$1]} pod_exec "${@:2}"
}

one_socket() { # NAME [HANDLER]
  pod "$1" "${2-}" '.mounts[0] = {container_path: "/var/run/docker.sock", host_path: "/run/docker.sock"}'
  container_of[$1]=$container_id
}

@test "entrypoints join the socket's group or change it, and dial, before and after the daemon's restart" {
  start_with 2
  host_changes stand_in 0:991 docker-of-the-host
  one_socket bare
  make_base
  start_with 2 "$(file_of base-runtime-spec 2)"
  mkdir -p /etc/oci-runmask
  echo "{\"version\": 1, $through_directory}" >/etc/oci-runmask/policy.json
  one_socket web
  echo "{\"version\": 1, $list_of_one}" >/etc/oci-runmask/policy.json
  pod list
  container_of[list]=$container_id
  host_changes entrypoints_before_and_after 0:991 pod_in
  containerd_cell "CRI base_runtime_spec, sockets: an entrypoint joins the socket's group, daemon restarted" answers
}
