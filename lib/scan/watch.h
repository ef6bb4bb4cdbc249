/* SPDX-License-Identifier: Apache-2.0 */
/* watch: masks containers again when a change on the host has lifted a mask, and those that started
 * without the hook. It waits for events; each pass looks at containers with a state of an OCI
 * runtime. */
#pragma once

#include "base/error.h"
#include "scan/events.h"
#include "scan/fix.h"
#include "scan/metrics.h"
#include "scan/running.h"
#include "spec/policy.h"

/* A container that was looked at. */
struct watched_container {
	char *id;
	ino_t namespace;
	enum reach reaches[CHANNELS_MAX];
	bool told; /* that it was left exposed, and why */
	bool seen; /* in this pass */
};

struct watch {
	const struct policy *policy;
	struct running_view view;
	struct events events;
	int stop;   /* an fd that can be read when it is to end */
	int mounts; /* the host's mountinfo, which says when a mount is made */
	struct inode_info run;
	struct news news;
	long long last; /* when the last pass began, in milliseconds */
	int retries;    /* passes over all since a container was not ready */
	struct watched_container *containers;
	size_t count;
	struct metrics metrics;
	/* For the lines that are written, and after each pass that changed anything. */
	int (*say)(void *closure, const char *line, bool problem, struct error *err);
	int (*counted)(void *closure, const struct metrics *metrics, struct error *err);
	void *closure;
};

#define WATCH_NONE                                                                                 \
	((struct watch){                                                                           \
		.view = RUNNING_VIEW_NONE, .events = EVENTS_NONE, .stop = -1, .mounts = -1 })

/* Looks at the host and at every container; then stays until stop can be read. policy, stop, say,
 * counted and closure are set by the caller. */
int watch_run(struct watch *watch, struct error *err) must_check;
void watch_clear(struct watch *watch);
