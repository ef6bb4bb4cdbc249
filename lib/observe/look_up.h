/* SPDX-License-Identifier: Apache-2.0 */
/* look_up: what a path of a container leads to for the container's own programs: found, nothing, or
 * unknown. Absence is decided here, by errno and by whether the path passes a procfs. */
#pragma once

#include "base/lookup_problem.h"
#include "observe/proc_links.h"

struct lookup {
	bool found;             /* false: nothing is there, or (problem) it is unknown */
	int fd;                 /* what was found, O_PATH; else -1 */
	struct inode_info info; /* of what was found */
	int problem;            /* errno or PROBLEM_PROC, why it is unknown; 0: it is known */
	bool on_root_mount;     /* nothing is there, and no other mount is on the way */
};

#define LOOKUP_NOTHING ((struct lookup){ .fd = -1 })

/* Overwrites *look, which must hold no fd; lookup_clear closes look->fd. root: an O_PATH fd on the
 * container's root. path: absolute, as the container sees it. flags: O_DIRECTORY or 0. */
void look_up(int root, const char *path, int flags, struct lookup *look);
/* The same for a name in a directory; path is the name's. host_fd: the directory, if it is the
 * host's own: a link in it is not followed, because the directory decides; else -1. */
void look_up_name(int root, const char *path, int host_fd, struct lookup *look);
void lookup_clear(struct lookup *look);
