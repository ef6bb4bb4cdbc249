/* SPDX-License-Identifier: Apache-2.0 */
/* states: finds and reads the state files of OCI runtimes: first process and bundle of each
 * container. They are hints only: a container with the host's /run may forge them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* Where they are: DIRECTORY/ID/state.json or DIRECTORY/ID/status. */
struct state_location {
	const char *engine;
	const char *directory; /* absolute; a pattern of fnmatch(3), name by name */
};
extern const struct state_location state_locations[];
extern const size_t state_location_count;

struct running_state {
	pid_t pid;
	uint64_t started; /* in clock ticks since boot, as in /proc/PID/stat; 0: not said */
	const char *engine;
	char *id;
	char *bundle; /* NULL: not said */
	uid_t owner;  /* of the state file */
};

struct running_states {
	struct running_state *rows;
	size_t count;
};

/* All of them, on the heap. What cannot be read is left out. */
int states_read(struct running_states **states, struct error *err) must_check;
void states_free(struct running_states **states);

/* That of the process; NULL: none. */
const struct running_state *states_find(const struct running_states *states, pid_t pid);

/* Calls visit for each directory in which states are kept now; stops at the first -1. */
typedef int states_visit(void *closure, const struct state_location *location,
	const char *directory, struct error *err);
int states_each_directory(states_visit *visit, void *closure, struct error *err) must_check;

/* The same for each directory that is there on the way to one, /run itself left out. */
int states_each_way(states_visit *visit, void *closure, struct error *err) must_check;

/* Is a path on the way to such a directory, or one? */
bool states_leads_on(const char *path);

/* The state in DIRECTORY/ID. *state must be zeroed. False: none that can be used (not written yet,
 * for one). */
bool states_read_one(struct running_state *state, const struct state_location *location,
	const char *directory, const char *id);
void state_row_clear(struct running_state *state);

/* The text of a state file: runc's, crun's or youki's. Sets pid, started and bundle. False: it is
 * half written, or of another kind. Pure. */
bool state_row_parse(struct running_state *state, const char *text, size_t length);
