#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=all
podman --runtime runmask run --name global -v /run:/run x
podman --hooks-dir /x --runtime=crun run --name other -v /run:/run x
