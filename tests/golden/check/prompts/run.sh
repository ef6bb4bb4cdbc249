#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=all
docker run --name default -v ${RUN_DIRECTORY:-/run}:/run x
docker run --name nested -v ${RUN_DIRECTORY:-$OTHER}:/run x
docker run --name braces -v {/run,/data}:/run x
