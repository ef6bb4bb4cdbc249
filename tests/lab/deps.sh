#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# deps.sh GROUP...: what the build and the tests need, from Debian. Does nothing, and says nothing,
# when all of it is there.
#
#   build   compiler and libraries
#   check   build, and all that the tests run
#   demo    build, and what the demonstration runs
#   kernels check, and what boots old kernels
#   engines check, and what makes trees of other Debian suites
#   arm64   check, and what builds and runs arm64 programs
#   analyse check, and what looks for mistakes
#   docs    build, and what reads manual pages
#   kubernetes check, and what makes images
#   completion the shells that tests of the completions type into
#   deb, rpm build, and what makes that package
#   packages check, and what builds and looks at packages
#
#   list GROUP...  prints the packages that a group installs
#
# All but deb and rpm make build/musl, too, with which the programs are linked (packaging/link.mk), if they can.
#
# nscd is never installed: its service would start and answer this machine's own lookups. It is
# unpacked into build/lab/debs and run from there. So is the static busybox, which would displace
# the machine's other one.
set -eu
export LC_ALL=C
unset CDPATH
umask 022

top=$(cd "$(dirname "$0")/../.." && pwd)
debs=$top/build/lab/debs

build_packages=(
  gcc libc6-dev make pkg-config libjansson-dev libcap-dev libmount-dev libyaml-dev musl-dev dpkg-dev
)
demo_packages=(
  runc crun jq gojq iproute2 util-linux mount procps libc-bin musl-tools
)
check_packages=(
  "${demo_packages[@]}" bats podman conmon uidmap strace python3 python3-yaml python3-jsonschema
  libbsd0 libmd0 dbus-bin systemd libcriterion-dev clang llvm libclang-rt-dev clang-format-19 shellcheck
  binutils findutils coreutils diffutils sed grep file cpio git curl hunspell hunspell-en-gb
)

docs_packages=(
  mandoc groff man-db jq runc
)
engines_packages=(
  debootstrap debian-archive-keyring
)
kubernetes_packages=(
  buildah catatonit
)

completion_packages=(
  zsh fish
)

# The rest is unpacked by arm64/fetch.
arm64_packages=(
  gcc-aarch64-linux-gnu
)

# valgrind is Debian 13's, unpacked: that of Debian 12 does not know openat2.
analyse_packages=(
  cppcheck clang-tidy libc6-dbg
)

kernels_packages=(
  qemu-system-x86 cpio
)

# What "make deb", "make rpm" and "make tarball" want on a fresh Debian.
deb_packages=(
  build-essential debhelper dpkg-dev fakeroot
)
rpm_packages=(
  rpm file
)

packages_packages=(
  build-essential debhelper dpkg-dev fakeroot lintian rpm file rpmlint nix-bin gpg
)

# The client libraries of other channels than nscd. Installed, they would change this machine's lookups.
nss_packages=(
  libnss-resolve libnss-systemd libnss-ldapd libnss-mdns libnss-winbind
)

die() {
  echo "deps.sh: $*" >&2
  exit 1
}

# Quiet unless it fails; then all it said.
quietly() {
  local said
  said=$("$@" 2>&1) || {
    printf '%s\n' "$said" >&2
    die "failed: $*"
  }
}

missing_of() {
  local package
  # One question for all: dpkg-query names those that it knows and their state.
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    case $'\n'$installed$'\n' in
      *$'\n'"$package installed"$'\n'*) ;;
      *) echo "$package" ;;
    esac
  done
}

apt_quiet() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o APT::Sandbox::User=root "$@"
}

# With lists that are absent, or older than the archive, the second try has fresh ones.
apt_do() {
  apt_quiet "$@" >/dev/null 2>&1 && return
  quietly apt_quiet update
  quietly apt_quiet "$@"
}

install_missing() {
  local missing
  mapfile -t missing < <(missing_of "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "not root, and these packages are missing: ${missing[*]}"
  apt_do install -y --no-install-recommends "${missing[@]}"
}

# Unpacked again when the machine's libc is another one: nscd is of the same source.
unpack() {
  local package=$1 file=$2 libc top
  libc=$(dpkg-query -W -f '${Version}' libc6)
  if [ -e "$debs/$package/$file" ] && [ "$(cat "$debs/$package.libc" 2>/dev/null)" = "$libc" ]; then
    return
  fi
  rm -rf "${debs:?}/$package" "$debs/$package.part"
  mkdir -p "$debs/$package.part"
  (cd "$debs/$package.part" && apt_do download "$package" && dpkg -x ./*.deb . && rm ./*.deb)
  # Since Debian 13 files are below /usr in the packages, too.
  for top in bin sbin lib; do
    [ -e "$debs/$package.part/$top" ] || [ ! -d "$debs/$package.part/usr/$top" ] ||
      ln -s "usr/$top" "$debs/$package.part/$top"
  done
  [ -e "$debs/$package.part/$file" ] || die "$package has no $file"
  mv "$debs/$package.part" "$debs/$package"
  echo "$libc" >"$debs/$package.libc"
}

list() {
  local group packages
  for group; do
    declare -n packages="${group}_packages"
    printf '%s\n' "${packages[@]}"
  done
}

[ $# -gt 0 ] || die "usage: deps.sh build|check|demo|kernels..."
[ "$1" != list ] || { list "${@:2}" && exit; }
# "sudo make deps", and then "make" as the clone's owner: build/ is to be his.
if [ ! -d "$top/build" ] && mkdir -p "$top/build" && [ "$(id -u)" = 0 ]; then
  chown --reference="$top" "$top/build"
fi
command -v apt-get >/dev/null || die "no apt-get here; the packages are those named in $0"
musl=
for group; do
  case $group in deb | rpm) ;; *) musl=needed ;; esac
  case $group in
    build)
      install_missing "${build_packages[@]}"
      ;;
    demo)
      install_missing "${build_packages[@]}" "${demo_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      ;;
    check)
      install_missing "${build_packages[@]}" "${check_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      for package in "${nss_packages[@]}"; do
        unpack "$package" "usr/share/doc/$package/copyright"
      done
      ;;
    kernels)
      install_missing "${build_packages[@]}" "${check_packages[@]}" "${kernels_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      ;;
    engines)
      install_missing "${build_packages[@]}" "${check_packages[@]}" "${engines_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      ;;
    deb)
      install_missing "${build_packages[@]}" "${deb_packages[@]}"
      ;;
    rpm)
      install_missing "${build_packages[@]}" "${rpm_packages[@]}"
      ;;
    packages)
      install_missing "${build_packages[@]}" "${check_packages[@]}" "${packages_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      # Other daemons for /run/nscd: Debian 12's unscd, and nsncd, which Debian has from 13 on.
      unpack unscd usr/sbin/nscd
      [ -e "$debs/nsncd" ] || quietly "$(dirname "$0")/../suites/arm64/unpack" trixie \
        "$(dpkg --print-architecture)" "$debs/nsncd" nsncd
      ;;
    docs)
      install_missing "${build_packages[@]}" "${docs_packages[@]}"
      ;;
    completion)
      install_missing "${completion_packages[@]}"
      ;;
    kubernetes)
      install_missing "${build_packages[@]}" "${check_packages[@]}" "${kubernetes_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      ;;
    arm64)
      install_missing "${build_packages[@]}" "${check_packages[@]}" "${arm64_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      quietly "$(dirname "$0")/../suites/arm64/fetch"
      ;;
    analyse)
      install_missing "${build_packages[@]}" "${check_packages[@]}" "${analyse_packages[@]}"
      unpack nscd usr/sbin/nscd
      unpack busybox-static bin/busybox
      [ -e "$debs/../valgrind" ] || quietly "$(dirname "$0")/../suites/arm64/unpack" trixie \
        "$(dpkg --print-architecture)" "$debs/../valgrind" valgrind
      ;;
    *) die "no group is called \"$group\"" ;;
  esac
done
[ -n "$musl" ] && grep -qx 'ID=debian' /etc/os-release || exit 0
# An archive that is just being changed has sources missing: the programs are linked with glibc then.
mkdir -p "$debs/.."
"$(dirname "$0")/../../packaging/musl/build-libraries" "$debs/../../musl/$(uname -m)" >"$debs/../musl.log" 2>&1 ||
  echo "deps.sh: build/musl cannot be made ($(tail -n 1 "$debs/../musl.log")): the programs are linked with glibc" >&2
