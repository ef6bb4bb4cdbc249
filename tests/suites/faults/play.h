/* SPDX-License-Identifier: Apache-2.0 */
/* play: one scene at one door, and points of it one after another. */
#pragma once

#include "points.h"

#define CALLS_MAX 1024

struct play {
	struct stage stage;
	const char *door, *hook;
	const char *starved; /* the build with allocations that can be made to fail */
	char refuse[256], trace[160];
	struct call calls[CALLS_MAX];
	int call_count;
	struct picture host;
	int points, allocations, refused, unharmed, killed, left_out, failed;
};

/* Runs the hook: words are the program and what stands in front of the door. */
void play_hook(const struct play *play, const struct stand_in *stand_in, struct hook_run *run,
	const char *const *words, const char *variable);

/* One point: words and variable are what makes it fail; met is what the trace says when it did, or
 * NULL. The point's name, line, reason and harm are given. */
void play_point(struct play *play, struct point *point, const char *const *words,
	const char *variable, const char *met);

/* The control, without the hook, and one run that goes well, which is traced into play->trace. */
void play_rehearse(struct play *play);

void play_calls(struct play *play);
void play_allocations(struct play *play);
