#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The .rpm: what is in it, and that it comes, is replaced and goes while containers start. Here rpm has
# a database of its own, on a host that is Debian otherwise: --nodeps.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman
load packages

setup_file() {
  own_usr
  rpm --dbpath "$LAB_DIR/state/rpm" --initdb
}

teardown() {
  [ ! -d "${traffic-}" ] || touch "$traffic/stop"
  ! rpm_do -q oci-runmask >/dev/null || rpm_do -e oci-runmask >/dev/null 2>&1
  rm -rf /etc/docker /etc/containerd /etc/oci-runmask
  wait
  lab_teardown
}

# Debian's rpm asks whether one means it.
rpm_line() {
  echo "rpm --dbpath $LAB_DIR/state/rpm --force-debian"
}

# shellcheck disable=SC2046 # words
rpm_do() {
  $(rpm_line) "$@"
}

install_rpm() { # VERSION
  rpm_do -U --nodeps "$(rpm_file "$1")"
}

rpm_file() { # VERSION
  compgen -G "$packages/rpm/RPMS/*/oci-runmask-$1-1*.rpm"
}

# ---- what is in it ------------------------------------------------------------------------------

@test "rpmlint has nothing to say" {
  run rpmlint -c "$LAB_ROOT/packaging/rpm/rpmlint.toml" "$(rpm_file "$version")"
  [[ $output == *" 0 errors, 0 warnings"* ]] || { echo "$output" && false; }
}

@test "its version is the tree's, in each place" {
  local file
  file=$(rpm_file "$version")
  [ "$(rpm -qp --qf '%{VERSION}' "$file")" = "$version" ]
  [[ $(rpm -qp --changelog "$file") == *" - $version-1"* ]]
  [ -e "$packages/rpm/SRPMS/oci-runmask-$version-1.src.rpm" ]
  install_rpm "$version"
  [ "$(runmask --version)" = "runmask $version" ]
  [ "$("$hook_program" --version)" = "oci-runmask $version" ]
  install_rpm "$next_version"
  [ "$(runmask --version)" = "runmask $next_version" ]
}

@test "licence, news, manual pages and completion are in it; the policy is configuration" {
  local page file
  file=$(rpm_file "$version")
  rpm -qp --licensefiles "$file" | grep -q '/LICENSE$'
  rpm -qp --docfiles "$file" >"$BATS_TEST_TMPDIR/docs"
  rpm -qlp "$file" | grep -q '/oci-runmask/NEWS.md$'
  for page in "$LAB_ROOT"/docs/man/*.[15]; do
    grep -q "/man${page##*.}/${page##*/}" "$BATS_TEST_TMPDIR/docs"
  done
  rpm -qlp "$file" | grep -qx /usr/share/bash-completion/completions/runmask
  [ "$(rpm -qp --configfiles "$file")" = "$admin_policy" ]
}

@test "each file of it belongs to root, and only root may write to it" {
  rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' "$(rpm_file "$version")" \
    >"$BATS_TEST_TMPDIR/files"
  grep -qE "^-rwxr-xr-x root:root $hook_program\$" "$BATS_TEST_TMPDIR/files"
  ! grep -vE '^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root:root ' "$BATS_TEST_TMPDIR/files" || false
}

@test "its programs use shared libraries, and it asks for each of these" {
  local program library
  install_rpm "$version"
  rpm -qp --requires "$(rpm_file "$version")" >"$BATS_TEST_TMPDIR/requires"
  for program in "$hook_program" /usr/libexec/oci/hooks.d/oci-runmask-runtime /usr/bin/runmask; do
    readelf -d "$program" | sed -n 's/.*NEEDED.*\[\(.*\)\]$/\1/p' >"$BATS_TEST_TMPDIR/needed"
    grep -q '^libjansson' "$BATS_TEST_TMPDIR/needed"
    while read -r library; do
      grep -qF "$library(" "$BATS_TEST_TMPDIR/requires"
    done <"$BATS_TEST_TMPDIR/needed"
  done
}

@test "after it is erased no file of it is left" {
  install_rpm "$version"
  rpm_do -ql oci-runmask >"$BATS_TEST_TMPDIR/files"
  grep -qx "$hook_program" "$BATS_TEST_TMPDIR/files"
  rpm_do -V --nodeps oci-runmask
  rpm_do -e oci-runmask
  while read -r file; do
    [ -d "$file" ] || [ ! -e "$file" ] || { echo "$file is left" && false; }
  done <"$BATS_TEST_TMPDIR/files"
  [ ! -e /etc/oci-runmask ]
  [ ! -e /usr/share/oci-runmask ]
  [ ! -e /usr/libexec/oci-runmask ]
}

# ---- its life, among containers -----------------------------------------------------------------

@test "it comes, is replaced and goes while containers start: none is refused, and none exposed meanwhile" {
  life "$(rpm_line) --nodeps -i $(rpm_file "$version")" "$(rpm_line) --nodeps -U $(rpm_file "$next_version")" \
    "$(rpm_line) -e oci-runmask"
}

# bats test_tags=first-release
@test "0.1.0 is replaced by it while containers start: none is refused, and none exposed meanwhile" {
  life "$(rpm_line) --nodeps -i $(rpm_file "$first_version")" "$(rpm_line) --nodeps -U $(rpm_file "$next_version")" \
    "$(rpm_line) -e oci-runmask"
}

@test "a container that is on its way when the removal begins starts, and is protected" {
  install_rpm "$version"
  started_during "$(rpm_line) -e oci-runmask" "grep -q always $hooks_file"
  [ "$verdict" = protected ]
  [ "$(lookup)" = leaks ]
}

# ---- what is the administrator's ----------------------------------------------------------------

@test "an administrator's policy is in force, and stays over an upgrade; a removal saves it" {
  local mine='{ "version": 1, "strategy": "off" }'
  install_rpm "$version"
  [ "$(lookup)" = protected ]
  echo "$mine" >"$admin_policy"
  [ "$(lookup)" = leaks ]
  install_rpm "$next_version"
  [ "$(cat "$admin_policy")" = "$mine" ]
  [ "$(lookup)" = leaks ]
  rpm_do -e oci-runmask
  [ "$(cat "$admin_policy.rpmsave")" = "$mine" ]
}

over_the_other() { # VERSION
  rpm_do -U --nodeps --oldpackage "$(rpm_file "$1")"
}

@test "each week of the roll-out in docs/policy.md survives an upgrade" { roll_out_survives over_the_other; }

@test "a removal warns of engines that still name it" {
  install_rpm "$version"
  configure_docker
  configure_containerd 'BinaryName = "/usr/bin/oci-runmask-runtime"'
  run rpm_do -e oci-runmask
  [ "$status" = 0 ]
  [[ $output == *"warning: /etc/docker/daemon.json names oci-runmask still"*"restart docker"* ]]
  [[ $output == *"warning: /etc/containerd/config.toml names oci-runmask still"*"restart containerd"* ]]
}

@test "it says nothing where none does, and nothing in an upgrade" {
  install_rpm "$version"
  configure_docker
  run install_rpm "$next_version"
  [ "$status" = 0 ]
  [ -z "$output" ]
  rm /etc/docker/daemon.json
  configure_containerd
  run rpm_do -e oci-runmask
  [ "$status" = 0 ]
  [ -z "$output" ]
}

# CRI-O watches the directory itself, and does not see one that is made again.
@test "the hooks directory is the same one over an upgrade, a removal and an installation" {
  local directory
  install_rpm "$version"
  directory=$(stat -c %i "$hooks_directory")
  ! rpm_do -qf "$hooks_directory" || false
  install_rpm "$next_version"
  rpm_do -e oci-runmask
  [ "$(stat -c %i "$hooks_directory")" = "$directory" ]
  [ "$(ls -A "$hooks_directory")" = "" ]
  install_rpm "$version"
  [ "$(stat -c %i "$hooks_directory")" = "$directory" ]
}
