#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask doctor on a host that runs: what small trees of files cannot show.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool

hooks=/usr/share/containers/oci/hooks.d

doctor() {
  run --separate-stderr "$RUNMASK" doctor "$@"
}

check() { # ID FIELD
  jq -r --arg id "$1" --arg field "$2" '.checks[] | select(.id == $id) | .[$field]' <<<"$output"
}

@test "this host is looked at" {
  doctor
  [ "$status" = 1 ] # the hook is not installed here
  [ -z "$stderr" ]
  [[ $output == *"nscd (pid $(cat /run/nscd/nscd.pid))"* ]]
  [ "$(awk 'length($0) > 80' <<<"${output//–/-}")" = "" ]
  doctor --json
  [ "$status" = 1 ]
  [ "$(jq -c '.checks[0] | keys_unsorted' <<<"$output")" = '["id","question","status","says","do"]' ]
  [ "$(jq -r '.checks[].status' <<<"$output" | grep -vcE '^(ok|look|none)$')" = 0 ]
}

@test "the host's nscd is seen, and a container's own is not" {
  local host
  bundle web -- sh -c 'mkdir -p /var/run/nscd && nscd && exec sleep 600'
  start_container runc web
  until pgrep -x nscd | grep -qvx "$(cat /run/nscd/nscd.pid)"; do sleep 0.01; done
  doctor --json
  host=$(cat /run/nscd/nscd.pid)
  [ "$(check name-service says)" = "nscd (pid $host). Containers that see its socket are answered by it." ]
  host_changes nscd_stop
  doctor --json
  [ "$(check name-service status)" = none ]
}

@test "an installed hook is found, and a broken installation is" {
  doctor --json
  [ "$(check podman-hook status)" = look ]
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  cp "$OCI_RUNMASK" "$BATS_TEST_TMPDIR/bin/oci-runmask"
  chmod 755 "$BATS_TEST_TMPDIR/bin/oci-runmask"
  sed "s|@HOOK@|$BATS_TEST_TMPDIR/bin/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" \
    >"$hooks/oci-runmask.json"
  doctor --json
  [ "$(check podman-hook status)" = ok ]
  chmod 644 "$BATS_TEST_TMPDIR/bin/oci-runmask"
  doctor --json
  [ "$(check podman-hook status)" = look ]
  [[ $(check podman-hook says) == *"is not executable for all." ]]
  echo '{' >"$hooks/another.json"
  doctor --json
  [[ $(check podman-hook says) == "$hooks/another.json: 2:1: "* ]]
  rm "$hooks"/*.json
}

@test "it runs nothing and changes nothing" {
  strace -f -o "$BATS_TEST_TMPDIR/trace" \
    -e trace=clone,clone3,fork,vfork,execve,setns,mount,mkdir,mkdirat,unlink,unlinkat,rename,symlinkat \
    "$RUNMASK" doctor >/dev/null || [ $? = 1 ]
  [ "$(grep -vc '+++ exited' "$BATS_TEST_TMPDIR/trace")" = 1 ] # its own start
}

@test "the command line" {
  doctor --help
  [ "$status" = 0 ]
  [[ $output == *Example:*"runmask doctor"* ]]
  doctor --root /nowhere
  [ "$status" = 2 ]
  [ "$stderr" = 'runmask: doctor: opening "/nowhere": No such file or directory' ]
  doctor something
  [ "$status" = 2 ]
}
