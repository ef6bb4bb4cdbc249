#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=all
OPTIONS="--rm  -v /run:/run"
SAME=$OPTIONS
NONE=
ENGINE="sudo docker run"
docker run $OPTIONS options
docker run ${SAME} same
docker run "$NONE$OPTIONS" one-word
docker run $NONE -v /run:/run none
$ENGINE -v /run:/run engine
docker run -v $'/run:/run' ansi
docker run --mount TYPE=BIND,Source=/run,TARGET=/run large
docker run --mount type=Bind,source=/run,target=/run larger
MOUNTS=(-v /run:/run)
docker run "${MOUNTS[@]}" array
docker run ${DEBUG:+-it} -v /run:/run perhaps
docker run ${NONE:+-v /run:/run} never
docker run ${SAME:+-v /run:/run} set
docker run ${COVER:+--tmpfs=/run/nscd} -v /run:/run unknown
docker run $DEBUG -v /run:/run unclear
docker run $(tty -s && echo -t) --rm -itv /run:/run unclear
docker run $IMAGE -v
docker run $IMAGE --level=3 -c x
docker run "$IMAGE" -v /run:/run argument
docker run $IMAGE tool -v /run:/run
docker run ${NONE+-v /run:/run} empty-but-set
docker run ${HOOK:+--runtime=runmask} -v /run:/run unclear
docker run ${SKIP:+--label=io.github.oci-runmask.check=ignore} -v /run:/run unclear
docker run ${EMPTY:+-v=/empty:/run/nscd} -v /run:/run unclear
docker run ${END:+--} -v /run:/run unclear
podman run --unsetenv-all -v /run:/run flag
