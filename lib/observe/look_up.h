/* SPDX-License-Identifier: Apache-2.0 */
/* look_up: what a path of a container leads to for the container's own programs, and the one
 * decision that nothing is there for them: by errno and by the way of the path. For the hook, scan
 * and fix alike; it looks and changes nothing. */
#pragma once

#include "base/lookup_problem.h"
#include "observe/proc_links.h"

struct lookup {
	bool found;             /* nothing, or unknown, otherwise */
	int fd;                 /* what was found, O_PATH; else -1 */
	struct inode_info info; /* of what was found */
	int problem;            /* not 0: it is unknown whether anything is there, and why */
};

#define LOOKUP_NOTHING ((struct lookup){ .fd = -1 })

/* path: absolute, below the container's root, an O_PATH fd. flags: O_DIRECTORY or 0. *look must
 * hold no fd. */
void look_up(int root, const char *path, int flags, struct lookup *look);
void lookup_clear(struct lookup *look);
