# SPDX-License-Identifier: Apache-2.0
#
# The package: pkgs.callPackage ./packaging/nix { }
#
# Everything is below $out; only the policy of the administrator is in /etc. link = "dynamic" is for those
# where nixpkgs has no archives of jansson and libcap to offer.
{
  lib,
  stdenv,
  glibc,
  jansson,
  libcap,
  libyaml,
  util-linux,
  link ? "static",
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
in
stdenv.mkDerivation {
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

  buildInputs = [
    libyaml
    util-linux
  ]
  ++ (
    if link == "static" then
      [
        glibc.static
        jansson'
        libcap'
      ]
    else
      [
        jansson
        libcap
      ]
  );

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
