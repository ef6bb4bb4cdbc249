#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Podman's ways in: the stage precreate, the runtime door as one of Podman's runtimes, a CDI device;
# and all of them at once. As root and rootless.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded
# shellcheck disable=SC2094 # cmp only reads
load lab
load more
load lab-podman
load doors

# The file as it is installed, in a directory of its own, by the lines of containers.conf.
register_precreate() {
  local directory=$BATS_TEST_TMPDIR/precreate.d
  mkdir -p "$directory"
  packaged precreate/oci-runmask-precreate.json.in >"$directory/oci-runmask-precreate.json"
  jq -e '.stages == ["precreate"]' "$directory/oci-runmask-precreate.json"
  containers_conf "[engine]
hooks_dir = [\"$hooks_directory\", \"$directory\"]"
}

# ---- precreate ----------------------------------------------------------------------------------

by_precreate() { # WHO RUNTIME IMAGE BIND
  podman_run "$1" "$2" --image "$3" -v "$4"
  leaks
  register_precreate
  forget_log
  podman_run "$1" "$2" --image "$3" -v "$4"
  protected
  docker_sock_answers
  logged "done" 'put a mask on "/' "door=precreate strategy=mask channel=nscd"
  rm /etc/containers/containers.conf
}

@test "precreate protects" {
  each by_precreate "root rootless" "runc crun" "abs" "/run:/run /var/run:/var/run"
  each by_precreate "root rootless" "runc crun" "dir" "/var/run:/var/run"
  each by_precreate "root" "runc crun" "rel musl" "/run:/var/run:ro"
}

# Links of the image on the way of the bind; each changes the rootfs that it stands in.
to_elsewhere() { rm var/run && mkdir -p host/run && ln -s /host/run var/run; }
to_run() { mkdir data && ln -s ../run data/run; }
nscd_elsewhere() { rm var/run && mkdir -p var/run host/run && ln -s ../../host/run/nscd var/run/nscd; }

with_links() {
  plain_make_rootfs "$@" && (cd "$2/rootfs" && "$shape")
}

links_by_precreate() { # WHO RUNTIME SHAPE=BIND
  local shape=${3%%=*}
  podman_run "$1" "$2" -v "${3#*=}"
  leaks
  register_precreate
  podman_run "$1" "$2" -v "${3#*=}"
  protected
  rm /etc/containers/containers.conf
}

@test "precreate follows the links of the image" {
  eval "plain_$(declare -f make_rootfs)"
  make_rootfs() { with_links "$@"; }
  each links_by_precreate root "runc crun" \
    "to_elsewhere=/run:/host/run nscd_elsewhere=/run:/host/run to_run=/run:/data/run"
  each links_by_precreate rootless crun to_elsewhere=/run:/host/run
}

mask_is_seen() { # WHO RUNTIME
  register_precreate
  podman_run "$1" "$2" -v /run:/run -- sh -c "grep ' /run/nscd ' /proc/self/mountinfo | wc -l;
    stat -c '%a %u' /run/nscd; ls -A /run/nscd | wc -l"
  report_says 1 "755 0" 0
}

@test "precreate: one small empty tmpfs" {
  each mask_is_seen "root rootless" "runc crun"
}

untouched_by_precreate() { # WHO RUNTIME
  register_precreate
  mkdir -p /etc/oci-runmask
  echo 'no policy' >/etc/oci-runmask/policy.json
  forget_log
  podman_run "$1" "$2" -v /usr/share:/mnt
  protected
  silent
  podman_run "$1" "$2" -v /run:/run
  refused "setting up OCI Hooks"
  logged refused "policy.json:1:"
}

@test "precreate: with a broken policy only candidates are refused" {
  each untouched_by_precreate "root rootless" "runc crun"
}

facade_by_precreate() { # WHO RUNTIME
  register_precreate
  administrator '{"strategy": "facade"}'
  podman_run "$1" "$2" -v /run:/run -- sh -c 'probe; ls -d /run/.host-run'
  report_says /run/.host-run
  protected
  docker_sock_answers
}

@test "precreate: for facade it puts the hook in" {
  each facade_by_precreate "root rootless" "runc crun"
}

directory_by_precreate() { # RUNTIME
  register_precreate
  mkdir -p "$BATS_TEST_TMPDIR/api"
  administrator "{\"sockets\": [{\"path\": \"/run/docker.sock\",
    \"directory\": \"$BATS_TEST_TMPDIR/api\"}]}"
  podman_run root "$1" -v /run/docker.sock:/docker.sock -- readlink /docker.sock
  report_says /dev/.oci-runmask/directory/docker.sock
}

@test "precreate: for a socket's directory it puts the hook in" {
  each directory_by_precreate "runc crun"
}

tcp_by_precreate() { # WHO RUNTIME
  local certificates=$BATS_TEST_TMPDIR/certificates
  register_precreate
  mkdir -p "$certificates"
  echo certificate >"$certificates/ca.pem"
  administrator "{\"sockets\": [{\"path\": \"/run/docker.sock\", \"tcp\": \"tcp://host:2376\",
    \"certificates\": \"$certificates\"}]}"
  # shellcheck disable=SC2016 # for the container's shell
  podman_run "$1" "$2" -e DOCKER_HOST=unix:///mine -v /run/docker.sock:/docker.sock -- sh -c '
    echo "$DOCKER_HOST $DOCKER_TLS_VERIFY $(cat "$DOCKER_CERT_PATH/ca.pem")"
    [ -S /docker.sock ] || echo gone
    touch "$DOCKER_CERT_PATH/x" 2>/dev/null || echo read-only'
  report_says "tcp://host:2376 1 certificate" gone read-only
}

@test "precreate: tcp" {
  each tcp_by_precreate "root rootless" "runc crun"
}

@test "precreate as a filter: unchanged is byte for byte, an error leaves stdout empty" {
  local spec=$BATS_TEST_TMPDIR/spec out=$BATS_TEST_TMPDIR/out
  printf '\n{"root":{"path":"/x"},\t"n":18446744073709551615,"mounts":[]}\n ' >"$spec"
  "$OCI_RUNMASK" precreate <"$spec" | cmp - "$spec"
  "$OCI_RUNMASK" precreate --dry-run <"$spec" | cmp - "$spec"
  for text in '' '{' '{"root":{"path":"/"},"mounts":{}}' '[]'; do
    status=0
    printf %s "$text" | "$OCI_RUNMASK" precreate >"$out" 2>"$out.err" || status=$?
    [ "$status" = 2 ]
    [ ! -s "$out" ]
    one_line "$out.err"
  done
  bundle web --bind /run:/run --jq '.root.path = "/x"'
  "$OCI_RUNMASK" precreate <"$(bundle_dir web)/config.json" >"$out"
  keeps_its_bytes "$(bundle_dir web)/config.json" "$out"
  jq -e '[.mounts[] | select(.source == "oci-runmask")] | length == 1' "$out"
  "$OCI_RUNMASK" precreate <"$out" | cmp - "$out"
  "$OCI_RUNMASK" precreate --dry-run <"$(bundle_dir web)/config.json" 2>"$out.err" |
    cmp - "$(bundle_dir web)/config.json"
  grep -q 'would put a mask on "/run/nscd"' "$out.err"
}

shared_by_precreate() { # RUNTIME
  rm -rf /etc/oci-runmask
  register_precreate
  forget_log
  podman_run root "$1" -v /run:/run:rshared
  leaks
  logged skipped "onShared: skip"
  administrator '{"onShared": "slave"}'
  podman_run root "$1" -v /run:/run:rshared
  protected
  administrator '{"onShared": "fail"}'
  podman_run root "$1" -v /run:/run:rshared
  refused "setting up OCI Hooks"
}

@test "precreate: a bind that shares mounts with the host" {
  each shared_by_precreate "runc crun"
}

# ---- the runtime door ---------------------------------------------------------------------------

by_runtime() { # WHO RUNTIME IMAGE
  podman_run "$1" "$2" --image "$3" -v /var/run:/var/run
  leaks
  administrator "{\"runtime\": \"$(type -P "$2")\"}"
  podman_run "$1" "$runtime_program" --image "$3" -v /var/run:/var/run
  protected
  docker_sock_answers
  containers_conf "[engine.runtimes]
runmask = [\"$runtime_program\"]"
  podman_run "$1" runmask --image "$3" -v /run:/run
  protected
  podman_run "$1" runmask --image "$3" -d --name web -v /run:/run -- sleep 60
  [ "$status" = 0 ]
  run --separate-stderr podman_do "$1" runmask exec web probe
  protected
  podman_do "$1" runmask rm --force --time 0 web
  rm -r /etc/oci-runmask /etc/containers/containers.conf
}

@test "the runtime door as Podman's runtime" {
  each by_runtime "root rootless" "runc crun" "abs dir"
}

@test "the runtime door: Podman shows why a container was refused" {
  administrator '{"stratgy": "off"}'
  podman_run root "$runtime_program" -v /run:/run
  refused 'unknown key "stratgy"'
  podman_run root "$runtime_program" -v /usr/share:/mnt
  protected
}

# ---- a device -----------------------------------------------------------------------------------

by_device() { # WHO RUNTIME STRATEGY
  mkdir -p /etc/cdi
  packaged cdi/oci-runmask.json.in >/etc/cdi/oci-runmask.json
  podman_run "$1" "$2" -v /run:/run
  leaks
  forget_log
  podman_run "$1" "$2" --device "oci-runmask.github.io/run=$3" -v /run:/run
  protected
  docker_sock_answers
  logged "done" "door=createRuntime strategy=$3"
}

@test "a CDI device" {
  each by_device "root rootless" "runc crun" "mask facade"
}

# ---- all at once --------------------------------------------------------------------------------

all_doors() { # WHO RUNTIME
  register_precreate
  OCI_RUNMASK=$installed_hook podman_hook createRuntime
  mkdir -p /etc/cdi
  packaged cdi/oci-runmask.json.in >/etc/cdi/oci-runmask.json
  administrator "{\"runtime\": \"$(type -P "$2")\"}"
  forget_log
  podman_run "$1" "$runtime_program" --device oci-runmask.github.io/run=mask -v /run:/run -- \
    sh -c "probe; grep -c ' /run/nscd ' /proc/self/mountinfo"
  report_says 1
  protected
  docker_sock_answers
  logged "done" "door=precreate"
}

@test "precreate, hooks.d, a device and the runtime door together: one mount" {
  each all_doors "root rootless" "runc crun"
}

# ---- doubt --------------------------------------------------------------------------------------

doubtful() { # ERRNO
  local config=$LAB_ROOT/tests/golden/rewrite/mask-run/config.json first
  strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=openat2 "$OCI_RUNMASK" precreate <"$config" >/dev/null
  first=$(grep -n RESOLVE_BENEATH "$BATS_TEST_TMPDIR/trace" | head -n 1 | cut -d : -f 1) # below the source
  run --separate-stderr strace -qq -o /dev/null -e trace=openat2 -e "inject=openat2:error=$1:when=$first+" \
    "$OCI_RUNMASK" precreate <"$config"
  [ "$status" = 2 ] || claim_failed "$1: status $status"
  [ -z "$output" ] || claim_failed "$1: something on stdout"
  [[ $stderr == *"looking at the host's /"* ]] || claim_failed "$1: $stderr"
}

# Only "nothing there" and "a link on the way" say that a bind does not lead to the channel.
@test "a look that fails is not an answer" {
  "$OCI_RUNMASK" precreate <"$LAB_ROOT/tests/golden/rewrite/mask-run/config.json" |
    grep -q oci-runmask
  each doubtful "EMFILE ENOMEM EPERM EACCES EAGAIN"
}

# ---- what becomes of a config.json ----------------------------------------------------------------

@test "the folders of tests/golden/rewrite" {
  "$LAB_ROOT/tests/golden/rewrite/run" "$OCI_RUNMASK"
}
