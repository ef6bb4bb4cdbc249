#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# make install and the tarball's own script: what they put where, in which order, and that removal takes
# exactly that away.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman
load packages

setup_file() {
  own_usr
  tar -C "$LAB_DIR/state" -xzf "$packages/tarball/oci-runmask-$version-linux-$(uname -m).tar.gz"
}

setup() {
  lab_setup
  unpacked=$LAB_DIR/state/oci-runmask-$version-linux-$(uname -m)
  dest=$BATS_TEST_TMPDIR/dest
}

teardown() {
  rm -rf /etc/docker
  lab_teardown
}

make_line() {
  echo "make -s -C $LAB_ROOT BUILD=${packages%/packages} DESTDIR=$dest"
}

files_of() { # ROOT
  (cd "$1" && find . ! -type d -printf '/%P\n' | sort)
}

# What a removal leaves of ours, and of others.
remains() { # COMMAND
  local bystander
  for bystander in "$dest$hooks_directory/other.json" "$dest/usr/share/oci-runmask/systemd/mine.conf" \
    "$dest/etc/oci-runmask/policy.json" "$dest/etc/cdi/other.json"; do
    mkdir -p "${bystander%/*}"
    echo '{}' >"$bystander"
  done
  # shellcheck disable=SC2086 # a command line
  $1
  [ "$(files_of "$dest")" = "/etc/cdi/other.json
/etc/oci-runmask/policy.json
$hooks_file_name
/usr/share/oci-runmask/systemd/mine.conf" ] || { files_of "$dest" && false; }
}
hooks_file_name=$hooks_directory/other.json

# ---- make install -------------------------------------------------------------------------------

@test "make install puts all files there, and man pages" {
  local page
  $(make_line) install >/dev/null
  for page in "$LAB_ROOT"/docs/man/*.[15]; do
    cmp "$page" "$dest/usr/share/man/man${page##*.}/${page##*/}"
  done
  [ "$(readlink -f "$dest/usr/bin/oci-runmask-runtime")" = "$dest/usr/libexec/oci/hooks.d/oci-runmask-runtime" ]
  [ "$(jq -r .hook.path "$dest$hooks_file")" = "$hook_program" ]
  [ -x "$dest$hook_program" ]
  [ ! -e "$dest/etc/oci-runmask" ]
}

@test "the hooks directory does not follow PREFIX, and what it names does" {
  $(make_line) install PREFIX=/opt/runmask >/dev/null
  [ "$(jq -r .hook.path "$dest$hooks_file")" = /opt/runmask/libexec/oci/hooks.d/oci-runmask ]
  [ -x "$dest/opt/runmask/libexec/oci/hooks.d/oci-runmask" ]
  [ -z "$(files_of "$dest" | grep -vE "^/opt/runmask/|^$hooks_file\$|^/etc/cdi/|^/usr/lib/(tmpfiles[.]d|systemd)/")" ]
  $(make_line) uninstall PREFIX=/opt/runmask >/dev/null
  [ -z "$(files_of "$dest")" ]
}

@test "make install: the program is there before the hooks.d file, make uninstall: after it" {
  local hooks_file=$dest$hooks_file hook_program=$dest$hook_program
  # shellcheck disable=SC2046 # words
  traced $(make_line) install >/dev/null
  never_alone
  # shellcheck disable=SC2046
  traced $(make_line) install >/dev/null
  never_alone --present
  # shellcheck disable=SC2046
  traced $(make_line) uninstall >/dev/null
  never_alone --present
}

@test "make uninstall removes what make install put there, and nothing else" {
  $(make_line) install >/dev/null
  remains "$(make_line) uninstall"
  [ ! -e "$dest/usr/libexec/oci-runmask" ]
  [ ! -e "$dest/usr/share/oci-runmask/precreate.d" ]
}

@test "make uninstall warns of an engine that still names it" {
  $(make_line) install >/dev/null
  mkdir -p "$dest/etc/docker"
  echo '{"runtimes": {"runmask": {"path": "/usr/bin/oci-runmask-runtime"}}}' >"$dest/etc/docker/daemon.json"
  run --separate-stderr $(make_line) uninstall
  [ "$status" = 0 ]
  [[ $stderr == *"warning: /etc/docker/daemon.json names oci-runmask still"* ]]
}

@test "a path with a space is refused before anything is made" {
  local clone="$BATS_TEST_TMPDIR/a space" format
  run make -s -C "$LAB_ROOT" install "DESTDIR=$clone"
  [ "$status" = 2 ]
  [[ $output == *"DESTDIR=\"$clone\": must be a path without a space"* ]]
  run make -s -C "$LAB_ROOT" "BUILD=$clone"
  [ "$status" = 2 ]
  [[ $output == *"BUILD=\"$clone\": must be a path without a space"* ]]
  [ ! -e "$clone" ]
  git -c safe.directory='*' clone -q --no-hardlinks "file://$LAB_ROOT" "$clone"
  cp "$LAB_ROOT"/packaging/*.mk "$clone/packaging"
  for format in deb rpm tarball; do
    run make -s -C "$clone" "$format"
    [ "$status" = 2 ]
    [[ $output == *"make $format: \"$clone/build/packages\" has a space"*"move the clone."* ]]
  done
  [ ! -e "$clone/build" ]
}

@test "make names a library that is missing in one line" {
  printf '%s\n' '#!/bin/sh' 'case " $* " in *" - "*) ! grep -q yaml.h ;; *) exec cc "$@" ;; esac' >"$BATS_TEST_TMPDIR/cc"
  chmod 755 "$BATS_TEST_TMPDIR/cc"
  run make -s -C "$LAB_ROOT" BUILD="$BATS_TEST_TMPDIR/build" LINK=static CC="$BATS_TEST_TMPDIR/cc"
  [ "$status" = 2 ]
  [[ ${lines[1]} == 'make: yaml.h: No such file: "make deps", as root, installs what the build needs' ]]
  [ -z "$(find "$BATS_TEST_TMPDIR/build" -name '*.o' 2>&1)" ]
}

# Of all commands those alone that the build uses: a host without apt, as Fedora.
@test "where no apt is, make deb and make rpm say what is missing" {
  local bin=$BATS_TEST_TMPDIR/bin format
  mkdir "$bin"
  ln -s -t "$bin" /usr/bin/*
  rm "$bin"/{apt,rpm,dpkg-build}*
  for format in deb:dpkg-buildpackage rpm:rpmbuild; do
    run env PATH="$bin" make -s -C "$LAB_ROOT" BUILD="$BATS_TEST_TMPDIR/build" "${format%:*}"
    [ "$status" = 2 ]
    [[ $output == "make ${format%:*}: ${format#*:}: No such file: install it, and the build dependencies that "* ]]
    [ ! -e "$BATS_TEST_TMPDIR/build" ]
  done
}

# ---- the tarball --------------------------------------------------------------------------------

@test "the tarball has the files of make install, licence, news and how to install it" {
  local file
  $(make_line) install >/dev/null
  [ "$(files_of "$dest")" = "$(sed 's|^|/|' "$unpacked/FILES" | sort)" ]
  for file in LICENSE NEWS.md README.md; do
    cmp "$unpacked/$file" "$LAB_ROOT/$file"
  done
  grep -q -- '--uninstall' "$unpacked/INSTALL"
  [ "$("$unpacked$hook_program" --version)" = "oci-runmask $version" ]
  [[ $(readelf -l "$unpacked$hook_program") != *INTERP* ]]
}

@test "runmask of the tarball needs no library, and is below 1.5 MB" {
  local program=$unpacked/usr/bin/runmask
  readelf -lWd "$program" >"$BATS_TEST_TMPDIR/elf"
  run ! grep -E 'INTERP|NEEDED' "$BATS_TEST_TMPDIR/elf"
  [ "$(stat -c %s "$program")" -lt 1500000 ]
}

@test "its script installs programs first and the hooks.d file last, and removes them backwards" {
  local hooks_file=$dest$hooks_file hook_program=$dest$hook_program
  traced "$unpacked/install" "$dest"
  never_alone
  [ "$(files_of "$dest")" = "$(sed 's|^|/|' "$unpacked/FILES" | sort)" ]
  traced "$unpacked/install" "$dest"
  never_alone --present
  traced "$unpacked/install" --uninstall "$dest"
  never_alone --present
  [ -z "$(files_of "$dest")" ]
}

@test "control: with FILES in the order of names the wrong way round, that is found out" {
  local hooks_file=$dest$hooks_file hook_program=$dest$hook_program
  cp -r "$unpacked" "$BATS_TEST_TMPDIR/wrong"
  sort -r "$unpacked/FILES" >"$BATS_TEST_TMPDIR/wrong/FILES"
  traced "$BATS_TEST_TMPDIR/wrong/install" "$dest"
  run never_alone
  [ "$status" = 1 ]
}

@test "its script removes what it put there, and nothing else" {
  "$unpacked/install" "$dest"
  remains "$unpacked/install --uninstall $dest"
}

@test "on the host itself it protects containers until it is removed" {
  [ "$(lookup)" = leaks ]
  "$unpacked/install"
  [ "$(lookup)" = protected ]
  [ "$(lookup runc)" = protected ]
  configure_docker
  run --separate-stderr "$unpacked/install" --uninstall
  [ "$status" = 0 ]
  [[ $stderr == *"warning: /etc/docker/daemon.json names oci-runmask still"* ]]
  [ "$(lookup)" = leaks ]
}

@test "a container that is on its way when its removal begins starts, and is protected" {
  "$unpacked/install"
  started_during "$unpacked/install --uninstall" "grep -q always $hooks_file"
  [ "$verdict" = protected ]
}

# ---- the version --------------------------------------------------------------------------------

@test "NEWS has the version of the tree at its top" {
  [ "$(grep -m 1 '^## ' "$LAB_ROOT/NEWS.md")" = "## $version" ]
}

# VERSION DATE, a line each.
releases_of_news() {
  awk '/^## /{ version = $2 } /^Released /{ sub(/[.]$/, "", $2); print version, $2 }' "$1"
}

releases_of_changelog() {
  local version date
  sed -n -e 's/^oci-runmask (\(.*\)-1) .*/\1/p' -e 's/^ -- .*>  //p' "$1" | while read -r version && read -r date; do
    echo "$version $(date -u -d "$date" +%F)"
  done
}

@test "each release of NEWS has its date, and an entry of that date in debian/changelog" {
  local news=$LAB_ROOT/NEWS.md changelog=$LAB_ROOT/packaging/debian/changelog
  [ "$(grep -c '^## ' "$news")" = "$(releases_of_news "$news" | wc -l)" ]
  diff <(releases_of_news "$news") <(releases_of_changelog "$changelog")
  grep -q '^### To upgrade from ' "$news"
}

@test "control: an entry that is missing in debian/changelog is found, and another date" {
  local changelog=$BATS_TEST_TMPDIR/changelog
  sed '/(0.1.1-1)/,/^ -- /d' "$LAB_ROOT/packaging/debian/changelog" >"$changelog"
  ! diff <(releases_of_news "$LAB_ROOT/NEWS.md") <(releases_of_changelog "$changelog") || false
  sed 's/Fri, 27 Nov/Sat, 28 Nov/' "$LAB_ROOT/packaging/debian/changelog" >"$changelog"
  ! diff <(releases_of_news "$LAB_ROOT/NEWS.md") <(releases_of_changelog "$changelog") || false
}
