# SPDX-License-Identifier: Apache-2.0
# ctr oci spec | jq -f base-runtime-spec.jq >/etc/containerd/oci-runmask-base.json
#
# The hook for every container that is made from this spec. It decides by the container's mounts, so that
# containers without a bind of the host's /run are left alone.
.hooks.createRuntime = (.hooks.createRuntime // []) + [{
  path: "/usr/libexec/oci/hooks.d/oci-runmask",
  args: ["oci-runmask", "createRuntime"],
  env: ["LC_ALL=C"],
  timeout: 30
}]
