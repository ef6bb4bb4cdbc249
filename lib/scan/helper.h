/* SPDX-License-Identifier: Apache-2.0 */
/* helper: runs work in a child process under a time limit. A system call on a container's file
 * system may never return (a FUSE server that does not answer), and the process that made it cannot
 * always be killed: so a helper makes it, and is abandoned when it takes too long. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* What a helper is working on. */
struct helper_mark {
	unsigned int turn; /* counts the marks */
	pid_t pid;
	ino_t namespace;
	size_t index;
	size_t processes, containers; /* for progress */
};

struct helper;

/* In the helper: begins something new. */
void helper_at(struct helper *helper, pid_t pid, ino_t namespace, size_t index);
struct helper_mark *helper_mark(struct helper *helper);
/* In the helper: a message to the parent. 0, or -1: the parent is gone. */
int helper_send(struct helper *helper, const void *bytes, size_t length);

struct helper_job {
	void *closure;
	/* In the helper. When it returns, the helper ends; its error is the job's. */
	int (*work)(void *closure, struct helper *helper, struct error *err);
	/* In the parent, for each message. */
	int (*hear)(void *closure, const char *bytes, size_t length, struct error *err);
	/* In the parent: no answer at this mark. The next helper starts behind it, by what is
	 * noted in the closure here. */
	int (*stuck)(void *closure, const struct helper_mark *mark, struct error *err);
	/* In the parent, a few times a second; may be NULL. */
	void (*tick)(void *closure, const struct helper_mark *mark);
};

/* Runs helpers until one finishes: two seconds for each mark, less (down to 0.2) after helpers that
 * got stuck. -1 with the helper's error, or when a callback in the parent returned -1. */
int helper_run(const struct helper_job *job, struct error *err) must_check;
