/* SPDX-License-Identifier: Apache-2.0 */
/* mount_layout: the planned mounts of a container, in the order of mounting, and walks through
 * them. A walk follows a path as the kernel would, component by component, but through the plan:
 * the image, the binds of the host's directories, and everything else. Pure. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "manifest/manifest.h"

/* One planned mount, laid at its place. Resolved paths are written without a slash at their end, so
 * the root is "". */
struct laid_mount {
	char *place;     /* where it lands in the container, all links followed */
	char *source;    /* on the host, all links followed; NULL: not of the host */
	size_t sequence; /* from 1, in the order of mounting; 0: never laid */
	bool lifted;     /* taken out of the plan */
};

/* Borrows the mounts from the container. */
struct mount_layout {
	const struct planned_mount *mounts;
	size_t count;
	struct laid_mount *laid_mounts; /* by index in mounts */
	struct mount_order *orders;     /* as they are mounted */
	size_t *slots;                  /* hash of places: 1 + index of the last mount laid there */
	size_t slot_count;              /* a power of two */
	char *text;                     /* all places and sources */
	bool ordered;                   /* as written; else engines sort */
	bool mask_named; /* a mount that names a channel is exposed as well (policy key onNamed) */
	const char *beneath; /* walks ignore mounts at and below this place; NULL: none */
};

/* Where a walk stands. */
struct location {
	char place[PATH_MAX];
	size_t length;
	size_t hash;                   /* of place */
	const struct laid_mount *laid; /* what is to be seen here; NULL: the image */
	size_t newest;        /* the latest sequence on the way; what was laid before is hidden */
	unsigned int detours; /* links and ".." followed */
};

/* Engines mount what is written equally deep in any order. */
enum layout_order {
	ORDER_BEST,  /* what covers comes last */
	ORDER_WORST, /* what is covered comes last */
};

/* Lays the mounts out in the best order in which they may take effect. *layout must be zeroed; on
 * failure (memory) it is left zeroed. */
int layout_open(struct mount_layout *layout, const struct manifest_container *container,
	struct error *err) must_check;
void layout_clear(struct mount_layout *layout);

/* Lays them out again in that order. */
void layout_arrange(struct mount_layout *layout, enum layout_order order);

/* Whether there is only one order in which the mounts may take effect. */
bool layout_is_certain(const struct mount_layout *layout);

/* Takes a mount out of the plan; puts all back. */
void layout_lift(struct mount_layout *layout, size_t mount);
void layout_restore(struct mount_layout *layout);

/* Walks from the container's root, or on from where the location stands. False: the path is too
 * long, or its links go round in circles. */
bool layout_walk(const struct mount_layout *layout, const char *path, struct location *location)
	must_check;
bool layout_walk_on(const struct mount_layout *layout, const char *path, struct location *location)
	must_check;

/* The mount is seen at its own place: nothing laid later covers it. */
bool layout_shows(const struct mount_layout *layout, const struct laid_mount *laid);

/* Is what is seen here this path of the host (as host_path writes it)? */
bool location_is_host(const struct location *location, const char *path);
