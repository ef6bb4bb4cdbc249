# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests of the doors that edit a config.json, which say "load lab", "load more", "load doors".
#
#   door RUNTIME [OPTIONS]    the runtime door in front of /usr/.../RUNTIME, for "container": a
#                             command line in $door
#   administrator JSON        the policy of this host (/etc/oci-runmask/policy.json), of these keys
#   containers_conf TEXT      /etc/containers/containers.conf
#   packaged FILE             a file of packaging, with the hook's path in it, on stdout
#   hook_count NAME           how many hooks of ours a bundle's config.json has
#   keeps_its_bytes A B       B is A with nothing taken out: only put in
#
# The hook is installed where the doors expect it: /usr/libexec/oci/hooks.d, in this host alone.

# shellcheck disable=SC2034 # read by the tests

runtime_program=$(dirname "$OCI_RUNMASK")/oci-runmask-runtime
installed_hook=/usr/libexec/oci/hooks.d/oci-runmask

setup_file() {
  local cover=$LAB_DIR/cover/libexec
  mkdir -p "$cover"/{upper,work}
  mount -t overlay -o "lowerdir=/usr/libexec,upperdir=$cover/upper,workdir=$cover/work" \
    lab-libexec /usr/libexec
  install -D -m 755 "$OCI_RUNMASK" "$installed_hook"
  chmod 755 /usr/libexec/oci /usr/libexec/oci/hooks.d
}

teardown() {
  rm -rf /etc/oci-runmask /etc/containers/containers.conf /etc/cdi
  lab_teardown
}

door() {
  local runtime=$1
  shift
  door="$OCI_RUNMASK runtime $* --runtime $(type -P "$runtime")"
}

administrator() {
  mkdir -p /etc/oci-runmask
  gojq -n '{version: 1} + ($ARGS.positional[0] | fromjson)' --args "$1" >/etc/oci-runmask/policy.json
}

containers_conf() {
  mkdir -p /etc/containers
  printf '%s\n' "$1" >/etc/containers/containers.conf
}

packaged() {
  sed "s|@HOOK@|$installed_hook|" "$LAB_ROOT/packaging/$1"
}

hook_count() {
  gojq --arg path "$installed_hook" '[.hooks[]?[]? | select(.path == $path)] | length' \
    "$(bundle_dir "$1")/config.json"
}

# Byte by byte: what is in the one and not in the other.
keeps_its_bytes() {
  local gone
  gone=$(diff <(od -An -v -tx1 -w1 "$1") <(od -An -v -tx1 -w1 "$2") | grep -c '^<' || true)
  [ "$gone" = 0 ] || { echo "$gone bytes of $1 are gone" && return 1; }
}
