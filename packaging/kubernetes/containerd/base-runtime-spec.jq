# SPDX-License-Identifier: Apache-2.0
# ctr oci spec | jq -f base-runtime-spec.jq >/etc/containerd/oci-runmask-base.json
#
# containerd's own defaults and the hook, for every container that is made from this spec. The hook decides
# by the container's mounts: one without a bind of the host's /run is left alone.
#
# The limit of 1024 open files, which "ctr oci spec" has, goes: containerd itself leaves it out where no
# base spec is named, so that containers have containerd's own limits.
#
# The file keeps the defaults of the containerd that made it: make it anew after an upgrade.
del(.process.rlimits)
| .hooks.createRuntime = (.hooks.createRuntime // []) + [{
  path: "/usr/libexec/oci/hooks.d/oci-runmask",
  args: ["oci-runmask", "createRuntime"],
  env: ["LC_ALL=C"],
  timeout: 30
}]
