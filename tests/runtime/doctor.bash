# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What doctor's files need: an installation and engines' configurations on the private host, and
# stand-ins for running daemons.

# shellcheck disable=SC2034,SC2154 # used, or set, by those who load it

hooks=/usr/share/containers/oci/hooks.d
programs=/usr/libexec/oci/hooks.d

# The private host's own, over this machine's.
overlay_programs() {
  local upper=$LAB_DIR/state/libexec
  mkdir -p "$upper/upper" "$upper/work"
  mount -t overlay overlay -o "lowerdir=/usr/libexec,upperdir=$upper/upper,workdir=$upper/work" /usr/libexec
}

setup_file() {
  overlay_programs
}

teardown_file() {
  umount -l /usr/libexec
}

setup() {
  lab_setup
}

teardown() {
  doctor_teardown
}

doctor_teardown() {
  stop_stand_ins
  rm -rf /etc/docker /etc/crio /etc/containerd /etc/cdi /etc/oci-runmask /run/docker-api /run/tmpfiles.d /run/cdi
  rm -f "$hooks"/*.json "$programs"/*
  lab_teardown
}

install_programs() {
  mkdir -p "$programs"
  install -m 755 "$LAB_ROOT/build/oci-runmask" "$LAB_ROOT/build/oci-runmask-runtime" "$programs"
}

install_hook() { # [ARGS, as JSON]
  install_programs
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" |
    jq --argjson args "${1:-[\"oci-runmask\", \"createRuntime\"]}" '.hook.args = $args' >"$hooks/oci-runmask.json"
}

stand_in() { # NAME [WORDS...]
  coproc stand_in_process { exec "$LAB_ROOT/tests/lab/stand-in-daemon" "$@" 3>&- 4>&-; }
  stand_ins+=("$!")
  read -r -t 10 _ <&"${stand_in_process[0]}"
}

stop_stand_ins() {
  local pid
  for pid in "${stand_ins[@]}"; do kill_and_wait TERM "$pid"; done
  stand_ins=()
}

docker_config() { # JSON
  mkdir -p /etc/docker
  printf '%s\n' "$1" >/etc/docker/daemon.json
}

docker_info() { # JSON: dockerd runs, and answers so
  printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/info.json"
  mkdir -p /run/docker-api
  stand_in dockerd listen=/run/docker-api/docker.sock "answer=$BATS_TEST_TMPDIR/info.json" \
    -H unix:///run/docker-api/docker.sock
}

ours="{\"runmask\": {\"path\": \"$programs/oci-runmask-runtime\"}}"

doctor() {
  run --separate-stderr "$RUNMASK" doctor "$@"
}

check() { # ID FIELD
  jq -r --arg id "$1" --arg field "$2" '.checks[] | select(.id == $id) | .[$field]' <<<"$output"
}
