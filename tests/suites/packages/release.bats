#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# make release, in clones, with a key that is made here: what it refuses before anything is made, and what it makes.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load packages

setup_file() {
  export GNUPGHOME=$LAB_DIR/state/gnupg
  mkdir -m 700 "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-generate-key 'releaser@example.org' ed25519 sign never
  gpg --batch --quiet --passphrase '' --quick-generate-key 'other@example.org' ed25519 sign never
  clone_to "$LAB_DIR/state/clone"
}

teardown_file() {
  gpgconf --kill all
}

setup() {
  lab_setup
  tree=$LAB_DIR/state/clone
}

# Of what is committed, as a releaser has it; with what "make deps" has made.
clone_to() { # DIRECTORY
  git -c safe.directory='*' clone -q --no-hardlinks "file://$LAB_ROOT" "$1"
  git -C "$1" config user.name releaser
  git -C "$1" config user.email releaser@example.org
  mkdir "$1/build"
  cp -a "$LAB_ROOT/build/musl" "$1/build/musl"
}

release() { # TREE [KEY=...]
  (cd "$1" && make -s release "${@:2}") 3>&- 4>&-
}

# It says WORDS, and has made nothing.
refuses() { # WORDS [KEY=...]
  run release "$tree" "${@:2}"
  [ "$status" != 0 ]
  [[ $output == *"make release: "*"$1"* ]] || { echo "$output" && false; }
  [ ! -e "$tree/build/release" ]
  [ ! -e "$tree/build/packages" ]
  [ -z "$(git -C "$tree" tag -l "v$version")" ]
}

@test "it refuses to begin without a key, or with one that gpg does not have" {
  refuses "no key is named: make release KEY=ID"
  refuses 'gpg has no secret key "missing@example.org"' KEY=missing@example.org
}

@test "it refuses a tree with changes, files that git does not know, and a version that NEWS or the changelog does not have" {
  echo >>"$tree/NEWS.md"
  refuses "changes that are not committed" KEY=releaser@example.org
  git -C "$tree" checkout -q NEWS.md
  touch "$tree/stray"
  refuses "changes that are not committed" KEY=releaser@example.org
  rm "$tree/stray"
  refuses 'the first heading of NEWS.md is not "## 9.9.9"' KEY=releaser@example.org VERSION=9.9.9
}

@test "it refuses a tag that is on another commit" {
  git -C "$tree" tag "v$version" HEAD~1
  run release "$tree" KEY=releaser@example.org
  [ "$status" != 0 ]
  [[ $output == *"the tag v$version is on another commit"* ]]
  git -C "$tree" tag -d "v$version"
}

@test "it makes all packages, their sums, a signature and a signed tag; a clone elsewhere gives the same bytes" {
  local again=$LAB_DIR/state/elsewhere/oci file
  release "$tree" KEY=releaser@example.org
  cd "$tree/build/release"
  for file in "oci-runmask-$version.tar.gz" "oci-runmask_$version-1_"*.deb "oci-runmask-$version-1".*.rpm \
    "oci-runmask-$version-linux-$(uname -m).tar.gz" SHA256SUMS SHA256SUMS.asc; do
    [ -s "$file" ]
  done
  sha256sum --strict --check --quiet SHA256SUMS
  [ "$(wc -l <SHA256SUMS)" = "$(find . -type f ! -name 'SHA256SUMS*' | wc -l)" ]
  gpg --status-fd 1 --verify SHA256SUMS.asc SHA256SUMS 2>/dev/null | grep -q 'GOODSIG .* releaser@example.org'
  git -C "$tree" verify-tag --raw "v$version" 2>&1 | grep -q 'GOODSIG .* releaser@example.org'
  [ "$(git -C "$tree" rev-parse "v$version^{commit}")" = "$(git -C "$tree" rev-parse HEAD)" ]

  mkdir "${again%/*}"
  clone_to "$again"
  sleep 1 # another second of the clock
  release "$again" KEY=other@example.org
  diff SHA256SUMS "$again/build/release/SHA256SUMS"
  gpg --status-fd 1 --verify "$again/build/release/SHA256SUMS.asc" "$again/build/release/SHA256SUMS" 2>/dev/null |
    grep -q 'GOODSIG .* other@example.org'
}

@test "control: a byte that is changed is found by the sums, and sums that are changed by the signature" {
  cp -r "$tree/build/release" "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy"
  printf x >>"oci-runmask-$version.tar.gz"
  ! sha256sum --strict --check --quiet SHA256SUMS 2>/dev/null || false
  echo >>SHA256SUMS
  ! gpg --verify SHA256SUMS.asc SHA256SUMS 2>/dev/null || false
}
