#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Podman of whatever release this host has: one container for each way in, as root and as an ordinary
# user.

# on bookworm: podman runc crun conmon uidmap
# on trixie: podman runc crun conmon uidmap
# on sid: podman runc crun conmon uidmap

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load engines
load ../runtime/more
load ../runtime/lab-podman
load podman
load entrypoint

bind="/var/run:/var/run"

# The control: the same container, and nothing of ours registered.
leaks_alone() { # WHO RUNTIME
  nothing_of_ours
  podman_run "$1" "$2" -v "$bind"
  leaks
  docker_sock_answers
  [ -z "$(hook_said)" ]
}

# What is registered protects, once as a mask and once as a facade: by the policy, or by an option that ends
# in the strategy where the policy says "off". The door's own line is in the log.
safe_by() { # WHO RUNTIME-ASKED-FOR RUNTIME DOOR [OPTION]
  local strategy policy
  for strategy in mask facade; do
    policy=$strategy
    [ $# = 4 ] || policy=off
    administrator "{\"strategy\": \"$policy\", \"runtime\": \"$(type -P "$3")\"}"
    forget_log
    podman_run "$1" "$2" ${5+"$5$strategy"} -v "$bind"
    protected
    docker_sock_answers
    grep -q " door=$4 strategy=$strategy .*result=done$" <<<"$(hook_said)" ||
      claim_failed "the log has no line of door=$4 strategy=$strategy" || return 1
  done
}

# After both have run as both.
podman_cell() { # RUNTIME WAY
  cell Podman "$(podman_version "$1")" "$2: mask and facade, root and rootless"
}

by_hooks_directory() { # RUNTIME STAGE
  local who
  for who in root rootless; do
    leaks_alone "$who" "$1"
    hooks_file "$2"
    safe_by "$who" "$1" "$1" "$2"
  done
  podman_cell "$1" "hooks directory, $2"
}

@test "the hooks directory: createRuntime, prestart and createContainer" {
  each by_hooks_directory "runc crun" "createRuntime prestart createContainer"
}

by_precreate() { # RUNTIME
  local who
  for who in root rootless; do
    leaks_alone "$who" "$1"
    containers_conf "[engine]
$(precreate_line)"
    safe_by "$who" "$1" "$1" precreate
  done
  podman_cell "$1" "hooks directory, precreate"
}

@test "precreate, as it is installed" {
  each by_precreate "runc crun"
}

by_runtime() { # RUNTIME
  local who
  for who in root rootless; do
    leaks_alone "$who" "$1"
    safe_by "$who" "$runtime_program" "$1" runtime
  done
  podman_cell "$1" "--runtime oci-runmask-runtime"
}

@test "oci-runmask-runtime as the runtime" {
  each by_runtime "runc crun"
}

by_device() { # RUNTIME
  local who
  for who in root rootless; do
    leaks_alone "$who" "$1"
    installed_device
    safe_by "$who" "$1" "$1" createRuntime --device=oci-runmask.github.io/run=
  done
  podman_cell "$1" "CDI device"
}

@test "a CDI device, as it is installed" {
  each by_device "runc crun"
}

build_probe() { # OPTIONS...
  printf 'FROM lab.example/abs:1\nRUN probe\n' >"$BATS_TEST_TMPDIR/Containerfile"
  image_of_last=abs
  run --separate-stderr podman_do root crun build --no-cache --network host --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 \
    -v /var/run:/var/run -v "$lab/images/abs/etc/hosts:/etc/hosts:ro" "$@" -f "$BATS_TEST_TMPDIR/Containerfile" \
    "$BATS_TEST_TMPDIR"
}

@test "podman build: a RUN is protected by the hooks directory, and with --isolation chroot leaks, as docs/engines.md says" {
  hooks_file createRuntime
  tar -C "$lab/images/abs" -cf "$BATS_TEST_TMPDIR/image.tar" .
  podman_do root crun import "$BATS_TEST_TMPDIR/image.tar" lab.example/abs:1 >/dev/null
  build_probe --isolation chroot
  grep -q 'onlyhost.*10.9.9.9' <<<"$output"
  build_probe --isolation oci --runtime crun
  grep -q 'redis.*172.20.0.5' <<<"$output"
}

@test "runmask setup podman: where a configuration leaves the hooks directory out, and back" {
  local before
  hooks_file createRuntime
  containers_conf $'[engine]\nhooks_dir = ["/etc/other"] # of mine'
  podman_run root crun -v "$bind"
  leaks
  before=$(find /etc/containers -type f -exec sha256sum {} +)
  [[ $(runmask setup podman) == *"Nothing to reload"* ]]
  podman_run root crun -v "$bind"
  protected
  [ "$(runmask doctor --json | jq -r '.checks[] | select(.id == "podman-hook") | .found')" = right ]
  runmask setup podman --undo
  [ "$(find /etc/containers -type f -exec sha256sum {} +)" = "$before" ]
  podman_run root crun -v "$bind"
  leaks
}

# Rootless: the socket is the user's, and its group is root's in the container.
entrypoints() { # WHO RUNTIME
  local owner=0:991 group
  [ "$1" = root ] || { owner=$(id -u rootless):$(id -g rootless) && group=0; }
  host_changes stand_in "$owner" docker-of-the-host
  nothing_of_ours
  podman_run "$1" "$2" -d --name bare -v "$socket_bind" -- sleep 600
  hooks_file createRuntime
  administrator "{$through_directory}"
  podman_run "$1" "$2" -d --name web -v "$socket_bind" -- sleep 600
  administrator "{$list_of_one}"
  podman_run "$1" "$2" -d --name list -v "$bind" -- sleep 600
  entrypoints_before_and_after "$owner" podman_do "$1" "$2" exec
  podman_clean
  host_record # the sockets are others
  cell Podman "$(podman_version "$2")" "hooks directory, createRuntime, $1, sockets: an entrypoint joins the socket's group, daemon restarted" \
    answers
}

@test "entrypoints join the socket's group or change it, and dial, before and after the daemon's restart" {
  each entrypoints "root rootless" "runc crun"
}
