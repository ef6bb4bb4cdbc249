#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What keeps nscd's directory, as "make install" puts it in force, under a real systemd: each unit that is
# shipped for such a daemon is started, asked by an ordinary user, and started anew, with a masked
# container beside it.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman
load packages
load systemd

units=/etc/systemd/system

setup_file() {
  own_usr
  systemd_only_ours
  make -s -C "$LAB_ROOT" install >/dev/null
  stop_daemon nscd TERM
  rm -rf /run/nscd
  # the private host's own mounts are not systemd's to handle
  umount -n -l /run/lock /run/user/4711
  printf 'nsncd:x:5001:5001::/:/bin/false\nnscd:x:5002:5002::/:/bin/false\n' >>/etc/passwd
  printf 'nsncd:x:5001:\nnscd:x:5002:\n' >>/etc/group
  systemd_start
}

teardown_file() {
  systemd_stop
}

setup() {
  chmod 755 "$BATS_RUN_TMPDIR"
  installed=/usr/lib/systemd/system
  systemd_do systemd-tmpfiles --create --boot oci-runmask.conf
}

# The drop-ins are there again for the next test, whatever this one did to them.
teardown() {
  lab_clean
  systemd_do systemctl stop nscd.service nsncd.service unscd.service >/dev/null 2>&1 || :
  rm -rf "$units"/{nscd,nsncd,unscd}.service* /run/nscd /run/private
  make -s -C "$LAB_ROOT" install >/dev/null
  systemd_do systemctl daemon-reload
}

# ---- the units ----------------------------------------------------------------------------------

# As Debian ships them, and their daemons.
debian_unit() { # nscd|unscd|nsncd
  local unit
  unit=$(find "$lab/debs/$1" -name "$1.service" | head -n 1)
  cp "$unit" "$units/$1.service"
  case $1 in
    nsncd) install -m 755 "$lab/debs/nsncd/usr/libexec/nsncd" /usr/libexec/nsncd ;;
    *) install -m 755 "$lab/debs/$1/usr/sbin/nscd" /usr/sbin/nscd ;;
  esac
}

# As nsncd's own project has it: a user of its own, and the directory is the unit's.
project_unit() { # NAME USER [LINES]
  install -m 755 "$lab/debs/nsncd/usr/libexec/nsncd" /usr/libexec/nsncd
  printf '[Service]\nType=notify\nExecStart=/usr/libexec/nsncd\n%sRestart=always\n%s\n' "${2:+User=$2
Group=$2
}" "RuntimeDirectory=nscd
${3-}" >"$units/$1.service"
}

sandbox='PrivateTmp=true
NoNewPrivileges=true
RestrictSUIDSGID=true
ProtectSystem=strict
ProtectHome=read-only'

# ---- what is claimed ----------------------------------------------------------------------------

unit_do() { # VERB UNIT
  systemd_do systemctl "$1" "$2" || {
    systemd_do systemctl --no-pager -l status "$2"
    tail -n 20 "$LAB_DIR/state/systemd.log"
    return 1
  }
}

answers() {
  local tries said
  for tries in {1..100}; do
    said=$(as_user host:onlyhost user:hostuser)
    [ "$said" != $'host onlyhost 10.9.9.9\nuser hostuser 4242' ] || return 0
    sleep 0.05
  done
  echo "asked $tries times as uid 1000: $said"
  ls -ld /run/nscd /run/nscd/
  ls -l /run/nscd/
  return 1
}

masked_container() {
  bundle web --bind /var/run:/var/run --hook createRuntime -- sleep 600
  start_container runc web
}

inside() { # VERDICT
  exec_in web probe
  "$1"
}

# Started, asked, started anew, asked: the container sees nothing of it, and saw nothing before.
lives_beside_a_mask() { # UNIT VERDICT_AFTER_RESTART
  systemd_do systemctl daemon-reload
  unit_do start "$1"
  answers
  masked_container
  inside protected
  unit_do restart "$1"
  answers
  inside "$2"
}

@test "the directory is there before any daemon is, and a mask made then lasts" {
  [ "$(stat -c '%F %a %u:%g' /run/nscd)" = "directory 755 0:0" ]
  masked_container
  debian_unit nscd
  systemd_do systemctl daemon-reload
  unit_do start nscd.service
  answers
  inside protected
}

@test "control: without the line in tmpfiles.d the directory comes later, and the container leaks" {
  rm -r /run/nscd
  rm /usr/lib/tmpfiles.d/oci-runmask.conf
  systemd_do systemd-tmpfiles --create --boot
  [ ! -e /run/nscd ]
  masked_container
  mkdir /run/nscd # as Debian's tmpfiles line does it
  debian_unit nscd
  systemd_do systemctl daemon-reload
  unit_do start nscd.service
  answers
  inside leaks
}

@test "Debian's nscd, unscd and nsncd answer before and after a restart, and the mask lasts" {
  for name in nscd unscd nsncd; do
    debian_unit "$name"
    lives_beside_a_mask "$name.service" protected
    discard_bundle web
    unit_do stop "$name.service"
  done
}

@test "so do nsncd's own unit and that of nixpkgs" {
  project_unit nsncd nsncd "$sandbox"
  lives_beside_a_mask nsncd.service protected
  discard_bundle web
  unit_do stop nsncd.service
  [ "$(stat -c '%U' /run/nscd)" = nsncd ]
  project_unit nscd nscd "$sandbox"
  lives_beside_a_mask nscd.service protected
  [ "$(stat -c '%U' /run/nscd)" = nscd ]
}

@test "control: without the drop-in a restart of these takes the mask away" {
  for name in nsncd nscd; do
    rm "$installed/$name.service.d/oci-runmask.conf"
    project_unit "$name" "$name" "$sandbox"
    lives_beside_a_mask "$name.service" leaks
    discard_bundle web
    unit_do stop "$name.service"
  done
}

@test "a unit with DynamicUser=yes keeps its directory in /run, open for every user, before and after a restart" {
  for name in nscd nsncd; do
    for word in yes True 1 on; do
      project_unit "$name" "" "DynamicUser = $word"
      lives_beside_a_mask "$name.service" leaks
      [ ! -L /run/nscd ]
      [ ! -e /run/private/nscd ]
      discard_bundle web
      unit_do stop "$name.service"
    done
  done
}

@test "the same where a drop-in of the administrator says DynamicUser=yes" {
  project_unit nsncd ""
  mkdir "$units/nsncd.service.d"
  printf '[Service]\nDynamicUser=yes\n' >"$units/nsncd.service.d/mine.conf"
  systemd_do systemctl daemon-reload
  unit_do start nsncd.service
  answers
  [ ! -e /run/private/nscd ]
}

@test "control: without the generator it is moved to /run/private, where an ordinary user does not come" {
  rm "/usr/lib/systemd/system-generators/oci-runmask"
  project_unit nsncd "" "DynamicUser=yes"
  rmdir /run/nscd
  systemd_do systemctl daemon-reload
  unit_do start nsncd.service
  [ -L /run/nscd ]
  run answers
  [ "$status" = 1 ]
}

@test "an administrator's own setting wins over the drop-in" {
  project_unit nsncd nsncd
  mkdir "$units/nsncd.service.d"
  ln -s /dev/null "$units/nsncd.service.d/oci-runmask.conf"
  systemd_do systemctl daemon-reload
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = no ]
  rm "$units/nsncd.service.d/oci-runmask.conf"
  systemd_do systemctl daemon-reload
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = yes ]
}

# A daemon that was killed leaves its socket in a directory that is kept.
@test "a socket that a killed daemon has left is in no daemon's way" {
  for name in nscd unscd nsncd; do
    debian_unit "$name"
    systemd_do systemctl daemon-reload
    unit_do start "$name.service"
    answers
    systemd_do systemctl kill --signal=KILL "$name.service"
    unit_do stop "$name.service"
    [ -S /run/nscd/socket ]
    unit_do start "$name.service"
    answers
    unit_do stop "$name.service"
    rm -f /run/nscd/socket
  done
}

# ---- beside Debian's own line -------------------------------------------------------------------

tmpfiles_says() {
  systemd_do systemd-tmpfiles --create "$@" 2>&1 | grep nscd || true
}

@test "beside the line of Debian's nscd systemd-tmpfiles warns of nothing, whichever it reads first" {
  for name in nscd.conf unscd.conf; do
    cp "$(find "$lab/debs/nscd" -path '*tmpfiles.d*' -name nscd.conf)" "/usr/lib/tmpfiles.d/$name"
    [ -z "$(tmpfiles_says)" ]
    [ -z "$(tmpfiles_says --boot)" ]
    rm "/usr/lib/tmpfiles.d/$name"
  done
}

@test "control: a line that differs from it is warned of" {
  cp "$(find "$lab/debs/nscd" -path '*tmpfiles.d*' -name nscd.conf)" /usr/lib/tmpfiles.d/nscd.conf
  sed -i 's/0755 root root/- - - -/' /usr/lib/tmpfiles.d/oci-runmask.conf
  [[ "$(tmpfiles_says --boot)" == *"Duplicate line"* ]]
  rm /usr/lib/tmpfiles.d/nscd.conf
}

@test "a directory that a daemon has keeps its owner and mode when packages call systemd-tmpfiles" {
  chown 5001:5001 /run/nscd
  chmod 750 /run/nscd
  systemd_do systemd-tmpfiles --create
  systemd_do systemd-tmpfiles --create oci-runmask.conf
  systemd_do /usr/libexec/oci-runmask/systemd-reload
  [ "$(stat -c '%a %u:%g' /run/nscd)" = "750 5001:5001" ]
}

# ---- installing and removing on a running system ------------------------------------------------

@test "systemd-reload makes the directory where none is, and starts nothing" {
  rm -r /run/nscd
  debian_unit nscd
  systemd_do /usr/libexec/oci-runmask/systemd-reload
  [ "$(stat -c '%F %a %u:%g' /run/nscd)" = "directory 755 0:0" ]
  [ "$(systemd_do systemctl is-active nscd.service)" = inactive ]
}

@test "after make uninstall nothing of it is in force, and a daemon that runs was not restarted" {
  local before
  project_unit nsncd nsncd
  systemd_do systemctl daemon-reload
  unit_do start nsncd.service
  before=$(systemd_do systemctl show -P MainPID nsncd.service)
  make -s -C "$LAB_ROOT" uninstall
  systemd_do systemctl daemon-reload
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = no ]
  [ ! -e /usr/lib/systemd/system/nscd.service.d ]
  [ ! -e /usr/lib/systemd/system-generators/oci-runmask ]
  [ ! -e /usr/lib/tmpfiles.d/oci-runmask.conf ]
  [ "$(systemd_do systemctl show -P MainPID nsncd.service)" = "$before" ]
  answers
}

# INSTALL REPLACE REMOVE: command lines. A container has its mask all the time, the host's daemon goes on, and
# runmask watch is the one of the package that is there.
life_of_a_package() {
  local daemon watch
  make -s -C "$LAB_ROOT" uninstall
  # shellcheck disable=SC2086 # words
  systemd_do $1
  project_unit nsncd nsncd
  systemd_do systemctl daemon-reload
  unit_do start nsncd.service
  daemon=$(systemd_do systemctl show -P MainPID nsncd.service)
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = yes ]
  masked_container
  inside protected
  systemd_do systemctl --quiet enable --now runmask-watch.service
  watch=$(systemd_do systemctl show -P MainPID runmask-watch.service)

  # shellcheck disable=SC2086
  systemd_do $2
  inside protected
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = active ]
  [ "$(systemd_do systemctl show -P MainPID runmask-watch.service)" != "$watch" ]
  [ "$(systemd_do systemctl is-enabled runmask-watch.service)" = enabled ]
  unit_do restart nsncd.service
  inside protected
  daemon=$(systemd_do systemctl show -P MainPID nsncd.service)

  # shellcheck disable=SC2086
  systemd_do $3
  inside protected
  [ "$(systemd_do systemctl show -P MainPID nsncd.service)" = "$daemon" ]
  answers
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = inactive ]
  [ -z "$(find "$units" -name 'runmask-watch*' 2>&1)" ]
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = no ]
  unit_do restart nsncd.service
  inside leaks # the drop-in held it until then
}

@test "the deb comes, is replaced and goes beside a masked container, a daemon and runmask watch" {
  local deb=$packages/deb/oci-runmask_$version-1_*.deb next=$packages/deb/oci-runmask_$next_version-1_*.deb
  life_of_a_package "dpkg -i $deb" "dpkg -i $next" "dpkg --purge oci-runmask"
}

@test "so does the rpm" {
  local line="rpm --dbpath $LAB_DIR/state/rpm --force-debian" file
  file=$packages/rpm/RPMS/$(uname -m)/oci-runmask
  rpm --dbpath "$LAB_DIR/state/rpm" --initdb
  life_of_a_package "$line --nodeps -i $file-$version-1.$(uname -m).rpm" \
    "$line --nodeps -U $file-$next_version-1.$(uname -m).rpm" "$line -e oci-runmask"
}

# What 0.1.0 did not have is in force once it is replaced: a daemon that runs is not restarted for it, a mask that
# is there stays, and watch can be started.
upgrade_from_the_first() { # INSTALL UPGRADE REMOVE
  local daemon
  make -s -C "$LAB_ROOT" uninstall
  # shellcheck disable=SC2086 # words
  systemd_do $1
  [ "$(runmask --version)" = "runmask $first_version" ]
  project_unit nsncd nsncd
  systemd_do systemctl daemon-reload
  unit_do start nsncd.service
  daemon=$(systemd_do systemctl show -P MainPID nsncd.service)
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = no ]
  masked_container
  inside protected

  # shellcheck disable=SC2086
  systemd_do $2
  inside protected
  [ "$(runmask --version)" = "runmask $version" ]
  [ "$(systemd_do systemctl show -P MainPID nsncd.service)" = "$daemon" ]
  [ "$(systemd_do systemctl show -P RuntimeDirectoryPreserve nsncd.service)" = yes ]
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = inactive ]
  unit_do restart nsncd.service
  inside protected
  systemd_do systemctl --quiet enable --now runmask-watch.service
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = active ]

  # shellcheck disable=SC2086
  systemd_do $3
  inside protected
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = inactive ]
  [ -z "$(find "$units" -name 'runmask-watch*' 2>&1)" ]
}

# bats test_tags=first-release
@test "the deb replaces that of 0.1.0 beside a masked container and a daemon" {
  upgrade_from_the_first "dpkg -i $packages/deb/oci-runmask_$first_version-1_*.deb" \
    "dpkg -i $packages/deb/oci-runmask_$version-1_*.deb" "dpkg --purge oci-runmask"
}

# bats test_tags=first-release
@test "so does the rpm that of 0.1.0" {
  local line="rpm --dbpath $LAB_DIR/state/rpm --force-debian" file=$packages/rpm/RPMS
  rpm --dbpath "$LAB_DIR/state/rpm" --initdb
  upgrade_from_the_first "$line --nodeps -i $file/first/oci-runmask-$first_version-1.$(uname -m).rpm" \
    "$line --nodeps -U $file/$(uname -m)/oci-runmask-$version-1.$(uname -m).rpm" "$line -e oci-runmask"
}

# ---- what the administrator chooses ------------------------------------------------------------

@test "socket-directory puts a drop-in of a socket in force, says what comes next, and takes it away" {
  printf '[Unit]\n[Socket]\nListenStream=/run/docker.sock\n' >"$units/docker.socket"
  run systemd_do /usr/libexec/oci-runmask/socket-directory docker
  [ "$status" = 0 ]
  [[ $output == *"systemctl restart docker.socket docker.service"*'"directory": "/run/docker-api"'* ]]
  [[ "$(systemd_do systemctl show -P Listen docker.socket)" == *"/run/docker-api/docker.sock (Stream)"* ]]
  run systemd_do /usr/libexec/oci-runmask/socket-directory docker --undo
  [ "$status" = 0 ]
  [ ! -e "$units/docker.socket.d" ]
  [[ "$(systemd_do systemctl show -P Listen docker.socket)" != *docker-api* ]]
  rm "$units/docker.socket"
  run systemd_do /usr/libexec/oci-runmask/socket-directory dokcer
  [ "$status" = 2 ]
  [[ $output == "socket-directory: usage: "* ]]
}

# ---- runmask watch ------------------------------------------------------------------------------

@test "runmask-watch.service is sound as installed, runs once it is started, and is started by no installation" {
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = inactive ]
  [ ! -e /etc/systemd/system/multi-user.target.wants/runmask-watch.service ]
  run systemd_do systemd-analyze verify --man=no "$installed/runmask-watch.service"
  [ "$status" = 0 ]
  [ -z "$(grep runmask-watch <<<"$output")" ]
  unit_do start runmask-watch.service
  sleep 1
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = active ]
  [ "$(systemd_do systemctl show -P NRestarts runmask-watch.service)" = 0 ]
  unit_do stop runmask-watch.service
  [ "$(systemd_do systemctl is-failed runmask-watch.service)" = inactive ]
}

@test "an upgrade restarts runmask-watch.service where it runs, and does not start it where it does not" {
  local before
  systemd_do /usr/libexec/oci-runmask/systemd-reload
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = inactive ]
  unit_do start runmask-watch.service
  before=$(systemd_do systemctl show -P MainPID runmask-watch.service)
  systemd_do /usr/libexec/oci-runmask/systemd-reload
  [ "$(systemd_do systemctl is-active runmask-watch.service)" = active ]
  [ "$(systemd_do systemctl show -P MainPID runmask-watch.service)" != "$before" ]
  unit_do stop runmask-watch.service
}

@test "control: a word in runmask-watch.service that systemd does not know is found" {
  sed -i 's/^RestartSec=/RestratSec=/' "$installed/runmask-watch.service"
  run systemd_do systemd-analyze verify --man=no "$installed/runmask-watch.service"
  [[ $output == *runmask-watch.service*RestratSec* ]]
}
