#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What runmask check writes into a compose file, or gives to be pasted, started by docker compose: the
# container knows its own names, and reaches the daemon.

# on trixie: docker.io docker-cli docker-compose

# shellcheck disable=SC2154 # set by what is loaded

load engines
load docker

golden=$LAB_ROOT/tests/golden/check/compose/docker-compose.yml
service=traefik

setup_file() {
  docker_setup_file
}

setup() {
  cp "$golden" "$BATS_TEST_TMPDIR/compose.yml"
  cd "$BATS_TEST_TMPDIR"
  dockerd_with "$daemon_json"
  forget_log
  host_record
}

# The lab's image, network and name server, which are merged into the file by docker compose itself.
lab_part() {
  gojq -n --arg service "$service" --arg own "$LAB_DIR/own" '{services: {($service): {
    image: "lab:abs", pull_policy: "never", network_mode: "host",
    command: ["sh", "-c", "probe; echo \"api $$(ask \"$${DOCKER_HOST#unix://}\" 2>&1)\""],
    volumes: ["\($own)/hosts:/etc/hosts:ro", "\($own)/resolv.conf:/etc/resolv.conf:ro"]
  }}}' >lab.yml
}

to_its_end() { # FILE
  local id
  lab_part
  timeout 120 docker compose -p lab -f "$1" -f lab.yml up -d --no-deps "$service" </dev/null >&2 3>&- 4>&- || return
  id=$(docker ps -aq --filter label=com.docker.compose.project=lab)
  timeout 120 docker wait "$id" >&2
  docker logs "$id"
  docker rm "$id" >&2
}

compose_run() { # FILE
  # shellcheck disable=SC2034 # read by "leaks"
  image_of_last=abs
  run --separate-stderr to_its_end "$1"
}

compose_cell() { # WAY
  cell "Docker Compose" "$(docker compose version --short)" "way out, $1"
}

# The service as it was, without what "Replace" names, and with the lines.
pasted() { # WAY
  runmask check --json compose.yml >report.json || [ $? = 1 ]
  printf 'services:\n  %s:\n    image: x\n' "$service" >"$1.yml"
  jq -r --arg service "$service" --arg way "$1" \
    '.containers[] | select(.name == $service) | .remedies[] | select(.way == $way) | .lines[] | "    " + .' \
    report.json >>"$1.yml"
  [ "$(wc -l <"$1.yml")" -gt 3 ]
}

@test "control: the file as it is, which check calls exposed, leaks" {
  run runmask check --quiet compose.yml
  [ "$status" = 1 ]
  compose_run compose.yml
  leaks
}

@test "--fix tmpfs and --fix hook, written into the file" {
  local way
  for way in tmpfs hook; do
    cp "$golden" compose.yml
    runmask check --fix "$way" compose.yml
    run ! cmp -s "$golden" compose.yml
    compose_run compose.yml
    compose_cell "--fix $way"
    protected
    docker_sock_answers OK
  done
}

@test "the ways out to be pasted that move the bind" {
  local way
  for way in directory elsewhere; do
    pasted "$way"
    compose_run "$way.yml"
    compose_cell "$way, pasted"
    protected
    report_says "api OK"
  done
}
