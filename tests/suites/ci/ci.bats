#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What pipelines take: the image over a directory of 40 files, the composite action's steps as a runner
# would run them, the pre-commit hook.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/lab-podman

# 40 files: 3 of them expose, one is a chart, most have nothing to judge.
forty_files() { # DIRECTORY
  local i
  mkdir -p "$1/deploy" "$1/docs" "$1/chart/templates"
  for i in 1 2 3; do
    printf 'services:\n  web%s:\n    volumes:\n      - /var/run:/var/run\n' $i >"$1/deploy/compose-$i.yaml"
  done
  for i in {1..12}; do
    printf 'services:\n  db%s:\n    image: postgres\n' "$i" >"$1/deploy/clear-$i.yaml"
  done
  printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n' >"$1/chart/templates/pod.yaml"
  for i in {1..24}; do
    echo "# page $i" >"$1/docs/page-$i.md"
  done
}

setup_file() {
  podman_do root crun load -i "$CHECK_IMAGE"
  forty_files "$LAB_DIR/forty"
}

in_image() {
  podman_do root crun run --rm --network none --read-only -v "$LAB_DIR/forty:/work:ro" "localhost/runmask:$VERSION" "$@"
}

@test "the image is below 3 MB and holds the program alone" {
  [ "$(find "$LAB_DIR/forty" -type f | wc -l)" = 40 ]
  [ "$(stat -c %s "$CHECK_IMAGE")" -lt 3000000 ]
  mkdir "$BATS_TEST_TMPDIR/oci"
  tar -xf "$CHECK_IMAGE" -C "$BATS_TEST_TMPDIR/oci"
  layer=$(jq -r '.layers[0].digest' "$BATS_TEST_TMPDIR/oci/blobs/sha256/$(jq -r '.manifests[0].digest' "$BATS_TEST_TMPDIR/oci/index.json" | cut -d: -f2)")
  run -0 tar -tf "$BATS_TEST_TMPDIR/oci/blobs/sha256/${layer#sha256:}"
  [ "$(sort <<<"$output" | tr '\n' ' ')" = "runmask work/ " ]
}

@test "podman runs it over 40 files as the program itself judges them" {
  run -1 --separate-stderr in_image
  [[ $output == *"3 exposed"* ]]
  run -1 --separate-stderr in_image check --quiet .
  inside=$output
  run -1 --separate-stderr bash -c 'cd "$1" && "$2" check --quiet .' - "$LAB_DIR/forty" "$RUNMASK"
  [ "$output" = "$inside" ]
  [ "${#lines[@]}" = 3 ]
  run -1 --separate-stderr in_image check --format sarif .
  [ "$(jq '.runs[0].results | length' <<<"$output")" = 3 ]
  run -0 --separate-stderr in_image check deploy/clear-1.yaml
}

# step NAME: what the action's step runs, with the inputs in the environment as INPUT_NAME.
step() {
  python3 - "$LAB_ROOT/packaging/ci/action.yml" "$1" >"$BATS_TEST_TMPDIR/step" <<'PYTHON'
import os, re, shlex, sys, yaml
action = yaml.safe_load(open(sys.argv[1]))
step, = (s for s in action["runs"]["steps"] if s["name"] == sys.argv[2])
assert step["shell"] == "bash"
def value(match):
    name = match.group(1)
    given = os.environ.get("INPUT_" + name.upper(), action["inputs"][name].get("default"))
    assert given is not None, f"{name} is required"
    return given
for key, text in step["env"].items():
    print("export", key + "=" + shlex.quote(re.sub(r"[$][{][{] inputs[.](\w+) [}][}]", value, text)))
print(step["run"])
PYTHON
  GITHUB_ACTION_PATH=$LAB_ROOT/packaging/ci RUNNER_TEMP=$BATS_TEST_TMPDIR/runner bash --noprofile --norc -eo pipefail "$BATS_TEST_TMPDIR/step"
}

@test "the action takes a download with the right checksum alone, and judges" {
  mkdir -p "$BATS_TEST_TMPDIR/tree/oci-runmask-1/usr/local/bin"
  cp "$RUNMASK" "$BATS_TEST_TMPDIR/tree/oci-runmask-1/usr/local/bin/runmask"
  tar -czf "$BATS_TEST_TMPDIR/release.tar.gz" -C "$BATS_TEST_TMPDIR/tree" oci-runmask-1
  export INPUT_VERSION=1 INPUT_URL=file://$BATS_TEST_TMPDIR/release.tar.gz INPUT_SHA256
  INPUT_SHA256=$(printf '0%.0s' {1..64})
  run -2 step Fetch\ runmask
  [[ $output == *"the checksum is"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/runner/runmask" ]
  INPUT_SHA256=latest
  run -2 step Fetch\ runmask
  INPUT_SHA256=$(sha256sum <"$BATS_TEST_TMPDIR/release.tar.gz" | cut -d' ' -f1)
  run -0 step Fetch\ runmask
  cd "$LAB_DIR/forty"
  run -1 step Check
  [ "$(grep -c '^::error file=deploy/compose-.\.yaml,line=4,col=9' <<<"$output")" = 3 ]
  export INPUT_FORMAT=sarif INPUT_OUTPUT=$BATS_TEST_TMPDIR/out.sarif INPUT_PATHS=$'deploy/clear-1.yaml\ndeploy/clear-2.yaml' INPUT_OPTIONS=--strict
  run -0 step Check
  [ "$(jq '.runs[0].results | length' "$INPUT_OUTPUT")" = 0 ]
}

@test "the pre-commit hook's line judges the files that its pattern takes" {
  read -r -a entry < <(python3 -c 'import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))[0]["entry"])' "$LAB_ROOT/.pre-commit-hooks.yaml")
  pattern=$(python3 -c 'import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))[0]["files"])' "$LAB_ROOT/.pre-commit-hooks.yaml")
  cd "$LAB_DIR/forty"
  mapfile -t files < <(find . -type f -printf '%P\n' | grep -E "$pattern" | grep -v '^docs\|^chart')
  [ "${#files[@]}" = 15 ]
  run -1 env PATH="$(dirname "$RUNMASK"):$PATH" "${entry[@]}" "${files[@]}"
  [ "${#lines[@]}" = 3 ]
}
