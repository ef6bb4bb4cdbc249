/* SPDX-License-Identifier: Apache-2.0 */
/* planned_places: which planned binds the channels' places lead through, before the container is
 * made. Inside lib/observe only. */
#pragma once

#include "observe/bind_sources.h"
#include "observe/observation.h"
#include "observe/planned_way.h"

/* What is asked of every mount, and where the answers go. */
struct question {
	const struct bind_sources_job *job;
	struct bind_sources *sources;
	int proc;
	struct host_place places[OBSERVED_MAX]; /* of all channels, in the table's order */
};

/* Adds a copy of *found to the sources' binds, with a copy of path, and peer as the mount of source
 * says, an fd that stays the caller's. */
int sources_add(const struct question *question, int source, const struct exposing_bind *found,
	const char *path, struct error *err) must_check;

/* Rule 3, on the plan: follows each place, and its socket, through links and planned mounts. */
int planned_places(const struct question *question, const struct planned_tree *tree,
	struct error *err) must_check;

/* Why it is unknown where the path leads; the first doubt is the one that is said. 0: no doubt. */
int sources_doubt(struct bind_sources *sources, const char *path, int problem, struct error *err)
	must_check;
