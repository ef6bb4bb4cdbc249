#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# packaging/systemd: what makes a mask last on hosts that choose it, and gives docker.sock a directory
# of its own.

# shellcheck disable=SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
stages="createRuntime prestart createContainer"
files=$LAB_ROOT/packaging/systemd

# ---- systemd reads it ---------------------------------------------------------------------------

# The units as Debian and the projects themselves have them, of a program that is here.
make_units() {
  units=$BATS_TEST_TMPDIR/units
  mkdir "$units"
  # What every unit depends on. Nothing else of this machine's units is looked at.
  cp /lib/systemd/system/{basic,network,network-online,paths,shutdown,slices,sockets,sysinit,timers}.target "$units"
  sed 's|/usr/sbin/nscd|/bin/true|' "$lab/debs/nscd/lib/systemd/system/nscd.service" >"$units/nscd.service"
  cp /lib/systemd/system/podman.service /lib/systemd/system/podman.socket "$units"
  printf '[Service]\nType=notify\nExecStart=/bin/true\nUser=daemon\nRuntimeDirectory=nscd\nRestart=always\n' \
    >"$units/nsncd.service"
  printf '[Service]\nType=notify\nExecStart=/bin/true\n' >"$units/docker.service"
  printf '[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660\nSocketUser=root\nSocketGroup=root\n' \
    >"$units/docker.socket"
}

# Unknown keys and sections are warnings for it, and no failure.
verified() {
  local said
  said=$(SYSTEMD_UNIT_PATH=$units systemd-analyze verify --man=no "$@" 2>&1) || {
    echo "systemd-analyze: $said"
    return 1
  }
  rm -f /run/systemd/systemd-units-load # its own note
  [ -z "$said" ] || { echo "systemd-analyze: $said" && return 1; }
}

@test "systemd-analyze verify finds nothing to say, and would" {
  local name
  make_units
  for name in nscd.service nsncd.service docker.socket podman.socket; do
    cp -r "$files/$name.d" "$units"
    verified "$name"
    sed -i 's/^[A-Za-z]*=/Wrong&/' "$units/$name.d/oci-runmask.conf"
    run ! verified "$name"
    [[ $output == *"$name.d/oci-runmask.conf:"*Wrong* ]]
  done
}

# Where the sockets listen is what the policy says.
@test "the policy names the directories that the drop-ins make" {
  local listens
  listens=$(sed -n 's/^ListenStream=//p' "$files"/*.socket.d/oci-runmask.conf | sort)
  [ "$listens" = "$(jq -r '.sockets[] | .directory + "/" + (.path | split("/")[-1])' "$files/policy.json" | sort)" ]
  [ "$(grep -c '^DirectoryMode=0755$' "$files"/*.socket.d/oci-runmask.conf | grep -c ':1$')" = 2 ]
  # And none of them is what the unit listens on already.
  run ! grep -xF "$(jq -r '.sockets[].path' "$files/policy.json")" <<<"$listens"
}

tmpfiles() { # ROOT [--boot]
  systemd-tmpfiles --create "${@:2}" --root="$1" "$files/tmpfiles.d/oci-runmask.conf"
}

@test "tmpfiles.d makes nscd's directory at boot, and leaves it as it is later" {
  local root=$BATS_TEST_TMPDIR/root
  mkdir -p "$root/run"
  cp /etc/passwd /etc/group "$root" && mkdir "$root/etc" && mv "$root"/passwd "$root"/group "$root/etc"
  [ -z "$(tmpfiles "$root" --boot 2>&1)" ]
  [ "$(stat -c '%F %a %u:%g' "$root/run/nscd")" = "directory 755 0:0" ]
  chown 5000:5000 "$root/run/nscd"
  chmod 750 "$root/run/nscd"
  touch "$root/run/nscd/socket"
  [ -z "$(tmpfiles "$root" 2>&1)" ]
  [ "$(stat -c '%F %a %u:%g' "$root/run/nscd")" = "directory 750 5000:5000" ]
  [ -e "$root/run/nscd/socket" ]
}

# ---- what it is good for ------------------------------------------------------------------------

# systemd 252's rule: at each stop the directory goes, unless it is to be preserved.
stop_as_systemd() { # UNIT
  nscd_stop
  [ "$(systemctl_show "$1")" = yes ] || rm -rf /run/nscd
}

# What counts for the unit: the last word in unit and drop-ins; the directory, if it has one at all.
systemctl_show() {
  local text
  text=$(cat "$units/$1" "$units/$1".d/*.conf 2>/dev/null)
  grep -q '^RuntimeDirectory=nscd$' <<<"$text" || { echo yes && return; }
  sed -n 's/^RuntimeDirectoryPreserve=//p' <<<"no
$text" | tail -n 1 | grep . || echo no
}

restart_as_systemd() {
  stop_as_systemd nsncd.service
  nscd_start
}

@test "with the drop-in the mask survives a restart of nsncd's unit, without it the host leaks" {
  make_units
  start_each mask "--strategy mask" "$runtimes" "abs rel dir" "$stages" --bind /var/run:/var/run
  cp -r "$files/nsncd.service.d" "$units"
  host_changes restart_as_systemd
  in_each mask protected
  rm -r "$units/nsncd.service.d"
  host_changes restart_as_systemd
  in_each mask leaks
}

no_nscd_yet() {
  nscd_stop
  rm -rf /run/nscd
}

@test "with the tmpfiles.d line the mask is there before nscd is, without it the host leaks" {
  host_changes no_nscd_yet
  start_each late "--strategy mask" "$runtimes" "abs dir" "$stages" --bind /var/run:/var/run
  host_changes tmpfiles / --boot
  start_each mask "--strategy mask" "$runtimes" "abs dir" "$stages" --bind /var/run:/var/run
  host_changes nscd_start
  in_each mask protected
  in_each late leaks
}

sockets_as_systemd() {
  mkdir -p /run/docker-api /run/podman-api /run/podman
  api_start
  serve /run/podman-api/podman.sock podman-of-the-host
  serve /run/podman/podman.sock podman-of-the-host
}

sockets_restart_as_systemd() {
  docker_and_api_restart
  unserve /run/podman/podman.sock
  unserve /run/podman-api/podman.sock
  serve /run/podman-api/podman.sock podman-started-again
  serve /run/podman/podman.sock podman-started-again
}

@test "with the policy and the sockets' directories docker.sock and podman.sock stay alive" {
  local binds=(--bind /var/run/docker.sock:/var/run/docker.sock --bind /run/podman/podman.sock:/run/podman/podman.sock)
  install -m 644 "$files/policy.json" "$BATS_TEST_TMPDIR/policy.json"
  host_changes sockets_as_systemd
  start_each file "--policy $BATS_TEST_TMPDIR/policy.json" "$runtimes" "abs dir" "$stages" "${binds[@]}"
  start_each bare "" "$runtimes" abs none "${binds[@]}"
  host_changes sockets_restart_as_systemd
  in_each file protected_with_docker docker-started-again
  answers_in_each file /run/podman/podman.sock podman-started-again
  answers_in_each bare /var/run/docker.sock -
  answers_in_each bare /run/podman/podman.sock -
}
