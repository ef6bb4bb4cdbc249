#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Containers with a user namespace: their root is uid 100000 of the host, the bundle is not theirs, and
# what the hook makes for them belongs to their root.

# shellcheck disable=SC2030,SC2031,SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
stages="createRuntime prestart createContainer"
sock=/var/run/docker.sock

nscd_renewed_and_docker_restarted() {
  nscd_directory_renew
  docker_restart
}

own_names() { # [WORDS]
  protected_by_files && docker_sock_answers "$@"
}

host_names() {
  report_says "host onlyhost 10.9.9.9" "host redis -" "user hostuser 4242" "user contuser -"
}

@test "mask and facade, and what outlives the host's changes" {
  start_each mask "--strategy mask" "$runtimes" "abs dir" "$stages" --userns --bind /var/run:/var/run
  start_each facade "--strategy facade" "$runtimes" "abs rel dir" "$stages" --userns --bind /var/run:/var/run
  start_each bare "" "$runtimes" "abs dir" none --userns --bind /var/run:/var/run
  in_each mask own_names
  in_each facade own_names
  in_each bare host_names
  host_changes nscd_renewed_and_docker_restarted
  in_each facade own_names docker-started-again
  in_each mask host_names
}

rootless_places() { # NAME DIRECTORIES
  exec_in "$1" stat -c '%n %u %g %a' /var/run/nscd "${@:2}"
  while read -r name owner; do
    [ "$owner" = "0 0 755" ] || claim_failed "$name belongs to $owner" || return 1
  done <<<"$output"
  exec_in "$1" sh -c 'touch /var/run/nscd/mine && mkdir /var/run/nscd/directory && rm -r /var/run/nscd/*'
  [ "$status" = 0 ] || claim_failed "its root cannot write in its own directory"
}

links_are_roots() { # NAME
  local not_roots
  not_roots=$(find "/proc/$(container_pid "$1")/root/run" -maxdepth 1 -type l ! -uid 100000 -printf '%p %u\n')
  [ -z "$not_roots" ] || claim_failed "not the container's root's: $not_roots"
}

@test "the container's root owns the mask, the facade, and every entry of it" {
  start_each mask "--strategy mask" "$runtimes" abs "$stages" --userns --bind /var/run:/var/run
  start_each facade "--strategy facade" "$runtimes" abs "$stages" --userns --bind /var/run:/var/run
  each_started mask rootless_places
  each_started facade rootless_places /var/run/ /var/run/.host-run/../nscd
  each_started facade links_are_roots
  says_in_each facade "mine" sh -c 'echo mine >/run/mine && cat /run/mine && rm /run/docker.sock'
  # The host's own directory is what it was: of an unmapped user here, and not to be written to.
  says_in_each facade "65534" stat -c %u /var/run/.host-run/
}

# ---- the bundle ---------------------------------------------------------------------------------

# Engines keep config.json where only the host's root may look, and the rootfs elsewhere.
private_bundle() { # STAGE STRATEGY
  local elsewhere=$LAB_DIR/elsewhere
  bundle web --userns --bind /var/run:/var/run --hook "$1:--strategy $2" --jq ".root.path = \"$elsewhere/rootfs\""
  mkdir "$elsewhere"
  make_rootfs abs "$elsewhere" lab-bundle-elsewhere
  give_directories "$elsewhere/rootfs" 100000
  chmod 700 "$(bundle_dir web)"
  forget_log
}

no_private_bundle() {
  umount "$LAB_DIR/elsewhere/rootfs"
  rm -rf "$LAB_DIR/elsewhere"
}

in_private_bundle() { # RUNTIME STAGE STRATEGY
  private_bundle "$2" "$3"
  container "$1" web
  no_private_bundle
  protected_by_files
  logged "done"
}

@test "a bundle that is not the container's to read: at createRuntime and prestart as ever" {
  each in_private_bundle "$runtimes" "createRuntime prestart" "mask facade"
}

refused_at_create_container() { # RUNTIME STRATEGY MODE
  private_bundle createContainer "$2"
  [ "$3" = bundle ] || chmod 755 "$(bundle_dir web)"
  chmod 600 "$(bundle_dir web)/config.json"
  container "$1" web
  no_private_bundle
  refused
}

names_the_stage() { # RUNTIME STRATEGY MODE
  refused_at_create_container "$@"
  logged refused "$(bundle_dir web)/config.json" "Permission denied" "register the hook for createRuntime"
  # runc shows what the hook said.
  [ "$1" = crun ] ||
    [[ $stderr == *"stderr: oci-runmask: container web: "*"register the hook for createRuntime)\n"* ]] ||
    claim_failed "runc does not show the one line"
}

@test "a bundle that is not the container's to read: at createContainer one error that names the stage" {
  each names_the_stage runc "mask facade" "bundle config.json"
  each names_the_stage crun "mask facade" config.json
}

# crun's own change to the bundle's directory fails, whatever hook it is for.
@test "crun runs no hook at all at createContainer in a bundle of mode 0700" {
  refused_at_create_container crun mask bundle
  silent
  no_program=$(type -P true)
  OCI_RUNMASK=$no_program refused_at_create_container crun mask bundle
}

# Users and groups are mapped by two tables of several lines, in any order.
maps='.linux.uidMappings = [{containerID: 1000, hostID: 7000, size: 1}, {containerID: 0, hostID: 100000, size: 1000}]
  | .linux.gidMappings = [{containerID: 1000, hostID: 8000, size: 1}, {containerID: 0, hostID: 300000, size: 1000}]'

@test "maps of several lines, and groups that are mapped elsewhere" {
  start_each mask "--strategy mask" "$runtimes" abs "createRuntime createContainer" --userns --jq "$maps" --bind /var/run:/var/run
  start_each facade "--strategy facade" "$runtimes" abs createRuntime --userns --jq "$maps" --bind /var/run:/var/run
  says_in_each mask "0 0" stat -c '%u %g' /var/run/nscd
  says_in_each facade "0 0" stat -c '%u %g' /var/run/nscd
  says_in_each facade "0 0" stat -c '%u %g' /var/run/docker.sock
  in_each mask protected_by_files
}

# ---- without the right to be their root -----------------------------------------------------------

lesser_hook() { # CAPABILITIES to take from it
  printf '#!/bin/sh\nexec %s --bounding-set %s --inh-caps %s -- %s "$@"\n' \
    "$(type -P setpriv)" "$1" "$1" "$OCI_RUNMASK" >"$LAB_DIR/lesser"
  chmod 755 "$LAB_DIR/lesser"
}

with_lesser() { # RUNTIME STRATEGY CAPABILITIES
  lesser_hook "$3"
  forget_log
  OCI_RUNMASK=$LAB_DIR/lesser bundle web --userns --bind /run:/run --hook "createRuntime:--strategy $2"
  container "$1" web
}

cannot_become() {
  with_lesser "$@"
  refused
  logged refused "becoming 100000:100000: Operation not permitted"
}

can_become() {
  with_lesser "$@"
  own_names
}

@test "a hook that may not become the container's root refuses a facade" {
  each cannot_become "$runtimes" facade "-setuid -setgid"
  each can_become "$runtimes" facade "-kill -net_admin"
}

# ---- sockets ------------------------------------------------------------------------------------

@test "a socket bound as a file stays alive, for other users than root, too" {
  local user='.process.user = {uid: 6001, gid: 6001} | .process.capabilities = {}'
  policy '{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
  host_changes api_start
  start_each run "--policy $policy" "$runtimes" "abs dir" "$stages" --userns --bind $sock:$sock
  start_each tmp "--policy $policy" "$runtimes" abs "$stages" --userns --bind $sock:/tmp/docker.sock --jq "$user"
  start_each tmpfs "--policy $policy" "$runtimes" abs "createRuntime createContainer" --userns \
    --tmpfs /tmp:mode=1777 --bind $sock:/tmp/docker.sock --jq "$user"
  start_each bare "" "$runtimes" abs none --userns --bind $sock:$sock
  in_each run own_names
  answers_in_each tmp /tmp/docker.sock docker-of-the-host
  says_in_each run "0 0" stat -c '%u %g' $sock
  says_in_each run "0 0 755" stat -c '%u %g %a' /dev/.oci-runmask
  # In a sticky directory a link is followed that is the follower's or the directory's owner's.
  says_in_each tmpfs "0 0" stat -c '%u %u' /tmp/docker.sock
  says_in_each tmp "$(stat -c %u "$(bundle_dir tmp-runc-abs-createRuntime)/rootfs/tmp" | sed s/100000/0/)" \
    stat -c %u /tmp/docker.sock
  host_changes docker_and_api_restart
  in_each run own_names docker-started-again
  answers_in_each tmp /tmp/docker.sock docker-started-again
  answers_in_each tmpfs /tmp/docker.sock docker-started-again
  answers_in_each bare $sock -
}

# Of the host: the directory, and its socket until the daemon makes it anew.
listed_alone() { # NAME [WORDS]
  local attached expected=/docker-api
  [ -n "${2-}" ] || expected+=$'\n/docker-api/docker.sock'
  exec_in "$1" probe
  own_names "${2-docker-of-the-host}" || return 1
  exec_in "$1" ls -A /var/run
  [ "$output" = ".host-run
docker.sock" ] || claim_failed "in /var/run: \"$output\"" || return 1
  attached=$(host_run_in "$(container_pid "$1")")
  [ "$attached" = "$expected" ] || claim_failed "attached of the host's /run: $attached" || return 1
  exec_in "$1" stat -L -c '%u %g' /var/run/ /var/run/.host-run
  [ "$output" = "0 0
0 0" ] || claim_failed "not its root's"
}

@test "a list of sockets" {
  list_policy
  host_changes api_start
  start_each list "--policy $policy" "$runtimes" "abs dir" "$stages" --userns --bind /var/run:/var/run
  start_each stacked "--policy $policy" "$runtimes" abs createRuntime --userns \
    --bind /run:/run --bind /var/run:/var/run:rbind,ro,nosuid,nodev
  each_started list listed_alone
  each_started stacked listed_alone
  host_changes docker_and_api_restart
  each_started list listed_alone docker-started-again
}

# What the host's mount has set must be said again, or runc may not make it read-only.
in_userns() { # RUNTIME OPTIONS STAGE
  bundle web --userns --bind "/var/run:/var/run:rbind$2" --hook "$3:--strategy facade" -- sh -c 'probe
    touch /var/run/new 2>&1'
  container "$1" web
  [[ $2 != ,ro* ]] || [[ $output == *"Read-only file system" && $status = 1 ]] || claim_failed "it is not read-only"
  status=0
  own_names
}

@test "read-only, slave and shared binds" {
  each in_userns "$runtimes" ",ro,nosuid,nodev ,rslave ,rprivate" "createRuntime createContainer"
}
