# SPDX-License-Identifier: Apache-2.0
#
# A bundle's config.json as engines write it. Input: {words: ["bind=SRC:DST:OPTIONS", ...],
# command: [...], cgroup, hook (the hook's path)}. The order of words is that of mounts and hooks.

def usual_mounts:
  [
    {destination: "/proc", type: "proc", source: "proc"},
    {destination: "/dev", type: "tmpfs", source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"]},
    {destination: "/dev/pts", type: "devpts", source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
    {destination: "/dev/shm", type: "tmpfs", source: "shm",
      options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
    {destination: "/dev/mqueue", type: "mqueue", source: "mqueue",
      options: ["nosuid", "noexec", "nodev"]},
    {destination: "/sys", type: "sysfs", source: "sysfs",
      options: ["nosuid", "noexec", "nodev", "ro"]},
    {destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
      options: ["nosuid", "noexec", "nodev", "relatime", "ro"]}
  ];

def docker_capabilities:
  ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "AUDIT_WRITE"]
  | map("CAP_" + .);

def plain:
  {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: {uid: 0, gid: 0},
      args: .command,
      env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"],
      cwd: "/",
      capabilities: (docker_capabilities as $c | {bounding: $c, effective: $c, permitted: $c}),
      # No rlimits: raising one needs CAP_SYS_RESOURCE, which not every machine gives.
      noNewPrivileges: true
    },
    root: {path: "rootfs", readonly: false},
    hostname: "container",
    mounts: usual_mounts,
    linux: {
      cgroupsPath: .cgroup,
      resources: {devices: [{allow: false, access: "rwm"}]},
      namespaces: ["pid", "ipc", "uts", "mount"] | map({type: .}),
      maskedPaths: ["/proc/kcore", "/proc/timer_list", "/proc/scsi", "/sys/firmware"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    }
  };

def options_of($text; $default):
  if $text == null or $text == "" then $default else $text | split(",") end;

def add_bind($parts):
  .mounts += [{destination: $parts[1], type: "bind", source: $parts[0],
    options: options_of($parts[2]; ["rbind", "rprivate"])}];

def add_tmpfs($parts):
  .mounts += [{destination: $parts[0], type: "tmpfs", source: "tmpfs",
    options: options_of($parts[1]; ["nosuid", "nodev", "mode=755", "size=64k"])}];

# One harmless variable: an empty environment would be left out, and the hook get the caller's.
def add_hook($path; $parts):
  ($parts[1] // "" | split(" ") | map(select(. != ""))) as $extra
  | .hooks[$parts[0]] += [{path: $path, args: (["oci-runmask", $parts[0]] + $extra),
      env: ["LC_ALL=C"]}];

def add_userns:
  .linux.namespaces += [{type: "user"}, {type: "network"}]
  | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
  | .linux.gidMappings = .linux.uidMappings;

# The container is on the host's own mount table then, so nothing may be mounted.
def drop_mount_namespace:
  .linux.namespaces |= map(select(.type != "mount"))
  | .mounts = [] | .linux.maskedPaths = [] | .linux.readonlyPaths = [];

def apply_word($word; $path):
  ($word | index("=")) as $at
  | $word[:$at] as $key
  | $word[$at + 1:] as $value
  | if $key == "bind" then add_bind($value | split(":"))
    elif $key == "tmpfs" then add_tmpfs($value | split(":"))
    elif $key == "hook" then add_hook($path; $value | split(":"))
    elif $key == "annotation" then
      ($value | index("=")) as $is | .annotations[$value[:$is]] = $value[$is + 1:]
    elif $key == "rootfs-propagation" then .linux.rootfsPropagation = $value
    elif $key == "mount-label" then .linux.mountLabel = $value
    elif $key == "readonly" then .root.readonly = true
    elif $key == "userns" then add_userns
    elif $key == "no-mount-namespace" then drop_mount_namespace
    else error("bundle: no option is called --" + $key)
    end;

. as $input | reduce $input.words[] as $word (plain; apply_word($word; $input.hook))
