/* SPDX-License-Identifier: Apache-2.0 */
/* spec_plan: plans the changes of a config.json before a runtime reads it. Pure: sources, spec and
 * policy in, plan out. */
#pragma once

#include "observe/bind_sources.h"
#include "rewrite/spec_entries.h"
#include "spec/policy.h"

/* What the door may put into the spec. */
enum spec_means {
	MEANS_EITHER, /* precreate: mounts where they will do, else the hook */
	MEANS_HOOK,   /* runtime: the hook, which sees what a spec does not tell */
	MEANS_MOUNTS, /* runtime --rewrite: for runtimes that keep their own mounts */
};

struct spec_plan {
	const struct exposing_bind *
		*masks; /* tmpfs entries, each right behind the bind that it covers */
	size_t mask_count;
	bool hook;
	const struct policy_socket *tcp; /* socket binds go, environment and certificates come */
	const char *skipped; /* a warning: exposed, or in doubt, but left alone, and why; or NULL */
	channel_set exposed, kept;
};

/* The input. All of it is borrowed. */
struct spec_plan_input {
	const struct spec *spec;
	const bool *candidate; /* rule 0, for each mount */
	bool root;             /* the container's root is the host's */
	const struct bind_sources *sources;
	const struct policy *policy;
	enum strategy strategy; /* not off */
	enum spec_means means;
};

/* Fills *plan, which must be zeroed; it borrows from the input, which must outlive it. -1 where
 * the policy says fail or asks for what these means cannot do (ERROR_POLICY), or when memory runs
 * out. */
int spec_plan_make(struct spec_plan *plan, const struct spec_plan_input *input, struct error *err)
	must_check;
void spec_plan_clear(struct spec_plan *plan);

/* Edits the document accordingly. */
int spec_plan_edit(const struct spec_plan *plan, const struct spec_plan_input *input,
	const struct rewrite_hook *hook, struct rewrite *rewrite, struct error *err) must_check;

/* Writes what has been changed, or with dry_run would be, into text[0..size), cut where it does not
 * fit; "" when nothing is. */
void spec_plan_sentence(const struct spec_plan *plan, bool dry_run, char *text, size_t size);
