/* SPDX-License-Identifier: Apache-2.0 */
/* planned_places: what the channels' places lead to before the container is made; inside
 * lib/observe only. */
#pragma once

#include "observe/bind_sources.h"
#include "observe/observation.h"
#include "observe/planned_way.h"

/* What is asked of every mount. */
struct question {
	const struct host *host;
	const struct spec *spec;
	int bundle, proc;
	const struct policy *policy;
	struct host_place places[OBSERVED_MAX]; /* of all channels, in the table's order */
};

/* One more way; source: an fd on the mount that it goes through. */
int sources_add(struct sources *sources, const struct question *question, int source,
	const struct exposing_bind *found, const char *path, struct error *err) must_check;

/* Rule 3, on the plan: follows each place, and its socket, through links and planned mounts. */
int planned_places(struct sources *sources, const struct question *question,
	const struct planned_tree *tree, const bool *candidate, struct error *err) must_check;
