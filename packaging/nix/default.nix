# SPDX-License-Identifier: Apache-2.0
#
# The package: pkgs.callPackage ./packaging/nix { }
#
# Everything is below $out; only the policy of the administrator is in /etc. The programs are static ones with
# musl, from pkgsStatic. link = "static" makes the hook of glibc's archives, link = "dynamic" uses shared libraries.
{
  lib,
  stdenv,
  glibc,
  jansson,
  libcap,
  libyaml,
  util-linux,
  pkgsStatic,
  link ? "musl",
}:

let
  makefile = builtins.readFile ../../Makefile;

  # What nixpkgs builds as shared libraries only.
  jansson' = jansson.overrideAttrs (old: {
    cmakeFlags = (old.cmakeFlags or [ ]) ++ [ "-DJANSSON_BUILD_SHARED_LIBS=OFF" ];
  });
  libcap' = libcap.override {
    isStatic = true;
    usePam = false;
  };

  # The compiler and the libraries of each LINK of the Makefile; runmask reads mount tables itself where it is static.
  made = {
    musl = {
      inherit (pkgsStatic) stdenv;
      buildInputs = [
        pkgsStatic.jansson
        pkgsStatic.libcap
        pkgsStatic.libyaml
      ];
    };
    static = {
      inherit stdenv;
      buildInputs = [
        glibc.static
        jansson'
        libcap'
        libyaml
        util-linux
      ];
    };
    dynamic = {
      inherit stdenv;
      buildInputs = [
        jansson
        libcap
        libyaml
        util-linux
      ];
    };
  };
in
made.${link}.stdenv.mkDerivation {
  pname = "oci-runmask";
  # one place for it
  version = builtins.head (builtins.match ".*\nVERSION := ([0-9.]+)\n.*" makefile);

  src = builtins.path {
    name = "oci-runmask-source";
    path = ../..;
    filter =
      path: type:
      !(builtins.elem (baseNameOf path) [
        ".git"
        "build"
        "result"
      ]);
  };

  inherit (made.${link}) buildInputs;

  makeFlags = [
    "LINK=${link}"
    "PREFIX=${placeholder "out"}"
    "HOOKSDIR=${placeholder "out"}/share/containers/oci/hooks.d"
    "CDIDIR=${placeholder "out"}/etc/cdi"
  ];

  enableParallelBuilding = true;

  meta = {
    description = "OCI hook that keeps the host's name service out of containers that bind /run";
    homepage = "https://oci-runmask.github.io";
    license = lib.licenses.asl20;
    platforms = lib.platforms.linux;
    mainProgram = "runmask";
  };
}
