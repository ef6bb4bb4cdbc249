/* SPDX-License-Identifier: Apache-2.0 */
/* run: runs another program and keeps what it prints, with limits of time and length and a fixed
 * environment. */
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

/* Runs it and waits, at most 10 seconds; then its process group is killed. Output beyond 256 KiB is
 * dropped. -1 when no process can be made or its output not be read; a program that cannot be
 * executed ends with exit code 127. *answer must be zeroed; run_answer_clear frees it, also after a
 * failure. */
int run_program(const struct run *run, struct run_answer *answer, struct error *err) must_check;
void run_answer_clear(struct run_answer *answer);

/* The first line of what it said, without white space at its end; writes into the answer. */
const char *run_first_line(struct run_answer *answer);
