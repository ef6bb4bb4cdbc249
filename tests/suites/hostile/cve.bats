#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Attacks that have a name, each tried on our hook as it worked on another program of its kind. The
# races themselves, thousands of times, are in race.c.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load ../../runtime/lab-podman
load hostile

# ---- looked at, then swapped --------------------------------------------------------------------

swap_for_link() {
  mv -T /run/nscd /run/nscd.away
  ln -s "$decoy" /run/nscd
}

swap_back() {
  rm /run/nscd
  mv -T /run/nscd.away /run/nscd
}

# Mounts in the target's namespace that are not below its root.
outside_root() {
  grep -v -e " $target_root " -e " $target_root/" "/proc/$target_pid/mountinfo"
}

# In one line, or not at all.
said_well() {
  [ ! -s "$BATS_TEST_TMPDIR/said.err" ] || one_line "$BATS_TEST_TMPDIR/said.err"
}

swapped_at() { # STRATEGY CALL NTH
  local before
  target --bind /run:/run
  before=$(outside_root)
  stopped_after "$2" "$3" swap_for_link createRuntime --strategy "$1"
  swap_back
  [ "$status" = 0 ] || [ "$status" = 2 ] || claim_failed "$2 $3: neither done nor refused"
  said_well || claim_failed "$2 $3: more than one line"
  [ "$(outside_root)" = "$before" ] || claim_failed "$2 $3: a mount outside the container"
  decoy_unchanged
}

at_each_step() { # STRATEGY
  local call nth steps
  target --bind /run:/run
  steps=$(steps_from setns createRuntime --strategy "$1")
  [ "$(wc -l <<<"$steps")" -ge 8 ]
  while read -r call nth; do
    swapped_at "$1" "$call" "$nth"
  done <<<"$steps"
}

@test "CVE-2021-30465, CVE-2019-19921: nscd swapped for a link behind each step of a mask" {
  at_each_step mask
}

@test "CVE-2021-30465, CVE-2019-19921: nscd swapped for a link behind each step of a facade" {
  at_each_step facade
}

# A mount by path would have gone there.
@test "the swap would have led a mount by path out of the container" {
  target --bind /run:/run
  swap_for_link
  nsenter --target "$target_pid" --mount --no-fork mount -t tmpfs naive "$target_root/run/nscd"
  swap_back
  outside_root | grep -q " $decoy .* naive "
  nsenter --target "$target_pid" --mount --no-fork umount "$decoy"
}

# The image's own names, by a neighbour who shares its root directory.
swap_image_run() {
  mv -T "$target_root/var/run" "$target_root/var/run.away"
  ln -s "$1" "$target_root/var/run"
}

image_swapped_at() { # STRATEGY CALL NTH
  local before
  target --bind /run:/run
  before=$(outside_root)
  stopped_after "$2" "$3" "swap_image_run $decoy" createRuntime --strategy "$1"
  [ "$status" = 0 ] || [ "$status" = 2 ] || claim_failed "$2 $3: neither done nor refused"
  said_well || claim_failed "$2 $3: more than one line"
  [ "$(outside_root)" = "$before" ] || claim_failed "$2 $3: a mount outside the container"
}

@test "CVE-2024-0132, CVE-2025-23359: a path of the image swapped between look and mount" {
  local call nth strategy
  for strategy in mask facade; do
    target --bind /run:/run
    steps_from setns createRuntime --strategy "$strategy" >"$BATS_TEST_TMPDIR/list"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/list")" -ge 8 ]
    while read -r call nth <&5; do
      image_swapped_at "$strategy" "$call" "$nth"
    done 5<"$BATS_TEST_TMPDIR/list"
  done
}

# ---- files made through links -------------------------------------------------------------------

# What a hook may want to make something in leads to the host; but for /dev: its link the older
# runtimes follow themselves (that is CVE-2026-41579).
links_to_host() {
  rm -rf run tmp var/run var/log
  ln -s "$decoy/run" run
  ln -s "$decoy" tmp
  ln -s "../..$decoy/log" var/log
  ln -s "/proc/1/root$decoy" var/run
}

made_by_links() { # RUNTIME STAGE POLICY
  policy "$3"
  bundle web --bind /run:/run --bind /run/docker.sock:/tmp/docker.sock --hook "$2:--policy $policy"
  image_change web links_to_host
  container "$1" web
  decoy_unchanged
  [ "$status" != 0 ] || [[ $output != *onlyhost*10.9.9.9* ]]
}

docker_policy='{"sockets":[{"path":"/run/docker.sock","directory":"/run/docker-api"}]}'
facade_policy='{"strategy":"facade"}'

@test "CVE-2024-0133, CVE-2024-0134, CVE-2024-5154: nothing is made on the host through an image's links" {
  host_changes own_api
  each made_by_links "runc crun" "createRuntime createContainer" \
    "$docker_policy $facade_policy"
  host_changes no_api
}

# What a hook of this kind does that was not written for it.
@test "such links do lead a program that follows them to the host" {
  bundle web --bind /run:/run
  image_change web links_to_host
  touch "$(bundle_dir web)/rootfs/tmp/made"
  not decoy_unchanged >/dev/null
  rm "$decoy/made"
  decoy
}

# By hand: the runtime is not to be in the way.
routed_past_dev() { # STAGE LINK
  policy "$docker_policy"
  target --bind /run/docker.sock:/opt/docker.sock
  rm -rf "$target_root/dev"
  ln -s "$2" "$target_root/dev"
  enter=()
  [ "$1" = createRuntime ] || enter=(nsenter --target "$target_pid" --mount --no-fork)
  "${enter[@]}" "$OCI_RUNMASK" "$1" --policy "$policy" \
    <"$state" >"$BATS_TEST_TMPDIR/said.out" 2>"$BATS_TEST_TMPDIR/said.err" || [ $? = 2 ]
  one_line "$BATS_TEST_TMPDIR/said.err"
  grep -q "no /dev of its own" "$BATS_TEST_TMPDIR/said.err"
  untouched
  decoy_unchanged
  [ -S /run/docker.sock ]
}

@test "CVE-2026-41579: an image with a link at /dev has nothing made or removed behind it" {
  host_changes own_api
  each routed_past_dev "createRuntime createContainer" "$decoy ../../../../../..$decoy /proc/1/root$decoy /run"
  host_changes no_api
}

# ---- the image's environment and directory ------------------------------------------------------

# /proc/self/cwd is the rootfs there: the image brings its own library.
evil_image() {
  echo "void __attribute__((constructor)) run(void) {
      FILE *said = fopen(\"$decoy/evil\", \"w\");
      if (said) { fputs(\"ran\\n\", said); fclose(said); } }" |
    gcc -shared -fPIC -include stdio.h -x c -o "$(bundle_dir web)/rootfs/evil.so" -
}

evil_bundle() { # HOOK
  local hook=$1
  OCI_RUNMASK=$hook bundle web --bind /run:/run --hook createContainer \
    --jq 'del(.hooks.createContainer[0].env) | .process.env += ["LD_PRELOAD=/proc/self/cwd/evil.so"]'
  evil_image
}

@test "CVE-2025-23266: LD_PRELOAD of the image, from the hook's directory, runs nothing of the image's" {
  cp /bin/true "$LAB_DIR/tmp/dynamic-hook"
  evil_bundle "$LAB_DIR/tmp/dynamic-hook"
  container runc web
  [ "$(cat "$decoy/evil")" = ran ] # that is how it worked
  rm "$decoy/evil" "$LAB_DIR/tmp/dynamic-hook"
  decoy
  evil_bundle "$OCI_RUNMASK"
  # the container's own programs find no such library and say so: that is not the hook's affair
  container runc web
  [ ! -e "$decoy/evil" ]
}

# ---- what masks ---------------------------------------------------------------------------------

null_is_a_link() {
  mkdir -p dev
  rm -f dev/null
  ln -s "$1" dev/null
}

masked_with_null() { # RUNTIME STAGE LINK
  bundle web --bind /run:/run --hook "$2" -- sleep 60
  image_change web null_is_a_link "$3"
  start_container "$1" web
  [ "$(masks "$(container_pid web)" | wc -l)" = 1 ]
  [[ $(masks "$(container_pid web)") == *" oci-runmask "* ]]
  exec_in web probe
  protected
}

@test "CVE-2025-31133: the mask is the hook's own tmpfs, whatever the image has made of /dev/null" {
  each masked_with_null "runc crun" "createRuntime createContainer" \
    "/proc/sysrq-trigger /run/nscd/socket $decoy/file"
}

# ---- descriptors --------------------------------------------------------------------------------

# What stands in for the real runtime says what it was given: no more than without the door.
given() { # COMMAND...
  (
    exec 5<"$decoy"
    exec "$@" create --bundle "$(bundle_dir web)" web </dev/null >/dev/null 2>&1
  )
  sed -E 's/.* ([0-9]+) -> /\1 /; s/(\/proc\/)[0-9]+/\1PID/' "$BATS_TEST_TMPDIR/fds" | grep -v '^total'
}

@test "CVE-2024-21626: the runtime door hands the runtime no descriptor of its own" {
  printf '#!/bin/sh\nls -l /proc/self/fd >"%s"\n' "$BATS_TEST_TMPDIR/fds" >"$BATS_TEST_TMPDIR/runtime"
  chmod 755 "$BATS_TEST_TMPDIR/runtime"
  bundle web --bind /run:/run
  given "$BATS_TEST_TMPDIR/runtime" >"$BATS_TEST_TMPDIR/alone"
  grep -q "^5 $decoy\$" "$BATS_TEST_TMPDIR/alone"
  given "$OCI_RUNMASK" runtime --runtime "$BATS_TEST_TMPDIR/runtime" >"$BATS_TEST_TMPDIR/behind"
  [ "$(jq '.hooks.createRuntime | length' "$(bundle_dir web)/config.json")" = 1 ]
  diff "$BATS_TEST_TMPDIR/alone" "$BATS_TEST_TMPDIR/behind"
}

cwd_of_a_descriptor() { # RUNTIME STAGE NUMBER
  bundle web --bind /run:/run --hook "$2" --jq ".process.cwd = \"/proc/self/fd/$3\"" -- \
    sh -c 'cat ../../../../../etc/hosts ../../../../../../../etc/hosts; exit 0'
  container "$1" web
  [[ $output != *10.9.9.9* ]]
}

@test "CVE-2024-21626: no descriptor of the hook's is a way out for the container" {
  each cwd_of_a_descriptor "runc crun" "createRuntime createContainer" "3 5 7 8 10"
}

# ---- annotations --------------------------------------------------------------------------------

annotated() { # RUNTIME KEY=VALUE
  policy '{"annotations": "honour"}'
  bundle web --bind /run:/run --annotation "$2" --hook "createRuntime:--policy $policy"
  container "$1" web
  never_leaks
}

@test "CVE-2024-3154: annotations choose among strategies and reach nothing else" {
  printf '{"version": 1, "strategy": "off"}' >"$BATS_TEST_TMPDIR/off.json"
  chmod 644 "$BATS_TEST_TMPDIR/off.json"
  each annotated "runc crun" "io.github.oci-runmask.policy=$BATS_TEST_TMPDIR/off.json
    io.github.oci-runmask.strategy=--policy=$BATS_TEST_TMPDIR/off.json
    io.github.oci-runmask.strategy=mask,off io.github.oci-runmask.strategy=OFF
    io.github.oci-runmask.onError=warn io.github.oci-runmask.channels=[]
    io.github.oci-runmask.strategy=../../off io.github.oci-runmask.enabled=false"
}

# Podman before 4.6 copies an image's annotations into config.json: there the image itself speaks.
image_speaks() { # POLICY-WORD
  policy "{\"annotations\": \"$1\"}"
  podman_hook createRuntime "--policy $policy"
  image_of_last=abs
  run --separate-stderr podman_do root runc run --rm --no-hosts --network host --dns 127.0.0.2 \
    --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --cgroup-parent "/$LAB_CGROUP" \
    -v /run:/run localhost/opts-out probe
}

@test "CVE-2024-3154: an image that carries the annotation is stopped by raise and ignore" {
  podman_make root
  podman_containerenv
  mkdir "$BATS_TEST_TMPDIR/context"
  cp -a "$lab/images/abs" "$BATS_TEST_TMPDIR/context/root"
  printf 'FROM scratch\nCOPY root /\n' >"$BATS_TEST_TMPDIR/context/Containerfile"
  podman_do root runc build -q --annotation io.github.oci-runmask.strategy=off \
    -t localhost/opts-out "$BATS_TEST_TMPDIR/context"
  image_speaks raise
  protected
  image_speaks ignore
  protected
  # to honour is to let the writer of annotations decide: with this Podman, the image
  image_speaks honour
  leaks
  podman_do root runc rmi localhost/opts-out
}

by_annotation() { # RUNTIME POLICY-WORD
  policy "{\"annotations\": \"$2\"}"
  bundle web --bind /run:/run --annotation io.github.oci-runmask.strategy=off \
    --hook "createRuntime:--policy $policy"
  container "$1" web
  protected
}

@test "CVE-2024-3154: the same with the runtimes alone" {
  each by_annotation "runc crun" "raise ignore"
}

# ---- the host's daemon as a target --------------------------------------------------------------

asks_nscd() {
  "$lab/nscd-ask" "/proc/$target_pid/root$target_root/var/../run/nscd/socket" user:root
}

@test "CVE-2014-9984, CVE-2024-33599 to 33602: no request of the container's reaches the host's nscd" {
  target --bind /run:/run
  [[ $(asks_nscd) == "user root 0"* ]] || { asks_nscd && false; } # the way is open without the hook
  for strategy in mask facade; do
    target --bind /run:/run
    hook createRuntime --strategy "$strategy"
    [ "$status" = 0 ]
    [ "$(asks_nscd)" = "user root ?" ]
  done
}
