/* SPDX-License-Identifier: Apache-2.0 */
/* tmpfs: the mount options of a veil's tmpfs, as a table. */
#include "kernel/tmpfs.h"

#include <stdio.h>

static void add(struct tmpfs_options *options, const char *key, const char *value)
{
	options->options[options->count++] = (struct tmpfs_option){ key, value };
}

void tmpfs_options(struct tmpfs_options *options, const struct tmpfs_room *room, uid_t owner,
	gid_t group, const char *label)
{
	options->count = 0;
	snprintf(options->bytes, sizeof(options->bytes), "%zu", room->bytes);
	snprintf(options->inodes, sizeof(options->inodes), "%zu", room->inodes);
	add(options, "source", "oci-runmask");
	add(options, "size", options->bytes);
	add(options, "nr_inodes", options->inodes);
	add(options, "mode", "0755");
	if (owner != 0) {
		snprintf(options->owner, sizeof(options->owner), "%u", (unsigned int)owner);
		add(options, "uid", options->owner);
	}
	if (group != 0) {
		snprintf(options->group, sizeof(options->group), "%u", (unsigned int)group);
		add(options, "gid", options->group);
	}
	if (label != NULL)
		add(options, "context", label);
}
