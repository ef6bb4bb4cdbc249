# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests that say "load lab", "load more" and "load more-facade": many containers that stay while
# the host changes, and what is to be seen of the host in them.
#
#   start_each PREFIX HOOK-ARGS RUNTIMES IMAGES STAGES WORDS...
#                             a container for each combination, with WORDS of bundle; the stage "none"
#                             has no hook. They stay; their names begin with PREFIX
#   in_each PREFIX CLAIM...   probe in each of them, and CLAIM holds
#   answers_in_each PREFIX PATH WORDS
#                             who serves PATH says WORDS there; "-": no server does
#   says_in_each PREFIX LINES CMD...
#
#   protected_with_docker [WORDS], leaks_with_docker, protected_by_files (with no name server)
#
#   list_policy [NAME...]     strategy facade, exposing these names (docker.sock) through /run/docker-api
#   api_start [WORDS]         the daemon's second listening path, /run/docker-api/docker.sock
#   docker_and_api_restart    both sockets are others then, and say docker-started-again
#
#   mounts_table PID          every mount of that process's namespace, covered ones too, by libmount;
#                             what lies below the hidden name is named as if it were not
#   lost A B                  lines of text A that are not in B
#   host_run_in PID           which directories and files of the host's /run, or of what is mounted
#                             below it, are attached anywhere there

start_each() {
  local prefix=$1 args=$2 runtime image stage words name
  for runtime in $3; do
    for image in $4; do
      for stage in $5; do
        name=$prefix-$runtime-$image-$stage
        words=(--image "$image" "${@:6}")
        [ "$stage" = none ] || words+=(--hook "$stage:$args")
        bundle "$name" "${words[@]}" -- sleep 600
        start_container "$runtime" "$name" || claim_failed "$name does not start" || return 1
      done
    done
  done
}

# All are asked; those of whom it is not true are named.
each_started() { # PREFIX FUNCTION WORDS...
  local dir name asked=0 failed=0
  for dir in "$LAB_DIR/bundles/$1"-*/; do
    name=$(basename "$dir")
    asked=$((asked + 1))
    # as in one_row: bash ignores "set -e" in a command when its status is tested
    (
      trap - ERR DEBUG
      set -e
      "$2" "$name" "${@:3}"
    ) >"$BATS_TEST_TMPDIR/asked" 2>&1 &
    wait $! || {
      failed=$((failed + 1))
      echo "in $name:"
      sed 's/^/  /' "$BATS_TEST_TMPDIR/asked"
    }
  done
  echo "$1: $asked asked, $failed failed"
  [ "$asked" -gt 0 ] && [ "$failed" = 0 ]
}

probe_and_claim() {
  exec_in "$1" probe
  "${@:2}"
}

in_each() {
  each_started "$1" probe_and_claim "${@:2}"
}

answer_is() { # NAME PATH WORDS
  exec_in "$1" ask "$2"
  [ "${output:--}" = "$3" ] || claim_failed "$2: not \"$3\""
}

answers_in_each() {
  each_started "$1" answer_is "${@:2}"
}

output_is() { # NAME LINES CMD...
  exec_in "$1" "${@:3}"
  [ "$output" = "$2" ] || claim_failed "not said: \"$2\""
}

says_in_each() {
  each_started "$1" output_is "${@:2}"
}

protected_with_docker() { # [WORDS]
  protected && docker_sock_answers "$@"
}

# In a network of its own no name server answers.
protected_by_files() {
  report_says "host onlyhost -" "ahost onlyhost -" "host redis 172.20.0.5" "ahost redis 172.20.0.5" \
    "host both 172.20.0.6" "user hostuser -" "user contuser 6001" "user both 6000" \
    "group hostgroup -" "group contgroup 6001" "group both 6000"
}

leaks_with_docker() {
  leaks && docker_sock_answers "$@"
}

# ---- the second listening path ------------------------------------------------------------------

list_policy() {
  [ $# -gt 0 ] || set -- docker.sock
  policy "$(gojq -n '{strategy: "facade", facade: {expose: $ARGS.positional},
    sockets: ($ARGS.positional | map({path: "/run/\(.)", directory: "/run/docker-api"}))}' --args "$@")"
}

api_start() {
  mkdir -p /run/docker-api
  serve /run/docker-api/docker.sock "${1:-docker-of-the-host}"
}

docker_and_api_restart() {
  docker_restart
  unserve /run/docker-api/docker.sock
  api_start docker-started-again
}

# ---- mounts -------------------------------------------------------------------------------------

mounts_table() {
  findmnt --task "$1" -rn -o TARGET,FSTYPE,SOURCE,OPTIONS,PROPAGATION |
    sed 's|/run/\.host-run|/run|' | sort
}

lost() {
  comm -23 <(echo "$1") <(echo "$2")
}

host_run_in() {
  local devices
  devices=$(findmnt -rn -o MAJ:MIN,TARGET,SOURCE | grep -v ' lab-bundle-' | cut -d ' ' -f 1,2 |
    sed -n 's| /run\(/.*\)\?$||p' | sort -u)
  findmnt --task "$1" -rn -o MAJ:MIN,FSROOT | grep -wF "$devices" | sed 's/^[^ ]* //' | sort -u
}
