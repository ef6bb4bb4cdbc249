/* SPDX-License-Identifier: Apache-2.0 */
/* planned_way: what a path of a container leads to before the container is made: through the links
 * of its image, below root.path, and through the mounts that config.json plans, in their order. It
 * looks below fds, joins no path to the image's, and changes nothing. */
#pragma once

#include "observe/look_up.h"
#include "spec/oci.h"

struct planned_tree {
	const struct spec *spec;
	int bundle;          /* what relative sources are relative to */
	int root;            /* root.path, O_PATH; -1: it cannot be opened */
	int problem;         /* why not: errno, or E2BIG for too many mounts; 0: it is not there */
	char **destinations; /* of the mounts, without links; one that is unknown is NULL */
	int unknown;         /* why the last such one is */
};

#define PLANNED_TREE_NONE ((struct planned_tree){ .bundle = -1, .root = -1 })

struct planned_way {
	char *path;         /* without links; what is not there yet as it is written */
	size_t behind;      /* the mount that it is in, from 1; 0: none, the image itself */
	bool own;           /* the path is that mount's destination */
	struct lookup look; /* what is there, on the host */
};

#define PLANNED_WAY_NONE ((struct planned_way){ .look = { .fd = -1 } })

/* Follows all destinations. *tree must be PLANNED_TREE_NONE. An error is want of memory alone. */
int planned_tree_open(struct planned_tree *tree, const struct spec *spec, int bundle,
	struct error *err) must_check;
void planned_tree_clear(struct planned_tree *tree);

/* Follows an absolute path. look.problem says why it is not known where it leads: PROBLEM_PROC,
 * PROBLEM_UNMADE, or an errno. An error is want of memory alone. */
int planned_follow(const struct planned_tree *tree, const char *path, struct planned_way *way,
	struct error *err) must_check;
void planned_way_clear(struct planned_way *way);
