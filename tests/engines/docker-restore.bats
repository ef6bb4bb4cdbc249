#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Docker's live restore: containers stay while the daemon is started anew, and makes its socket anew.

# on bookworm: docker.io
# on trixie: docker.io docker-cli
# on sid: docker.io docker-cli

# shellcheck disable=SC2154 # set by what is loaded

load engines
load docker
load entrypoint

setup_file() {
  docker_setup_file
}

sockets='"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]'
file=(-v /var/run/docker.sock:/var/run/docker.sock)

socket_of() {
  docker exec "$1" ask /var/run/docker.sock
}

dead() {
  run docker exec "$1" ask /var/run/docker.sock
  [ "$status" = 1 ]
  [[ "$output" == *"Connection refused"* ]]
}

daemon_made_anew() {
  local before
  before=$(stat -c %i /run/docker.sock)
  "$@"
  [ "$(stat -c %i /run/docker.sock)" != "$before" ]
}

crash() {
  stop_daemon dockerd KILL
  dockerd_start
}

@test "docker.sock bound as a file is dead after the daemon's restart, and answers where the policy has a directory" {
  docker_stays bare "${file[@]}"
  policy "{\"version\": 1, $sockets}"
  docker_stays web "${file[@]}" --runtime runmask
  for name in bare web; do
    [ "$(socket_of $name)" = OK ]
  done
  host_changes daemon_made_anew dockerd_restart
  dead bare
  docker_cell "docker.sock bound as a file, daemon restarted" "$(socket_of bare >/dev/null || echo dead)"
  [ "$(socket_of web)" = OK ]
  docker_cell "--runtime runmask, sockets: docker.sock bound as a file, daemon restarted" \
    "answers: $(socket_of web)"
  host_changes daemon_made_anew crash
  [ "$(socket_of web)" = OK ]
}

@test "a container that binds /var/run reaches the new daemon and still knows its own names" {
  docker_stays bare "${var_run[@]}"
  docker_stays mask "${var_run[@]}" --runtime runmask
  policy "{\"version\": 1, \"strategy\": \"facade\", $sockets}"
  docker_stays facade "${var_run[@]}" --runtime runmask
  policy "{\"version\": 1, \"strategy\": \"facade\", \"facade\": {\"expose\": [\"docker.sock\"]}, $sockets}"
  docker_stays narrow "${var_run[@]}" --runtime runmask
  host_changes daemon_made_anew dockerd_restart
  docker_exec bare probe
  leaks
  docker_sock_answers OK
  for name in mask facade narrow; do
    docker_exec $name probe
    docker_cell "--runtime runmask, $name, daemon restarted"
    protected
    docker_sock_answers OK
  done
}

@test "entrypoints join the socket's group or change it, and dial, before and after the daemon's restart" {
  local name
  docker_stays bare "${file[@]}"
  policy "{\"version\": 1, $sockets}"
  docker_stays web "${file[@]}" --runtime runmask
  policy "{\"version\": 1, \"strategy\": \"facade\", \"facade\": {\"expose\": [\"docker.sock\"]}, $sockets}"
  docker_stays list "${var_run[@]}" --runtime runmask
  for name in bare web list; do
    joins OK docker exec "$name"
  done
  for name in bare web list; do
    host_changes forces OK docker exec "$name"
  done
  host_changes daemon_made_anew dockerd_restart
  dead_in docker exec bare
  for name in web list; do
    joins OK docker exec "$name"
    docker_cell "--runtime runmask, sockets: an entrypoint joins the socket's group, $name" answers
  done
}
