/* SPDX-License-Identifier: Apache-2.0 */
/* edit_spec: the steps of the doors precreate and runtime, from the text of a config.json to the
 * edited text. */
#pragma once

#include "options.h"
#include "rewrite/spec_plan.h"

struct spec_job {
	const struct options *options;
	enum spec_means means;
	int bundle; /* what relative paths of the spec are relative to, or BUNDLE_UNKNOWN */
	const char *text;
	size_t length;
	struct buffer
		*changed; /* gets the edited text; stays empty when nothing is to be changed */
	bool lenient;     /* set: the policy's onError is "warn" */
};

/* Fills *job->changed. *outcome: what to say. -1 when the container must not start, with the
 * reason; 0 also where onError turned a failure into a warning. */
int edit_spec(struct spec_job *job, struct outcome *outcome, struct error *err) must_check;

/* Moves a failure into the outcome as a warning and clears *err: the container starts as it is. */
void spec_warn(struct outcome *outcome, struct error *err);
