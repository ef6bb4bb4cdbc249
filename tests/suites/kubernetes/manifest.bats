#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The YAML, the image and the configurations for engines, as far as no pod has to run for it.

# shellcheck disable=SC2030,SC2031 # variables are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load node

setup_file() {
  cover_of_test /usr/libexec
  install -D -m 755 "$OCI_RUNMASK" /usr/libexec/oci/hooks.d/oci-runmask
}

# The YAML's documents as one JSON list, and its pod.
setup() {
  lab_setup
  documents=$BATS_TEST_TMPDIR/documents.json
  as_json "$kubernetes/oci-runmask.yaml" >"$documents"
  pod='.[] | select(.kind == "DaemonSet") | .spec.template.spec'
}

as_json() { # FILE
  python3 -c 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))' "$1"
}

# ---- the YAML -----------------------------------------------------------------------------------

@test "the YAML has a namespace, the policy and a DaemonSet, and grants no rights" {
  run jq -c 'map(.kind)' "$documents"
  [ "$output" = '["Namespace","ConfigMap","DaemonSet"]' ]
  run jq -r 'map(.metadata | .namespace // .name) | unique | .[]' "$documents"
  [ "$output" = oci-runmask ]
  jq -e ".[2].spec | .selector.matchLabels == .template.metadata.labels" "$documents"
}

# What is asked of the pod, a line each: what it says, and the change that it would find.
asked() {
  cat <<'END'
[.volumes[].hostPath // empty | .path] == ["/", "/etc/oci-runmask"] | .volumes[1].hostPath.path = "/etc"
(.initContainers + .containers) | all(.securityContext.readOnlyRootFilesystem == true) | .containers[0].securityContext.readOnlyRootFilesystem = false
.initContainers[0].securityContext.capabilities == {drop: ["ALL"], add: ["SYS_CHROOT"]} | .initContainers[0].securityContext.capabilities.add = ["SYS_ADMIN"]
.initContainers[0].securityContext.allowPrivilegeEscalation == false | del(.initContainers[0].securityContext.allowPrivilegeEscalation)
.containers[0].securityContext.capabilities == {drop: ["ALL"], add: ["SYS_ADMIN", "SYS_CHROOT", "SYS_PTRACE", "DAC_READ_SEARCH"]} | .containers[0].securityContext.capabilities.add += ["NET_ADMIN"]
(.initContainers + .containers) | all(.securityContext.privileged | not) | .initContainers[0].securityContext.privileged = true
(.initContainers + .containers) | all(.resources.requests.memory and .resources.limits.memory) | del(.containers[0].resources.limits)
(.hostNetwork or .hostIPC) | not | .hostNetwork = true
.hostPID == true | del(.hostPID)
.automountServiceAccountToken == false | del(.automountServiceAccountToken)
.securityContext.seccompProfile.type == "RuntimeDefault" | .securityContext.seccompProfile.type = "Unconfined"
.tolerations == [{operator: "Exists"}] | .tolerations = []
.nodeSelector == {"kubernetes.io/os": "linux"} | del(.nodeSelector)
[.containers[].volumeMounts] == [[{name: "policy-of-node", mountPath: "/etc/oci-runmask", readOnly: true}]] | .containers[0].volumeMounts[0].readOnly = false
.initContainers[0].env == [{name: "ENGINES", value: "cri-o containerd"}] | .initContainers[0].env = []
[.initContainers[0].volumeMounts[] | select(.mountPropagation)] == [] | .initContainers[0].volumeMounts[0].mountPropagation = "Bidirectional"
END
}

# FILE COUNT, and on stdin lines "WHAT HOLDS | A CHANGE": each holds in FILE, and is found out when it is
# otherwise.
holds_each() {
  local line count=0
  while read -r line; do
    jq -e "$pod | ${line% | *}" "$1" >/dev/null || { echo "not so: ${line% | *}" && return 1; }
    run jq -e "$pod | ${line##* | } | ${line% | *}" "$1"
    [ "$output" = false ] || { echo "not found out: ${line##* | }: $output" && return 1; }
    count=$((count + 1))
  done
  [ "$count" = "$2" ]
}

@test "the pod has what it needs and no more; each of these is found out when it is otherwise" {
  holds_each "$documents" 16 < <(asked)
}

@test "the image of the YAML is the one of this version" {
  run jq -r "$pod | (.initContainers + .containers)[].image" "$documents"
  [ "$(sort -u <<<"$output")" = "localhost/oci-runmask-installer:$VERSION" ]
}

@test "the policy in the ConfigMap is valid, and has the defaults" {
  run --separate-stderr "$BUILT/runmask" policy - < <(jq -r '.[1].data["policy.json"]' "$documents")
  [ "$status" = 0 ]
  diff <(echo "$output") <("$BUILT/runmask" policy - <<<'{"version": 1}')
}

@test "runmask check finds no container of the YAML exposed, and would find one that is" {
  run "$BUILT/runmask" check --strict "$kubernetes/oci-runmask.yaml"
  [ "$status" = 0 ]
  [[ $output == *"2 containers: 2 clear"* ]]
  sed 's|mountPath: /etc/oci-runmask|mountPath: /var/run|; s|path: /etc/oci-runmask|path: /run|' \
    "$kubernetes/oci-runmask.yaml" >"$BATS_TEST_TMPDIR/exposed.yaml"
  run "$BUILT/runmask" check "$BATS_TEST_TMPDIR/exposed.yaml"
  [ "$status" = 1 ]
}

@test "remove.sed only removes, and lets the pod watch no longer" {
  sed -f "$kubernetes/remove.sed" "$kubernetes/oci-runmask.yaml" >"$BATS_TEST_TMPDIR/remove.yaml"
  diff <(as_json "$BATS_TEST_TMPDIR/remove.yaml" | jq .) \
    <(jq '(.[] | select(.kind == "DaemonSet") | .spec.template.spec) |= (.initContainers[0].args = ["remove"] | .containers[0].args = ["wait"])' "$documents")
}

# ---- watch.yaml -----------------------------------------------------------------------------------

watch_asked() {
  cat <<'END'
[.volumes[].hostPath // empty] == [] | .volumes[0].hostPath = {path: "/run"}
.containers[0].securityContext.capabilities == {drop: ["ALL"], add: ["SYS_ADMIN", "SYS_CHROOT", "SYS_PTRACE", "DAC_READ_SEARCH"]} | .containers[0].securityContext.capabilities.add += ["NET_ADMIN"]
.containers | all(.securityContext.privileged | not) | .containers[0].securityContext.privileged = true
.containers | all(.securityContext.readOnlyRootFilesystem == true) | .containers[0].securityContext.readOnlyRootFilesystem = false
.containers | all(.volumeMounts[].readOnly == true) | .containers[0].volumeMounts[0].readOnly = false
.containers | all(.resources.requests.memory and .resources.limits.memory) | del(.containers[0].resources.limits)
(.hostNetwork or .hostIPC) | not | .hostNetwork = true
.hostPID == true | del(.hostPID)
.automountServiceAccountToken == false | del(.automountServiceAccountToken)
.securityContext.seccompProfile.type == "RuntimeDefault" | .securityContext.seccompProfile.type = "Unconfined"
(has("initContainers") | not) and (.containers | length) == 1 | .initContainers = [{}]
END
}

@test "watch.yaml has what it needs and no more, the image of packaging/ci, and the policy of oci-runmask.yaml" {
  local all=$BATS_TEST_TMPDIR/watch.json
  as_json "$kubernetes/watch.yaml" >"$all"
  holds_each "$all" 11 < <(watch_asked)
  [ "$(jq -r "$pod | .containers[].image" "$all")" = "localhost/runmask:$VERSION" ]
  grep -qF 'localhost/runmask:$version' "$LAB_ROOT/packaging/ci/build-image"
  diff <(jq '.[0:2]' "$all") <(jq '.[0:2]' "$documents")
  # the same container as that of oci-runmask.yaml, but for the image and where its policy is from
  diff <(jq -S "$pod | .containers[0] | del(.image, .volumeMounts[].name)" "$all") \
    <(jq -S "$pod | .containers[0] | del(.image, .volumeMounts[].name)" "$documents")
  "$BUILT/runmask" check --strict "$kubernetes/watch.yaml"
}

# ---- the image ----------------------------------------------------------------------------------

image_files() { # ARCHIVE: of the one layer
  local layer
  layer=$(tar -xOf "$1" index.json | jq -r '.manifests[0].digest')
  layer=$(tar -xOf "$1" "blobs/${layer/://}" | jq -r '.layers | if length == 1 then .[0].digest else error end')
  tar -xOf "$1" "blobs/${layer/://}" | tar -tz
}

@test "the image holds the programs, busybox, the installer and nothing else" {
  run image_files "$BUILT/kubernetes/oci-runmask-installer-$VERSION.tar"
  [ "$(grep -vE '/$|^bin/' <<<"$output" | sort | tr '\n' ' ')" = \
    "oci-runmask/base-runtime-spec.sed oci-runmask/before-removal oci-runmask/engines-on-node oci-runmask/install-on-node oci-runmask/oci-runmask oci-runmask/oci-runmask-runtime oci-runmask/oci-runmask.json.in oci-runmask/runmask " ]
  diff <(grep -oE '^bin/.+' <<<"$output" | sort) - <<'END'
bin/busybox
bin/cat
bin/chmod
bin/chroot
bin/cmp
bin/cut
bin/dd
bin/grep
bin/ln
bin/mkdir
bin/mv
bin/rm
bin/rmdir
bin/sed
bin/sh
bin/sha256sum
bin/sleep
bin/sort
bin/tr
END
}

@test "the same files make the same image, to the byte of what names it" {
  local again=$BATS_TEST_TMPDIR/again.tar
  "$kubernetes/build-image" "$BUILT" "$LAB_ROOT/build/lab/debs/busybox-static/bin/busybox" \
    "$VERSION" "$again"
  diff <(tar -xOf "$again" index.json) \
    <(tar -xOf "$BUILT/kubernetes/oci-runmask-installer-$VERSION.tar" index.json)
}

@test "a program that needs libraries is refused, since the image has none" {
  mkdir "$BATS_TEST_TMPDIR/dynamic"
  cp "$BUILT"/{oci-runmask,oci-runmask-runtime} "$BATS_TEST_TMPDIR/dynamic"
  cp /usr/bin/jq "$BATS_TEST_TMPDIR/dynamic/runmask"
  run "$kubernetes/build-image" "$BATS_TEST_TMPDIR/dynamic" "$LAB_ROOT/build/lab/debs/busybox-static/bin/busybox" x \
    "$BATS_TEST_TMPDIR/x.tar"
  [ "$status" = 1 ]
  [[ $output == *"is not static"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/x.tar" ]
}

# ---- engines ------------------------------------------------------------------------------------

@test "the configurations for CRI-O and containerd are TOML, and say what they must" {
  local file
  for file in "$kubernetes"/crio/*.conf "$kubernetes"/containerd/*.toml; do
    python3 -c 'import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))' "$file" \
      >"$BATS_TEST_TMPDIR/${file##*/}.json"
  done
  cd "$BATS_TEST_TMPDIR"
  jq -e '.crio.runtime.hooks_dir == ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"]' \
    50-oci-runmask.conf.json
  jq -e '.plugins["io.containerd.nri.v1.nri"].disable == false' nri.toml.json
  jq -e '.plugins["io.containerd.grpc.v1.cri"].containerd.runtimes.runc
    | .base_runtime_spec == "/etc/containerd/oci-runmask-base.json" and
      .pod_annotations == ["io.github.oci-runmask.*", "io.github.oci-runmask.*/*"]' \
    base-runtime-spec.toml.json
}

@test "CRI-O told by crio/50-oci-runmask.conf finds the hook, as runmask doctor sees it" {
  tree=$BATS_TEST_TMPDIR/tree
  mkdir -p "$tree"/{usr/bin,etc/crio/crio.conf.d,etc/containers/oci/hooks.d,var/lib/oci-runmask}
  install -m 755 /bin/true "$tree/usr/bin/crio"
  install -m 755 "$OCI_RUNMASK" "$tree/var/lib/oci-runmask/oci-runmask"
  sed 's|@HOOK@|/var/lib/oci-runmask/oci-runmask|' "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" \
    >"$tree/etc/containers/oci/hooks.d/oci-runmask.json"
  crio_hook
  [[ $output == *"is where it does not read"* ]]
  cp "$kubernetes/crio/50-oci-runmask.conf" "$tree/etc/crio/crio.conf.d/"
  crio_hook
  [ "$output" = "/etc/containers/oci/hooks.d/oci-runmask.json runs /var/lib/oci-runmask/oci-runmask." ]
}

crio_hook() {
  run jq -r '.checks[] | select(.id == "crio-hook") | .says' < <("$BUILT/runmask" doctor --root "$tree" --json)
  echo "$output"
}

base_spec() { # FILTER_FILE: a container that binds /var/run, from a spec changed by the filter
  bundle web --bind /var/run:/var/run
  jq -f "$1" "$(bundle_dir web)/config.json" >"$BATS_TEST_TMPDIR/config.json"
  cp "$BATS_TEST_TMPDIR/config.json" "$(bundle_dir web)/config.json"
  container runc web
}

@test "a base_runtime_spec made by base-runtime-spec.jq protects what runc makes of it" {
  echo . >"$BATS_TEST_TMPDIR/unchanged.jq"
  base_spec "$BATS_TEST_TMPDIR/unchanged.jq"
  leaks
  base_spec "$kubernetes/containerd/base-runtime-spec.jq"
  protected
}

@test "base-runtime-spec.jq keeps the hooks that are there, and the hook is the one of hooks.d" {
  run jq -c -f "$kubernetes/containerd/base-runtime-spec.jq" <<<'{"hooks":{"createRuntime":[{"path":"/a"}],"poststop":[1]}}'
  jq -e '.hooks.createRuntime[0] == {path: "/a"} and .hooks.poststop == [1]' <<<"$output"
  diff <(jq '.hooks.createRuntime[1]' <<<"$output") \
    <(sed 's|@HOOK@|/usr/libexec/oci/hooks.d/oci-runmask|' "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" | jq .hook)
}
