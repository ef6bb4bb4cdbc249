# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the cases of the bench find on the private host: directories with config.json and state, as
# an engine leaves them, and the root and the sources that config.json names.
#
#   scenes_make DIR

bench=$LAB_ROOT/tests/suites/bench

# NAME FILTER: a bundle with the config.json of the fixture, changed by a jq filter.
scene() {
  local dir=$scenes/$1
  mkdir -p "$dir"
  jq -c "$(<"$bench/scenes.jq") $2" "$bench/config.json" | tr -d '\n' >"$dir/config.json"
  jq -c --arg bundle "$dir" '{ociVersion: "1.0.2",
    id: "4b7f1f6e0c9a52d3e8b1740a6d5c3f29178e0b4a9d6c2f5183e7a0b94c6d1f28", status: "created",
    pid: 0, bundle: $bundle, annotations}' "$dir/config.json" | tr -d '\n' >"$dir/state"
}

# The root that config.json names, of a real image, with all that is to be mounted on.
make_root() {
  local root destination changes=$scenes/root
  root=$(jq -r .root.path "$bench/config.json")
  mkdir -p "$changes"/{upper,work} "$root"
  mount -t overlay \
    -o "lowerdir=$lab/images/abs,upperdir=$changes/upper,workdir=$changes/work" bench "$root"
  jq -r '.mounts[].destination' "$bench/config.json" | while read -r destination; do
    case $destination in
      /sys/*) ;;
      /etc/*) touch "$root$destination" ;;
      *) mkdir -p "$root$destination" ;;
    esac
  done
}

make_sources() {
  local source
  jq -r '.mounts[] | select(.type == "bind") | .source' "$bench/config.json" |
    while read -r source; do
      case $source in
        */hostname | */resolv.conf) mkdir -p "${source%/*}" && echo node-17 >"$source" ;;
        *) mkdir -p "$source" ;;
      esac
    done
}

# A node's /run has some forty entries.
fill_run() {
  local entries count=0
  entries=(/run/*)
  while [ $((${#entries[@]} + count)) -lt 40 ]; do
    count=$((count + 1))
    echo 1 >"/run/service-$count.pid"
  done
}

scenes_make() {
  scenes=$1
  mkdir -p "$scenes"
  make_root
  make_sources
  fill_run
  scene usual .
  scene no-bind 'without_binds'
  scene other-binds 'without_run'
  scene config-1m 'grown(1000000)'
  scene config-4m 'grown(4000000)'
  scene config-16m 'grown(16000000)'
  scene annotations 'annotated(300000)'
}
