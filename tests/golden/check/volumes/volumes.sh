#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
docker volume create --driver local --opt type=none --opt device=/run --opt o=bind hostrun
docker run -d --name a -v hostrun:/var/run alpine
docker volume create -d local -o type=none -o device=/var/run -o o=bind,ro hr2
docker run -d --name b --mount type=volume,src=hr2,dst=/run,readonly alpine
sudo podman volume create --opt=device=/run --opt=o=rbind --label x=y --ignore v3
podman run --name c --mount source=v3,target=/host/run alpine
podman run --name c2 --mount type=volume,source=v3,target=/run alpine
docker volume create plain
docker run --name d -v plain:/run alpine
docker volume create -o device=/srv -o o=bind other
docker run --name e -v other:/run alpine
docker volume create -o device=$X -o o=bind unknown
docker run --name f -v unknown:/run alpine
docker run --name g -v unknown:/data alpine
docker volume create -o device=:/export -o type=nfs -o o=addr=1.2.3.4 nfs
docker run --name i -v nfs:/run alpine
