#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# facade.expose as a list, with a directory for each socket: the container's configuration is
# unchanged, and it is left with those sockets alone. The host's /run is nowhere in it.

# shellcheck disable=SC2030,SC2031,SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
stages="createRuntime prestart createContainer"
var_run="--bind /var/run:/var/run"

exposed() { # NAME
  exec_in "$1" probe
  protected_with_docker "${2-docker-of-the-host}" || return 1
  exec_in "$1" ls -A /var/run
  [ "$output" = ".host-run
docker.sock" ] || claim_failed "in /var/run: \"$output\"" || return 1
  exec_in "$1" sh -c 'ls -A /var/run/.host-run /var/run/.host-run/0'
  [ "$output" = "/var/run/.host-run:
0

/var/run/.host-run/0:
docker.sock" ] || claim_failed "in /var/run/.host-run: \"$output\""
}

# Only the directory and, on its name there, the socket. Not covered by anything, not anywhere else:
# the whole table of the namespace says so.
no_host_run() { # NAME
  local attached
  attached=$(host_run_in "$(container_pid "$1")")
  [ "$attached" = "/docker-api
/docker-api/docker.sock" ] || {
    echo "attached of the host's /run: $attached"
    return 1
  }
}

renamed_and_restarted() {
  docker_and_api_restart
  nscd_directory_rename
}

@test "a container that binds all of /var/run is left with exactly the listed socket" {
  list_policy
  host_changes api_start
  # shellcheck disable=SC2086 # words
  start_each list "--policy $policy" "$runtimes" "abs rel dir" "$stages" $var_run
  # shellcheck disable=SC2086
  start_each bare "" "$runtimes" "abs dir" none $var_run
  each_started list exposed
  each_started list no_host_run
  in_each bare leaks_with_docker
  says_in_each bare "/" sh -c 'findmnt -rn -o FSROOT -T /var/run/nscd'
  host_changes renamed_and_restarted
  each_started list exposed docker-started-again
  in_each bare leaks
}

# CAP_SYS_ADMIN takes the facade away; what it then finds is the image's own directory. The control
# has a tmpfs in the facade's place.
uncovered() { # RUNTIME IMAGE WORDS...
  bundle web --image "$2" --bind /var/run:/var/run "${@:3}" \
    --jq '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])' -- sleep 600
  start_container "$1" web
  mounted=$(mounts_table "$(container_pid web)")
  exec_in web sh -c 'umount -n -l /var/run && ls -A /var/run'
}

control_uncovers() { # RUNTIME IMAGE
  local mounted
  uncovered "$1" "$2" --tmpfs /var/run
  report_says nscd docker.sock
}

nothing_below() { # RUNTIME IMAGE STAGE
  local mounted
  uncovered "$1" "$2" --hook "$3:--policy $policy"
  [[ $mounted == *"/run tmpfs oci-runmask "* ]]
  [ "$status $output" = "0 " ] || claim_failed "below the facade there is: \"$output\"" || return 1
  [ -z "$(host_run_in "$(container_pid web)")" ]
}

@test "nothing of the host's is below it, for one who may unmount it" {
  list_policy
  host_changes api_start
  each control_uncovers "$runtimes" "abs dir"
  each nothing_below "$runtimes" "abs dir" "$stages"
}

# A tmpfs of the user's own lay at the place before the bind: the bind alone is taken away.
tmpfs_stays_below() { # RUNTIME STAGE
  bundle web --image dir --tmpfs /var/run --bind /var/run:/var/run --hook "$2:--policy $policy" \
    --jq '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])' -- sleep 600
  start_container "$1" web
  exposed web
  exec_in web sh -c 'umount -n -l /var/run && findmnt -rn -o FSTYPE,SOURCE /var/run'
  [ "$status" = 0 ] || claim_failed "nothing is mounted below the facade" || return 1
  [[ $output == "tmpfs "* && $output != *oci-runmask* ]] || claim_failed "below the facade: \"$output\""
}

@test "a tmpfs of the user's own below the bind stays where it was" {
  list_policy
  host_changes api_start
  each tmpfs_stays_below "$runtimes" "createRuntime createContainer"
}

# ---- other binds --------------------------------------------------------------------------------

list_of_binds() { # RUNTIME IMAGE BINDS STAGE
  local bind words=(--image "$2")
  for bind in ${3//+/ }; do
    words+=(--bind "$bind")
  done
  bundle web "${words[@]}"
  container "$1" web
  leaks_with_docker
  bundle web "${words[@]}" --hook "$4:--policy $policy" -- sleep 600
  start_container "$1" web
  exposed web
  no_host_run web
}

@test "stacked binds, binds of both places, read-only ones, slaves" {
  list_policy
  host_changes api_start
  each list_of_binds "$runtimes" abs "/run:/run+/var/run:/var/run /run:/run+/run:/run+/run:/run" \
    "$stages"
  each list_of_binds "$runtimes" dir "/run:/run+/var/run:/var/run" "$stages"
  each list_of_binds "$runtimes" dir "/var/run:/var/run:rbind,ro /run:/var/run:rbind,rslave" "createRuntime createContainer"
}

stack() { # NUMBER: the bind of /run so often in words
  local i
  for ((i = 0; i < $1; i++)); do
    words+=(--bind /run:/run)
  done
}

too_many_binds() { # RUNTIME STAGE
  local words=()
  stack 17
  bundle web "${words[@]}" --hook "$2:--policy $policy"
  container "$1" web
  refused
  logged refused "container web" "more than 16 binds lie on one another"
}

as_many_as_may_be() { # RUNTIME STAGE
  local words=()
  stack 15
  bundle web "${words[@]}" --hook "$2:--policy $policy" -- sleep 600
  start_container "$1" web
  exposed web
}

@test "more binds on one another than are taken away: the container does not start" {
  list_policy
  host_changes api_start
  each as_many_as_may_be runc createRuntime
  forget_log
  each too_many_binds "$runtimes" "createRuntime createContainer"
}

both_places() { # RUNTIME STAGE
  bundle web --image dir --bind /run:/run --bind /var/run:/var/run --hook "$2:--policy $policy" \
    -- sh -c 'ls -A /run /var/run; ask /run/docker.sock; ask /var/run/docker.sock'
  container "$1" web
  [ "$output" = "/run:
.host-run
docker.sock

/var/run:
.host-run
docker.sock
docker-of-the-host
docker-of-the-host" ] || claim_failed "both places are not the list's"
}

@test "both places of an image with a real /var/run have the list" {
  list_policy
  host_changes api_start
  each both_places "$runtimes" "$stages"
}

shared_with_list() { # RUNTIME STAGE WORDS...
  bundle web "${@:3}" --hook "$2:--policy $policy" -- sleep 600
  start_container "$1" web
  host_unchanged
  exposed web
  no_host_run web
}

@test "nothing is seen on the host when mounts are shared with it" {
  list_policy
  policy "$(jq '.onShared = "slave"' "$policy")"
  host_changes api_start
  each shared_with_list "$runtimes" "createRuntime createContainer" \
    "--rootfs-propagation" "shared" "--bind" "/var/run:/var/run:rbind,rshared"
  each shared_with_list "$runtimes" createRuntime "--bind" "/var/run:/var/run:rbind,rshared"
}

# ---- what is mounted below ----------------------------------------------------------------------

mount_points_on_host() {
  mkdir -p /run/secrets/kubernetes.io/serviceaccount /run/volume /run/volume-ro /run/systemd/resolve
  touch /run/.containerenv
  echo "nameserver 127.0.0.1 of the host" >/run/systemd/resolve/stub-resolv.conf
  api_start
}

# shellcheck disable=SC2016 # for the container's shell
children='
  cat /var/run/secrets/kubernetes.io/serviceaccount/token /var/run/.containerenv /etc/resolv.conf
  for place in /var/run/volume /var/run/volume-ro /var/run/secrets/kubernetes.io/serviceaccount; do
    findmnt -rn -o FSTYPE,SOURCE,OPTIONS,PROPAGATION -T "$place"
    touch "$place/written" 2>/dev/null && echo "$place is written"
  done
  findmnt -rn -o OPTIONS -T /etc/resolv.conf
  echo; probe'

# shellcheck disable=SC2054 # commas between the options of one bind
with_children() { # RUNTIME IMAGE MODE [HOOK]
  local words=(--image "$2" --bind "/var/run:/var/run:rbind,rprivate,$3"
    --bind "$engine/token:/var/run/secrets/kubernetes.io/serviceaccount:rbind,ro,rprivate"
    --bind "$engine/containerenv:/var/run/.containerenv"
    --tmpfs /var/run/volume:size=64k --tmpfs /var/run/volume-ro:size=32k,ro)
  [ -z "${4-}" ] || words+=(--hook "$4:--policy $policy")
  if [ "$2" = dir ]; then
    words+=(--bind "$engine/resolv.conf:/etc/resolv.conf:rbind,rprivate")
  else
    words+=(--bind "$engine/resolv.conf:/etc/resolv.conf:rbind,ro,rprivate")
  fi
  bundle web "${words[@]}" -- sh -c "$children"
  [ "$2" = dir ] ||
    ln -sfn ../run/systemd/resolve/stub-resolv.conf "$(bundle_dir web)/rootfs/etc/resolv.conf"
  container "$1" web
  [ "$status" = 0 ] || claim_failed "it failed" || return 1
  seen=${output%%$'\n\n'*}
  output=${output##*$'\n\n'}
}

children_are_carried() { # RUNTIME IMAGE MODE
  local engine=$BATS_TEST_TMPDIR/engine seen before stage
  mkdir -p "$engine/token"
  echo "the pod's token" >"$engine/token/token"
  echo "engine=podman" >"$engine/containerenv"
  echo "nameserver 127.0.0.2" >"$engine/resolv.conf"
  with_children "$@"
  leaks_with_docker
  before=$seen
  [ "$(grep -c " is written" <<<"$before")" = 1 ] || claim_failed "the control says: $before"
  for stage in $stages; do
    with_children "$@" "$stage"
    protected_with_docker
    [ "$seen" = "$before" ] ||
      claim_failed "$stage: seen differently: $(diff <(echo "$before") <(echo "$seen"))"
  done
}

@test "token, volumes, .containerenv and resolv.conf stay, with their options" {
  list_policy
  host_changes mount_points_on_host
  each children_are_carried "$runtimes" "abs rel dir" "rw ro"
}

# ---- options ------------------------------------------------------------------------------------

guarded() { # NAME
  local options
  exec_in "$1" findmnt -rn -o OPTIONS,PROPAGATION --mountpoint /var/run/.host-run/0
  for options in ro nosuid nodev noexec; do
    [[ ,${output%% *}, == *,$options,* ]] || claim_failed "the directory is not $options" || return 1
  done
  [[ $output == *" private" ]] || claim_failed "the directory is not private" || return 1
  exec_in "$1" sh -c 'touch /var/run/new /var/run/.host-run/new /var/run/.host-run/0/new 2>&1'
  [ "$(grep -c "Read-only file system" <<<"$output")" = "$2" ] || claim_failed "not read-only in $2 places"
}

@test "the directory is private and read-only; all of it is, where the bind is" {
  list_policy
  host_changes api_start
  # shellcheck disable=SC2086 # words
  start_each rw "--policy $policy" "$runtimes" "abs dir" "$stages" $var_run
  each_started rw guarded 1
  start_each ro "--policy $policy" "$runtimes" "abs dir" "$stages" --bind /var/run:/var/run:rbind,ro
  each_started ro guarded 3
}

# ---- lists of other kinds -----------------------------------------------------------------------

two_sockets() {
  api_start
  mkdir -p /run/podman-api
  serve /run/podman-api/podman.sock podman-of-the-host
}

@test "two sockets, one of which is not there yet, in two directories" {
  policy '{"strategy": "facade", "facade": {"expose": ["podman.sock", "docker.sock", "nscd"]},
    "sockets": [{"path": "/var/run/docker.sock", "directory": "/run/docker-api"},
      {"path": "/run/podman.sock", "directory": "/run/podman-api"},
      {"path": "/run/nscd", "directory": "/run/nscd"}]}'
  host_changes two_sockets
  host_changes unserve /run/docker-api/docker.sock
  # shellcheck disable=SC2086 # words
  start_each list "--policy $policy" "$runtimes" "abs dir" "$stages" $var_run
  says_in_each list ".host-run
docker.sock
podman.sock" ls -A /var/run
  in_each list protected
  answers_in_each list /var/run/podman.sock podman-of-the-host
  answers_in_each list /var/run/docker.sock -
  host_changes api_start
  answers_in_each list /var/run/docker.sock docker-of-the-host
}

reattached() { # NAME
  exec_in "$1" probe
  protected_with_docker "${2-docker-of-the-host}" || return 1
  exec_in "$1" ls -A /var/run
  [ "$output" = ".host-run
docker.sock
lock" ] || claim_failed "in /var/run: \"$output\""
}

@test "a list without a directory: exactly those names, and the host's /run by the hidden one" {
  policy '{"strategy": "facade", "facade": {"expose": ["docker.sock", "lock", "nscd"]}}'
  # shellcheck disable=SC2086 # words
  start_each list "--policy $policy" "$runtimes" "abs rel dir" "$stages" $var_run
  each_started list reattached
  host_changes docker_restart
  each_started list reattached docker-started-again
  host_changes nscd_directory_renew
  each_started list reattached docker-started-again
}

@test "an empty list: nothing of the host's /run" {
  policy '{"strategy": "facade", "facade": {"expose": []}}'
  # shellcheck disable=SC2086 # words
  start_each list "--policy $policy" "$runtimes" "abs dir" "createRuntime createContainer" $var_run
  says_in_each list "" ls -A /var/run/
  in_each list protected
  answers_in_each list /var/run/docker.sock -
}

# ---- where it cannot be done --------------------------------------------------------------------

without_directory() { # RUNTIME STAGE
  list_policy
  forget_log
  bundle web --bind /var/run:/var/run --hook "$2:--policy $policy"
  container "$1" web
  refused
  logged refused '/run/docker-api' 'No such file or directory'
  policy "$(jq '.onError = "warn"' "$policy")"
  forget_log
  bundle web --bind /var/run:/var/run --hook "$2:--policy $policy"
  container "$1" web
  leaks_with_docker
  logged warned '/run/docker-api' 'No such file or directory'
}

@test "the directory is missing: no container, or with onError a warning and nothing done" {
  host_changes no_api
  each without_directory "$runtimes" "$stages"
}

bundles_below_run() {
  mount -t tmpfs bundles /run/containers
}

no_bundles_below_run() {
  umount /run/containers
}

# The runtime looks for the root by its path once more after the hook.
rootfs_below_run() { # RUNTIME IMAGE STAGE WHERE
  # shellcheck disable=SC2317 # the lab's functions call it
  bundle_dir() { echo "/run/containers/$1"; }
  bundle web --image "$2" --bind /var/run:/var/run --hook "$3:--policy $policy" -- \
    sh -c 'ls -A /var/run; findmnt -rn -o SOURCE --mountpoint /; echo; probe'
  container "$1" web
  protected_with_docker
  [[ $output == ".host-run
docker.sock
lab-bundle-web

"* ]] || claim_failed "in /var/run and at /: \"$output\"" || return 1
  bundle web --image "$2" --bind /var/run:/var/run --hook "$3:--policy $policy" -- sleep 600
  start_container "$1" web
  [[ $4 == above ]] || no_host_run web
  discard_bundle web
}

@test "a bundle below the host's /run" {
  list_policy
  host_changes api_start
  host_changes bundles_below_run
  each rootfs_below_run "$runtimes" "abs dir" "$stages" beside
  host_changes no_bundles_below_run
}

directory_above_bundles() {
  bundles_below_run
  serve /run/containers/docker.sock docker-of-the-host
}

no_directory_above_bundles() {
  unserve /run/containers/docker.sock
  no_bundles_below_run
}

@test "a bundle below the very directory that is named for the socket" {
  policy '{"strategy": "facade", "facade": {"expose": ["docker.sock"]},
    "sockets": [{"path": "/run/docker.sock", "directory": "/run/containers"}]}'
  host_changes directory_above_bundles
  each rootfs_below_run "$runtimes" "abs dir" "createRuntime createContainer" above
  host_changes no_directory_above_bundles
}

list_twice() { # RUNTIME IMAGE FIRST SECOND
  local words=(--image "$2" --bind /run:/run --bind /var/run:/var/run) once
  bundle web "${words[@]}" --hook "$3:--policy $policy" -- sleep 600
  start_container "$1" web
  once=$(mounts_table "$(container_pid web)")
  [[ $once == *" oci-runmask "* ]]
  forget_log
  bundle web "${words[@]}" --hook "$3:--policy $policy" --hook "$4:--policy $policy" -- sleep 600
  start_container "$1" web
  [ -z "$(diff <(echo "$once") <(mounts_table "$(container_pid web)"))" ]
  logged "done" "without the host's"
}

@test "a second run finds nothing to do" {
  list_policy
  host_changes api_start
  each list_twice "$runtimes" "abs dir" createRuntime "createRuntime createContainer"
}
