/* SPDX-License-Identifier: Apache-2.0 */
/* run: another program's answer, within limits: time, length, an environment of its own. */
#pragma once

#include "base/buffer.h"
#include "base/error.h"

struct run {
	const char *path;
	const char *const *argv; /* ends with NULL */
	const char *input;       /* to standard input; NULL: /dev/null */
};

/* What a program said on both outputs, and how it ended. */
struct run_answer {
	struct buffer said;
	int exit_code; /* 128 + signal, as shells say it; 124: stopped after the time limit */
};

#define RUN_TIMED_OUT 124

/* Runs it and waits, at most 10 seconds; then it is killed with all that it started. Output beyond
 * 256 KiB is dropped. Fails when it cannot be started. */
int run_program(const struct run *run, struct run_answer *answer, struct error *err) must_check;
void run_answer_clear(struct run_answer *answer);

/* The first line of what it said, without white space at its end; writes into the answer. */
const char *run_first_line(struct run_answer *answer);
