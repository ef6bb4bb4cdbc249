#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What entrypoints do with docker.sock before they drop root, and what a hostile container tries, where
# its socket goes through a directory: as with a bind of the file, and no further.

# shellcheck disable=SC2030,SC2031,SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
sock=/var/run/docker.sock
socket_policy='{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
list_of_one='{"strategy": "facade", "facade": {"expose": ["docker.sock"]},
  "sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'

# As a daemon leaves it: of root and the group docker.
api_of_docker() {
  api_start "${1:-docker-of-the-host}"
  belongs_to_docker "${2-0:991}"
}

belongs_to_docker() {
  chown "${1-0:991}" /run/docker-api/docker.sock
  chmod 660 /run/docker-api/docker.sock
}

docker_of_docker() {
  api_of_docker "$@"
  chown "${2-0:991}" /run/docker.sock
  chmod 660 /run/docker.sock
}

restarted() {
  docker_restart
  unserve /run/docker-api/docker.sock
  docker_of_docker docker-started-again
}

# The entrypoints of CI agents, notebooks and dashboards: the socket's group, the user in it, root dropped.
# shellcheck disable=SC2016 # for the container's shell
join_and_dial='
  group=$(stat -c %g /var/run/docker.sock)
  echo "group $group"
  exec setpriv --reuid=6001 --regid=6001 --groups="$group" --inh-caps=-all ask /var/run/docker.sock'

joins() { # NAME WORDS
  exec_in "$1" sh -euc "$join_and_dial"
  [ "$output" = "group 991
$2" ] || claim_failed "not in the socket's group, or no answer"
}

@test "an entrypoint that asks for the socket's group, joins it and drops root" {
  host_changes docker_of_docker
  policy "$socket_policy"
  start_each bare "" "$runtimes" abs none --bind $sock:$sock
  start_each file "--policy $policy" "$runtimes" "abs dir" "createRuntime createContainer" --bind $sock:$sock
  start_each filero "--policy $policy" "$runtimes" abs createRuntime --bind $sock:$sock:bind,ro
  start_each all "--strategy facade --policy $policy" "$runtimes" "abs dir" "createRuntime createContainer" \
    --bind /var/run:/var/run
  cp "$policy" "$BATS_TEST_TMPDIR/list.json"
  policy "$list_of_one"
  start_each list "--policy $policy" "$runtimes" "abs dir" createRuntime --bind /var/run:/var/run
  for prefix in bare file filero all list; do
    each_started $prefix joins docker-of-the-host
  done
  host_changes restarted
  for prefix in file filero all list; do
    each_started $prefix joins docker-started-again
  done
}

# Not by the group, but by force: runner and Jenkins images.
changes_group() { # NAME GROUP
  exec_in "$1" sh -euc "chgrp $2 $sock; chmod 666 $sock; stat -Lc '%g %a' $sock
    exec setpriv --reuid=6001 --regid=6001 --clear-groups --inh-caps=-all ask $sock"
  [ "$output" = "$2 666
docker-of-the-host" ] || claim_failed "chgrp or chmod did not do"
}

refuses_to_change() { # NAME
  exec_in "$1" sh -c "chgrp 7 $sock 2>&1; chmod 666 $sock 2>&1"
  [[ $output == *"Read-only file system"*"Read-only file system" ]] || claim_failed "ro is not ro" || return 1
  exec_in "$1" sh -euc "$join_and_dial"
  [[ $output == *docker-of-the-host ]] || claim_failed "no answer"
}

changed_by_containers() {
  each_started bare changes_group 7001
  belongs_to_docker
  each_started file changes_group 7002
  [ "$(stat -c '%g %a' /run/docker-api/docker.sock)" = "7002 666" ]
  belongs_to_docker
  each_started list changes_group 7003
  belongs_to_docker
  each_started filero refuses_to_change
  each_started listro refuses_to_change
}

@test "chgrp and chmod of the socket, as on a bind of the file; where the bind is ro, neither" {
  host_changes docker_of_docker
  policy "$socket_policy"
  start_each bare "" "$runtimes" abs none --bind $sock:$sock
  start_each file "--policy $policy" "$runtimes" "abs dir" "createRuntime prestart createContainer" \
    --bind $sock:$sock
  start_each filero "--policy $policy" "$runtimes" abs "createRuntime createContainer" --bind $sock:$sock:bind,ro
  policy "$list_of_one"
  start_each list "--policy $policy" "$runtimes" "abs dir" "createRuntime createContainer" \
    --bind /var/run:/var/run
  start_each listro "--policy $policy" "$runtimes" abs createRuntime --bind /var/run:/var/run:rbind,ro
  host_changes changed_by_containers
}

# chmod after the restart is one of a read-only directory's: told in the documentation.
@test "after the daemon's restart the new socket answers, and its directory is read-only" {
  host_changes docker_of_docker
  policy "$socket_policy"
  start_each file "--policy $policy" "$runtimes" abs createRuntime --bind $sock:$sock
  host_changes restarted
  each_started file joins docker-started-again
  says_in_each file "Read-only file system" \
    sh -c "chmod 666 $sock 2>&1 | sed 's/.*: //'"
}

# ---- a hostile container ------------------------------------------------------------------------

# All that root in a container may try with the directory, by both of its names.
# shellcheck disable=SC2016 # for the container's shell
attack='
  for way in /var/run/docker.sock "$1/docker.sock"; do
    rm -f "$way"
    mv "$way" "$way.old"
    mv -T /tmp/own.sock "$way"
    ln -f /tmp/own.sock "$way"
    ln -sfT /tmp/own.sock "$way"
    socket-server "$way" hostile
  done
  ln "$1/docker.sock" "$1/second.sock"
  ln "$1/docker.sock" /tmp/second.sock
  mknod "$1/node" p
  mkdir "$1/directory"
  touch "$1/file"
  socket-server "$1/hostile.sock" hostile
  chmod 777 "$1"
  chown 6001 "$1"
  mv "$1" /tmp/moved
  rmdir "$1"
  true'

hostile() { # NAME DIRECTORY
  exec_in "$1" sh -c "cp /bin/true /tmp/own.sock; $attack" attack "$2"
  [ "$(ls -A /run/docker-api)" = docker.sock ] || { echo "in the host's directory: $(ls -lA /run/docker-api)" && return 1; }
  [ "$(stat -c '%a %u' /run/docker-api)" = "755 0" ] || { echo "the host's directory: $(stat /run/docker-api)" && return 1; }
  [ "$(ask_host /run/docker-api/docker.sock)" = docker-of-the-host ] || { echo "the host dials another" && return 1; }
}

# The container's own names are its own business only where they are the container's own files.
hostile_file() { # NAME DIRECTORY
  hostile "$@" || return 1
  answer_is "$1" $sock docker-of-the-host
}

ask_host() {
  "$LAB_ROOT/build/lab/ask" "$1" 2>&1
}

@test "a hostile container leaves the directory, and whom the host dials, as they are" {
  host_changes docker_of_docker
  policy "$socket_policy"
  start_each file "--policy $policy" "$runtimes" "abs dir" "createRuntime createContainer" --bind $sock:$sock
  each_started file hostile_file /dev/.oci-runmask/directory
  policy "$list_of_one"
  start_each list "--policy $policy" "$runtimes" "abs dir" createRuntime --bind /var/run:/var/run
  each_started list hostile /var/run/.host-run/0
}

# Behind a facade the same path leads to a mount of the socket, too: not once more.
twice() { # RUNTIME POLICY
  local once now
  bundle web --bind /var/run:/var/run --bind $sock:$sock --hook "createRuntime:--policy $2" -- sleep 600
  start_container "$1" web
  once=$(mounts_table "$(container_pid web)")
  bundle web --bind /var/run:/var/run --bind $sock:$sock --hook "createRuntime:--policy $2" \
    --hook "createRuntime:--policy $2" -- sleep 600
  start_container "$1" web
  now=$(mounts_table "$(container_pid web)")
  [ "$now" = "$once" ] || claim_failed "$(diff <(echo "$once") <(echo "$now"))" || return 1
  answer_is web $sock docker-of-the-host
}

@test "a second run finds nothing to do behind a facade" {
  host_changes docker_of_docker
  policy "$(jq -c '. + {strategy: "facade"}' <<<"$socket_policy")"
  each twice "$runtimes" "$policy"
}
