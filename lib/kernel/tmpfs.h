/* SPDX-License-Identifier: Apache-2.0 */
/* tmpfs: the mount options of a tmpfs of ours: limits, owner, SELinux label (tmpfs(5)). Pure. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* The limits of the whole file system, with what the veil itself makes in it. It takes the host's
 * memory, so they are small. */
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

/* Fills *options. owner, group: the container's root, as ids of our user namespace. label:
 * linux.mountLabel of config.json, NULL where SELinux is not in use; borrowed. */
void tmpfs_options(struct tmpfs_options *options, const struct tmpfs_room *room, uid_t owner,
	gid_t group, const char *label);
