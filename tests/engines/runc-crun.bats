#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runc and crun of whatever release this host has, without an engine in front of them: every door that
# they have, mask and facade.

# on bookworm: runc crun
# on trixie: runc crun
# on sid: runc crun

# shellcheck disable=SC2154 # set by what is loaded

load engines
load ../runtime/more
load ../runtime/more-facade
load entrypoint

runtimes="runc crun"
bind="/var/run:/var/run"

version_of() {
  local words
  read -ra words < <("$1" --version)
  echo "${words[2]}"
}

# The control: the same bundle, and nothing of ours in it.
leaks_alone() { # RUNTIME WORDS...
  bundle web "${@:2}"
  forget_log
  container "$1" web
  leaks
  docker_sock_answers
  silent
}

by_hook() { # RUNTIME DOOR
  local strategy
  leaks_alone "$1" --bind "$bind"
  for strategy in mask facade; do
    bundle web --bind "$bind" --hook "$2:--strategy $strategy"
    container "$1" web
    protected
    docker_sock_answers
    logged "done" "door=$2 strategy=$strategy channel=nscd"
  done
  cell "$1" "$(version_of "$1")" "$2: mask and facade"
}

@test "createRuntime, prestart and createContainer: mask and facade" {
  each by_hook "$runtimes" "createRuntime prestart createContainer"
}

# ---- the container's root is not the host's ------------------------------------------------------

# A network of its own has no name server: what the files say is what counts.
in_userns() { # RUNTIME DOOR
  local strategy
  bundle web --userns --bind "$bind"
  container "$1" web
  report_says "host onlyhost 10.9.9.9" "host redis -" "user hostuser 4242" "user contuser -"
  for strategy in mask facade; do
    bundle web --userns --bind "$bind" --hook "$2:--strategy $strategy"
    container "$1" web
    protected_by_files
    docker_sock_answers
  done
  cell "$1" "$(version_of "$1")" "$2, user namespace: mask and facade" protected
}

@test "createRuntime, prestart and createContainer, with a user namespace" {
  each in_userns "$runtimes" "createRuntime prestart createContainer"
}

# ---- the runtime door ----------------------------------------------------------------------------

# The door puts the hook into the bundle, and the hook does the rest.
by_runtime_door() { # RUNTIME
  local said strategy door
  for strategy in mask facade; do
    leaks_alone "$1" --bind "$bind"
    container "$OCI_RUNMASK runtime --strategy $strategy --runtime $(type -P "$1")" web
    protected
    docker_sock_answers
    said=$(hook_log)
    for door in runtime createRuntime; do
      grep -q " door=$door strategy=$strategy .*result=done$" <<<"$said" ||
        claim_failed "the log has no line of door=$door: $said" || return 1
    done
  done
  cell "$1" "$(version_of "$1")" "runtime: mask and facade"
}

@test "the runtime door: mask and facade" {
  each by_runtime_door "$runtimes"
}

by_rewrite() { # RUNTIME
  leaks_alone "$1" --bind "$bind"
  container "$OCI_RUNMASK runtime --rewrite --runtime $(type -P "$1")" web
  cell "$1" "$(version_of "$1")" "runtime --rewrite: mask"
  protected
  docker_sock_answers
  logged "done" "door=runtime strategy=mask channel=nscd"
}

@test "the runtime door with --rewrite: mask" {
  each by_rewrite "$runtimes"
}

entrypoints() { # RUNTIME
  local command
  host_changes stand_in 0:991 docker-of-the-host
  bundle bare --bind "$socket_bind" -- sleep 600
  start_container "$1" bare
  policy "{$through_directory}"
  bundle web --bind "$socket_bind" --hook "createRuntime:--policy $policy" -- sleep 600
  start_container "$1" web
  policy "{$list_of_one}"
  bundle list --bind "$bind" --hook "createRuntime:--policy $policy" -- sleep 600
  start_container "$1" list
  runtime_command "$1"
  host_changes entrypoints_before_and_after 0:991 "${command[@]}" exec
  cell "$1" "$(version_of "$1")" "sockets: an entrypoint joins the socket's group, daemon restarted" answers
}

@test "entrypoints join the socket's group or change it, and dial, before and after the daemon's restart" {
  each entrypoints "$runtimes"
}
