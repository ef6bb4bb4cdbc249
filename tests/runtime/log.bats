#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The log: one datagram for what was done, refused or skipped, none when there was nothing to do; and
# a reader of it, or none, keeps no container waiting.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

fixed_tail='^<[0-9]+>oci-runmask: .+ id=web door=[a-zA-Z]+ strategy=[a-z]* channel=[a-z,]* result=[a-z-]+$'

said_once() { # RUNTIME STAGE RESULT POLICY WORDS...
  local said
  policy "$4"
  forget_log
  bundle web --hook "$2:--policy $policy" "${@:5}"
  container "$1" web
  said=$(hook_log)
  echo "log: $said"
  [ "$(wc -l <<<"$said")" = 1 ]
  [[ $said =~ $fixed_tail ]]
  [[ $said == *" door=$2 "*" result=$3" ]]
}

done_once() {
  said_once "$@" "done" '{}' --bind /run:/run
  protected
}

refused_once() {
  said_once "$@" refused '{}' --bind /run:/run --annotation io.github.oci-runmask.strategy=mesk
  refused
}

skipped_once() {
  said_once "$@" skipped '{}' --bind /run:/run:rbind,rshared --rootfs-propagation rshared
  leaks
}

@test "done, refused, skipped: one datagram with a fixed tail" {
  each done_once "runc crun" "createRuntime prestart createContainer"
  each refused_once "runc crun" "createRuntime prestart createContainer"
  each skipped_once "runc crun" "createRuntime prestart createContainer"
}

@test "a warning and an error have their syslog levels" {
  target --bind /run:/run
  hook createRuntime
  [[ $(hook_log) == "<30>oci-runmask: masked "* ]]
  state '.pid = 4194305'
  hook createRuntime
  [[ $(hook_log) == "<27>oci-runmask: container "* ]]
  state ".pid = $$"
  hook createRuntime
  [[ $(hook_log) == "<28>oci-runmask: "* ]]
}

nothing_to_do() { # RUNTIME STAGE WORDS
  local words
  forget_log
  IFS=+ read -ra words <<<"$3"
  bundle web --hook "$2" "${words[@]}"
  container "$1" web
  [ "$status" = 0 ]
  silent
}

@test "nothing to do: nothing is said" {
  each nothing_to_do "runc crun" "createRuntime createContainer" \
    "--readonly --bind+/srv:/srv --bind+/run:/mnt --bind+/run:/run+--tmpfs+/run/nscd
     --bind+/run:/run+--annotation+io.github.oci-runmask.strategy=off"
}

no_log() { # STAGE WHAT-IS-AT-DEV-LOG
  rm -f /dev/log
  case $2 in
    nothing) ;;
    file) touch /dev/log ;;
    directory) mkdir /dev/log ;;
    fifo) mkfifo /dev/log ;;
    stream) ln -s /run/docker.sock /dev/log ;;
    dangling) ln -s /not/there /dev/log ;;
  esac
  target --bind /run:/run
  hook "$1"
  masked
  bundle web --bind /run:/run --hook "$1"
  container crun web
  protected
  target --bind /run:/run
  state '.pid = 4194305'
  hook "$1"
  rm -rf /dev/log
  ln -s /run/systemd/journal/dev-log /dev/log
  [ "$status" = 2 ]
  [ -n "$stderr" ]
}

@test "no log, or a file that is not a log: the hook works" {
  each no_log createRuntime "nothing file directory fifo stream dangling"
}

@test "no program listens to the log: the hook works" {
  host_changes log_stop
  target --bind /run:/run
  hook createRuntime
  masked
  bundle web --bind /run:/run --hook createRuntime
  container runc web
  protected
  host_changes log_start
}

# Microseconds that 20 refusals take.
refusals() {
  local start=${EPOCHREALTIME/./}
  for _ in {1..20}; do
    hook createRuntime
    [ "$status" = 2 ]
  done
  took=$((${EPOCHREALTIME/./} - start))
}

# Against what they take with a reader that reads: a busy machine slows down both.
@test "a reader that has stopped keeps no container waiting" {
  local took usual
  target --bind /run:/run --annotation io.github.oci-runmask.strategy=mesk
  refusals
  usual=$took
  host_changes log_stall
  run timeout 0.2 logger --socket /dev/log waits
  [ "$status" = 124 ]
  refusals
  echo "20 refusals took $took us, with a reader that reads $usual us"
  [ "$took" -lt $((5 * usual + 1000000)) ]
  for runtime in runc crun; do
    for stage in createRuntime createContainer; do
      bundle web --bind /run:/run --hook "$stage"
      container "$runtime" web
      protected
    done
  done
  host_changes log_start
}

@test "policy log none: nothing is said, whatever happens" {
  policy '{"log": "none", "onShared": "fail"}'
  target --bind /run:/run
  hook createRuntime --policy "$policy"
  masked
  silent
  state ".pid = $$"
  hook createRuntime --policy "$policy"
  [ "$status" = 0 ]
  [[ $stderr == *onForeign* ]]
  silent
  state '.pid = 4194305'
  hook createRuntime --policy "$policy"
  [ "$status" = 2 ]
  [[ $stderr == *4194305* ]]
  silent
}

# The name of a container must not be able to forge lines of another container.
@test "a name cannot forge a line or a tail" {
  target --bind /run:/run
  state '.id = "x result=done\n<30>oci-runmask[1]: forged id=\"y\" \u001b[2J\\"'
  state '.pid = 4194305'
  hook createRuntime
  refuses "container x result=done"
  [[ $stderr != *$'\e'* ]]
  forget_log
  hook createRuntime
  said=$(hook_log)
  echo "log: $said"
  [ "$(wc -l <<<"$said")" = 1 ]
  [[ $said != *$'\e'* ]]
  [[ $said =~ ' id="x result=done'.*'id=\"y\"'.*'" door=createRuntime strategy=mask channel= result=refused'$ ]]
}

@test "a long name leaves the tail whole" {
  target --bind /run:/run
  state '.id = ("x" * 5000)'
  hook createRuntime
  masked
  said=$(hook_log)
  [ "$(wc -l <<<"$said")" = 1 ]
  [[ $said =~ ' id=x'.*' door=createRuntime strategy=mask channel=nscd result=done'$ ]]
}
