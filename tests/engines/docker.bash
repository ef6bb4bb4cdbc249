# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A real dockerd on the private host, in place of the stand-in. For files that "load engines" first.
#
#   dockerd_with [JSON]        JSON over the usual daemon.json; started anew where that is a change
#   dockerd_restart            SIGTERM, and again
#   policy JSON                /etc/oci-runmask/policy.json, until the end of the test
#   docker_image               imports the image lab:abs; its "ask" speaks Docker's API
#   docker_run OPTIONS... [-- CMD...]    a container to its end; without CMD: probe. $status, $output
#                              and $stderr are as after "container"; -d is of no use here
#   docker_stays NAME OPTIONS...         a container that sleeps; removed at the end of the test
#   docker_exec NAME CMD...
#   docker_version             what the daemon says, with the runtime below it
#   docker_cell WAY [RESULT]   "cell" with that version
#
# A file says "setup_file() { docker_setup_file; }"; setup and teardown are here: every test ends with
# a look at the host. $daemon_json is what every test of the file begins with.

# shellcheck disable=SC2154 # "lab", "status" and "log_file" come from host.bash and bats

api_ping=${ENGINES_RESULTS%/*}/api-ping
var_run=(-v /var/run:/var/run)
daemon_json={}

# ---- the daemon ---------------------------------------------------------------------------------

# No limit is raised, which needs CAP_SYS_RESOURCE; no bridge and no packet filter.
usual_json() {
  jq -n --arg runtime "$runtime_program" --arg root "$LAB_DIR/docker" --arg cgroup "/$LAB_CGROUP" '{
    "data-root": $root, "cgroup-parent": $cgroup, "storage-driver": "overlay2",
    "iptables": false, "ip6tables": false, "bridge": "none", "live-restore": true,
    "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 1024}},
    "runtimes": {"runmask": {"path": $runtime}}
  } * $ARGS.positional[0]' --jsonargs "$1"
}

docker_answers() {
  timeout 10 docker version >/dev/null 2>&1
}

# Its second socket is alone in its directory: packaging/systemd.
dockerd_start() {
  local tries pid
  mkdir -p /run/docker-api
  dockerd -H unix:///run/docker.sock -H unix:///run/docker-api/docker.sock \
    </dev/null >>"$LAB_DIR/state/dockerd.log" 2>&1 3>&- 4>&- &
  pid=$!
  echo "$pid" >"$(pid_file dockerd)"
  for tries in {1..600}; do
    ! docker_answers || return 0
    [ -e "/proc/$pid" ] || break
    sleep 0.1
  done
  echo "dockerd does not answer (asked $tries times); the end of what it said:"
  tail -n 20 "$LAB_DIR/state/dockerd.log"
  return 1
}

dockerd_restart() {
  stop_daemon dockerd TERM
  dockerd_start
}

dockerd_with() {
  local json
  json=$(usual_json "${1-{\}}")
  [ "$json" != "$(cat /etc/docker/daemon.json 2>/dev/null)" ] || ! docker_answers || return 0
  mkdir -p /etc/docker
  printf '%s\n' "$json" >/etc/docker/daemon.json
  dockerd_restart
}

docker_version() {
  echo "$(docker version --format '{{.Server.Version}}'), runc $(runc --version | sed -n 's/^runc version //p')"
}

docker_cell() {
  cell Docker "$(docker_version)" "$@"
}

policy() {
  mkdir -p /etc/oci-runmask
  printf '%s\n' "$1" >/etc/oci-runmask/policy.json
}

# ---- images and containers ----------------------------------------------------------------------

docker_image() {
  local root=$LAB_DIR/image
  cp -a "$lab/images/abs" "$root"
  cp "$api_ping" "$root/usr/bin/ask"
  tar -C "$root" -cf - . | docker import -c 'CMD ["probe"]' - lab:abs >/dev/null
  mkdir -p "$LAB_DIR/own"
  mv "$root/etc/hosts" "$root/etc/resolv.conf" "$LAB_DIR/own/"
  rm -rf "$root"
}

# On the host's network, where the name servers are, Docker would give it the host's own files.
docker_options() {
  options=()
  [[ " $* " == *" --network "* ]] || options=(--network host)
  options+=(-v "$LAB_DIR/own/hosts:/etc/hosts:ro"
    -v "$LAB_DIR/own/resolv.conf:/etc/resolv.conf:ro")
}

docker_run() {
  local options
  docker_options "$@"
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift
  # shellcheck disable=SC2034 # read by "leaks"
  image_of_last=abs
  run --separate-stderr docker_to_its_end "${options[@]}" lab:abs "$@"
}

# By its log: who is attached to a container that ends at once may see nothing of what it said.
docker_to_its_end() {
  local id status
  id=$(timeout 120 docker run -d "$@" </dev/null 3>&- 4>&-) || return
  status=$(timeout 120 docker wait "$id")
  docker logs "$id"
  docker rm "$id" >/dev/null
  return "$status"
}

docker_stays() {
  local options name=$1
  docker_options "$@"
  timeout 120 docker run -d --name "$name" "${options[@]}" "${@:2}" lab:abs sleep 600 \
    </dev/null >/dev/null 3>&-
}

docker_exec() {
  # shellcheck disable=SC2034 # read by "leaks"
  image_of_last=abs
  run --separate-stderr timeout 120 docker exec "$@" </dev/null 3>&-
}

docker_clean() {
  local all
  mapfile -t all < <(docker ps -aq)
  [ ${#all[@]} -eq 0 ] || timeout 120 docker rm -f "${all[@]}" >/dev/null
}

# ---- the host -----------------------------------------------------------------------------------

# What is below /run/docker and /run/containerd is the engine's own.
run_listing() {
  find /run -xdev \( -path '/run/docker/*' -o -path '/run/containerd/*' \) -prune \
    -o \( -type f -printf '%p %y %m %U:%G %i %s bytes\n' -o -printf '%p %y %m %U:%G %i %l\n' \) | sort
}

# So are the roots and the network names of its containers; what is mounted on these is not.
mounts_seen_by() {
  grep -vE " ($LAB_DIR/docker/[^ ]*/(merged|mounts/shm)|/run/docker/netns/[^ /]+) rw" \
    "/proc/$1/mountinfo" || true
}

host_answers() {
  "$lab/nscd-ask" /var/run/nscd/socket host:onlyhost host:redis user:hostuser user:contuser \
    group:hostgroup
  [ ! -e /run/docker.sock ] || echo "docker $("$api_ping" /run/docker.sock 2>&1)"
}

docker_setup_file() {
  docker_stop
  dockerd_with "$daemon_json"
  docker_image
  # What the first container of a daemon leaves, such as the name of the host's network.
  docker_run "${var_run[@]}" -- true
  [ "$status" = 0 ] || { echo "$stderr" && return 1; }
}

setup() {
  chmod 755 "$BATS_RUN_TMPDIR"
  dockerd_with "$daemon_json"
  forget_log
  host_record
}

docker_teardown() {
  local failed=0
  docker_clean || failed=1
  rm -rf /etc/oci-runmask
  host_unchanged || failed=1
  return "$failed"
}

teardown() {
  docker_teardown
}
