#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Pods by "podman kube play": a hostPath volume is a bind like any other, the pod's annotations are those
# of its containers.

# on bookworm: podman runc crun conmon catatonit
# on trixie: podman runc crun conmon catatonit
# on sid: podman runc crun conmon catatonit

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load engines
load ../runtime/more
load ../runtime/more-facade
load ../runtime/lab-podman
load podman

strategy_key=io.github.oci-runmask.strategy

# All pods of the machine have their cgroups in one place, which cannot be changed: one file of these
# tests at a time, and what a killed one has left goes first.
setup_file() {
  exec 8>>"$LAB_ROOT/build/lab/pods.lock"
  flock 8
  no_cgroups_of_pods || true
  podman_settles
  tar -C "$lab/images/abs" -cf "$LAB_DIR/state/lab.tar" .
  podman_do root crun import -c 'ENV PATH=/usr/sbin:/usr/bin' "$LAB_DIR/state/lab.tar" lab:1
}

teardown() {
  pods_down
  nothing_of_ours
  lab_teardown
}

teardown_file() {
  eventually no_cgroups_of_pods
}

# The kernel removes none that is in use.
no_cgroups_of_pods() {
  local parent left=0
  for parent in /sys/fs/cgroup/libpod_parent /sys/fs/cgroup/*/libpod_parent; do
    [ ! -d "$parent" ] || find "$parent" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
  done
  [ "$left" = 0 ]
}

# Nothing of ours, and what any pod needs here: raising limits takes CAP_SYS_RESOURCE.
bare() { # [LINE of the section engine]
  nothing_of_ours
  containers_conf "[containers]
base_hosts_file = \"$lab/images/abs/etc/hosts\"
default_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]
[engine]
${1-}
[engine.runtimes]
runmask = [\"$runtime_program\"]"
}

# Two containers that bind the host's /var/run, with these annotations of the pod.
pod_file() { # KEY=VALUE...
  jq -n '{
    apiVersion: "v1", kind: "Pod",
    metadata: {name: "web",
      annotations: ($ARGS.positional | map(split("=") | {key: .[0], value: .[1]}) | from_entries)},
    spec: {
      hostNetwork: true, restartPolicy: "Never",
      containers: (["app", "other"] | map({
        name: ., image: "localhost/lab:1", imagePullPolicy: "Never", command: ["probe"],
        volumeMounts: [{name: "run", mountPath: "/var/run"}]})),
      volumes: [{name: "run", hostPath: {path: "/var/run", type: "Directory"}}]
    }
  }' --args "$@" >"$BATS_TEST_TMPDIR/pod.yaml"
}

play() {
 # RUNTIME [KEY=VALUE...]
  pod_file "${@:2}"
  forget_log
  run --separate-stderr podman_do root "$1" kube play --replace "$BATS_TEST_TMPDIR/pod.yaml"
}

played() { # RUNTIME [KEY=VALUE...]
  play "$@"
  [ "$status" = 0 ] || claim_failed "the pod does not start"
}

pods_down() {
  podman_do root crun pod rm --force --all >/dev/null
}

# What a container of the pod was told.
pod_says() { # RUNTIME CONTAINER
  [ "$(podman_do root "$1" wait "web-$2")" = 0 ] || claim_failed "the container $2 failed" || return 1
  # shellcheck disable=SC2034 # read by "leaks"
  image_of_last=abs
  run --separate-stderr podman_do root "$1" logs "web-$2"
}

# A pod has the host's name server: what the files say is what counts.
host_names() {
  report_says "host onlyhost 10.9.9.9" "host redis -" "user hostuser 4242" "user contuser -"
}

kube_verdict() {
  if protected_by_files >/dev/null; then
    echo "protected"
  elif host_names >/dev/null; then
    echo "not protected: the host's names are seen"
  else
    verdict
  fi
}

both_say() { # RUNTIME CLAIM
  local container
  for container in app other; do
    pod_says "$1" "$container"
    "$2"
    docker_sock_answers
  done
}

kube_cell() { # RUNTIME WAY
  pod_says "$1" app
  cell Podman "$(podman_version "$1")" "kube play, $2" "$(kube_verdict)"
}

leaks_alone() { # RUNTIME
  bare
  played "$1"
  both_say "$1" host_names
  [ -z "$(hook_said)" ]
}

# ---- ways in ------------------------------------------------------------------------------------

# What is registered acts on each of the two, once as a mask and once as a facade.
safe_by() { # RUNTIME-ASKED-FOR RUNTIME WAY DOOR
  local strategy
  for strategy in mask facade; do
    administrator "{\"strategy\": \"$strategy\", \"runtime\": \"$(type -P "$2")\"}"
    played "$1"
    both_say "$2" protected_by_files
    [ "$(hook_said | grep -c " door=$4 strategy=$strategy .*result=done$")" = 2 ]
  done
  kube_cell "$2" "$3: mask and facade"
}

by_hooks_directory() { # RUNTIME
  leaks_alone "$1"
  hooks_file createRuntime
  safe_by "$1" "$1" "hooks directory, createRuntime" createRuntime
}

@test "a hostPath of /var/run: the hook in the hooks directory acts on each container" {
  each by_hooks_directory "runc crun"
}

by_precreate() { # RUNTIME
  leaks_alone "$1"
  bare "$(precreate_line)"
  safe_by "$1" "$1" "hooks directory, precreate" precreate
}

@test "and so it does at precreate" {
  each by_precreate crun
}

by_runtime() { # RUNTIME
  leaks_alone "$1"
  safe_by runmask "$1" "--runtime runmask" runtime
}

@test "and as the runtime" {
  each by_runtime crun
}

# ---- annotations --------------------------------------------------------------------------------

annotated() { # RUNTIME
  bare
  hooks_file createRuntime
  played "$1" "$strategy_key=off"
  kube_cell "$1" "createRuntime, the pod's annotation off"
  both_say "$1" host_names
  [ -z "$(hook_said)" ]
  administrator '{"strategy": "off"}'
  played "$1" "$strategy_key=facade"
  kube_cell "$1" "createRuntime, policy off, the pod's annotation facade"
  both_say "$1" protected_by_files
  [ "$(hook_said | grep -c " strategy=facade .*result=done$")" = 2 ]
}

@test "the pod's annotation is every container's" {
  each annotated crun
}

mistyped() { # RUNTIME
  bare
  hooks_file createRuntime
  play "$1" "$strategy_key=of"
  refused
  [[ $(hook_said) == *"annotation $strategy_key"*'"of"'*"result=refused"* ]]
  pods_down
}

@test "an unknown annotation keeps the pod's containers from starting" {
  each mistyped crun
}

# Podman hands on an annotation for one container, but does not say which container is which.
one_container() { # RUNTIME
  bare
  hooks_file createRuntime
  played "$1" "$strategy_key=off" "$strategy_key/app=mask"
  kube_cell "$1" "createRuntime, the pod's annotation off, and mask for its container app"
  both_say "$1" host_names
  played "$1" "$strategy_key=mask" "$strategy_key/app=off"
  both_say "$1" protected_by_files
}

@test "an annotation for one container of the pod counts for none: Podman does not say who it is" {
  each one_container crun
}
