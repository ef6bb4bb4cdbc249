#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# containerd: ctr with the hook in the container's specification, and with the runtime door as its
# runtime. Kubernetes' containers: containerd-cri.bats.

# on bookworm: containerd runc
# on trixie: containerd runc
# on sid: containerd runc

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded
# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load engines
load containerd

setup_file() {
  containerd_with
}

# ---- containers -----------------------------------------------------------------------------------

# A bundle's config.json; ctr wants the root's whole path in it.
spec() { # BUNDLE OPTIONS...
  bundle "$@" --jq ".root.path = \"$(bundle_dir "$1")/rootfs\""
}

ctr_run() { # BUNDLE OPTIONS...
  image_of_last=abs
  run --separate-stderr timeout 60 ctr run --rm "${@:2}" --config "$(bundle_dir "$1")/config.json" \
    "$1" </dev/null 3>&-
}

@test "ctr run --config: the hook in the specification" {
  for stage in createRuntime prestart createContainer; do
    spec bare --bind /var/run:/var/run
    ctr_run bare
    containerd_cell "nothing (the control)"
    leaks
    docker_sock_answers
    spec web --bind /var/run:/var/run --hook "$stage"
    ctr_run web
    containerd_cell "ctr run --config, $stage"
    protected
    docker_sock_answers
  done
}

@test "ctr run --config: a facade" {
  spec web --bind /var/run:/var/run --hook "createRuntime:--strategy facade"
  ctr_run web
  containerd_cell "ctr run --config, createRuntime --strategy facade"
  protected
  docker_sock_answers
}

@test "ctr run --runc-binary: the runtime door" {
  spec web --bind /var/run:/var/run
  ctr_run web
  leaks
  ctr_run web --runc-binary "$runtime_program"
  containerd_cell "ctr run --runc-binary"
  protected
  docker_sock_answers
}

@test "what is wrong with the policy is said by ctr itself" {
  local said='/etc/oci-runmask/policy.json:1:16: unknown key "stratgy" (did you mean "strategy"?)'
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "mask"}' >/etc/oci-runmask/policy.json
  spec web --bind /var/run:/var/run
  ctr_run web --runc-binary "$runtime_program"
  rm -r /etc/oci-runmask
  refused "$said"
  containerd_cell "ctr run --runc-binary, a policy that is wrong" "refused: $(grep -oF "$said" <<<"$stderr")"
}
