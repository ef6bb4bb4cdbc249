#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Swarm: a service's tasks have no runtime of their own, so only Docker's default-runtime protects them.

# on trixie: docker.io docker-cli

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded

load engines
load docker

setup_file() {
  docker_setup_file
}

# A service's one task, to its end: what it said is in $output. NAME: another each time, as Docker may
# still keep the last one's container.
service_probe() { # NAME OPTIONS...
  local tries id
  docker service create --quiet --detach --name "$1" --network host --restart-condition none \
    --mount type=bind,src=/var/run,dst=/var/run --mount "type=bind,src=$LAB_DIR/own/hosts,dst=/etc/hosts,ro" \
    --mount "type=bind,src=$LAB_DIR/own/resolv.conf,dst=/etc/resolv.conf,ro" "${@:2}" lab:abs probe >/dev/null
  for tries in {1..200}; do
    id=$(docker ps -aq --filter status=exited --filter label=com.docker.swarm.service.name="$1")
    [ -z "$id" ] || break
    sleep 0.1
  done
  [ -n "$id" ] || { docker service ps --no-trunc "$1" && return 1; }
  image_of_last=abs
  run --separate-stderr docker logs "$id"
  docker service rm "$1" >/dev/null
}

@test "Swarm: its tasks are protected by default-runtime, and leak without" {
  host_changes dockerd_with '{"live-restore": false}'
  host_changes docker swarm init --advertise-addr 127.0.0.1 >/dev/null
  host_changes service_probe bare
  docker_cell "Swarm, nothing (the control)"
  leaks
  host_changes docker swarm leave --force
  host_changes dockerd_with '{"live-restore": false, "default-runtime": "runmask"}'
  host_changes docker swarm init --advertise-addr 127.0.0.1 >/dev/null
  host_changes service_probe web
  docker_cell "Swarm, default-runtime"
  protected
  host_changes docker swarm leave --force
  host_changes dockerd_with
}
