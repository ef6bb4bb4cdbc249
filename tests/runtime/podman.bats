#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Podman with the hook as it is installed, as root and as an ordinary user. Podman skips a hook that it
# does not find without a word: that the hook has run is known by its line in the log.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load lab-podman
load more

strategy_key=io.github.oci-runmask.strategy

setup_file() {
  installed=$LAB_DIR/installed
  export installed
  make -s -C "$LAB_ROOT" install DESTDIR="$installed" PREFIX=/usr >/dev/null
  lay_over_usr
}

# The files of the installation appear where they belong, on this host alone. What Podman itself has
# in /usr/share/containers, and its directory of hooks there, is a mount of its own.
lay_over_usr() {
  local containers=$LAB_DIR/state/containers directory
  mkdir "$containers"
  mount --bind /usr/share/containers "$containers"
  for directory in /usr/libexec /usr/share; do
    mount -t overlay -o "lowerdir=$installed$directory:$directory" installed "$directory"
  done
  mount --bind "$containers" /usr/share/containers
}

# Until the end of the row, or of the test.
register() {
  cp "$installed$hooks_directory/oci-runmask.json" "$hooks_directory/${1-oci-runmask.json}"
}

# A container on a host where the hook is installed.
hooked() { # as podman_run
  register
  podman_run "$@"
}

# ---- what is installed --------------------------------------------------------------------------

@test "the hooks.d file says what it must" {
  jq -e '.version == "1.0.0" and .when == {hasBindMounts: true} and .stages == ["createRuntime"]
    and .hook.path == "/usr/libexec/oci/hooks.d/oci-runmask" and .hook.timeout == 30
    and .hook.args == ["oci-runmask", "createRuntime"] and (.hook.env | length) == 1' \
    "$installed/usr/share/containers/oci/hooks.d/oci-runmask.json"
  [ "$(stat -c %a "$installed/usr/libexec/oci/hooks.d/oci-runmask")" = 755 ]
  [ "$(stat -c %a "$installed/usr/share/oci-runmask/policy.json")" = 644 ]
  cmp "$installed/usr/libexec/oci/hooks.d/oci-runmask" "$OCI_RUNMASK"
}

# ---- the story ----------------------------------------------------------------------------------

safe() { # WHO RUNTIME VOLUME [IMAGE]
  local words=(--image "${4-abs}" -v "$3")
  forget_log
  podman_run "$1" "$2" "${words[@]}"
  leaks
  docker_sock_answers
  silent
  hooked "$1" "$2" "${words[@]}"
  protected
  docker_sock_answers
  logged "done" door=createRuntime channel=nscd
}

@test "-v /var/run:/var/run is safe" {
  each safe "root rootless" "runc crun" /var/run:/var/run
}

@test "so are other ways to say it, and other images" {
  each safe "root rootless" crun "/run:/run:ro /run:/var/run:rslave" abs
  each safe "root rootless" runc /run:/var/run/ "dir musl"
}

switched_off() { # WHO RUNTIME
  forget_log
  hooked "$@" -v /var/run:/var/run --annotation "$strategy_key=off"
  leaks
  silent
  hooked "$@" -v /var/run:/var/run
  protected
  logged "done"
}

@test "an annotation switches it off for one container" {
  each switched_off "root rootless" "runc crun"
}

mistyped() { # WHO RUNTIME
  forget_log
  hooked "$@" -v /var/run:/var/run --annotation "$strategy_key=of"
  refused
  logged refused "annotation $strategy_key" '"of"'
}

@test "an unknown annotation keeps it from starting" {
  each mistyped "root rootless" "runc crun"
}

# ---- who never had the problem ------------------------------------------------------------------

starts_as_before() { # WHO RUNTIME
  local home=$LAB_DIR/home/rootless
  mkdir -p "$home/x"
  echo of-the-home >"$home/x/file"
  chmod 755 "$home" "$home/x"
  forget_log
  hooked "$@" -v "$home/x:/data" -- cat /data/file
  [ "$status" = 0 ]
  [ "$output" = of-the-home ]
  [ -z "$stderr" ]
  silent
  hooked "$@" -v "$home/x:/data"
  protected
}

@test "-v ~/x:/data starts as before, silently" {
  each starts_as_before "root rootless" "runc crun"
}

@test "-v ~/x:/data starts with a broken policy, too: -v /var/run:/var/run does not" {
  mkdir /etc/oci-runmask
  echo '{"version": 1, "strategy": "mesk"}' >/etc/oci-runmask/policy.json
  failed=
  each starts_as_before "root rootless" crun || failed=starts_as_before
  each broken_policy "root rootless" "runc crun" || failed=broken_policy
  rm -r /etc/oci-runmask
  [ -z "$failed" ]
}

broken_policy() { # WHO RUNTIME
  forget_log
  hooked "$@" -v /var/run:/var/run
  refused
  logged refused "/etc/oci-runmask/policy.json:1:28: strategy"
}

without_bind() { # WHO RUNTIME
  forget_log
  hooked "$@"
  protected
  silent
}

@test "a container without a bind knows nothing of it" {
  each without_bind "root rootless" "runc crun"
}

socket_alone() { # WHO RUNTIME
  forget_log
  hooked "$@" -v /run/docker.sock:/run/docker.sock
  protected
  docker_sock_answers
  silent
}

@test "docker.sock alone is nothing to protect from" {
  each socket_alone "root rootless" "runc crun"
}

# ---- the policy of the host ---------------------------------------------------------------------

# For an ordinary user the file belongs to an unmapped user, in the user namespace of Podman.
opt_in() { # WHO RUNTIME
  hooked "$@" -v /var/run:/var/run
  leaks
  hooked "$@" -v /var/run:/var/run --annotation "$strategy_key=mask"
  protected
}

@test "the host's policy says off, and the annotation mask" {
  mkdir /etc/oci-runmask
  echo '{"version": 1, "strategy": "off"}' >/etc/oci-runmask/policy.json
  failed=
  each opt_in "root rootless" "runc crun" || failed=yes
  rm -r /etc/oci-runmask
  [ -z "$failed" ]
}

# ---- registered otherwise -----------------------------------------------------------------------

twice() { # WHO RUNTIME
  local pid
  register other-name.json
  forget_log
  hooked "$@" -d --name web -v /run:/run -- sleep 60
  logged "done"
  pid=$(podman_do "$@" inspect --format '{{.State.Pid}}' web)
  [ "$(masks "$pid" | wc -l)" = 1 ]
  podman_exec "$1" web probe
  protected
}

@test "two hooks.d files make one mount, and one line" {
  each twice "root rootless" "runc crun"
}

at_stage() { # WHO RUNTIME STAGE
  podman_hook "$3"
  forget_log
  podman_run "$1" "$2" -v /var/run:/var/run
  protected
  logged "done"
}

@test "prestart and createContainer do as well" {
  each at_stage root "runc crun" "prestart createContainer"
  each at_stage rootless "runc crun" prestart
}
