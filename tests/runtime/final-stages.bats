#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Final is final, as in final.bats, at the other stages.

load lab
load more
load final

at() { # STAGE POLICY [BIND]
  stage=$1
  bound=(--bind "${3:-/run:/run}")
  each_fails "$2"
}

@test "each call of a mask fails once at prestart and createContainer, onError warn" {
  at prestart '{"onError":"warn"}'
  at createContainer '{"onError":"warn"}'
}

@test "each call of a facade fails once at createContainer, onError warn" {
  at createContainer '{"onError":"warn","strategy":"facade"}'
}

@test "each call of a socket's route fails once at prestart and createContainer, onError warn" {
  host_changes own_api
  at prestart "$socket_policy" /run/docker.sock:/srv/docker.sock
  at createContainer "$socket_policy" /run/docker.sock:/srv/docker.sock
  host_changes no_api
}
