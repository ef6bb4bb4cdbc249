#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The .deb: what is in it, and that it comes, is replaced and goes while containers start.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman
load packages

setup_file() {
  own_usr
}

teardown() {
  [ ! -d "${traffic-}" ] || touch "$traffic/stop"
  dpkg --purge oci-runmask wrong-order >/dev/null 2>&1 || true
  rm -rf /etc/docker /etc/containerd /etc/crio /etc/containers/containers.conf.d /etc/oci-runmask
  wait
  lab_teardown
}

deb() { # VERSION
  compgen -G "$packages/deb/oci-runmask_$1-1_*.deb"
}

install_deb() {
  dpkg -i "$(deb "$1")" >/dev/null
}

inside() { # PATH
  dpkg-deb --fsys-tarfile "$(deb "$version")" | tar -xO "./${1#/}"
}

# ---- what is in it ------------------------------------------------------------------------------

# Nor is there an override that nothing asks for.
@test "lintian has nothing to say" {
  run lintian -I --fail-on none --tag-display-limit 0 "$packages/deb/oci-runmask_$version-1_"*.changes
  [ "$status" = 0 ]
  [ "$(grep -v 'running with root privileges' <<<"$output" | grep -v '^$')" = "" ] || {
    echo "$output"
    false
  }
}

@test "its version is the tree's, in each place" {
  [ "$(dpkg-deb -f "$(deb "$version")" Version)" = "$version-1" ]
  [[ $(inside usr/share/doc/oci-runmask/changelog.Debian.gz | zcat) == "oci-runmask ($version-1) "* ]]
  [[ $(inside usr/share/doc/oci-runmask/NEWS.md) == *"## $version"* ]]
  install_deb "$version"
  [ "$(runmask --version)" = "runmask $version" ]
  [ "$("$hook_program" --version)" = "oci-runmask $version" ]
  install_deb "$next_version"
  [ "$(runmask --version)" = "runmask $next_version" ]
}

# Each link of a page leads to a file of the package, or out into the world.
@test "the pages are in it as they are, and their links lead to files of the package" {
  local tree=$BATS_TEST_TMPDIR/tree page link
  dpkg-deb -x "$(deb "$version")" "$tree"
  tree=$tree/usr/share/doc/oci-runmask
  for page in README.md docs/engines.md docs/troubleshooting.md docs/policy.md packaging/kubernetes/README.md; do
    [ -s "$tree/$page" ]
  done
  grep -rHoE --include='*.md' '\]\([^):#]+[)#]' "$tree" | sed 's/:\](/ /; s/.$//' >"$BATS_TEST_TMPDIR/links"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/links")" -ge 10 ]
  while read -r page link; do
    [ -e "${page%/*}/$link" ] || { echo "$page: $link" && false; }
  done <"$BATS_TEST_TMPDIR/links"
  [[ $(cat "$tree/README.md") == *"docs/engines.md"* ]]
}

@test "what keeps nscd's directory is in force, and oci-runmask is in PATH" {
  install_deb "$version"
  [ "$(oci-runmask --version)" = "oci-runmask $version" ]
  grep -qx 'd! /run/nscd 0755 root root' /usr/lib/tmpfiles.d/oci-runmask.conf
  for name in nscd nsncd; do
    grep -qx 'RuntimeDirectoryPreserve=yes' "/usr/lib/systemd/system/$name.service.d/oci-runmask.conf"
  done
  [ -x /usr/lib/systemd/system-generators/oci-runmask ]
}

@test "licence, news, manual pages and completion are in it; the hook is static, the policy a conffile" {
  local page
  inside usr/share/doc/oci-runmask/copyright | grep -q 'License: Apache-2.0'
  cmp <(inside usr/share/doc/oci-runmask/changelog.gz | zcat) "$LAB_ROOT/NEWS.md"
  for page in "$LAB_ROOT"/docs/man/*.[15]; do
    cmp <(inside "usr/share/man/man${page##*.}/${page##*/}.gz" | zcat) "$page"
  done
  cmp <(inside usr/share/bash-completion/completions/runmask) "$LAB_ROOT/packaging/completion/runmask.bash"
  [ "$(dpkg-deb -I "$(deb "$version")" conffiles)" = "$admin_policy" ]
  inside "$hook_program" >"$BATS_TEST_TMPDIR/hook"
  [[ $(readelf -l "$BATS_TEST_TMPDIR/hook") != *INTERP* ]]
  [[ $(readelf -d "$BATS_TEST_TMPDIR/hook") != *NEEDED* ]]
}

@test "after a removal no file of it is left but the policy, and after a purge not that" {
  install_deb "$version"
  dpkg -L oci-runmask | while read -r file; do [ -d "$file" ] || echo "$file"; done >"$BATS_TEST_TMPDIR/files"
  grep -qx "$hooks_file" "$BATS_TEST_TMPDIR/files"
  dpkg -r oci-runmask >/dev/null
  while read -r file; do
    [ "$file" = "$admin_policy" ] || [ ! -e "$file" ] || { echo "$file is left" && false; }
  done <"$BATS_TEST_TMPDIR/files"
  [ -e "$admin_policy" ]
  dpkg --purge oci-runmask >/dev/null
  [ ! -e /etc/oci-runmask ]
}

# ---- its life, among containers -----------------------------------------------------------------

@test "it comes, is replaced and goes while containers start: none is refused, and none exposed meanwhile" {
  life "dpkg -i $(deb "$version")" "dpkg -i $(deb "$next_version")" "dpkg -r oci-runmask"
}

# rpm brings it before the programs.
# bats test_tags=first-release
@test "the policy that is installed is one that 0.1.0 reads" {
  dpkg-deb -x "$(deb "$first_version")" "$BATS_TEST_TMPDIR/first"
  inside /etc/oci-runmask/policy.json >"$BATS_TEST_TMPDIR/policy.json"
  "$BATS_TEST_TMPDIR/first/usr/bin/runmask" policy "$BATS_TEST_TMPDIR/policy.json"
}

# bats test_tags=first-release
@test "0.1.0 is replaced by it while containers start: none is refused, and none exposed meanwhile" {
  life "dpkg -i $(deb "$first_version")" "dpkg -i $(deb "$next_version")" "dpkg --purge oci-runmask"
}

@test "a container that is on its way when the removal begins starts, and is protected" {
  install_deb "$version"
  started_during "dpkg -r oci-runmask" "grep -q always $hooks_file"
  [ "$verdict" = protected ]
  [ "$(lookup)" = leaks ]
}

@test "control: without the time that the removal gives it, it is refused" {
  install_deb "$version"
  install -D -m 755 /bin/true "$BATS_TEST_TMPDIR/bin/sleep"
  started_during "env PATH=$BATS_TEST_TMPDIR/bin:$PATH dpkg -r oci-runmask" "[ ! -e $hook_program ]"
  [[ $verdict == refused* ]]
}

@test "control: a package with names in the wrong order is found out" {
  local tree=$BATS_TEST_TMPDIR/tree hook_program=/usr/share/zz-program
  mkdir -p "$tree/DEBIAN" "$tree$hooks_directory"
  printf '%s\n' 'Package: wrong-order' 'Version: 1' 'Architecture: all' 'Maintainer: maintainer <n@example.org>' \
    'Description: a hook behind its file' >"$tree/DEBIAN/control"
  echo '{}' >"$tree$hooks_file"
  install -m 755 /bin/true "$tree$hook_program"
  dpkg-deb --build "$tree" "$BATS_TEST_TMPDIR/wrong-order.deb" >/dev/null
  traced dpkg -i "$BATS_TEST_TMPDIR/wrong-order.deb"
  run never_alone
  [ "$status" = 1 ]
  [[ $output == "$hooks_file is there without $hook_program after rename"* ]]
  traced dpkg -r wrong-order
  run never_alone --present
  [ "$status" = 1 ]
}

@test "control: a container that is refused is seen" {
  install_deb "$version"
  echo '{"version": 2}' >"$admin_policy"
  traffic_start
  traffic_goes_on
  traffic_stop
  run none_refused
  [ "$status" = 1 ]
  [[ $output == *refused* ]]
}

@test "a removal that is broken off leaves containers protected" {
  install_deb "$version"
  install -D -m 755 /bin/false "$BATS_TEST_TMPDIR/bin/sleep"
  run env "PATH=$BATS_TEST_TMPDIR/bin:$PATH" dpkg -r oci-runmask
  [ "$status" != 0 ]
  [ "$(dpkg-query -W -f '${db:Status-Status}' oci-runmask)" = installed ]
  [ "$(lookup)" = protected ]
  cmp "$hooks_file" <(inside "$hooks_file")
}

# ---- what is the administrator's ----------------------------------------------------------------

@test "an administrator's policy is in force, and stays over an upgrade and a removal" {
  local mine='{ "version": 1, "strategy": "off" }'
  install_deb "$version"
  [ "$(lookup)" = protected ]
  echo "$mine" >"$admin_policy"
  [ "$(lookup)" = leaks ]
  install_deb "$next_version"
  [ "$(cat "$admin_policy")" = "$mine" ]
  [ "$(lookup)" = leaks ]
  dpkg -r oci-runmask >/dev/null
  [ "$(cat "$admin_policy")" = "$mine" ]
  install_deb "$version"
  [ "$(cat "$admin_policy")" = "$mine" ]
}

@test "each week of the roll-out in docs/policy.md survives an upgrade" { roll_out_survives install_deb; }

@test "a removal warns of engines that still name it" {
  install_deb "$version"
  configure_docker
  configure_containerd 'BinaryName = "/usr/bin/oci-runmask-runtime"'
  run --separate-stderr dpkg -r oci-runmask
  [ "$status" = 0 ]
  [[ $stderr == *"warning: /etc/docker/daemon.json names oci-runmask still"*"restart docker"* ]]
  [[ $stderr == *"warning: /etc/containerd/config.toml names oci-runmask still"*"restart containerd"* ]]
}

@test "a removal warns of each file that runmask setup wrote, and of none after setup --undo" {
  local engine file files
  mkdir -p /etc/crio
  install_deb "$version"
  for engine in docker podman cri-o; do runmask setup "$engine" >/dev/null; done
  files=$(grep -rl oci-runmask /etc/docker /etc/crio /etc/containers/containers.conf.d 2>/dev/null || :)
  [[ $files == *"/etc/docker/daemon.json"* ]]
  run dpkg -r oci-runmask
  [ "$status" = 0 ]
  while read -r file; do [[ $output == *"warning: $file names oci-runmask still"* ]]; done <<<"$files"
  install_deb "$version"
  for engine in docker podman cri-o; do runmask setup "$engine" --undo >/dev/null; done
  run dpkg -r oci-runmask
  [ "$status" = 0 ]
  [[ $output != *warning* ]] || { echo "$output" && false; }
}

@test "it says nothing where none does, and nothing in an upgrade" {
  install_deb "$version"
  configure_docker
  run --separate-stderr install_deb "$next_version"
  [ "$status" = 0 ]
  [ -z "$stderr" ]
  rm /etc/docker/daemon.json
  configure_containerd
  run --separate-stderr dpkg -r oci-runmask
  [ "$status" = 0 ]
  [ -z "$stderr" ]
}

# CRI-O watches the directory itself, and does not see one that is made again.
@test "the hooks of others stay, and the hooks directory is the same one over an upgrade and a removal" {
  local directory
  install_deb "$version"
  directory=$(stat -c %i "$hooks_directory")
  install_deb "$version"
  [ "$(stat -c %i "$hooks_directory")" = "$directory" ]
  dpkg --purge oci-runmask >/dev/null 2>&1
  [ "$(stat -c %i "$hooks_directory")" = "$directory" ]
  [ "$(ls "$hooks_directory")" = "" ]
  install_deb "$version"
  [ "$(stat -c %i "$hooks_directory")" = "$directory" ]
  echo '{}' >"$hooks_directory/other.json"
  dpkg --purge oci-runmask >/dev/null 2>&1
  [ "$(stat -c %i "$hooks_directory")" = "$directory" ]
  [ "$(ls "$hooks_directory")" = other.json ]
}

# The lab's watcher has the directory by its inode, as CRI-O has.
@test "what watches the hooks directory sees a package that comes after a purge" {
  install_deb "$version"
  exec {watched}<"$hooks_directory"
  dpkg --purge oci-runmask >/dev/null 2>&1
  install_deb "$version"
  [ -e "/proc/self/fd/$watched/oci-runmask.json" ]
  exec {watched}<&-
}

@test "control: without the file that keeps it, dpkg removes the directory" {
  install_deb "$version"
  rm "$hooks_directory/.keep"
  dpkg --purge oci-runmask >/dev/null 2>&1
  [ ! -e "$hooks_directory" ]
  install_deb "$version"
  [ -e "$hooks_file" ]
}

@test "the CDI file leads to the package's, and both go together" {
  install_deb "$version"
  jq -e '.kind == "oci-runmask.github.io/run"' /etc/cdi/oci-runmask.json
  [ "$(jq -r '[.devices[].containerEdits.hooks[].path] | unique | .[]' /etc/cdi/oci-runmask.json)" = "$hook_program" ]
  dpkg -r oci-runmask >/dev/null
  [ ! -L /etc/cdi/oci-runmask.json ]
}
