/* SPDX-License-Identifier: Apache-2.0 */
/* target: finds and enters a container's mount namespace, and finds its root there. It mounts
 * nothing (lib/apply does). */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "observe/host.h"
#include "spec/oci.h"
#include "spec/policy.h"

/* The container, once it is found. */
struct target {
	int root;    /* its root directory, O_PATH, in its mount namespace */
	int proc;    /* the host's /proc: "self" below it is this process, wherever we are */
	uid_t owner; /* its root user and group, as ids of the namespace we run in */
	gid_t group;
	int uid_map, gid_map; /* of its user namespace; -1: it is ours */
	bool pivoted;         /* it has its root already: nothing of the host's tree is in sight */
	const char *foreign;  /* why there is no container here to protect; NULL: there is */
};

#define TARGET_NONE ((struct target){ .root = -1, .proc = -1, .uid_map = -1, .gid_map = -1 })

/* What a door knows before it looks for the container. */
struct target_request {
	const struct state *state;
	const struct spec *spec;
	bool inside; /* createContainer: we are in its namespaces already, and state.pid means
			nothing to our /proc (runc says 1 there, crun 0) */
};

/* Enters the container's mount namespace (unless inside) and finds its root there: at root.path
 * before pivot_root, "/" after it. *target must be TARGET_NONE; target_close closes its fds, also
 * after a failure. 0 with foreign set when there is no container to protect. Takes on
 * PRIVILEGE_LOOK, unless foreign was known before the look at the root. */
int target_open(struct target *target, const struct target_request *place, struct error *err)
	must_check;
void target_close(struct target *target);

/* The owner and group that a file of ours takes over from another file, as ids of our namespace:
 * those that the container does not map become its root's. */
void target_ids(const struct target *target, const struct inode_info *of, uid_t *uid, gid_t *gid);

/* A container that runs already: fds on its /proc/PID, its mount namespace and its root, opened
 * before, which stay the caller's. */
struct target_running {
	int proc, namespace, root;
};

/* Enters the namespace of a running container, and changes no capabilities. *target must be
 * TARGET_NONE; target_close closes its fds, also after a failure. */
int target_open_running(
	struct target *target, const struct target_running *running, struct error *err) must_check;

/* Enters the mount namespace of process 1 (setns(2)), unless it is ours. proc: an fd on /proc. */
int target_enter_host(int proc, struct error *err) must_check;
