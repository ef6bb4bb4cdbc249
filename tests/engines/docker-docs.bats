#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What README.md and docs/engines.md tell users of Docker, as it is pasted from there, on a real dockerd. make
# check-docs runs this file, too.

# on bookworm: docker.io docker-compose
# on trixie: docker.io docker-cli docker-compose

# shellcheck disable=SC2154 # set by what is loaded
# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load engines
load docker

setup_file() {
  docker_setup_file
  docker tag lab:abs debian:12 # the image that the pages name
}

readme=$LAB_ROOT/README.md
engines_page=$LAB_ROOT/docs/engines.md

# The first fence below WORDS.
fence_of() { # PAGE WORDS
  local fence
  fence=$(awk -v words="$2" 'index($0, words) { found = 1; next } found && /^```/ { if (inside) exit; inside = 1; next }
    inside' "$1")
  [ -n "$fence" ] || { echo "$1 has no fence below \"$2\"" >&2 && return 1; }
  printf '%s\n' "$fence"
}

is_it_your_bug() { # [SED]
  local line
  line=$(fence_of "$readme" 'README: is it your bug') || return
  run --separate-stderr bash -c "$(sed "${1-}" <<<"$line")"
}

says_its_own_name() {
  [ "$status" = 0 ] && [[ $output == "172.20.0.5"*redis ]]
}

# The words of a fence, without systemctl: there is no systemd in a tree. What it would do is done.
paste_without_systemctl() { # FENCE
  local fence=$1
  grep -q '^systemctl reload docker' <<<"$fence"
  bash -ec "$(grep -v '^systemctl\|^docker compose' <<<"$fence")"
  kill -HUP "$(cat "$(pid_file dockerd)")"
  sleep 1
}

# Without the runtime that other files' tests want.
plain_daemon_json() {
  jq 'del(.runtimes)' /etc/docker/daemon.json >"$BATS_TEST_TMPDIR/plain.json"
  cp "$BATS_TEST_TMPDIR/plain.json" /etc/docker/daemon.json
}

usual_daemon() {
  usual_json '{}' >/etc/docker/daemon.json
  host_changes dockerd_restart # a default runtime does not go by a reload
}

# A compose file of a page, with what this lab's dockerd lacks: a registry and networks.
compose_says() { # YAML
  local directory=$BATS_TEST_TMPDIR/compose compose=(docker-compose)
  type -P docker-compose >/dev/null || compose=(docker compose)
  mkdir -p "$directory"
  sed 's|image: .*|image: debian:12\n    network_mode: host\n    extra_hosts: ["redis:172.20.0.5"]\n    command: [getent, hosts, redis]|' \
    <<<"$1" >"$directory/docker-compose.yml"
  cat "$directory/docker-compose.yml"
  cd "$directory"
  run --separate-stderr timeout 120 "${compose[@]}" up --force-recreate --exit-code-from web </dev/null 3>&-
  timeout 120 "${compose[@]}" down -t 0 >/dev/null 2>&1 </dev/null 3>&-
}

@test "README: is it your bug" {
  is_it_your_bug
  [ "$status" = 2 ]
  [ -z "$output" ]
  is_it_your_bug 's| -v /var/run:/var/run||'
  says_its_own_name
}

@test "README: cure it now, on the command line and in a compose file" {
  is_it_your_bug 's| -v | --tmpfs /var/run/nscd&|'
  docker_cell "way out, --tmpfs /var/run/nscd" "$(says_its_own_name && echo protected || echo "not protected: status $status")"
  says_its_own_name
  compose_says "$(fence_of "$readme" '**Cure it now**')"
  [ "$status" = 0 ]
  [[ $output == *"172.20.0.5"*redis* ]]
  compose_says "$(fence_of "$readme" '**Cure it now**' | grep -v 'tmpfs:\|nscd')"
  [ "$status" != 0 ] # the control
  [[ $output != *"172.20.0.5"* ]]
}

@test "README: cure it for good, and uninstall" {
  local fence
  plain_daemon_json
  fence=$(fence_of "$readme" "then Docker's part")
  paste_without_systemctl "$fence"
  is_it_your_bug
  docker_cell "runmask setup docker" "$(says_its_own_name && echo protected || echo "not protected: status $status")"
  says_its_own_name
  compose_says "$(fence_of "$readme" '**Cure it now**' | grep -v 'tmpfs:\|nscd')"
  [ "$status" = 0 ]
  runmask setup docker --undo
  cmp /etc/docker/daemon.json "$BATS_TEST_TMPDIR/plain.json"
  usual_daemon
}

@test "engines.md: daemon.json by hand, and runtime: runmask in a compose file" {
  local yaml
  host_changes dockerd_with "$(fence_of "$engines_page" '(`--dry-run` shows it, `--undo` takes it out)')"
  docker_run "${var_run[@]}"
  protected
  host_changes dockerd_with
  yaml=$(fence_of "$engines_page" 'A service asks for it by')
  compose_says "$yaml"
  [ "$status" = 0 ]
  [[ $output == *"172.20.0.5"*redis* ]]
  compose_says "$(grep -v 'runtime:' <<<"$yaml")"
  [ "$status" != 0 ] # the control
}

# A build has no binds of the host, by either of its builders: nothing leaks, and nothing comes to the hook.
@test "engines.md: docker build comes to no hook, and needs none" {
  local context=$BATS_TEST_TMPDIR/context
  mkdir "$context"
  printf 'FROM lab:abs\nRUN getent hosts onlyhost && exit 1 || echo "not known" >/result\n' >"$context/Dockerfile"
  host_changes dockerd_with '{"default-runtime": "runmask"}'
  run env DOCKER_BUILDKIT=0 timeout 120 docker build --network host -t lab:built "$context" </dev/null 3>&-
  [ "$status" = 0 ] || { echo "$output" && false; }
  docker_cell "docker build" "no bind of the host, the host's names are not seen"
  [ -z "$(log_lines)" ]
  docker rmi lab:built >/dev/null
  host_changes dockerd_with
}

@test "engines.md: Swarm comes to the hook by default-runtime alone" {
  local service
  host_changes dockerd_with '{"live-restore": false}'
  timeout 60 docker swarm init --advertise-addr 127.0.0.1 >/dev/null
  run swarm_service
  leaks
  timeout 60 docker swarm leave --force >/dev/null
  host_changes dockerd_with '{"live-restore": false, "default-runtime": "runmask"}'
  timeout 60 docker swarm init --advertise-addr 127.0.0.1 >/dev/null
  run swarm_service
  docker_cell "Swarm service, default-runtime"
  protected
  timeout 60 docker swarm leave --force >/dev/null
  host_changes dockerd_with
}

# A service of one task, to its end: what its container said.
swarm_service() {
  local tries id
  timeout 60 docker service create --quiet --detach --no-resolve-image --name asked --restart-condition none --network host \
    --mount type=bind,source=/var/run,target=/var/run \
    --mount "type=bind,source=$LAB_DIR/own/hosts,target=/etc/hosts,readonly" \
    --mount "type=bind,source=$LAB_DIR/own/resolv.conf,target=/etc/resolv.conf,readonly" lab:abs >/dev/null </dev/null
  for tries in {1..300}; do
    id=$(docker ps -aq --filter status=exited --filter label=com.docker.swarm.service.name=asked)
    [ -z "$id" ] || break
    sleep 0.1
  done
  [ -n "$id" ] || { echo "no task has ended ($tries tries)" && docker service ps --no-trunc asked && return 1; }
  docker logs "$id"
  docker service rm asked >/dev/null
}
