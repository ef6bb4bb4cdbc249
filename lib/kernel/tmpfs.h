/* SPDX-License-Identifier: Apache-2.0 */
/* tmpfs: what the file system of a veil is asked to be. Pure. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define TMPFS_SMALL_BYTES ((size_t)1 << 20)
#define TMPFS_SMALL_INODES 1024

/* How much may be made in it, beside what the veil itself makes. It is the node's memory. */
struct tmpfs_room {
	size_t bytes, inodes;
};

struct tmpfs_option {
	const char *key, *value;
};

#define TMPFS_OPTIONS_MAX 8

/* The options in the order in which fsconfig(2) gets them; values point into the struct. */
struct tmpfs_options {
	struct tmpfs_option options[TMPFS_OPTIONS_MAX];
	size_t count;
	char bytes[24], inodes[24], owner[16], group[16];
};

/* owner, group: the container's root, as ids of our namespace. label: linux.mountLabel, NULL where
 * SELinux is not in use; borrowed. */
void tmpfs_options(struct tmpfs_options *options, const struct tmpfs_room *room, uid_t owner,
	gid_t group, const char *label);
