#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask when memory ends or a file cannot be read: each allocation and each look at a file fails once.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load ../../runtime/more-tool

: "${FAULT_TOOLS:=$(dirname "$RUNMASK")/tests/suites/tool-faults}"

# CLAIM NAME ARGS...: the tool with these arguments
each_fails() {
  env -i PATH="$PATH" HOME=/home/ann XDG_RUNTIME_DIR=/run/user/1000 TAG=v3 \
    "$FAULT_TOOLS/each_fails" "$FAULT_TOOLS/refuse_one.so" "$1" "$2" "$RUNMASK" "${@:3}"
}

check_golden() { # FOLDER CLAIM [WORDS]
  local args
  cd "$LAB_ROOT/tests/golden/check/$1"
  read -r -a args <args
  each_fails "$2" "check $1" check "${@:3}" "${args[@]}"
}

folders() {
  (cd "$LAB_ROOT/tests/golden/$1" && echo */ | tr -d /)
}

@test "check: what is judged wrongly for want of memory is not judged" {
  each check_golden "$(folders check)" strict
}

@test "check --json" {
  each check_golden "$(folders check)" strict --json
}

manifest_golden() { # FOLDER
  local file
  for file in "$LAB_ROOT/tests/golden/manifest/$1"/*; do
    [[ $file != *expected* ]] || continue
    each_fails strict "check $1" check "$file"
  done
}

@test "check, of every kind of manifest" {
  each manifest_golden "$(folders manifest)"
}

# jansson 2.14 itself does not survive an allocation that fails while it reads.
doctor_golden() { # FOLDER
  each_fails files "doctor $1" doctor --root "$LAB_ROOT/tests/golden/doctor/$1/root"
  each_fails files "doctor $1" doctor --json --root "$LAB_ROOT/tests/golden/doctor/$1/root"
}

@test "doctor" {
  each doctor_golden "$(folders doctor)"
}

@test "doctor of a host that runs" {
  each_fails files doctor doctor
}

@test "policy" {
  policy '{"strategy": "facade", "channels": ["nscd", "resolved"], "facade": {"expose": ["docker.sock"]},
    "sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
  each_fails strict policy policy "$policy"
  policy '{"stratgy": "facade"}'
  each_fails strict "policy that is wrong" policy "$policy"
}

@test "scan and fix" {
  bundle web --bind /run:/run -- sleep 600
  start_container runc web
  each_fails report scan scan
  each_fails report "scan --json" scan --json
  each_fails report fix fix --pid "$(container_pid web)"
  exec_in web probe
  protected
}
