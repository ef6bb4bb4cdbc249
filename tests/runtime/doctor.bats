#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask doctor on a host that runs: what small trees of files cannot show.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool
load doctor

@test "this host is looked at" {
  doctor
  [ "$status" = 1 ] # the hook is not installed here
  [ -z "$stderr" ]
  [[ $output == *"nscd (pid $(cat /run/nscd/nscd.pid))"* ]]
  [ "$(awk 'length($0) > 80' <<<"${output//–/-}")" = "" ]
  doctor --json
  [ "$status" = 1 ]
  [ "$(jq -c '.checks[0] | keys_unsorted' <<<"$output")" = '["id","question","status","found","says","do"]' ]
  [ "$(jq -r '.checks[].status' <<<"$output" | grep -vcE '^(ok|look|none)$')" = 0 ]
}

@test "the host's nscd is seen, and a container's own is not" {
  local host
  bundle web -- sh -c 'mkdir -p /var/run/nscd && nscd && exec sleep 600'
  start_container runc web
  eventually 'pgrep -x nscd | grep -qvx "$(cat /run/nscd/nscd.pid)"'
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

@test "ok is said of a hook that was run, and goes with each thing that breaks it" {
  install_hook
  doctor --json
  [ "$(check hook-program status)" = ok ]
  [[ $(check hook-program says) == *'answered: would mask "/var/run/nscd" (channel nscd)' ]]
  [ "$(check podman-hook status)" = ok ]
  [[ $(jq -r .summary <<<"$output") == "Podman is protected"* ]]

  install_hook '["oci-runmask", "createRuntime", "--dry-run"]'
  doctor --json
  [ "$status" = 1 ]
  [ "$(check podman-hook says)" = "$hooks/oci-runmask.json: the args have --dry-run, so the hook changes nothing." ]
  [[ $(jq -r .summary <<<"$output") == "Podman is not protected"* ]]

  install_hook '["oci-runmask", "createRuntime", "--policy", "/etc/nosuch.json"]'
  doctor --json
  [ "$status" = 1 ]
  [[ $(check podman-hook says) == *'refuses it: '*'"/etc/nosuch.json"'*'No such file'* ]]

  install_hook '["oci-runmask", "createRuntime", "--strategy", "off"]'
  doctor --json
  [ "$status" = 1 ]
  [[ $(check podman-hook says) == *'would protect nothing'* ]]

  install_hook
  printf '#!/bin/sh\nexit 0\n' >"$programs/oci-runmask"
  doctor --json
  [ "$status" = 1 ]
  [ "$(check hook-program status) $(check podman-hook status)" = "look look" ]

  install_hook
  chmod g+w "$programs/oci-runmask"
  doctor --json
  [ "$(check hook-program status) $(check podman-hook status)" = "look look" ]
}

@test "each door of the hook is tried as its file has it" {
  local door
  for door in createRuntime prestart createContainer; do
    install_hook "[\"oci-runmask\", \"$door\"]"
    jq --arg door "$door" '.stages = [$door]' "$hooks/oci-runmask.json" >"$hooks/new"
    mv "$hooks/new" "$hooks/oci-runmask.json"
    doctor --json
    [ "$(check podman-hook status)" = ok ]
  done
  rm "$hooks"/*
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/precreate/oci-runmask-precreate.json.in" >"$hooks/pre.json"
  doctor --json
  [ "$(check podman-hook status)" = ok ]
}

@test "the policy's paths and its strategy" {
  install_hook
  mkdir -p /etc/oci-runmask
  wrong() { # POLICY CHECK WORDS
    printf '%s\n' "$1" >/etc/oci-runmask/policy.json
    doctor --json
    [ "$status" = 1 ]
    [ "$(check "$2" status)" = look ]
    [[ $(check "$2" says) == *"$3"* ]]
    [[ $(jq -r .summary <<<"$output") == "Podman is not protected"* ]]
  }
  wrong '{"version": 1, "runtime": "/usr/bin/nosuch"}' policy-paths "Its key runtime: /usr/bin/nosuch is not there."
  wrong "{\"version\": 1, \"runtime\": \"$programs/oci-runmask-runtime\"}" policy-paths "is oci-runmask itself"
  wrong '{"version": 1, "sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}' policy-paths \
    "the directory /run/docker-api (for /run/docker.sock) is not there"
  mkdir /run/docker-api
  wrong '{"version": 1, "sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}' policy-paths \
    "there is no socket /run/docker-api/docker.sock"
  wrong '{"version": 1, "strategy": "off"}' policy '"strategy": "off"'
  wrong '{"version": 1, "dryRun": true}' policy '"dryRun": true'
  wrong '{"version": 1, "stratgy": "off"}' policy 'unknown key "stratgy"'
  printf '{"version": 1}\n' >/etc/oci-runmask/policy.json
  doctor --json
  [ "$(check policy status)" = ok ]
  chmod g+w /etc/oci-runmask/policy.json
  doctor --json
  [[ $(check policy says) == *"is writable by group or others"* ]]
  chown 4711:0 /etc/oci-runmask/policy.json
  chmod 644 /etc/oci-runmask/policy.json
  doctor --json
  [[ $(check policy says) == *"belongs to uid 4711, must belong to root"* ]]
}

@test "Docker: the program that daemon.json names is run" {
  install_programs
  docker_config "{\"runtimes\": $ours, \"default-runtime\": \"runmask\"}"
  doctor --json
  [ "$(check docker-door status)" = ok ]

  docker_config "{\"runtimes\": {\"runmask\": {\"path\": \"$programs/oci-runmask\"}}, \"default-runtime\": \"runmask\"}"
  doctor --json
  [ "$status" = 1 ]
  [[ $(check docker-door says) == "The runtime runmask in /etc/docker/daemon.json is $programs/oci-runmask, which is the hook."* ]]

  docker_config '{"default-runtime": "runmask"}'
  doctor --json
  [ "$status" = 1 ]
  [[ $(check docker-door says) == *'has no entry in "runtimes"'* ]]

  # a runtime door without a runtime behind it
  docker_config "{\"runtimes\": $ours}"
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "runtime": "/usr/bin/nosuch"}' >/etc/oci-runmask/policy.json
  doctor --json
  [ "$status" = 1 ]
  [ "$(check docker-door status)" = look ]
  [[ $(check docker-door says) == *"which says: "*nosuch* ]]
  rm "$programs/oci-runmask-runtime" /etc/oci-runmask/policy.json
  doctor --json
  [[ $(check docker-door says) == *"oci-runmask-runtime, which is not there." ]]
}

@test "Docker: what the running daemon knows counts, not what the file says" {
  install_programs
  docker_config "{\"runtimes\": $ours, \"default-runtime\": \"runmask\"}"
  docker_info "{\"ServerVersion\": \"26.1.5\", \"DefaultRuntime\": \"runmask\", \"Runtimes\": $ours}"
  doctor --json
  [ "$(check docker-daemon status)" = ok ]
  [[ $(jq -r .summary <<<"$output") == *"Docker is protected"* ]]
  echo "{\"ServerVersion\": \"26.1.5\", \"DefaultRuntime\": \"runc\", \"Runtimes\": $ours}" >"$BATS_TEST_TMPDIR/info.json"
  doctor --json
  [ "$status" = 1 ]
  [ "$(check docker-daemon says)" = "Docker 26.1.5 does not yet know what /etc/docker/daemon.json says." ]
  [[ $(jq -r .summary <<<"$output") == *"Docker is not protected"* ]]
  echo '{"ServerVersion": "26.1.5", "DefaultRuntime": "runc", "Runtimes": {"runc": {}}}' >"$BATS_TEST_TMPDIR/info.json"
  doctor --json
  [ "$(check docker-daemon status)" = look ]
  echo '{"DefaultRuntime": "runmask", "Runtimes": {"runmask": {"path": "/usr/bin/another"}}}' >"$BATS_TEST_TMPDIR/info.json"
  doctor --json
  [ "$(check docker-daemon status)" = look ]
}

@test "Docker: a daemon that never answers costs two seconds, and the file's time decides" {
  install_programs
  mkdir -p /run/docker-api
  docker_config "{\"runtimes\": $ours}"
  sleep 0.2
  stand_in dockerd listen=/run/docker-api/docker.sock answer= -H unix:///run/docker-api/docker.sock
  SECONDS=0
  doctor --json
  [ "$SECONDS" -le 5 ]
  [ "$(check docker-daemon status)" = ok ]
  sleep 0.2
  docker_config "{\"runtimes\": $ours, \"debug\": true}"
  doctor --json
  [ "$status" = 1 ]
  [[ $(check docker-daemon says) == *"was changed after it was started"* ]]
}

@test "Docker: CDI needs 25.0, and directories that it reads" {
  install_programs
  mkdir -p /etc/cdi
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/cdi/oci-runmask.json.in" >/etc/cdi/oci-runmask.json
  docker_config '{"features": {"cdi": true}}'
  docker_info '{"ServerVersion": "28.5.2", "Runtimes": {"runc": {}}, "CDISpecDirs": ["/etc/cdi"]}'
  doctor --json
  [ "$(check docker-daemon status)" = ok ]
  [[ $(jq -r .summary <<<"$output") == *"Docker protects only containers that ask for it"* ]]
  echo '{"ServerVersion": "20.10.24", "Runtimes": {"runc": {}}}' >"$BATS_TEST_TMPDIR/info.json"
  doctor --json
  [ "$(check docker-daemon says)" = "Docker 20.10.24 does not know CDI (25.0 and newer do)." ]
  echo '{"ServerVersion": "28.5.2", "Runtimes": {"runc": {}}, "CDISpecDirs": []}' >"$BATS_TEST_TMPDIR/info.json"
  doctor --json
  [ "$(check docker-daemon says)" = "Docker 28.5.2 reads no CDI files." ]
}

@test "CRI-O: a hooks directory that was removed and made again is not the one it watches" {
  install_programs
  mkdir -p /etc/crio /etc/hooks
  printf '[crio.runtime]\nhooks_dir = ["/etc/hooks"]\n' >/etc/crio/crio.conf
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" >/etc/hooks/oci-runmask.json
  stand_in crio watch=/etc/hooks
  doctor --json
  [ "$(check crio-hook status) $(check crio-watch status)" = "ok ok" ]
  mv /etc/hooks /etc/old
  cp -a /etc/old /etc/hooks
  doctor --json
  [ "$status" = 1 ]
  [ "$(check crio-hook status) $(check crio-watch status)" = "ok look" ]
  [[ $(check crio-watch do) == *"systemctl restart crio"* ]]
  [[ $(jq -r .summary <<<"$output") == *"CRI-O is not protected"* ]]
  rm -r /etc/hooks /etc/old
}

@test "containerd: the base spec's hook is run, and a file that was changed since its start is seen" {
  install_programs
  mkdir -p /etc/containerd
  printf 'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\nbase_runtime_spec = "/etc/containerd/base.json"\n' \
    >/etc/containerd/config.toml
  spec() { # ARGS
    jq -nR --arg path "$programs/oci-runmask" '{hooks: {createRuntime: [{path: $path, args: [inputs]}]}}' \
      < <(printf '%s\n' "$@") >/etc/containerd/base.json
  }
  spec oci-runmask createRuntime
  doctor --json
  [ "$(check containerd-door status)" = ok ]
  spec oci-runmask createRuntime --dry-run
  doctor --json
  [ "$(check containerd-door says)" = "/etc/containerd/base.json: the args have --dry-run, so the hook changes nothing." ]
  spec oci-runmask nosuch
  doctor --json
  [[ $(check containerd-door says) == *'refuses it: '*'unknown door "nosuch"'* ]]
  spec oci-runmask createRuntime
  sleep 0.2
  stand_in containerd
  doctor --json
  [ "$(check containerd-door status)" = ok ]
  sleep 0.2
  touch /etc/containerd/config.toml
  doctor --json
  [ "$status" = 1 ]
  [[ $(check containerd-door says) == *"was changed after containerd was started"* ]]
}

@test "files that others made hold nothing up" {
  local place
  mkdir -p /run/tmpfiles.d /run/cdi /run/systemd/system /etc/docker /etc/oci-runmask /etc/containerd /etc/crio
  for place in /run/tmpfiles.d/x.conf /run/cdi/x.json /run/systemd/system/nscd.service /etc/docker/daemon.json \
    /etc/oci-runmask/policy.json /etc/containerd/config.toml /etc/crio/crio.conf "$hooks/x.json"; do
    ln -s /dev/zero "$place"
    run -- timeout 10 "$RUNMASK" doctor
    [ "$status" = 1 ] || [ "$status" = 2 ]
    [[ ${output//$'\n      '/ } == *"is not a regular file"* ]] || [[ $place == /run/tmpfiles.d/* ]]
    rm "$place"
    mkfifo "$place"
    run -- timeout 10 "$RUNMASK" doctor
    [ "$status" = 1 ] || [ "$status" = 2 ]
    rm "$place"
    truncate -s 40G "$place"
    run -- timeout 10 "$RUNMASK" doctor
    [ "$status" = 1 ] || [ "$status" = 2 ]
    rm "$place"
  done
}

@test "a program that never ends, or says without end, holds nothing up" {
  install_hook
  printf '#!/bin/sh\nsleep 1000\n' >"$programs/oci-runmask"
  run -- timeout 60 "$RUNMASK" doctor --json
  [ "$status" = 1 ]
  printf '#!/bin/sh\nexec yes\n' >"$programs/oci-runmask"
  run -- timeout 60 "$RUNMASK" doctor --json
  [ "$status" = 1 ]
}

@test "versions, of programs that are there" {
  install_programs
  doctor --json
  [ "$(jq -r .versions.kernel <<<"$output")" = "$(uname -r)" ]
  [ "$(jq -r .versions.runc <<<"$output")" = "$(runc --version | sed -n 's/^runc version //p')" ]
  [ "$(jq -r '.versions["oci-runmask"]' <<<"$output")" = "$("$OCI_RUNMASK" --version | cut -d' ' -f2)" ]
  [ "$(jq -r .versions.docker <<<"$output")" = null ]
}

@test "offline it runs nothing and changes nothing" {
  install_hook
  strace -f -o "$BATS_TEST_TMPDIR/trace" \
    -e trace=clone,clone3,fork,vfork,execve,connect,setns,unshare,mount,mkdir,mkdirat,unlink,unlinkat,rename,symlinkat \
    "$RUNMASK" doctor --offline >/dev/null || [ $? = 1 ]
  [ "$(grep -vc '+++ exited' "$BATS_TEST_TMPDIR/trace")" = 1 ] # its own start
  doctor --offline --json
  [[ $(jq -r .summary <<<"$output") == "By files alone, nothing was run: "* ]]
}

@test "it leaves no file and no mount, and runs only what its page says" {
  install_hook
  find /etc /run /var -xdev 2>/dev/null | sort >"$BATS_TEST_TMPDIR/before"
  strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=execve,connect "$RUNMASK" doctor >/dev/null || [ $? = 1 ]
  find /etc /run /var -xdev 2>/dev/null | sort | grep -v "$BATS_TEST_TMPDIR" | diff - \
    <(grep -v "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/before")
  # every program is the hook with --dry-run, or is asked for its version
  grep -q ' execve(.*--dry-run"' "$BATS_TEST_TMPDIR/trace"
  [ "$(grep ' execve(' "$BATS_TEST_TMPDIR/trace" | tail -n +2 | grep -vcE -- '--dry-run"|--version"|= -1')" = 0 ]
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
