/* SPDX-License-Identifier: Apache-2.0 */
/* bench: the rooms of the measuring program. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tally.h"

#define ARGUMENTS_MAX 24
#define CASES_MAX 64

enum limit_unit { LIMIT_RATIO, LIMIT_MILLISECONDS };

/* One row of a table in tests/suites/bench/cases. */
struct bench_case {
	char *name, *title;
	char *against; /* the case that its ratio is of; NULL: none */
	double limit;  /* to reach; 0: none is set */
	enum limit_unit limit_unit;
	double memory;  /* KiB to reach; 0: none is set */
	long faults;    /* page faults to reach; 0: none is set */
	char *scene;    /* a directory with config.json and state; "-": nothing on stdin */
	bool target;    /* a stand-in container for each run */
	bool masks;     /* the run has to take nscd out of the container's sight */
	bool crowded;   /* in a namespace of many mounts */
	bool fails;     /* finds something: exit status 1 */
	bool ordinary;  /* not in the real-time class, which old cgroups do not let into containers
			 */
	unsigned every; /* measured in each of so many rounds */
	char *argv[ARGUMENTS_MAX];
};

/* What a run is given. */
struct run {
	char *const *argv;
	const char *input; /* on stdin, all of it there before the start */
	size_t input_length;
	int expected; /* its exit status */
	bool ordinary;
};

/* From spawn to reap. A run that ends otherwise than expected ends the program. */
struct cost run_timed(const struct run *run);

/* The highest VmHWM of it and its children, in KiB, read from each at its end: what ru_maxrss says
 * has the spawning program's own memory in it. */
long run_memory(const struct run *run);

/* A process in the state in which a runtime leaves the container for createRuntime: in its own
 * mount namespace, the root mounted on itself and the planned mounts below it. namespace: of which
 * its namespace becomes a copy; -1: the caller's. */
struct stand_in {
	pid_t pid;
};
void stand_in_start(struct stand_in *stand_in, const char *scene, int namespace);
void stand_in_end(struct stand_in *stand_in);

/* Can the container still connect to the host's nscd? */
bool stand_in_sees_nscd(const struct stand_in *stand_in);

/* An fd of a mount namespace like ours with so many mounts in it. It lives as long as the fd. */
int crowd_make(unsigned mounts);

/* All of a file, NUL-terminated, on the heap. */
char *file_text(const char *path, size_t *length);

struct settings {
	unsigned rounds;
	double check; /* per cent over a limit that pass; < 0: nothing is checked */
	const char *keys[16];
	size_t key_count;
};

struct bench {
	struct bench_case cases[CASES_MAX];
	struct tally tallies[CASES_MAX];
	bool selected[CASES_MAX];
	size_t count;
	int crowd, own; /* mount namespaces */
};

/* Adds the rows of a table like those in tests/suites/bench/cases, {KEY} filled in. */
void cases_read(struct bench *bench, const struct settings *settings, const char *path);

void results_print(const struct bench *bench);
void results_write(const struct bench *bench, const char *path);

/* What of the case is beyond its limit by more than per cent, as a sentence; NULL when nothing is.
 */
const char *results_beyond(const struct bench *bench, size_t i, double percent);

_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));
