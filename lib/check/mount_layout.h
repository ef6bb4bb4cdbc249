/* SPDX-License-Identifier: Apache-2.0 */
/* sheet: a container's planned mounts laid out on paper, and walks through them. A walk follows a
 * path as the kernel would, component by component, but through the plan: the image, the binds of
 * the host's directories, and everything else. Pure. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "manifest/manifest.h"

/* One planned mount, laid at its place. Resolved paths are written without a slash at their end, so
 * the root is "". */
struct layer {
	char *place;     /* where it lands in the container, all links followed */
	char *source;    /* on the host, all links followed; NULL: not of the host */
	size_t sequence; /* from 1, in the order of mounting; 0: never laid */
};

/* Borrows the mounts from the container. */
struct sheet {
	const struct planned_mount *mounts;
	size_t count;
	struct layer *layers; /* by index in mounts */
	struct turn *turns;   /* as they are mounted */
	size_t *slots;        /* hash of places: 1 + index of the last layer laid there */
	size_t slot_count;    /* a power of two */
	char *text;           /* all places and sources */
	const char *beneath;  /* walks ignore layers at and below this place; NULL: none */
};

/* Where a walk stands. */
struct spot {
	char place[PATH_MAX];
	size_t length;
	size_t hash;               /* of place */
	const struct layer *layer; /* what is to be seen here; NULL: the image */
	size_t newest;        /* the latest sequence on the way; what was laid before is hidden */
	unsigned int detours; /* links and ".." followed */
};

/* Lays the mounts out in the order in which they take effect. *sheet must be zeroed; on failure
 * (memory) it is left zeroed. */
int sheet_open(struct sheet *sheet, const struct manifest_container *container, struct error *err)
	must_check;
void sheet_clear(struct sheet *sheet);

/* Walks from the container's root, or on from where the spot stands. False: the path is too long,
 * or its links go round in circles. */
bool sheet_walk(const struct sheet *sheet, const char *path, struct spot *spot) must_check;
bool sheet_walk_on(const struct sheet *sheet, const char *path, struct spot *spot) must_check;

/* The layer is seen at its own place: nothing laid later covers it. */
bool sheet_shows(const struct sheet *sheet, const struct layer *layer);

/* Is what is seen here this path of the host (as host_path writes it)? */
bool spot_is_host(const struct spot *spot, const char *path);

/* The host's own path of an absolute path: slashes, "." and ".." tidied, /var/run taken as the link
 * to /run that it is. Writes at most strlen(path) + 2 bytes; the root becomes "". */
void host_path(char *resolved, const char *path);

/* Is the path the directory itself or something below it? Both without a slash at the end. */
bool path_within(const char *path, const char *directory);

/* The last component of a path and its length; NULL when it has none. */
const char *path_last(const char *path, size_t *length);
