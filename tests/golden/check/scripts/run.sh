#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=all
RUN=/var/run
ID="$(docker run -d --name agent \
  -v $RUN:/var/run \
  --mount type=bind,source=/run,target=/run \
  -e A=b agent:1 --verbose)"
sudo podman run --rm -itv "$PWD:/src" --tmpfs=/run/nscd -v /run:/run builder make
docker run --runtime runmask -v /run:/run masked
docker run --volumes-from agent sidecar
docker run $DOCKER_OPTS -v /run:/run image
docker run -v "$WHERE:/run" image
docker run -v "$DATA:/data" image
# runmask: ignore -- it is the host's own agent
docker run -v /run:/run ignored
echo docker run -v /run:/run not a command
ssh host 'docker run -v /run:/run --name remote x'
