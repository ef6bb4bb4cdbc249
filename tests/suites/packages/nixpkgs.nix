# SPDX-License-Identifier: Apache-2.0
#
# As much of nixpkgs as packaging/nix asks for, so that it can be evaluated and built without it: modules are
# merged plainly, and a derivation is made with this machine's own tools and libraries.
let
  merge =
    a: b:
    if builtins.isAttrs a && builtins.isAttrs b then
      a
      // builtins.mapAttrs (
        name: value: if builtins.hasAttr name a then merge (builtins.getAttr name a) value else value
      ) b
    else
      b;

  lib = {
    mkIf = condition: value: if condition then value else { };
    mkMerge = builtins.foldl' merge { };
    mkOption = option: option;
    mkEnableOption = description: {
      default = false;
      inherit description;
    };
    literalExpression = text: text;
    types = {
      bool = "bool";
      package = "package";
    };
    licenses.asl20 = "Apache-2.0";
    platforms.linux = [ "x86_64-linux" ];
  };

  # What options say when they are not set.
  defaults =
    options:
    builtins.mapAttrs (
      name: option:
      if builtins.isAttrs option && builtins.hasAttr "description" option then
        option.default
      else
        defaults option
    ) options;

  library = name: {
    inherit name;
    override = arguments: library "${name}.a";
    overrideAttrs = change: library "${name}.a";
  };

  musl = toString ../../../build/musl/x86_64;

  # As nixpkgs' compiler for musl: it finds musl by itself, and adds "-static" where it links.
  musl-compiler = builtins.toFile "x86_64-unknown-linux-musl-gcc" ''
    [ "$*" != -dumpmachine ] || exec echo x86_64-unknown-linux-musl
    static=(-static)
    for word; do
      case $word in -c | -E | -fsyntax-only | -print-*) static=() ;; esac
    done
    exec gcc -nostdinc -isystem ${musl}/include -isystem "$(gcc -print-file-name=include)" -B${musl}/lib \
      -L${musl}/lib "$@" "''${static[@]}"
  '';

  # A derivation that is made with this machine's tools, and the words of ENVIRONMENT in its environment.
  mkDerivation =
    environment: package:
    derivation (
      {
        name = "${package.pname}-${package.version}";
        system = builtins.currentSystem;
        builder = "/bin/bash";
        args = [
          "-c"
          "set -e; cp -r $src source; chmod -R u+w source; cd source; make -j$(nproc) $makeFlags; make $makeFlags install"
        ];
        PATH = "/usr/bin:/bin";
        inherit (package) src makeFlags;
      }
      // environment
    )
    // {
      inherit (package) version makeFlags meta;
      inputs = map (input: input.name) package.buildInputs;
    };

  pkgs = rec {
    inherit lib;
    callPackage =
      file: arguments:
      let
        function = import file;
      in
      function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // arguments);
    formats.json = _: {
      type = "json";
      generate = name: value: builtins.toFile name (builtins.toJSON value);
    };
    glibc.static = library "glibc.a";
    jansson = library "jansson";
    libcap = library "libcap";
    libyaml = library "libyaml";
    util-linux = library "util-linux";
    stdenv.mkDerivation = mkDerivation { };
    pkgsStatic = {
      jansson = library "pkgsStatic.jansson";
      libcap = library "pkgsStatic.libcap";
      libyaml = library "pkgsStatic.libyaml";
      stdenv.mkDerivation = mkDerivation {
        CC = "bash ${musl-compiler}";
      };
    };
  };
in
{
  dynamic = pkgs.callPackage ../../../packaging/nix { link = "dynamic"; };
  static = pkgs.callPackage ../../../packaging/nix { link = "static"; };
  default = pkgs.callPackage ../../../packaging/nix { };

  # What the module makes of a machine's configuration.
  system =
    settings:
    let
      module = import ../../../packaging/nix/module.nix {
        inherit lib pkgs;
        config = merge (merge { services.nscd.enable = true; } (defaults module.options)) settings;
      };
    in
    module.config;
}
