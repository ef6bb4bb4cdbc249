# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Pods of a real containerd, over the CRI as a kubelet asks for them. For files that load engines and
# containerd first.
#
#   cri_conf 2|3 [FILE...]    containerd's configuration in that version of the file; FILEs are appended as
#                             they are
#   cri_default_conf [FILE...]   the same over "containerd config default"
#   cri_image                 imports the image lab.example/abs:1
#   cri_import ROOT TAG JSON  … an image of one layer, with that "config"
#   pod NAME [HANDLER] [JQ]   a pod on the host's network with one container that sleeps and binds /run on
#                             /var/run; JQ changes the container's CRI config. $pod_id, $container_id
#   pod_probe                 "run probe" in it: $status, $output
#   pod_exec CMD...
#   pod_config                config.json of that container
#   pods_remove               all of them

# shellcheck disable=SC2154,SC2034 # set and read by what is loaded

cri=$LAB_ROOT/tests/engines/cri
pod_image=lab.example/abs:1

# The lines that a machine without CAP_SYS_RESOURCE and without a registry wants; all else is containerd's.
cri_conf() {
  local version=$1 head
  shift
  mkdir -p /etc/containerd
  if [ "$version" = 2 ]; then
    head="[plugins.\"io.containerd.grpc.v1.cri\"]
sandbox_image = \"$pod_image\"
restrict_oom_score_adj = true"
  else
    head="[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = \"$pod_image\"
[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true"
  fi
  printf 'version = %s\nroot = "%s"\nstate = "/run/containerd"\n[grpc]\naddress = "%s"\n%s\n' "$version" \
    "$LAB_DIR/containerd" /run/containerd/containerd.sock "$head" >"$conf"
  # What names the file's version stands at its top already.
  [ $# -eq 0 ] || cat "$@" | sed 's/^version = /# &/' >>"$conf"
}

# The file that most nodes begin with: what containerd itself writes, and the same lines.
cri_default_conf() { # [FILE...]
  mkdir -p /etc/containerd
  containerd config default | sed -E "s|^( *sandbox(_image)? = ).*|\\1\"$pod_image\"|
    s|^( *restrict_oom_score_adj = ).*|\\1true|; s|^root = .*|root = \"$LAB_DIR/containerd\"|" >"$conf"
  [ $# -eq 0 ] || cat "$@" >>"$conf"
}

cri_image() {
  cri_import "$lab/images/abs" "$pod_image" '{Cmd: ["sleep", "1000"], Env: ["PATH=/usr/bin:/bin"]}'
}

cri_import() { # ROOT TAG CONFIG
  local work=$LAB_DIR/image sum
  mkdir "$work"
  tar -C "$1" -cf "$work/layer.tar" .
  sum=$(sha256sum <"$work/layer.tar" | cut -d ' ' -f 1)
  jq -n --arg sum "sha256:$sum" "{architecture: \"amd64\", os: \"linux\", config: $3,
    rootfs: {type: \"layers\", diff_ids: [\$sum]}}" >"$work/config.json"
  jq -n --arg tag "$2" '[{Config: "config.json", RepoTags: [$tag], Layers: ["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf "$work/image.tar" config.json manifest.json layer.tar
  ctr -n k8s.io images import "$work/image.tar" >/dev/null
  rm -r "$work"
}

pod() { # NAME [HANDLER] [JQ]
  local config container
  config=$(jq -n --arg name "$1" --arg cgroup "/$LAB_CGROUP" '{metadata: {name: $name, uid: $name, namespace: "lab"},
    annotations: {}, linux: {cgroup_parent: $cgroup, security_context: {namespace_options: {network: "NODE"}}}}')
  config=$(jq "${4:-.}" <<<"$config")
  pod_id=$("$cri" RunPodSandbox "$(jq --arg handler "${2-}" '{config: ., runtime_handler: $handler}' <<<"$config")" |
    jq -r .pod_sandbox_id)
  [ -n "$pod_id" ] || return 1
  container=$(jq -n --arg image "$pod_image" --arg own "$lab/images/abs/etc" '{metadata: {name: "web"}, image: {image: $image},
    command: ["sleep", "1000"], mounts: [
      {container_path: "/var/run", host_path: "/run"},
      {container_path: "/etc/hosts", host_path: ($own + "/hosts"), readonly: true},
      {container_path: "/etc/resolv.conf", host_path: ($own + "/resolv.conf"), readonly: true}],
    linux: {security_context: {namespace_options: {network: "NODE"}}}}' | jq "${3:-.}")
  container_id=$("$cri" CreateContainer "$(jq --arg pod "$pod_id" --argjson sandbox "$config" \
    '{pod_sandbox_id: $pod, config: ., sandbox_config: $sandbox}' <<<"$container")" | jq -r .container_id)
  [ -n "$container_id" ] || return 1
  "$cri" StartContainer "{\"container_id\": \"$container_id\"}" >/dev/null
}

pod_exec() {
  local answer
  answer=$("$cri" ExecSync "$(jq -n --arg id "$container_id" '{container_id: $id, cmd: $ARGS.positional, timeout: 60}' \
    --args -- "$@")") || return
  jq -j '.stdout // "" | @base64d' <<<"$answer"
  jq -j '.stderr // "" | @base64d' <<<"$answer" >&2
  return "$(jq -r '.exit_code // 0' <<<"$answer")"
}

pod_probe() {
  image_of_last=abs
  run --separate-stderr pod_exec probe
}

pod_config() {
  cat "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$container_id/config.json"
}

pods_remove() {
  local id
  for id in $("$cri" ListContainers | jq -r '.containers[]?.id'); do
    "$cri" RemoveContainer "{\"container_id\": \"$id\"}" >/dev/null || return # killed, if it runs
  done
  for id in $("$cri" ListPodSandbox | jq -r '.items[]?.id'); do
    "$cri" StopPodSandbox "{\"pod_sandbox_id\": \"$id\"}" >/dev/null || return
    "$cri" RemovePodSandbox "{\"pod_sandbox_id\": \"$id\"}" >/dev/null || return
  done
}
