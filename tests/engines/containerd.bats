#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# containerd: ctr with the hook in the container's specification, and with the runtime door as its
# runtime; and the configuration that gives the hook to Kubernetes' containers. There is no kubelet here:
# see the last two tests for what is shown of that.

# on bookworm: containerd runc
# on trixie: containerd runc
# on sid: containerd runc

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded
# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load engines

conf=/etc/containerd/config.toml
base=/etc/containerd/runmask-base.json

# ---- the daemon -----------------------------------------------------------------------------------

# Version 2 is read by all that are here; the newer ones translate it.
write_conf() { # [LINES]
  mkdir -p /etc/containerd
  cat >"$conf" <<END_OF_CONF
version = 2
root = "$LAB_DIR/containerd"
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
${1-}
END_OF_CONF
}

containerd_start() {
  local tries
  : >"$LAB_DIR/state/containerd.log"
  containerd -c "$conf" </dev/null >>"$LAB_DIR/state/containerd.log" 2>&1 3>&- 4>&- &
  echo $! >"$(pid_file containerd)"
  for tries in {1..300}; do
    ! timeout 10 ctr version >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  echo "containerd does not answer (asked $tries times); the end of what it said:"
  tail -n 20 "$LAB_DIR/state/containerd.log"
  return 1
}

containerd_with() { # [LINES]
  stop_daemon containerd TERM
  write_conf "$@"
  containerd_start
}

containerd_version() {
  echo "$(ctr version | sed -n '/^Server:/,$s/^ *Version: *//p'), runc $(runc --version | sed -n 's/^runc version //p')"
}

containerd_cell() {
  cell containerd "$(containerd_version)" "$@"
}

# ---- the host: what is below /run/containerd is the engine's own --------------------------------

run_listing() {
  find /run -xdev -path '/run/containerd/*' -prune \
    -o \( -type f -printf '%p %y %m %U:%G %i %s bytes\n' -o -printf '%p %y %m %U:%G %i %l\n' \) | sort
}

setup_file() {
  containerd_with
}

# ---- containers -----------------------------------------------------------------------------------

# A bundle's config.json; ctr wants the root's whole path in it.
spec() { # BUNDLE OPTIONS...
  bundle "$@" --jq ".root.path = \"$(bundle_dir "$1")/rootfs\""
}

ctr_run() { # BUNDLE OPTIONS...
  image_of_last=abs
  run --separate-stderr timeout 60 ctr run --rm "${@:2}" --config "$(bundle_dir "$1")/config.json" \
    "$1" </dev/null 3>&-
}

@test "ctr run --config: the hook in the specification" {
  for stage in createRuntime prestart createContainer; do
    spec bare --bind /var/run:/var/run
    ctr_run bare
    containerd_cell "nothing (the control)"
    leaks
    docker_sock_answers
    spec web --bind /var/run:/var/run --hook "$stage"
    ctr_run web
    containerd_cell "ctr run --config, $stage"
    protected
    docker_sock_answers
  done
}

@test "ctr run --config: a facade" {
  spec web --bind /var/run:/var/run --hook "createRuntime:--strategy facade"
  ctr_run web
  containerd_cell "ctr run --config, createRuntime --strategy facade"
  protected
  docker_sock_answers
}

@test "ctr run --runc-binary: the runtime door" {
  spec web --bind /var/run:/var/run
  ctr_run web
  leaks
  ctr_run web --runc-binary "$runtime_program"
  containerd_cell "ctr run --runc-binary"
  protected
  docker_sock_answers
}

@test "what is wrong with the policy is said by ctr itself" {
  local said='/etc/oci-runmask/policy.json:1:16: unknown key "stratgy" (did you mean "strategy"?)'
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "mask"}' >/etc/oci-runmask/policy.json
  spec web --bind /var/run:/var/run
  ctr_run web --runc-binary "$runtime_program"
  rm -r /etc/oci-runmask
  refused "$said"
  containerd_cell "ctr run --runc-binary, a policy that is wrong" "refused: $(grep -oF "$said" <<<"$stderr")"
}

# ---- Kubernetes: base_runtime_spec ----------------------------------------------------------------

# containerd's own default specification, and our hook in it. Limits are not raised here.
write_base() {
  ctr oci spec | jq --arg hook "$OCI_RUNMASK" '.process.rlimits = [] |
    .hooks.createRuntime += [{path: $hook, args: ["oci-runmask", "createRuntime"], env: ["LC_ALL=C"],
      timeout: 30}]' >"$base"
}

cri_with_base() { # FILE
  containerd_with "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]
runtime_type = \"io.containerd.runc.v2\"
base_runtime_spec = \"$1\""
}

# The plugin that reads the file, in all these versions.
cri_state() {
  ctr plugins ls | awk '$1 ~ /^io.containerd.(grpc|cri).v1$/ && $2 ~ /^(cri|runtime)$/ { print $NF }' |
    sort -u | tr '\n' ' '
}

@test "Kubernetes: containerd's CRI plugin takes a base_runtime_spec with the hook, and no other" {
  write_base
  containerd -c "$conf" config dump >/dev/null
  host_changes cri_with_base "$base"
  containerd -c "$conf" config dump | grep -F "base_runtime_spec = " | grep -qF "$base"
  [ "$(cri_state)" = "ok " ]
  host_changes cri_with_base /etc/containerd/none.json
  [[ "$(cri_state)" == *error* ]]
  grep -q 'none.json' "$LAB_DIR/state/containerd.log"
  host_changes containerd_with
}

@test "Kubernetes: the base specification with a container's own part protects it" {
  local config
  write_base
  spec bare --bind /var/run:/var/run
  config=$(bundle_dir bare)/config.json
  # What the CRI plugin adds: command, root, mounts, cgroup; here from the bundle.
  jq -s '.[0] as $base | .[1] as $own | $base | .process.args = $own.process.args | .root = $own.root |
    .mounts += ($own.mounts | map(select(.type == "bind"))) | .linux.cgroupsPath = $own.linux.cgroupsPath |
    .linux.namespaces |= map(select(.type != "network")) | .process.env = $own.process.env' \
    "$base" "$config" >"$BATS_TEST_TMPDIR/with"
  jq 'del(.hooks)' "$BATS_TEST_TMPDIR/with" >"$config"
  ctr_run bare
  leaks
  cp "$BATS_TEST_TMPDIR/with" "$config"
  ctr_run bare
  containerd_cell "CRI base_runtime_spec (the specification by ctr: no kubelet here)"
  protected
  docker_sock_answers
}
