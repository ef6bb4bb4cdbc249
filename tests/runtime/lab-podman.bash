# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Podman in the private host, for tests that say "load lab" and "load lab-podman".
#
#   podman_run WHO RUNTIME [--image KIND] [OPTIONS...] [-- CMD...]
#       a container to its end, with a fresh rootfs; without CMD: probe. Sets $status, $output and
#       $stderr, so that leaks, protected and all other claims are as after "container".
#       WHO is root or rootless (an ordinary user of the host). OPTIONS are podman run's; -d stays
#       until the end of the test.
#   podman_hook STAGE [ARGS]
#       registers $OCI_RUNMASK as "oci-runmask STAGE ARGS", for every container of this test, in
#       Podman's default directory of hooks.
#   podman_exec WHO NAME CMD...
#       in a container that was started with -d --name NAME; $status, $output, $stderr
#   podman_do WHO RUNTIME ARGS...
#       any other command of Podman
#
# The container is on the host's network unless OPTIONS have a --network, and has a name server of
# its own: a leak is seen by DNS, too. Images are not needed: --rootfs.

hooks_directory=/usr/share/containers/oci/hooks.d

podman_dir() {
  echo "$LAB_DIR/podman/$1"
}

podman_make() {
  local dir
  dir=$(podman_dir "$1")
  [ ! -d "$dir" ] || return 0
  mkdir -p "$dir" "$LAB_DIR/home/rootless"
  [ "$1" != rootless ] || chown rootless:rootless "$dir" "$LAB_DIR/home/rootless"
}

# On cgroups v1 Podman 5 warns at each start.
export PODMAN_IGNORE_CGROUPSV1_WARNING=1

# The command line, in the array "command". An ordinary user has an environment of a login.
podman_command() {
  local who=$1 runtime=$2 dir
  dir=$(podman_dir "$who")
  command=(podman --root "$dir/root" --runroot "$dir/runroot" --tmpdir "$dir/tmp"
    --storage-driver vfs --cgroup-manager cgroupfs --events-backend none --runtime "$runtime")
  [ "$who" = rootless ] || return 0
  command=(env -i "HOME=$LAB_DIR/home/rootless" XDG_RUNTIME_DIR=/run/user/4711 LC_ALL=C
    PODMAN_IGNORE_CGROUPSV1_WARNING="$PODMAN_IGNORE_CGROUPSV1_WARNING"
    PATH=/usr/sbin:/usr/bin:/sbin:/bin
    setpriv --reuid rootless --regid rootless --init-groups "${command[@]}")
}

podman_do() {
  local command
  podman_make "$1"
  podman_command "$1" "$2"
  shift 2
  # From a directory that the ordinary user can read.
  (cd / && "${command[@]}" "$@") </dev/null 3>&- 4>&-
}

podman_run() {
  local who=$1 runtime=$2 image=abs rootfs options
  shift 2
  [ "${1-}" != --image ] || { image=$2 && shift 2; }
  options=(--rm --no-hosts)
  [[ " $* " == *" --network"* ]] || options+=(--network host --dns 127.0.0.2)
  # Raising limits needs CAP_SYS_RESOURCE.
  options+=(--ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
  [ "$who" != root ] || options+=(--cgroup-parent "/$LAB_CGROUP")
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift
  [ $# -gt 0 ] || set -- probe
  podman_make "$who"
  podman_rootfs "$who" "$image"
  podman_containerenv
  # shellcheck disable=SC2034 # read by "leaks"
  image_of_last=$image
  run --separate-stderr podman_do "$who" "$runtime" run "${options[@]}" --rootfs "$rootfs" "$@"
}

podman_exec() {
  local who=$1 name=$2
  shift 2
  run --separate-stderr podman_do "$who" crun exec "$name" "$@"
}

# The next one, in "rootfs".
podman_rootfs() {
  local dir
  dir=$(mktemp -d "$(podman_dir "$1")/c.XXXX")
  chmod 755 "$dir"
  make_rootfs "$2" "$dir" "lab-bundle-podman"
  [ "$1" != rootless ] || give_directories "$dir/rootfs" rootless
  rootfs=$dir/rootfs
}

# Podman makes this file in whatever is bound at /run, which is the host's; rootless it may not, and
# fails. That is its own doing.
podman_containerenv() {
  [ -e /run/.containerenv ] || host_changes touch /run/.containerenv
}

podman_hook() {
  gojq -n --arg stage "$1" --arg path "$OCI_RUNMASK" --arg args "${2-}" '
    {version: "1.0.0", when: {always: true}, stages: [$stage], hook: {path: $path,
      args: (["oci-runmask", $stage] + ($args | split(" ") | map(select(. != "")))),
      env: ["LC_ALL=C"]}}' >"$hooks_directory/oci-runmask.json"
}

# Called at the end of each test.
podman_clean() {
  local who dir failed=0
  rm -f "$hooks_directory"/*
  for who in root rootless; do
    dir=$(podman_dir "$who")
    compgen -G "$dir/c.*" >/dev/null || continue
    podman_do "$who" crun rm --force --all --time 0 >/dev/null || failed=1
    [ "$who" != rootless ] || podman_end_pause
    umount "$dir"/c.*/rootfs || failed=1
    rm -rf "$dir"/c.*
  done
  return "$failed"
}

# Rootless Podman leaves a process to keep its namespaces, and in them the mounts of today.
podman_end_pause() {
  local file
  file=$(podman_dir rootless)/tmp/pause.pid
  [ ! -e "$file" ] || kill_and_wait KILL "$(cat "$file")"
  rm -f "$file"
}
