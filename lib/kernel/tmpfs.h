/* SPDX-License-Identifier: Apache-2.0 */
/* tmpfs: what the file system of a veil is asked to be. Pure. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct tmpfs_option {
	const char *key, *value;
};

#define TMPFS_OPTIONS_MAX 8

/* The options in the order in which fsconfig(2) gets them; values point into the struct. */
struct tmpfs_options {
	struct tmpfs_option options[TMPFS_OPTIONS_MAX];
	size_t count;
	char inodes[24], owner[16], group[16];
};

/* entries: how many the veil itself makes. owner, group: the container's root, as ids of our
 * namespace. label: linux.mountLabel, NULL where SELinux is not in use; borrowed. */
void tmpfs_options(
	struct tmpfs_options *options, size_t entries, uid_t owner, gid_t group, const char *label);
