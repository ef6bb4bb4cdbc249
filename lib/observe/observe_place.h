/* SPDX-License-Identifier: Apache-2.0 */
/* observe_place: what one place of a channel leads to; inside lib/observe only. */
#pragma once

#include "observe/observe.h"

/* Rule 3: looks at the directory and at the socket (or at every name in the directory), and sets
 * what is seen of them in the place, which must be SEEN_NOTHING but for its names. */
int observe_judge(const struct looking *looking, const struct host_place *host,
	struct seen_place *place, struct error *err) must_check;

/* The directory alone: place->fd and what belongs to it. An error where it cannot be said whether
 * anything is there. */
int observe_directory(const struct target *target, struct seen_place *place,
	struct inode_info *info, struct error *err) must_check;

/* The planned bind that made the mount with this id: the last in order, since it lies on top; NULL:
 * there is none. source: only a bind of this inode of the host's; may be NULL. */
int observe_planned(const struct looking *looking, uint64_t id, const struct inode *source,
	const struct planned_mount **planned, struct error *err) must_check;
