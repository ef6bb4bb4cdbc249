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
load entrypoint

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
  logged skipped "its root was not found in its mount namespace" "onForeign: skip" "door=$1"
  container "$open" web
  gvisor_cell "$1, --host-uds=open" "left alone, with a warning (onForeign: skip): $(verdict)"
  leaks
  logged skipped "its root was not found in its mount namespace" "onForeign: skip" "door=$1"
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
  refused "oci-runmask: container web: its root was not found in its mount namespace (onForeign: fail)"
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

# ---- what entrypoints do with docker.sock ---------------------------------------------------------

rewriting="$OCI_RUNMASK runtime --rewrite --runtime $(type -P runsc) ${open#* }"

# A bind of the file, without us and with the hook; of /var/run; and of the directory with the socket.
four_ways_to_the_socket() {
  policy "{$through_directory}"
  bundle bare --bind "$socket_bind" -- sleep 600
  start_container "$open" bare
  bundle web --bind "$socket_bind" --hook "createRuntime:--policy $policy" -- sleep 600
  start_container "$open" web
  bundle whole --bind "$bind" -- sleep 600
  start_container "$rewriting" whole
  bundle directory --bind /run/docker-api:/var/run -- sleep 600
  start_container "$rewriting" directory
}

gvisor_entrypoints() {
  local command name
  runtime_command "$open"
  four_ways_to_the_socket
  for name in bare web whole directory; do
    joins docker-of-the-host "${command[@]}" exec "$name"
  done
  for name in whole directory; do
    forces docker-of-the-host "${command[@]}" exec "$name"
    stand_in_keeps 0:991
  done
  stand_in 0:991 docker-started-again
  for name in bare web; do
    dead_in "${command[@]}" exec "$name"
  done
  for name in whole directory; do
    joins docker-started-again "${command[@]}" exec "$name"
  done
}

@test "entrypoints join the socket's group or change it, and dial, before and after the daemon's restart" {
  host_changes stand_in 0:991 docker-of-the-host
  host_changes gvisor_entrypoints
  gvisor_cell "runtime --rewrite, --host-uds=open, /var/run: an entrypoint joins the socket's group, daemon restarted" answers
  gvisor_cell "runtime --rewrite, --host-uds=open, the socket's directory: an entrypoint joins the socket's group, daemon restarted" \
    answers
  gvisor_cell "createRuntime, --host-uds=open, sockets: an entrypoint joins the socket's group, daemon restarted" \
    "left alone (onForeign: skip): Connection refused"
}

@test "sockets[] needs a hook: --rewrite refuses it, and names the doors that can" {
  policy "{$through_directory}"
  bundle web --bind "$socket_bind"
  container "$OCI_RUNMASK runtime --rewrite --policy $policy --runtime $(type -P runsc) ${open#* }" web
  gvisor_cell "runtime --rewrite, --host-uds=open: sockets" "refused: that cannot be done by editing mounts"
  refused "sockets[].directory cannot be done by editing mounts (doors that can: createRuntime, prestart"
}

# gVisor's own fault, whatever hooks there are: docs/engines.md tells to bind the directory.
@test "gVisor alone: chmod of a socket that is bound as a file ends the container" {
  local command
  runtime_command "$open"
  host_changes stand_in 0:991 docker-of-the-host
  bundle bare --bind "$socket_bind" -- sleep 600
  start_container "$open" bare
  host_record
  "${command[@]}" exec bare chmod 660 /var/run/docker.sock || true
  run "${command[@]}" state bare
  [[ $output == *'"status": "stopped"'* ]]
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
