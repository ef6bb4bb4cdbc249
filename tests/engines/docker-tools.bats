#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What runmask says of Docker and its containers, and whether its advice helps there.

# on bookworm: docker.io
# on trixie: docker.io docker-cli
# on sid: docker.io docker-cli

# shellcheck disable=SC2154 # set by what is loaded
# shellcheck disable=SC2030,SC2031 # "output" is of one test each

load engines
load docker

setup_file() {
  docker_setup_file
}

short_id() {
  docker ps -q --filter "name=^$1\$"
}

scan_says() { # NAME VERDICT
  jq -e --arg name "$(short_id "$1")" --arg verdict "$2" \
    '.containers[] | select(.name == $name) | .channels.nscd == $verdict' <<<"$output"
}

@test "runmask scan knows Docker's containers and what they see, and fix masks the one that is exposed" {
  docker_stays bare "${var_run[@]}"
  docker_stays web "${var_run[@]}" --runtime runmask
  docker_stays other
  run runmask scan --json
  [ "$status" = 1 ]
  scan_says bare exposed
  scan_says web masked
  scan_says other clear
  docker_exec bare probe
  leaks
  run runmask fix --all
  [ "$status" = 0 ]
  [[ "$output" == *"$(short_id bare)"*masked* ]]
  docker_exec bare probe
  docker_cell "runmask fix --all, in a running container"
  protected
  docker_sock_answers OK
  run runmask scan --json
  [ "$status" = 0 ]
}

# ---- watch --------------------------------------------------------------------------------------

teardown() {
  [ -z "${watcher-}" ] || kill_and_wait TERM "$watcher"
  docker_teardown
}

docker_becomes() { # NAME VERDICT
  local tries
  for tries in {1..300}; do
    run runmask scan --json
    ! scan_says "$1" "$2" >/dev/null || return 0
    sleep 0.02
  done
  claim_failed "$1 does not become $2: $(cat "$BATS_TEST_TMPDIR/said")"
}

one_mask_in() { # NAME
  [ "$(grep -c ' - tmpfs oci-runmask ' "/proc/$(docker inspect --format '{{.State.Pid}}' "$1")/mountinfo")" = 1 ]
}

@test "runmask watch masks Docker's containers that no hook has seen, after restarts and when nscd's directory is made anew" {
  docker_stays before "${var_run[@]}"
  run runmask scan --json
  scan_says before exposed # the control
  runmask watch >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- 4>&- </dev/null &
  watcher=$!
  docker_becomes before masked
  docker_stays after "${var_run[@]}"
  docker_becomes after masked
  docker_exec after probe
  docker_cell "runmask watch, no hook"
  protected
  docker_sock_answers OK
  docker_stays hooked "${var_run[@]}" --runtime runmask
  host_changes nscd_directory_renew
  docker restart -t 0 before >/dev/null
  for name in before after hooked; do
    docker_becomes "$name" masked
    one_mask_in "$name"
  done
  docker_exec before probe
  protected
  [ -z "$(findmnt -n -o SOURCE /run/nscd || true)" ] # nothing on the host
  kill -TERM "$watcher"
  wait "$watcher"
  watcher=
}

way_in() {
  runmask doctor | sed -n '/How does Docker call the hook?/,/^[a-z–]/p' | tr -s ' \n' ' '
}

@test "runmask doctor sees how Docker comes to the hook" {
  run way_in
  [[ "$output" == *"By its runtime runmask in /etc/docker/daemon.json ($runtime_program), for containers that ask for it."* ]]
  cp /etc/docker/daemon.json "$BATS_TEST_TMPDIR/usual"
  jq '."default-runtime" = "runmask"' "$BATS_TEST_TMPDIR/usual" >/etc/docker/daemon.json
  run way_in
  cp "$BATS_TEST_TMPDIR/usual" /etc/docker/daemon.json
  [[ "$output" == *"By its default runtime, runmask in /etc/docker/daemon.json ($runtime_program)."* ]]
}

# The words of a remedy, as it is to be pasted into the command line, in the array "words".
remedy() { # WAY
  local lines
  lines=$(runmask check --json - <"$BATS_TEST_TMPDIR/inspect" |
    jq -r --arg way "$1" '.containers[0].remedies[] | select(.way == $way) | .lines[]') || [ $? = 1 ]
  [ -n "$lines" ] || { echo "no way out is called $1" && return 1; }
  read -ra words <<<"$(tr -d '\\\n' <<<"$lines")"
}

@test "the ways out that runmask check gives for docker inspect help" {
  local words way
  docker_stays bare "${var_run[@]}"
  docker inspect bare >"$BATS_TEST_TMPDIR/inspect"
  docker_exec bare probe
  leaks
  docker rm -f bare
  for way in hook tmpfs; do
    remedy "$way"
    docker_run "${var_run[@]}" "${words[@]}"
    docker_cell "way out: ${words[*]}"
    protected
    docker_sock_answers OK
  done
  for way in directory elsewhere; do
    remedy "$way"
    # shellcheck disable=SC2016 # the container's variable
    docker_run "${words[@]}" -- sh -c 'probe; echo "api $(ask "${DOCKER_HOST#unix://}")"'
    docker_cell "way out: ${words[*]}"
    protected
    report_says "api OK"
  done
}
