#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Each "ok" that runmask doctor can say: it is said where the thing works, and goes when just that
# thing is broken. The table below has all of them; the last test compares it with doctor's own.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool
load doctor

units=/etc/systemd/system

unit() { # NAME LINES...
  local name=$1
  shift
  mkdir -p "$units"
  printf '%s\n' "$@" >"$units/$name"
  made+=("$units/$name")
}

policy_file() { # JSON
  mkdir -p /etc/oci-runmask
  printf '%s\n' "$1" >/etc/oci-runmask/policy.json
}

socket_at() { # PATH
  mkdir -p "${1%/*}"
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$1"
  made+=("$1")
}

podman_says() { # VERSION
  printf '#!/bin/sh\necho podman version %s\n' "$1" >"$BATS_TEST_TMPDIR/podman"
  chmod 755 "$BATS_TEST_TMPDIR/podman"
  mountpoint -q /usr/bin/podman || mount --bind "$BATS_TEST_TMPDIR/podman" /usr/bin/podman
}

crio() { # [WHEN]
  install_programs
  mkdir -p /etc/crio "$BATS_TEST_TMPDIR/hooks.d"
  printf '[crio.runtime]\nhooks_dir = ["%s"]\n' "$BATS_TEST_TMPDIR/hooks.d" >/etc/crio/crio.conf
  hook_file "$BATS_TEST_TMPDIR/hooks.d/oci-runmask.json" "${1:-}"
}

hook_file() { # FILE [WHEN]
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" |
    jq --argjson when "${2:-null}" 'if $when then .when = $when else . end' >"$1"
}

remade() { # DIRECTORY: its files are as before, and it is another one
  cp -a "$1" "$1.new"
  mv "$1" "$1.old"
  mv "$1.new" "$1"
}

cdi_file() {
  install_programs
  mkdir -p /etc/cdi
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/cdi/oci-runmask.json.in" >/etc/cdi/oci-runmask.json
}

docker_runs() { # CONFIG INFO
  install_programs
  docker_config "$1"
  docker_info "$2"
}

answer() { # JSON
  printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/info.json"
}

plugin2=io.containerd.grpc.v1.cri plugin3=io.containerd.cri.v1.runtime

containerd_toml() { # VERSION PLUGIN RUNTIME LINES...
  local version=$1 table="plugins.\"$2\".containerd.runtimes.$3"
  shift 3
  install_programs
  mkdir -p /etc/containerd
  printf '%s\n' "version = $version" "[$table]" 'runtime_type = "io.containerd.runc.v2"' "${@//TABLE/$table}" \
    >/etc/containerd/config.toml
}

base_spec() { # JQ
  install_programs
  jq -n --arg path "$programs/oci-runmask" \
    "{hooks: {createRuntime: [{path: \$path, args: [\"oci-runmask\", \"createRuntime\"]}]}} | $1" >/etc/containerd/base.json
}

with_spec='base_runtime_spec = "/etc/containerd/base.json"'
binary_name="[TABLE.options]
BinaryName = \"$programs/oci-runmask-runtime\""

watcher() {
  "$RUNMASK" watch >/dev/null 2>&1 3>&- 4>&- &
  stand_ins+=("$!")
  eventually '[ "$(cat "/proc/$!/comm")" = runmask ]'
}

setup() {
  lab_setup
  made=() doctor_words=()
}

teardown() {
  ! mountpoint -q /usr/bin/podman || umount /usr/bin/podman
  [ ${#made[@]} = 0 ] || rm -rf "${made[@]}"
  doctor_teardown
}

# check, what is found, how it comes about, what breaks it, what is found then
table=(
  'name-service | running | : | host_changes nscd_stop | none'
  'directory | kept | unit nscd.service [Service] ExecStart=/usr/sbin/nscd | unit nscd.service [Service] RuntimeDirectory=nscd | removed'
  'directory | kept | unit nscd.service [Service] | mkdir -p /run/tmpfiles.d; echo "R /run/nscd" >/run/tmpfiles.d/x.conf | tmpfiles'
  'directory | preserved | unit nscd.service [Service] RuntimeDirectory=nscd RuntimeDirectoryPreserve=yes | unit nscd.service [Service] RuntimeDirectory=nscd RuntimeDirectoryPreserve=restart | restart'
  'directory | facade | unit nscd.service [Service] RuntimeDirectory=nscd; policy_file "{\"version\": 1, \"strategy\": \"facade\"}" | policy_file "{\"version\": 1}" | removed'
  'directory | watched | unit nscd.service [Service] RuntimeDirectory=nscd; watcher | stop_stand_ins | removed'
  'docker-socket | activated | unit docker.service [Service] "ExecStart=/usr/bin/dockerd -H fd://"; unit docker.socket [Socket] ListenStream=/run/docker.sock | rm $units/docker.socket | no-socket'
  'docker-socket | activated | unit docker.service [Service] "ExecStart=/usr/bin/dockerd -H fd://"; unit docker.socket [Socket] | ln -sf /dev/null $units/docker.socket | no-socket'
  'docker-socket | own | docker_runs "{}" "{}" | rm /run/docker-api/docker.sock | unmade'
  'docker-socket | tcp | docker_config "{\"hosts\": [\"tcp://127.0.0.1:2376\"]}" | docker_config "{\"hosts\": [\"tcp://127.0.0.1:2376\", \"unix:///run/docker.sock\"]}" | bare'
  'podman-socket | own | unit podman.socket [Socket] ListenStream=%t/podman/podman.sock; mkdir -p $units/sockets.target.wants; unit sockets.target.wants/podman.socket; socket_at /run/podman/podman.sock; made+=(/run/podman $units/sockets.target.wants) | rm /run/podman/podman.sock | unmade'
  'hook-program | right | install_programs | chmod 644 $programs/oci-runmask | bad'
  'hook-program | right | install_programs | chown 4711 $programs/oci-runmask | bad'
  'hook-program | right | install_programs | policy_file "{\"version\": 2}" | refuses'
  'hook-program | there | install_programs; doctor_words=(--offline) | rm $programs/oci-runmask | bad'
  'podman-hook | right | install_hook | rm $hooks/oci-runmask.json | missing'
  'podman-hook | right | install_hook | install_hook "[\"oci-runmask\", \"createRuntime\", \"--dry-run\"]" | hook-dry-run'
  'podman-hook | some | install_programs; hook_file $hooks/x.json "{\"annotations\": {\"a\": \"b\"}}" | hook_file $hooks/x.json "{\"always\": false, \"annotations\": {\"a\": \"b\"}}" | wrong'
  'crio-hook | right | crio | rm $programs/oci-runmask | program'
  'crio-hook | some | crio "{\"commands\": [\"^/bin/sh\"]}" | crio "{\"hasBindMounts\": false}" | wrong'
  'crio-watch | watches | crio; stand_in crio watch=$BATS_TEST_TMPDIR/hooks.d | remade $BATS_TEST_TMPDIR/hooks.d | old'
  'crio-watch | watches | crio; stand_in crio watch=$BATS_TEST_TMPDIR/hooks.d | mkdir $BATS_TEST_TMPDIR/x; printf "[crio.runtime]\nhooks_dir = [\"$BATS_TEST_TMPDIR/x\"]\n" >/etc/crio/crio.conf | old'
  'crio-precreate | clean | crio | sed "s|@HOOK@|$programs/oci-runmask|" $LAB_ROOT/packaging/precreate/oci-runmask-precreate.json.in >$BATS_TEST_TMPDIR/hooks.d/pre.json | fatal'
  'podman-annotations | unheard | podman_says 4.3.1; policy_file "{\"version\": 1, \"annotations\": \"raise\"}" | policy_file "{\"version\": 1, \"annotations\": \"honour\"}" | old'
  'podman-annotations | new | podman_says 4.6.0 | podman_says 4.5.9 | old'
  'docker-door | default | install_programs; docker_config "{\"runtimes\": $ours, \"default-runtime\": \"runmask\"}" | docker_config "{\"runtimes\": {\"runmask\": {\"path\": \"$programs/oci-runmask\"}}, \"default-runtime\": \"runmask\"}" | wrong-program'
  'docker-door | default | install_programs; docker_config "{\"runtimes\": $ours, \"default-runtime\": \"runmask\"}" | docker_config "{\"default-runtime\": \"runmask\"}" | undefined'
  'docker-door | default | install_programs; docker_config "{\"runtimes\": $ours, \"default-runtime\": \"runmask\"}" | rm $programs/oci-runmask | program'
  'docker-door | runtime | install_programs; docker_config "{\"runtimes\": $ours}" | policy_file "{\"version\": 1, \"runtime\": \"/usr/bin/nosuch\"}" | silent'
  'docker-door | runtime | install_programs; docker_config "{\"runtimes\": $ours}" | policy_file "{\"version\": 1, \"strategy\": \"fassade\"}" | refuses'
  'docker-door | device | cdi_file; docker_config "{\"features\": {\"cdi\": true}}" | docker_config "{\"features\": {\"cdi\": false}}" | device-off'
  'docker-door | device | cdi_file; docker_config "{\"features\": {\"cdi\": true}}" | sed -i "s/\"args\": *\[/&\"oci-runmask\", \"createRuntime\", \"--dry-run\", /" /etc/cdi/oci-runmask.json | hook-dry-run'
  'docker-door | device | cdi_file; docker_config "{\"features\": {\"cdi\": true}}" | docker_config "{\"features\": {\"cdi\": true}, \"cdi-spec-dirs\": [\"/etc/cdi2\"]}" | no-door'
  'docker-config | valid | docker_config "{}" | docker_config "{" | broken'
  'docker-daemon | knows | docker_runs "{\"runtimes\": $ours}" "{\"Runtimes\": $ours}" | answer "{\"Runtimes\": {\"runc\": {}}}" | unread'
  'docker-daemon | cdi | cdi_file; docker_runs "{\"features\": {\"cdi\": true}}" "{\"Runtimes\": {\"runc\": {}}, \"CDISpecDirs\": [\"/etc/cdi\"]}" | answer "{\"Runtimes\": {\"runc\": {}}, \"CDISpecDirs\": []}" | cdi-off'
  'docker-daemon | silent | install_programs; docker_config "{\"runtimes\": $ours}"; sleep 0.2; stand_in dockerd | sleep 0.2; docker_config "{\"runtimes\": $ours, \"debug\": true}" | changed'
  'containerd-door | base-spec | containerd_toml 2 $plugin2 runc "$with_spec"; base_spec . | rm /etc/containerd/base.json | spec-missing'
  'containerd-door | base-spec | containerd_toml 3 $plugin3 runc "$with_spec"; base_spec . | echo "{" >/etc/containerd/base.json | spec-broken'
  'containerd-door | base-spec | containerd_toml 3 $plugin3 runc "$with_spec"; base_spec . | base_spec "del(.hooks)" | no-hook'
  'containerd-door | base-spec | containerd_toml 3 $plugin3 runc "$with_spec"; base_spec .; sleep 0.2; stand_in containerd | sleep 0.2; base_spec .x=1 | changed'
  'containerd-door | binary | containerd_toml 3 $plugin3 runc "$binary_name" | rm $programs/oci-runmask-runtime | program'
  'containerd-door | binary | containerd_toml 2 $plugin2 runc "$binary_name" | sed -i s/oci-runmask-runtime/oci-runmask/ /etc/containerd/config.toml | wrong-program'
  'containerd-door | handler | containerd_toml 3 $plugin3 runmask "$binary_name" | sed -i "s/version = 3/version = 2/" /etc/containerd/config.toml | ignored'
  'containerd-door | handler | containerd_toml 2 $plugin2 runmask "$binary_name" | sed -i "s/version = 2/version = 3/" /etc/containerd/config.toml | ignored'
  'containerd-door | handler | containerd_toml 3 $plugin3 runmask "$binary_name"; doctor_words=(--offline) | sed -i "1iimports = [\"/etc/containerd/conf.d/*.toml\"]" /etc/containerd/config.toml | imports'
  'containerd-door | nri | install_hook; containerd_toml 3 $plugin3 runc "[plugins.\"io.containerd.nri.v1.nri\"]" "disable = false"; stand_in hook-injector watch=$hooks | stop_stand_ins | nri-gone'
  'containerd-door | nri | install_hook; containerd_toml 3 $plugin3 runc; stand_in hook-injector watch=$hooks | rm $hooks/oci-runmask.json | missing'
  'containerd-door | nri | install_hook; containerd_toml 3 $plugin3 runc; stand_in hook-injector watch=$hooks | remade $hooks; made+=($hooks.old) | old'
  'containerd-door | nri | install_hook; containerd_toml 3 $plugin3 runc; stand_in hook-injector watch=$hooks | containerd_toml 2 $plugin2 runc | nri-off'
  'containerd-limits | free | containerd_toml 2 $plugin2 runc "$with_spec"; base_spec . | base_spec ".process.rlimits = [{type: \"RLIMIT_NOFILE\", hard: 1024, soft: 1024}]" | limits'
  'gvisor | closed | docker_config "{\"runtimes\": {\"runsc\": {\"path\": \"/usr/bin/runsc\"}}}" | docker_config "{\"runtimes\": {\"runsc\": {\"path\": \"/usr/bin/runsc\", \"runtimeArgs\": [\"--host-uds=open\"]}}}" | open'
  'policy | built-in | : | policy_file "version: 1" | invalid'
  'policy | valid | policy_file "{\"version\": 1}" | policy_file "{\"version\": 1, \"dryRun\": true}" | dry-run'
  'policy | valid | policy_file "{\"version\": 1}" | policy_file "{\"version\": 1, \"strategy\": \"off\"}" | off'
  'policy | valid | policy_file "{\"version\": 1}" | chmod o+w /etc/oci-runmask/policy.json | invalid'
  'policy-paths | right | policy_file "{\"version\": 1, \"runtime\": \"/usr/bin/runc\"}" | policy_file "{\"version\": 1, \"runtime\": \"/usr/bin\"}" | runtime'
  'policy-paths | right | socket_at /run/docker-api/docker.sock; policy_file "{\"version\": 1, \"sockets\": [{\"path\": \"/run/docker.sock\", \"directory\": \"/run/docker-api\"}]}" | rm /run/docker-api/docker.sock | socket'
  'policy-paths | right | socket_at /run/docker-api/docker.sock; policy_file "{\"version\": 1, \"sockets\": [{\"path\": \"/run/docker.sock\", \"directory\": \"/run/docker-api\"}]}" | rm -r /run/docker-api | directory'
  'facade | facade | policy_file "{\"version\": 1, \"strategy\": \"facade\"}" | policy_file "{\"version\": 1}" | none'
)

found_in() { # CHECK: "STATUS FOUND"
  doctor --json "${doctor_words[@]}"
  jq -r --arg id "$1" '.checks[] | select(.id == $id) | "\(.status) \(.found)"' <<<"$output"
}

row() { # CHECK FOUND COME BREAK THEN
  local now
  echo "$1: $2 to $5"
  eval "$3"
  now=$(found_in "$1")
  [ "$now" = "ok $2" ] || { echo "is \"$now\" where it works"; return 1; }
  eval "$4"
  now=$(found_in "$1")
  [[ $now != ok* && ${now#* } = "$5" ]] || { echo "is \"$now\" where it is broken"; return 1; }
}

columns() { # ROW: into column
  local rest=$1
  column=()
  while [[ $rest == *' | '* ]]; do
    column+=("${rest%%' | '*}")
    rest=${rest#*' | '}
  done
  column+=("$rest")
}

for_each_of() { # CHECKS, a pattern
  local entry rows=0
  for entry in "${table[@]}"; do
    columns "$entry"
    # shellcheck disable=SC2053 # a pattern
    [[ ${column[0]} == $1 ]] || continue
    row "${column[@]}"
    rows=$((rows + 1))
    teardown
    setup
  done
  [ "$rows" -gt 0 ]
}

@test "the name service and its directory" { for_each_of '@(name-service|directory)'; }
@test "sockets" { for_each_of '*-socket'; }
@test "the hook, Podman and CRI-O" { for_each_of '@(hook-program|podman-hook|crio-*|podman-annotations)'; }
@test "Docker" { for_each_of 'docker-@(door|config|daemon)'; }
@test "containerd" { for_each_of 'containerd-*'; }
@test "gVisor, the policy, facade" { for_each_of '@(gvisor|policy|policy-paths|facade)'; }

# The rows of lib/doctor/table.c with the status ok, as "CHECK FOUND".
oks() {
  awk '
    /^static const struct doctor_outcome / { name = $5; sub(/\[.*/, "", name) }
    match($0, /\{ "[a-z-]+", DOCTOR_(OK|ON_REQUEST)/) {
      split($0, part, "\""); keys[name] = keys[name] " " part[2]
    }
    /^const struct doctor_check doctor_checks/ { checks = 1 }
    checks && match($0, /^\t\{ "/) { split($0, part, "\""); id = part[2] }
    checks && match($0, /doctor_[a-z_]+, [a-z_]+ \}/) {
      outcomes = $0; sub(/.*, /, "", outcomes); sub(/ \}.*/, "", outcomes)
      count = split(keys[outcomes], key, " ")
      for (i = 1; i <= count; i++) print id, key[i]
    }' "$LAB_ROOT/lib/doctor/table.c" | sort
}

@test "the table has every ok that doctor can say" {
  local entry
  [ "$(oks | wc -l)" -ge 36 ]
  diff <(oks) <(for entry in "${table[@]}"; do
    columns "$entry"
    echo "${column[0]} ${column[1]}"
  done | sort -u)
  # every check can say ok
  [ "$(oks | cut -d ' ' -f 1 | sort -u | wc -l)" = "$("$RUNMASK" doctor --json | jq '.checks | length')" ]
}
