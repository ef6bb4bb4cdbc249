/* SPDX-License-Identifier: Apache-2.0 */
/* container_name: finds an engine's id and name of a container in cgroup paths, command lines and
 * state files. Pure. Names are for display: no decision depends on them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CONTAINER_ID_MAX 256

struct container_id {
	const char *engine; /* "docker", "podman", "cri-o", "containerd", "runc", … */
	char id[CONTAINER_ID_MAX];
};

/* From the text of /proc/PID/cgroup as the host sees it: the innermost container on any of the
 * paths. cgroup v1 and v2, cgroupfs and systemd drivers. False: no engine's path. */
bool container_id_from_cgroup(const char *text, struct container_id *id);

/* From the command line (NUL-separated, as in /proc) of the process that watches the container:
 * conmon's --name or --cid, containerd-shim's -id. */
bool container_id_from_command(const char *command, size_t length, struct container_id *id);

/* The name that Docker keeps in a container's config.v2.json ("/web"), and the one that Kubernetes'
 * annotations give in a bundle's config.json ("NAMESPACE/POD/CONTAINER"). *name is on the heap;
 * NULL when there is none. */
int container_name_from_docker(const char *text, size_t length, char **name, struct error *err)
	must_check;
int container_name_from_bundle(const char *text, size_t length, char **name, struct error *err)
	must_check;

/* A name or id as people write it: "/web" is web, "k8s_CONTAINER_POD_NAMESPACE_UID_N" is
 * NAMESPACE/POD/CONTAINER, and of 64 hexadecimal digits the first twelve. A copy on the heap, empty
 * only where the name is. */
char *container_name_tidy(const char *name, struct error *err) must_check;

/* 64 hexadecimal digits. */
bool container_id_is_hex(const char *id);
