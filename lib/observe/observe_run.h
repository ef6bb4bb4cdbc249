/* SPDX-License-Identifier: Apache-2.0 */
/* observe_run: what the facade needs to know of the container's /run: its mount, entries and mounts
 * below it. Inside lib/observe only. */
#pragma once

#include "observe/observe.h"

/* For a place that leads to the host: its mount, and what config.json says of that bind. */
int observe_mount(const struct looking *looking, uint64_t host_peer_group, struct seen_place *place,
	struct error *err) must_check;

/* The planned mounts below the place, by what their destinations resolve to. */
int observe_children(const struct looking *looking, struct seen_place *place, struct error *err)
	must_check;

/* /run and /var/run, each once, and what is in them. */
int observe_runs(const struct looking *looking, struct observation *seen, struct error *err)
	must_check;
