#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# containerd: ctr with the hook in the container's specification, and with the runtime door as its
# runtime. Kubernetes' containers: containerd-cri.bats.

# on bookworm: containerd runc
# on trixie: containerd runc
# on sid: containerd runc

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded
# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load engines
load containerd
load entrypoint

setup_file() {
  containerd_with
}

# ---- its configuration ----------------------------------------------------------------------------

# With an import, containerd 1.x takes the CRI's whole table of the last file; 2.x merges.
@test "runmask setup containerd: with imports the result is what config dump says, or the file stays" {
  cp "$conf" "$BATS_TEST_TMPDIR/usual"
  printf '[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = "a.example/pause:1"\n' | sed '1iversion = 2' \
    >"$BATS_TEST_TMPDIR/other.toml"
  { echo "imports = [\"$BATS_TEST_TMPDIR/other.toml\"]" && cat "$BATS_TEST_TMPDIR/usual" &&
    printf '[plugins."io.containerd.grpc.v1.cri"]\nenable_selinux = true\n'; } >"$conf"
  cp "$conf" "$BATS_TEST_TMPDIR/before"
  run --separate-stderr runmask setup containerd
  case $(containerd --version) in
    *" 1."*)
      [ "$status" = 2 ]
      [[ $stderr == *'a file that "imports" names replaces the table'* ]]
      cmp "$conf" "$BATS_TEST_TMPDIR/before"
      ;;
    *)
      [ "$status" = 0 ]
      containerd config dump | grep -q 'runtimes.runmask'
      ;;
  esac
  runmask setup containerd --undo
  cmp "$conf" "$BATS_TEST_TMPDIR/before"
  cp "$BATS_TEST_TMPDIR/usual" "$conf"
}

# ---- containers -----------------------------------------------------------------------------------

# A bundle's config.json; ctr wants the root's whole path in it.
spec() { # BUNDLE OPTIONS...
  bundle "$1" --jq ".root.path = \"$(bundle_dir "$1")/rootfs\"" "${@:2}"
}

ctr_run() { # BUNDLE OPTIONS...
  image_of_last=abs
  run --separate-stderr timeout 60 ctr run --rm "${@:2}" --config "$(bundle_dir "$1")/config.json" \
    "$1" </dev/null 3>&-
}

@test "ctr run --config: the hook in the specification" {
  for stage in createRuntime prestart createContainer; do
    spec bare --bind /var/run:/var/run
    ctr_run bare
    containerd_cell "nothing (the control)"
    leaks
    docker_sock_answers
    spec web --bind /var/run:/var/run --hook "$stage"
    ctr_run web
    containerd_cell "ctr run --config, $stage"
    protected
    docker_sock_answers
  done
}

@test "ctr run --config: a facade" {
  spec web --bind /var/run:/var/run --hook "createRuntime:--strategy facade"
  ctr_run web
  containerd_cell "ctr run --config, createRuntime --strategy facade"
  protected
  docker_sock_answers
}

@test "ctr run --runc-binary: the runtime door" {
  spec web --bind /var/run:/var/run
  ctr_run web
  leaks
  ctr_run web --runc-binary "$runtime_program"
  containerd_cell "ctr run --runc-binary"
  protected
  docker_sock_answers
}

@test "what is wrong with the policy is said by ctr itself" {
  local said='/etc/oci-runmask/policy.json:1:16: unknown key "stratgy" (did you mean "strategy"?)'
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "mask"}' >/etc/oci-runmask/policy.json
  spec web --bind /var/run:/var/run
  ctr_run web --runc-binary "$runtime_program"
  rm -r /etc/oci-runmask
  refused "$said"
  containerd_cell "ctr run --runc-binary, a policy that is wrong" "refused: $(grep -oF "$said" <<<"$stderr")"
}

# ---- entrypoints --------------------------------------------------------------------------------

ctr_stays() { # BUNDLE
  timeout 60 ctr run -d --config "$(bundle_dir "$1")/config.json" "$1" </dev/null >/dev/null 3>&- 4>&-
}

ctr_in() { # NAME CMD...
  ctr tasks exec --exec-id "e$RANDOM$RANDOM" "$@" </dev/null
}

ctr_end() { # NAME
  ctr tasks kill -s KILL "$1"
  eventually ctr tasks rm "$1"
  ctr containers rm "$1"
}

@test "entrypoints join the socket's group or change it, and dial, before and after the daemon's restart" {
  local policy=$BATS_TEST_TMPDIR/policy name
  host_changes stand_in 0:991 docker-of-the-host
  echo "{\"version\": 1, $through_directory}" >"$policy.web"
  echo "{\"version\": 1, $list_of_one}" >"$policy.list"
  spec bare --bind "$socket_bind" -- sleep 600
  spec web --bind "$socket_bind" --hook "createRuntime:--policy $policy.web" -- sleep 600
  spec list --bind /var/run:/var/run --hook "createRuntime:--policy $policy.list" -- sleep 600
  for name in bare web list; do
    ctr_stays "$name"
  done
  host_changes entrypoints_before_and_after 0:991 ctr_in
  containerd_cell "ctr run --config, sockets: an entrypoint joins the socket's group, daemon restarted" answers
  for name in bare web list; do
    ctr_end "$name"
  done
}
