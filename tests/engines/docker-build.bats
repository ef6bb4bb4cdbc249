#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# docker build: BuildKit runs runc itself and the older builder the default runtime; a build has no bind of
# the host, so nothing of the host is in sight with either.

# on bookworm: docker.io

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded

load engines
load docker

daemon_json='{"default-runtime": "runmask"}'

setup_file() {
  docker_setup_file
}

build() { # BUILDKIT
  printf 'FROM lab:abs\nRUN getent hosts redis; getent hosts onlyhost || echo "no host"; ls /var/run/nscd || echo "no nscd"\n' \
    >"$BATS_TEST_TMPDIR/Dockerfile"
  DOCKER_BUILDKIT=$1 run docker build --no-cache --progress plain --network none --add-host redis:172.20.0.5 \
    -t lab:built "$BATS_TEST_TMPDIR"
  [ "$status" = 0 ] || { echo "$output" && return 1; }
  [[ $output == *172.20.0.5*"no host"*"no nscd"* ]]
}

@test "docker build with BuildKit, and with the older builder: the host's nscd is not in sight" {
  local builder
  docker_run "${var_run[@]}" -- ls /var/run/nscd # a container of the same daemon has it in sight, masked
  [ "$status" = 0 ]
  forget_log
  host_changes build 1
  [ "$(grep -c 'door=' "$log_file" || true)" = 0 ] # the hook was not called
  docker_cell "docker build with BuildKit" "no bind of the host: its nscd is not in sight"
  host_changes build 0
  docker_cell "docker build with the older builder" "no bind of the host: its nscd is not in sight"
  docker image rm lab:built >/dev/null
}
