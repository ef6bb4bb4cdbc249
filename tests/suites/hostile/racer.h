/* SPDX-License-Identifier: Apache-2.0 */
/* racer: a neighbour that may write to the same directory, and swaps names in it for other things
 * and back, as fast as it can, while it is let loose. */
#pragma once

#include <stdatomic.h>
#include <sys/types.h>

struct reins {
	atomic_bool loose, still, stop;
	atomic_ulong swaps;
};

struct racer {
	pid_t pid;
	struct reins *reins;
	int directory;
};

/* Swaps each of the names (a path below `directory`; the last is NULL) for each of the things that
 * are put below `directory`/.swap. Links there lead to `decoy`. */
void racer_start(
	struct racer *racer, const char *directory, const char *const *names, const char *decoy);
void racer_loose(struct racer *racer);
/* Everything is in its place when this comes back. */
void racer_hold(struct racer *racer);
/* Also takes away what was put there. */
void racer_end(struct racer *racer);
