#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The mask as one would write it in an afternoon: bash, jq, nsenter, mount. For comparison only.
set -eu

state=$(cat)
pid=$(jq -r .pid <<<"$state")
bundle=$(jq -r .bundle <<<"$state")
binds=$(jq -r '[.mounts[] | select(.type == "bind" and (.source == "/run" or .source == "/var/run"))] | length' \
  "$bundle/config.json")
[ "$binds" -gt 0 ] || exit 0
[ -d /run/nscd ] || exit 0
root=$(jq -r .root.path "$bundle/config.json")
[[ $root == /* ]] || root=$bundle/$root
nsenter --target "$pid" --mount -- mount -n -t tmpfs -o mode=0755,size=64k mask "$root/run/nscd"
