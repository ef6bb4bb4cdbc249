/* SPDX-License-Identifier: Apache-2.0 */
/* fix: masks exposed channels in running containers, with the hook's planner and mounts (lib/plan,
 * lib/apply). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scan/running.h"
#include "spec/policy.h"

enum fix_outcome {
	FIX_NOTHING, /* there was nothing to do */
	FIX_MASKED,  /* done (in a dry run: it would be) */
	FIX_REFUSED, /* left exposed, as the policy says or as it must be */
	FIX_FAILED,
	FIX_ENDED, /* the container has ended meanwhile */
};

/* One container, by one of its processes; the results are filled in. */
struct fix_case {
	pid_t pid;
	ino_t namespace;
	enum fix_outcome outcome;
	enum reach worst;                 /* what it reached before */
	enum reach reaches[CHANNELS_MAX]; /* and what it reaches now */
	bool unready;   /* its root is the host's: it is not a container, or not yet */
	char name[128]; /* for a job with wanted: what engines call it, where it was masked */
	char text[512]; /* what was masked, or why not */
};

struct fix_job {
	struct running_view *view;
	const struct policy *policy;
	bool dry_run;
	/* Is this container to be masked at all? NULL: each is. False with words: it is refused;
	 * false without: there is nothing to do. Asked in the helper. */
	bool (*wanted)(void *closure, const struct fix_case *subject,
		const struct running_process *process, struct error *why);
	void *closure;
	struct fix_case *cases;
	size_t count;
	/* zeroed by the caller */
	size_t next;
	/* in the helper */
	struct host host; /* looked at before the first mask */
	char *stack;      /* of the children */
	bool spoiled;     /* a child was killed: another helper goes on */
};

/* Each in turn, by a helper, which does the mounting in a child of its own, since there is no way
 * back out of a mount namespace; it looks again afterwards, from outside. What is kept on purpose
 * stays. A container that fails, or does not answer in time, does not keep it from the others. An
 * error only where nothing at all could be done. */
int fix_run(struct fix_job *job, struct error *err) must_check;
