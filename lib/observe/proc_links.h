/* SPDX-License-Identifier: Apache-2.0 */
/* proc_links: whether a path of the container passes a procfs or a watched directory on its way.
 *
 * Before pivot_root the container's procfs does not know the hook, and magic links are never
 * followed, while the container's own programs will be led on by both. A path that passes a procfs
 * may lead anywhere for them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "kernel/open.h"

/* What to watch for: that the path goes on from one of these directories by these names. */
struct path_watch {
	const struct inode *directories;
	size_t count;
	const char *rest; /* "nscd/socket" */
};

struct path_way {
	bool meets_proc;
	bool passes_watched;
};

/* path: absolute, below the container's root, an O_PATH fd. As the kernel does: at most 40
 * links, each of up to 4095 bytes, however long they are together (path_resolution(7)). watch may
 * be NULL. 0, or -1 with errno; *way is what was met until nothing was there. */
int path_way(int root, const char *path, const struct path_watch *watch, struct path_way *way)
	must_check;
