# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A node, for the tests of packaging/kubernetes.
#
#   node_tree DIR...       what is there: kind, mode, owner, size, time and text of each file
#   node_setup             a scratch node for a test: $ROOT, $programs, $program, $hooks, $hooks_file, $policy, $next
#   want_policy TEXT       in the ConfigMap
#   make_node ROOT         a scratch node, and what install-on-node finds in its image
#   make_image PROGRAMS    another version of the image, of the programs in that directory
#   install_on_node VERB   in that scratch node, with the shell of the test
#   cover_of_test DIR      changes to it stay on the private host
#   pod_of SED_ARGS...     the DaemonSet's pod and its ConfigMap, after "sed SED_ARGS oci-runmask.yaml"

# shellcheck disable=SC2034 # what it sets is read by the tests

kubernetes=$LAB_ROOT/packaging/kubernetes
: "${BUILT:=$LAB_ROOT/build}"

# Directories have no time here: files came and went in them.
node_tree() {
  local file
  find "$@" -not -type d -printf '%p %y %m %U:%G %s %T@ %l\n' | sort
  find "$@" -type d -printf '%p %y %m %U:%G\n' | sort
  find "$@" -type f | sort | while read -r file; do sha256sum "$file"; done
}

cover_of_test() {
  local cover=$LAB_DIR/state/cover$1
  mkdir -p "$cover"/{upper,work}
  mount -t overlay -o "lowerdir=$1,upperdir=$cover/upper,workdir=$cover/work" cover "$1"
}

# A node with hooks of others, and an image's files beside it.
make_node() { # ROOT
  export ROOT=$1
  programs=$ROOT/node/usr/libexec/oci/hooks.d
  hooks=$ROOT/node/usr/share/containers/oci/hooks.d
  mkdir -p "$programs" "$hooks" "$ROOT/node/etc/oci-runmask" "$ROOT/policy" "$ROOT/oci-runmask"
  echo '{"of":"others"}' >"$hooks/other.json"
  echo others >"$programs/other"
  make_image "$BUILT"
}

node_setup() {
  lab_setup
  make_node "$BATS_TEST_TMPDIR/root"
  program=$programs/oci-runmask
  hooks_file=$hooks/oci-runmask.json
  policy=$ROOT/node/etc/oci-runmask/policy.json
  next=$BUILT/kubernetes/next
}

want_policy() { # TEXT
  echo "$1" >"$ROOT/policy/policy.json"
}

make_image() { # PROGRAMS
  cp "$1"/{oci-runmask,oci-runmask-runtime,runmask} "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" \
    "$LAB_ROOT/packaging/before-removal" "$kubernetes/containerd/base-runtime-spec.sed" "$ROOT/oci-runmask/"
}

# Under each shell and its tools: dash with Debian's, and busybox as in the image.
install_on_node() { # VERB
  local shell=(dash)
  [ "${node_shell-dash}" = dash ] || shell=("$LAB_ROOT/build/lab/debs/busybox-static/bin/busybox" sh)
  GRACE=${GRACE-0} "${shell[@]}" "$kubernetes/install-on-node" "$1"
}

# The pod as its node would start it. Podman 4.3 knows no DaemonSet, starts an init container again and
# again where the pod's policy is Always, and removes it with its log unless it is told not to.
pod_of() { # SED_ARGS...
  sed "$@" "$kubernetes/oci-runmask.yaml" | python3 -c '
import sys, yaml
for document in yaml.safe_load_all(sys.stdin):
    if document["kind"] == "DaemonSet":
        pod = document["spec"]["template"]
        pod.update(apiVersion="v1", kind="Pod")
        pod["metadata"]["name"] = "oci-runmask"
        pod["metadata"]["annotations"] = {"io.podman.annotations.init.container.type": "always"}
        pod["spec"]["restartPolicy"] = "Never"
        document = pod
    elif document["kind"] != "ConfigMap":
        continue
    print("---")
    print(yaml.safe_dump(document))'
}
