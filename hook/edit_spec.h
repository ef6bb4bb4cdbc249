/* SPDX-License-Identifier: Apache-2.0 */
/* edit_spec: what the doors that edit a config.json have in common: look, decide, edit. */
#pragma once

#include "options.h"
#include "rewrite/spec_plan.h"

struct spec_job {
	const struct options *options;
	enum amend_means means;
	int bundle; /* what relative paths of the spec are relative to */
	const char *text;
	size_t length;
	bool lenient; /* set: the policy's onError is "warn" */
};

/* *changed: the edited text; left empty when nothing is to be changed. */
int spec_judge(struct spec_job *job, struct buffer *changed, struct outcome *outcome,
	struct error *err) must_check;

/* A failure becomes a warning: the container starts as it is. */
void spec_warn(struct outcome *outcome, struct error *err);
