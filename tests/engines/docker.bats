#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Docker by its runtime door: "--runtime runmask" for one container, "default-runtime" for all.

# on bookworm: docker.io
# on trixie: docker.io docker-cli
# on sid: docker.io docker-cli

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded

load engines
load docker

setup_file() {
  docker_setup_file
}

by_the_door=("${var_run[@]}" --runtime runmask)

@test "a container that binds /var/run is told the host's names, and by --runtime runmask its own" {
  docker_run "${var_run[@]}"
  docker_cell "nothing (the control)"
  leaks
  docker_sock_answers OK
  docker_run "${by_the_door[@]}"
  docker_cell "--runtime runmask"
  protected
  docker_sock_answers OK
  log_lines | grep -q 'door=createRuntime .*result=done'
}

@test "with default-runtime all containers know their own names, and one can be given runc" {
  host_changes dockerd_with '{"default-runtime": "runmask"}'
  docker_run "${var_run[@]}" --runtime runc
  leaks
  docker_run "${var_run[@]}"
  docker_cell "default-runtime"
  protected
  docker_sock_answers OK
  docker_run -- probe
  [ "$status" = 0 ]
  host_changes dockerd_with
}

@test "a container keeps its protection when it is restarted, and works as any other" {
  docker_stays bare "${var_run[@]}"
  docker_stays web "${by_the_door[@]}"
  docker_exec bare probe
  leaks
  docker_exec web probe
  protected
  docker restart -t 0 web
  docker_exec web probe
  docker_cell "--runtime runmask, docker restart"
  protected
  docker pause web
  docker unpause web
  docker update --memory 200m --memory-swap 200m web
  docker top web | grep -q 'sleep 600'
  docker kill web
  [ "$(docker wait web)" = 137 ]
}

@test "a facade holds when nscd's directory is made anew; a mask does not" {
  docker_stays mask "${by_the_door[@]}"
  policy '{"version": 1, "strategy": "facade"}'
  docker_stays facade "${by_the_door[@]}"
  docker_exec mask probe
  protected
  docker_exec facade probe
  protected
  host_changes nscd_directory_renew
  docker_exec mask probe
  leaks
  docker_exec facade probe
  docker_cell "--runtime runmask, facade"
  protected
  docker_sock_answers OK
}

@test "what is wrong with the policy is said by docker itself, to those whom it concerns" {
  local said='/etc/oci-runmask/policy.json:1:16: unknown key "stratgy" (did you mean "strategy"?)'
  policy '{"version": 1, "stratgy": "mask"}'
  docker_run -- probe
  [ "$status" = 0 ]
  docker_run --runtime runmask -- probe
  [ "$status" = 0 ]
  docker_run "${by_the_door[@]}"
  [ "$status" = 125 ] || [ "$status" = 126 ] || [ "$status" = 127 ]
  refused "$said"
  docker_cell "--runtime runmask, a policy that is wrong" "refused: $(grep -oF "$said" <<<"$stderr")"
}

# (--privileged itself wants every capability that the kernel has.)
@test "read-only binds and roots, and a container that may mount" {
  docker_run -v /var/run:/var/run:ro
  leaks
  docker_run -v /var/run:/var/run:ro --runtime runmask
  protected
  docker_sock_answers OK
  docker_run "${by_the_door[@]}" --read-only
  protected
  docker_run "${by_the_door[@]}" --cap-add SYS_ADMIN --security-opt seccomp=unconfined
  protected
}

@test "a bind that shares its mounts with the host is left alone, or cut off first: the policy says" {
  docker_run -v /var/run:/var/run:rshared --runtime runmask
  docker_cell "--runtime runmask, rshared bind, onShared skip"
  leaks
  log_lines | grep -q 'door=createRuntime .*result=skipped'
  policy '{"version": 1, "onShared": "slave"}'
  docker_run -v /var/run:/var/run:rshared --runtime runmask
  docker_cell "--runtime runmask, rshared bind, onShared slave"
  protected
}

# Such a container is on no network of the host's: what DNS says is not asked.
own_accounts_and_hosts() {
  report_says "host onlyhost -" "host redis 172.20.0.5" "host both 172.20.0.6" "user hostuser -" \
    "user contuser 6001" "user both 6000" "group hostgroup -" "group contgroup 6001" "docker OK"
}

@test "with userns-remap a container knows its own names" {
  host_changes dockerd_with '{"userns-remap": "rootless"}'
  docker_image
  host_changes chmod 666 /run/docker.sock
  docker_run "${var_run[@]}" --network none
  report_says "host onlyhost 10.9.9.9" "host redis -" "user hostuser 4242" "user contuser -" "docker OK"
  docker_run "${by_the_door[@]}" --network none
  own_accounts_and_hosts
  docker_cell "--runtime runmask, userns-remap" "$(own_accounts_and_hosts && echo protected)"
  host_changes dockerd_with
}

@test "before a removal the running containers of the runtime are named, and no others" {
  docker_stays web "${by_the_door[@]}"
  docker_stays other "${var_run[@]}"
  run --separate-stderr /usr/libexec/oci-runmask/before-removal /usr/share/containers/oci/hooks.d
  [ "$status" = 0 ]
  [[ $stderr == *"these containers run by oci-runmask-runtime, which is being removed: "* ]]
  grep -oE 'being removed: .*' <<<"$stderr" | grep -qE "web|$(docker ps -q --filter name=^web\$)"
  ! grep -qwE "other|$(docker ps -q --filter name=^other\$)" <<<"$stderr"
}

# ---- README's own lines, as they are pasted -----------------------------------------------------

# The first fence below WORDS.
fence_of() { # WORDS
  awk -v words="$1" 'index($0, words) { found = 1; next } found && /^```/ { if (inside) exit; inside = 1; next }
    inside' "$LAB_ROOT/README.md"
}

# The image that it names is this lab's.
readme_says() {
  docker tag lab:abs debian:12
  run --separate-stderr bash -c "$(fence_of 'README: is it your bug')"
}

@test "README: is it your bug, cure it now, cure it for good" {
  readme_says
  [ "$status" = 2 ]
  [ -z "$output" ]
  run --separate-stderr bash -c "$(fence_of 'README: is it your bug' | sed 's| -v /var/run:/var/run||')"
  [[ $output == "172.20.0.5"*redis ]]
  run --separate-stderr bash -c "$(fence_of 'README: is it your bug' | sed 's| -v | --tmpfs /var/run/nscd&|')"
  docker_cell "way out, --tmpfs /var/run/nscd" "$([ "$status" = 0 ] && echo protected || echo "not protected: status $status")"
  [[ $output == "172.20.0.5"*redis ]]
  jq 'del(.runtimes)' /etc/docker/daemon.json >"$LAB_DIR/plain.json"
  cp "$LAB_DIR/plain.json" /etc/docker/daemon.json
  grep -q '^systemctl reload docker' <<<"$(fence_of "then Docker's part")"
  bash -ec "$(fence_of "then Docker's part" | grep -v '^systemctl')"
  kill -HUP "$(cat "$(pid_file dockerd)")" # systemctl reload docker
  sleep 1
  readme_says
  [ "$status" = 0 ]
  [[ $output == "172.20.0.5"*redis ]]
  runmask setup docker --undo
  cmp /etc/docker/daemon.json "$LAB_DIR/plain.json"
  usual_json '{}' >/etc/docker/daemon.json
  host_changes dockerd_restart # a default runtime does not go by a reload
}

doctor_found() { # CHECK
  runmask doctor --json | jq -r --arg id "$1" '.checks[] | select(.id == $id) | "\(.status) \(.found)"'
}

@test "runmask setup docker: what it says to reload is enough, doctor sees the same, and --undo gives the file back" {
  usual_json '{"labels": ["a=b"], "log-opts": {"tag": "x"}, "default-runtime": "runc"}' |
    jq --tab 'del(.runtimes)' >"$LAB_DIR/mine.json"
  cp "$LAB_DIR/mine.json" /etc/docker/daemon.json
  host_changes dockerd_restart
  docker_run "${var_run[@]}"
  leaks
  run --separate-stderr runmask setup docker
  [ "$status" = 0 ]
  case $(docker_version) in
    20.*) [[ $output == *"Not checked: this dockerd has no --validate"* ]] ;;
    *) [[ $output != *"Not checked"* ]] ;;
  esac
  [[ $output == *"Now: systemctl reload docker"* ]]
  [ "$(doctor_found docker-daemon)" = "look unread" ]
  kill -HUP "$(cat "$(pid_file dockerd)")"
  sleep 1
  docker_run "${var_run[@]}"
  docker_cell "default-runtime, by runmask setup docker"
  protected
  [ "$(doctor_found docker-door)" = "ok default" ]
  [ "$(doctor_found docker-daemon)" = "ok knows" ]
  run runmask doctor
  [[ ${lines[-1]} == *Docker*protected* ]]
  run --separate-stderr runmask setup docker --undo
  [[ $output == *"Now: systemctl restart docker"* ]]
  cmp /etc/docker/daemon.json "$LAB_DIR/mine.json"
  [ "$(ls -A /etc/docker | grep -c runmask)" = 0 ]
  host_changes dockerd_restart
  docker_run "${var_run[@]}"
  leaks
}
