/* SPDX-License-Identifier: Apache-2.0 */
/* events: watches by inotify(7) the directories of the channels, those in which OCI runtimes keep
 * state, and the directories above them: there a mask can be lost or a container can appear. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scan/running.h"
#include "scan/states.h"

/* A container with a state directory that has appeared or changed. */
struct event_container {
	const struct state_location *location;
	char *directory, *id;
	int tries; /* the watch's own */
};

#define NEWS_MAX 4096 /* containers to be told apart; beyond it: all */

struct event_point;

struct events {
	int inotify;
	struct event_point *points;
	size_t count;
	channel_set channels;
};

#define EVENTS_NONE ((struct events){ .inotify = -1 })

/* What has happened since the last time. */
struct news {
	bool all; /* a channel's directory, or too much to be told apart: look at every container */
	bool lost;  /* the kernel's queue overflowed: all, and what is watched, again */
	bool rearm; /* a directory has appeared that is to be watched */
	struct event_container *containers;
	size_t count;
	char **ended; /* ids of containers without a state any more */
	size_t ended_count;
};

/* Prepares inotify(7) for the channels of the set; watches nothing yet. *events must be
 * EVENTS_NONE. */
int events_open(struct events *events, channel_set set, struct error *err) must_check;
void events_close(struct events *events);

/* Watches all that is there now; again whenever news->rearm is set. A container without a state
 * that can be read yet is added to *news. */
int events_arm(struct events *events, struct news *news, struct error *err) must_check;

/* This container's directory need not be watched any more. */
void events_done(struct events *events, const struct event_container *container);

/* Reads what there is; adds to *news. */
int events_read(struct events *events, struct news *news, struct error *err) must_check;
void news_clear(struct news *news);
void event_container_clear(struct event_container *container);
