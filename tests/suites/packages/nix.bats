#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The Nix package and the NixOS module, with as much of nixpkgs as they ask for (nixpkgs.nix). The package is
# really built, by Nix, from this machine's libraries and those for musl; nixpkgs itself is not here.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman
load packages

setup_file() {
  local nix=$LAB_DIR/state/nix
  export NIX_STORE_DIR=$nix/store NIX_STATE_DIR=$nix/var NIX_LOG_DIR=$nix/log NIX_CONF_DIR=$nix/etc
  export NIX_CONFIG=$'sandbox = false\nbuild-users-group =\nsubstituters ='
  own_usr
  built=$(build_package default)
  export built
}

build_package() { # NAME: its directory on stdout
  nix-build --no-out-link --expr "$(nixpkgs "$1")" 2>"$LAB_DIR/state/nix-build" || {
    cat "$LAB_DIR/state/nix-build" >&2
    return 1
  }
}

nixpkgs() { # WORDS: of nixpkgs.nix
  echo "(import $LAB_ROOT/tests/suites/packages/nixpkgs.nix).$1"
}

evaluate() { # WORDS
  nix-instantiate --read-write-mode --eval --strict --json --expr "$(nixpkgs "$1")"
}

# FILTER SETTINGS: what the module makes of them.
configured() {
  evaluate "system { programs.oci-runmask = { package = \"/pkg\"; $2 }; ${3-} }" >"$BATS_TEST_TMPDIR/config"
  jq -e "$1" "$BATS_TEST_TMPDIR/config" >/dev/null || {
    cat "$BATS_TEST_TMPDIR/config"
    return 1
  }
}

@test "each Nix file can be parsed" {
  local file
  for file in "$LAB_ROOT"/packaging/nix/*.nix; do
    nix-instantiate --parse "$file" >/dev/null
  done
}

@test "the package's version is the tree's" {
  [ "$(evaluate default.version)" = "\"$version\"" ]
  [ "$("$built/bin/runmask" --version)" = "runmask $version" ]
}

@test "everything that is built is in the package, and names what is in it" {
  [ "$(jq -r .hook.path "$built/share/containers/oci/hooks.d/oci-runmask.json")" = "$built/libexec/oci/hooks.d/oci-runmask" ]
  [ "$(jq -r '[.devices[].containerEdits.hooks[].path] | unique | .[]' "$built/etc/cdi/oci-runmask.json")" = \
    "$built/libexec/oci/hooks.d/oci-runmask" ]
  cmp "$built/share/oci-runmask/policy.json" "$LAB_ROOT/packaging/policy.json"
  [ -e "$built/share/man/man1/runmask.1" ]
  [ -e "$built/share/bash-completion/completions/runmask" ]
}

@test "the programs of the package are static ones that the kernel loads anywhere, with musl" {
  local program
  for program in bin/runmask libexec/oci/hooks.d/oci-runmask libexec/oci/hooks.d/oci-runmask-runtime; do
    readelf -lWd "$built/$program" >"$BATS_TEST_TMPDIR/elf"
    run ! grep -E 'INTERP|NEEDED' "$BATS_TEST_TMPDIR/elf"
    grep -q 'FLAGS_1.*PIE' "$BATS_TEST_TMPDIR/elf"
    run ! grep -q 'GNU C Library' "$built/$program"
  done
}

@test "the hook of the package protects a container" {
  [ "$(lookup)" = leaks ]
  install -D -m 644 "$built/share/containers/oci/hooks.d/oci-runmask.json" "$hooks_file"
  [ "$(lookup)" = protected ]
}

@test "each link asks for its own libraries" {
  [ "$(evaluate default.inputs)" = '["pkgsStatic.jansson","pkgsStatic.libcap","pkgsStatic.libyaml"]' ]
  [ "$(evaluate static.inputs)" = '["glibc.a","jansson.a","libcap.a","libyaml","util-linux"]' ]
  [ "$(evaluate dynamic.inputs)" = '["jansson","libcap","libyaml","util-linux"]' ]
  evaluate default.makeFlags | jq -e 'index("LINK=musl")'
  evaluate static.makeFlags | jq -e 'index("LINK=static")'
  evaluate dynamic.makeFlags | jq -e 'index("LINK=dynamic")'
}

@test "with glibc the hook is static, too" {
  local other
  other=$(build_package static)
  [[ $(readelf -l "$other/libexec/oci/hooks.d/oci-runmask") != *INTERP* ]]
  "$other/bin/runmask" --version
}

@test "the module does nothing until it is enabled" {
  configured '. == {}' 'hook.enable = true;'
}

@test "enabled it keeps nscd's directory and has runmask; hook, Docker, CDI and policy are on request" {
  configured '.systemd.services.nscd.serviceConfig == {RuntimeDirectoryPreserve: "yes"}
    and .systemd.tmpfiles.rules == ["d /run/nscd - - - -"]
    and .environment == {etc: {}, systemPackages: ["/pkg"]} and .virtualisation == {}' 'enable = true;'
}

@test "where no nscd is, or its directory is not to be kept, no unit is touched" {
  configured '.systemd == {}' 'enable = true;' 'services.nscd.enable = false;'
  configured '.systemd == {}' 'enable = true; keepNscdDirectory = false;'
}

# What systemd would take from the unit as "make install" writes it.
shipped_service() {
  sed -n '/^\[Service\]/,/^\[Install\]/{/^[A-Z][A-Za-z]*=/p}' "$LAB_ROOT/packaging/systemd/runmask-watch.service" |
    sed 's|@BINDIR@|/pkg/bin|' | jq -R -n '[inputs | capture("(?<key>[^=]*)=(?<value>.*)")] | from_entries'
}

@test "watch is on request, and its unit is the one that packages have" {
  configured '.systemd.services["runmask-watch"] == null' 'enable = true;'
  configured ".systemd.services[\"runmask-watch\"].serviceConfig == $(shipped_service)" 'enable = true; watch.enable = true;'
  configured '.systemd.services["runmask-watch"].wantedBy == ["multi-user.target"]
    and .systemd.services.nscd.serviceConfig.RuntimeDirectoryPreserve == "yes"' 'enable = true; watch.enable = true;'
}

@test "where nscd's unit has DynamicUser= the module says what to set" {
  local word
  for word in true '"yes"' '"1"'; do
    configured '.assertions == [{assertion: false, message: .assertions[0].message}] and
      (.assertions[0].message | contains("keepNscdDirectory = false"))' 'enable = true;' \
      "systemd.services.nscd.serviceConfig.DynamicUser = $word;"
    configured '.assertions[0].assertion' 'enable = true; keepNscdDirectory = false;' \
      "systemd.services.nscd.serviceConfig.DynamicUser = $word;"
  done
  configured '.assertions[0].assertion' 'enable = true;' 'systemd.services.nscd.serviceConfig.DynamicUser = "no";'
  configured '.assertions[0].assertion' 'enable = true;'
}

@test "the hook is registered with Podman and CRI-O, the runtime with Docker, the devices in /etc/cdi" {
  configured '.virtualisation.containers.containersConf.settings.engine.hooks_dir == ["/pkg/share/containers/oci/hooks.d"]
    and .virtualisation["cri-o"].settings.crio.runtime.hooks_dir == ["/pkg/share/containers/oci/hooks.d"]
    and .virtualisation.docker == null' 'enable = true; hook.enable = true;'
  configured '.virtualisation == {docker: {daemon: {settings: {runtimes: {runmask: {path:
    "/pkg/libexec/oci/hooks.d/oci-runmask-runtime"}}}}}}' 'enable = true; docker.enable = true;'
  configured '.environment.etc["cdi/oci-runmask.json"].source == "/pkg/etc/cdi/oci-runmask.json"' \
    'enable = true; cdi.enable = true;'
}

@test "a policy is written where the hook reads it, and is valid" {
  configured '.environment.etc["oci-runmask/policy.json"].source | test("policy.json$")' \
    'enable = true; policy.strategy = "facade";'
  "$built/bin/runmask" policy "$(jq -r '.environment.etc["oci-runmask/policy.json"].source' "$BATS_TEST_TMPDIR/config")" |
    grep -q facade
}
