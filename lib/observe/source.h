/* SPDX-License-Identifier: Apache-2.0 */
/* source: looks at a bind's source on the host, before the runtime's way to it is known: a link
 * into /proc/self leads each process to another file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "kernel/open.h"

/* The sources of one container mostly share directories of its engine or kubelet: the kernel walks
 * those once. */
struct shared_prefix {
	const char *source; /* the last one that was looked at */
	size_t length;      /* of its beginning, up to a "/", where fd is */
	int fd;             /* or -1 */
};

#define SHARED_PREFIX_NONE ((struct shared_prefix){ .fd = -1 })
void shared_prefix_close(struct shared_prefix *prefix);

/* As stat_if_there; a relative path is relative to bundle. Where a magic link of /proc is on the
 * way: -1 and ELOOP. */
int source_look(struct shared_prefix *prefix, int bundle, const char *path, struct inode_info *info,
	bool *there) must_check;

/* The same as a new O_PATH fd, or -1 with errno. A magic link is followed where the path begins
 * with it: /proc/PID/root. */
int source_open(int bundle, const char *path) must_check;

/* Of a procfs, any instance, its root or a process's directory: through both a program that may
 * trace gets to the root of the host. */
bool source_holds_processes(int bundle, const char *path, const struct inode_info *source);
