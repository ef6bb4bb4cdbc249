# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests of Podman in the tree of its suite, with this project installed there: the files that an
# administrator would write.
#
#   administrator JSON       /etc/oci-runmask/policy.json, of these keys
#   containers_conf TEXT     /etc/containers/containers.conf
#   hooks_file STAGE         our hook in Podman's directory of hooks, at this stage
#   precreate_line           a line of its [engine]: the directory that the installation has for precreate
#   installed_device         the CDI file of the installation is where Podman looks for it
#   podman_version RUNTIME   what the programs say of themselves: "5.4.2 (crun 1.21)"
#   nothing_of_ours          as before the installation: no policy, no configuration, no hook, no log
#   hook_said                what the hook sent to the log; Podman's own programs write there, too

# Once for each file of tests.
setup_file() {
  podman_settles
}

# What Podman and crun leave on the host for themselves, as the directory of networks and crun's cache of
# seccomp, is there before the first look at the host.
podman_settles() {
  local runtime
  host_repair
  host_record
  for runtime in runc crun; do
    podman_run root "$runtime"
    protected
  done
  podman_clean
}

teardown() {
  nothing_of_ours
  lab_teardown
}

# shellcheck disable=SC2154 # hooks_directory: lab-podman.bash
nothing_of_ours() {
  rm -rf /etc/oci-runmask /etc/containers/containers.conf
  rm -f "$hooks_directory"/*
  forget_log
}

hook_said() {
  hook_log | grep oci-runmask || true
}

administrator() {
  mkdir -p /etc/oci-runmask
  jq -n '{version: 1} + ($ARGS.positional[0] | fromjson)' --args "$1" >/etc/oci-runmask/policy.json
}

containers_conf() {
  mkdir -p /etc/containers
  printf '%s\n' "$1" >/etc/containers/containers.conf
}

# The private host has emptied the directory: the installed file is put back, or one of its kind.
hooks_file() {
  sed "s|@HOOK@|$OCI_RUNMASK|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" |
    jq --arg stage "$1" '.stages = [$stage] | .hook.args[1] = $stage' \
      >"$hooks_directory/oci-runmask.json"
}

precreate_line() {
  local directory=/usr/share/oci-runmask/precreate.d
  [ -e "$directory/oci-runmask-precreate.json" ] || return 1
  printf 'hooks_dir = ["%s", "%s"]\n' "$hooks_directory" "$directory"
}

installed_device() {
  [ "$(jq -r '.devices[].containerEdits.hooks[].path' /etc/cdi/oci-runmask.json | sort -u)" = "$OCI_RUNMASK" ]
}

podman_version() {
  local words
  read -ra words < <(podman --version)
  printf '%s' "${words[2]}"
  read -ra words < <("$1" --version)
  printf ' (%s %s)\n' "$1" "${words[2]}"
}
