# SPDX-License-Identifier: Apache-2.0
#
# For NixOS, where nsncd answers every glibc program and its directory is removed at each restart:
#
#   imports = [ ./packaging/nix/module.nix ];
#   programs.oci-runmask.enable = true;           # runmask, and nscd's directory stays
#   programs.oci-runmask.hook.enable = true;      # the hook, for Podman and CRI-O
#   programs.oci-runmask.watch.enable = true;     # masks again what the host's changes would lift
#   programs.oci-runmask.policy.strategy = "facade";
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.programs.oci-runmask;
  json = pkgs.formats.json { };
  # The list is all that an engine looks at: NixOS has no /usr/share/containers.
  hooksDirectory = "${cfg.package}/share/containers/oci/hooks.d";
  keeps = cfg.keepNscdDirectory && config.services.nscd.enable;
  dynamicUser = config.systemd.services.nscd.serviceConfig.DynamicUser or false;
in
{
  options.programs.oci-runmask = {
    enable = lib.mkEnableOption "runmask, and what keeps masks in containers alive";

    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.callPackage ./default.nix { };
      defaultText = lib.literalExpression "pkgs.callPackage ./default.nix { }";
      description = "The package of oci-runmask.";
    };

    keepNscdDirectory = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Keep /run/nscd when nscd is restarted. A mask in a container, and a bind of that directory, lie on
        the directory itself: when it is removed and made again, the mask is gone, and the bind is dead.
      '';
    };

    watch.enable = lib.mkEnableOption "the service runmask-watch: runmask watch, which keeps masks where the host's changes would lift them";

    hook.enable = lib.mkEnableOption "the hook for all containers of Podman and CRI-O that have bind mounts";

    docker.enable = lib.mkEnableOption "the runtime `runmask` in Docker, for containers that ask for it";

    cdi.enable = lib.mkEnableOption "the CDI devices `oci-runmask.github.io/run=mask` and `=facade`";

    policy = lib.mkOption {
      type = json.type;
      default = { };
      example = {
        strategy = "facade";
        channels = [
          "nscd"
          "resolved"
        ];
      };
      description = "The policy, oci-runmask-policy(5). Without a key the package's own is in force.";
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ cfg.package ];

    environment.etc = lib.mkMerge [
      (lib.mkIf (cfg.policy != { }) {
        "oci-runmask/policy.json".source = json.generate "policy.json" ({ version = 1; } // cfg.policy);
      })
      (lib.mkIf cfg.cdi.enable {
        "cdi/oci-runmask.json".source = "${cfg.package}/etc/cdi/oci-runmask.json";
      })
    ];

    assertions = [
      {
        assertion =
          !(
            keeps
            && builtins.elem dynamicUser [
              true
              1
              "1"
              "yes"
              "true"
              "on"
            ]
          );
        message = "services.nscd has DynamicUser=, with which a kept directory is moved to /run/private, where only root may enter: set programs.oci-runmask.keepNscdDirectory = false";
      }
    ];

    systemd = lib.mkMerge [
      # There from boot on, too: a container that starts before nscd has something to put its mask on.
      (lib.mkIf keeps {
        services.nscd.serviceConfig.RuntimeDirectoryPreserve = "yes";
        tmpfiles.rules = [ "d /run/nscd - - - -" ];
      })
      # packaging/systemd/runmask-watch.service has the reasons
      (lib.mkIf cfg.watch.enable {
        services.runmask-watch = {
          description = "Mask containers that begin to reach the host's name service";
          documentation = [ "man:runmask(1)" ];
          wantedBy = [ "multi-user.target" ];
          serviceConfig = {
            ExecStart = "${cfg.package}/bin/runmask watch";
            Restart = "on-failure";
            RestartSec = "1";
            CapabilityBoundingSet = "CAP_SYS_ADMIN CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SETUID CAP_SETGID CAP_CHOWN";
            NoNewPrivileges = "yes";
            LockPersonality = "yes";
            MemoryDenyWriteExecute = "yes";
            RestrictRealtime = "yes";
            RestrictAddressFamilies = "AF_UNIX";
            SystemCallArchitectures = "native";
          };
        };
      })
    ];

    virtualisation = lib.mkMerge [
      (lib.mkIf cfg.hook.enable {
        containers.containersConf.settings.engine.hooks_dir = [ hooksDirectory ];
        cri-o.settings.crio.runtime.hooks_dir = [ hooksDirectory ];
      })
      (lib.mkIf cfg.docker.enable {
        docker.daemon.settings.runtimes.runmask.path = "${cfg.package}/libexec/oci/hooks.d/oci-runmask-runtime";
      })
    ];
  };
}
