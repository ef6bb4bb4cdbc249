#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Docker by CDI: the devices of /etc/cdi/oci-runmask.json, for the container that asks for one.
# (Docker of bookworm has no CDI.)

# on trixie: docker.io docker-cli
# on sid: docker.io docker-cli

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded

load engines
load docker

daemon_json='{"features": {"cdi": true}}'

setup_file() {
  docker_setup_file
}

device() {
  echo "--device=oci-runmask.github.io/run=$1"
}

@test "by --device …=mask and =facade a container knows its own names" {
  docker_run "${var_run[@]}"
  docker_cell "nothing (the control)"
  leaks
  for strategy in mask facade; do
    docker_run "${var_run[@]}" "$(device $strategy)"
    docker_cell "CDI, run=$strategy"
    protected
    docker_sock_answers OK
    log_lines | grep -q "door=createRuntime strategy=$strategy "
  done
}

@test "the device's strategy is that of its name, whatever the policy says" {
  policy '{"version": 1, "strategy": "off"}'
  docker_stays mask "${var_run[@]}" "$(device mask)"
  docker_stays facade "${var_run[@]}" "$(device facade)"
  for name in mask facade; do
    docker_exec $name probe
    protected
  done
  host_changes nscd_directory_renew
  docker_exec mask probe
  leaks
  docker_exec facade probe
  protected
}

@test "with the device and the runtime door there is one mask" {
  docker_stays web "${var_run[@]}" "$(device mask)" --runtime runmask
  docker_exec web probe
  docker_cell "CDI, run=mask, with --runtime runmask"
  protected
  [ "$(mounts_of "$(docker inspect -f '{{.State.Pid}}' web)" /run/nscd | wc -l)" = 1 ]
}

@test "what is wrong with the policy is said by docker itself" {
  local said='/etc/oci-runmask/policy.json:1:16: unknown key "stratgy" (did you mean "strategy"?)'
  policy '{"version": 1, "stratgy": "mask"}'
  docker_run "$(device mask)" -- probe
  [ "$status" = 0 ]
  docker_run "${var_run[@]}" "$(device mask)"
  refused "$said"
  docker_cell "CDI, run=mask, a policy that is wrong" "refused: $(grep -oF "$said" <<<"$stderr")"
}

@test "a container can be left out by an annotation" {
  docker_run "${var_run[@]}" --runtime runmask
  protected
  docker_run "${var_run[@]}" --runtime runmask --annotation io.github.oci-runmask.strategy=off
  docker_cell "--runtime runmask, annotation strategy=off"
  leaks
  docker_run "${var_run[@]}" --runtime runmask --annotation io.github.oci-runmask.strategy=facade
  docker_cell "--runtime runmask, annotation strategy=facade"
  protected
}

@test "a bind that shares its mounts with the host is left alone, or cut off first: the policy says" {
  docker_run -v /var/run:/var/run:rshared "$(device mask)"
  leaks
  policy '{"version": 1, "onShared": "slave"}'
  docker_run -v /var/run:/var/run:rshared "$(device mask)"
  docker_cell "CDI, run=mask, rshared bind, onShared slave"
  protected
}
