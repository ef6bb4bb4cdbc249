#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What runmask check writes into a Pod and into a quadlet, started by podman kube play, and by the
# command that Podman's own generator makes of the quadlet: the containers know their own names.

# on trixie: podman crun conmon catatonit

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2034,SC2154 # read or set by what is loaded

load engines
load ../runtime/more
load ../runtime/more-facade
load ../runtime/lab-podman
load podman

golden_pod=$LAB_ROOT/tests/golden/fix/pods/pods.yaml # its first document; of c, which comes first, nothing is left
golden_quadlet=$LAB_ROOT/tests/golden/check/edge/cross1.container

# See podman-kube.bats: all pods of the machine have their cgroups in one place.
setup_file() {
  exec 8>>"$LAB_ROOT/build/lab/pods.lock"
  flock 8
  podman_settles
  tar -C "$lab/images/abs" -cf "$LAB_DIR/state/lab.tar" .
  podman_do root crun import -c 'ENV PATH=/usr/sbin:/usr/bin' "$LAB_DIR/state/lab.tar" lab:1
  podman_do root crun tag lab:1 docker.io/library/x:latest
}

setup() {
  lab_setup
  cd "$BATS_TEST_TMPDIR"
  mkdir -p /etc/containers
  printf '[containers]\nbase_hosts_file = "%s"\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' \
    "$lab/images/abs/etc/hosts" >/etc/containers/containers.conf
}

teardown() {
  podman_do root crun pod rm --force --all >/dev/null
  podman_do root crun rm --force --all --volumes >/dev/null
  nothing_of_ours
  lab_teardown
}

podman_says() {
  cell Podman "$(podman_version crun)" "way out, $1" "$2"
}

# ---- Pods ---------------------------------------------------------------------------------------

# The file's first document with the lab's image, as it would be with one of its own.
played() { # FILE
  gojq --yaml-input --yaml-output '
    def lab: . + {image: "localhost/lab:1", imagePullPolicy: "Never", command: ["probe"]};
    select(.metadata.name == "p") | .spec += {hostNetwork: true, restartPolicy: "Never"}
    | .spec.containers[] |= lab | .spec.initContainers[] |= lab' "$1" >lab.yaml
  podman_do root crun kube play "$PWD/lab.yaml"
}

# A pod on the host's network has the host's name server: what the files say is what counts.
pod_says() { # CONTAINER CLAIM
  podman_do root crun wait "p-$1" >/dev/null
  image_of_last=abs
  run --separate-stderr podman_do root crun logs "p-$1"
  "$2"
  docker_sock_answers
}

host_names() {
  report_says "host onlyhost 10.9.9.9" "user hostuser 4242" "user contuser -"
}

@test "control: the Pod as it is leaks in each of its containers" {
  local container
  played "$golden_pod"
  for container in a b; do pod_says "$container" host_names; done
}

@test "a Pod by check --fix tmpfs" {
  local container
  cp "$golden_pod" fixed.yaml
  runmask check --fix tmpfs fixed.yaml
  played fixed.yaml
  for container in a b; do pod_says "$container" protected_by_files; done
  podman_says "kube play of check --fix tmpfs" protected
}

# ---- quadlets -----------------------------------------------------------------------------------

# The words of ExecStart without what needs systemd, on Podman's own place of this lab, with the lab's
# name server.
generated() { # FILE
  local -a words
  mkdir -p units
  cp "$1" units/agent.container
  read -ra words < <(QUADLET_UNIT_DIRS=$PWD/units /usr/libexec/podman/quadlet -dryrun 2>/dev/null |
    sed -n 's|^ExecStart=/usr/bin/podman run||p' |
    sed -E 's/ --((cidfile|cgroups|sdnotify)=[^ ]*|replace|name [^ ]*)//g; s/ -d / /')
  [[ " ${words[*]} " == *" -v /"*" x "* ]] || { echo "ExecStart is ${words[*]}" && return 1; }
  unset "words[-1]" # its image
  podman_run root crun "${words[@]}"
}

@test "control: the quadlet as it is leaks, at the latest at the twentieth start" {
  local try
  for try in {1..20}; do
    generated "$golden_quadlet"
    ! leaks >/dev/null || return 0
  done
  claim_failed "it did not leak in $try starts"
}

@test "a quadlet by check --fix tmpfs" {
  local try
  cp "$golden_quadlet" fixed.container
  run ! runmask check fixed.container
  runmask check --fix tmpfs fixed.container
  for try in {1..10}; do
    generated fixed.container
    protected
    docker_sock_answers
  done
  podman_says "the quadlet's command of check --fix tmpfs" protected
}

@test "a quadlet with the way out \"elsewhere\"" {
  runmask check --json "$golden_quadlet" >report.json || [ $? = 1 ]
  { printf '[Container]\nImage=x\n' && jq -r '.containers[0].remedies[] | select(.way == "elsewhere") | .lines[]' report.json; } \
    >pasted.container
  generated pasted.container
  protected
  podman_says "the quadlet's command of elsewhere, pasted" protected
}
