/* SPDX-License-Identifier: Apache-2.0 */
/* target: which mount namespace, which root; and what is seen there. With lib/peer the one room
 * that enters and looks; lib/apply is the one that mounts. */
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
struct target_place {
	const struct state *state;
	const struct spec *spec;
	bool inside; /* createContainer: we are in its namespaces already, and state.pid means
			nothing to our /proc (runc says 1 there, crun 0) */
};

/* Enters the container's mount namespace (unless inside) and finds its root there: at root.path
 * before pivot_root, "/" after it. When there is no such thing, foreign says why and nothing was
 * entered, or nothing will be found. From then on only what the steps need is permitted. */
int target_open(struct target *target, const struct target_place *place, struct error *err)
	must_check;
void target_close(struct target *target);

/* The owner and group that a file of ours takes over from another file: those that the container
 * does not know become its root's. */
void target_ids(const struct target *target, const struct inode_info *of, uid_t *uid, gid_t *gid);

/* A container that runs already: proc is its /proc directory, namespace its mount namespace, root
 * its root (kept by the caller), all opened before. Enters that namespace. */
struct target_running {
	int proc, namespace, root;
};
int target_open_running(
	struct target *target, const struct target_running *running, struct error *err) must_check;

/* Enters the mount namespace of process 1, where it is another than ours. proc: an fd on /proc. */
int target_enter_host(int proc, struct error *err) must_check;
