#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# gVisor. Its sandbox keeps the container's mounts to itself, so that no hook can mount there, and lets
# no process through to a socket of the host unless it is told to (--host-uds=open). So the doors of a
# container's life can only say so (onForeign); the doors that edit the mounts beforehand protect.

# on trixie: runsc podman runc crun conmon

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load engines
load ../runtime/more
load ../runtime/lab-podman
load podman

bind="/var/run:/var/run"

# The private host has no other network than its own, which runsc's own stack would not share.
closed="runsc --network=host"
open="$closed --host-uds=open"

gvisor_version() {
  runsc --version | sed -n 's/^runsc version //p'
}

gvisor_cell() { # DOOR [RESULT]
  cell gVisor "$(gvisor_version)" "$@"
}

# ---- without us ---------------------------------------------------------------------------------

@test "gVisor alone refuses the host's sockets, and with --host-uds=open leaks" {
  bundle web --bind "$bind"
  container "$closed" web
  gvisor_cell "nothing of ours"
  protected
  report_says "docker -"
  container "$open" web
  gvisor_cell "nothing of ours, --host-uds=open"
  leaks
  docker_sock_answers
  silent
}

# ---- the doors of a container's life ------------------------------------------------------------

left_alone() { # DOOR
  bundle web --bind "$bind" --hook "$1"
  forget_log
  container "$closed" web
  protected
  logged skipped "its root is not to be found in its mount namespace" "onForeign: skip" "door=$1"
  container "$open" web
  gvisor_cell "$1, --host-uds=open" "left alone, with a warning (onForeign: skip): $(verdict)"
  leaks
  logged skipped "its root is not to be found in its mount namespace" "onForeign: skip" "door=$1"
}

@test "createRuntime and prestart leave it alone, and say so" {
  each left_alone "createRuntime prestart"
}

refused_if_told_to() { # DOOR
  policy '{"onForeign": "fail"}'
  bundle web --bind "$bind" --hook "$1:--policy $policy"
  forget_log
  container "$open" web
  gvisor_cell "$1, onForeign: fail, --host-uds=open" "refused (onForeign: fail)"
  refused "oci-runmask: container web: its root is not to be found in its mount namespace (onForeign: fail)"
  logged refused "onForeign: fail" "door=$1"
}

@test "createRuntime and prestart refuse it if the policy says so" {
  each refused_if_told_to "createRuntime prestart"
}

# With this stage alone, not even "fail" is heard.
@test "createContainer is not run by gVisor" {
  policy '{"onForeign": "fail"}'
  bundle web --bind "$bind" --hook "createContainer:--policy $policy"
  container "$open" web
  gvisor_cell "createContainer, onForeign: fail, --host-uds=open" "the hook is not run: $(verdict)"
  leaks
  silent
}

# ---- the runtime door ---------------------------------------------------------------------------

@test "the runtime door with --rewrite protects" {
  bundle web --bind "$bind"
  container "$OCI_RUNMASK runtime --rewrite --runtime $(type -P runsc) ${open#* }" web
  gvisor_cell "runtime --rewrite, --host-uds=open: mask"
  protected
  docker_sock_answers
  logged "done" "door=runtime strategy=mask channel=nscd"
}

@test "the runtime door with --rewrite says that it has no facade" {
  bundle web --bind "$bind"
  container "$OCI_RUNMASK runtime --rewrite --strategy facade --runtime $(type -P runsc) ${open#* }" web
  gvisor_cell "runtime --rewrite, --host-uds=open: facade" "refused: that cannot be done by editing mounts"
  refused "strategy facade cannot be done by editing mounts"
}

# ---- behind Podman ------------------------------------------------------------------------------

podman_open() {
  podman() {
    command podman --runtime-flag network=host --runtime-flag host-uds=open "$@"
  }
}

by_podman() { # VERSION
  nothing_of_ours
  podman_run root runsc -v "$bind"
  leaks
  [ -z "$(hook_said)" ]
  hooks_file createRuntime
  podman_run root runsc -v "$bind"
  cell Podman "$1" "hooks directory, createRuntime, --host-uds=open" \
    "left alone, with a warning (onForeign: skip): $(verdict)"
  leaks
  [[ $(hook_said) == *"onForeign: skip"*"result=skipped" ]]
  containers_conf "[engine]
$(precreate_line)"
  rm "$hooks_directory"/*
  podman_run root runsc -v "$bind"
  cell Podman "$1" "hooks directory, precreate, --host-uds=open: mask"
  protected
  docker_sock_answers
  [[ $(hook_said) == *"door=precreate strategy=mask channel=nscd result=done" ]]
}

@test "gVisor behind Podman: precreate protects, createRuntime leaves it alone" {
  local version
  version=$(podman_version runsc)
  podman_open
  host_changes mkdir -p -m 711 /run/runsc # its own directory, which it makes
  by_podman "$version"
}
