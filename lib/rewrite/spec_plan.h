/* SPDX-License-Identifier: Apache-2.0 */
/* spec_plan: plans the changes of a config.json before a runtime reads it. Pure: sources, spec and
 * policy in, amendment out. */
#pragma once

#include "observe/bind_sources.h"
#include "rewrite/spec_entries.h"
#include "spec/policy.h"

/* What the door may put into the spec. */
enum amend_means {
	AMEND_EITHER, /* precreate: mounts where they will do, else the hook */
	AMEND_HOOK,   /* runtime: the hook, which sees what a spec does not tell */
	AMEND_MOUNTS, /* runtime --rewrite: for runtimes that keep their own mounts */
};

struct amendment {
	const struct exposing_bind *
		*masks; /* tmpfs entries, each right behind the bind that it covers */
	size_t mask_count;
	bool hook;
	const struct policy_socket *tcp; /* socket binds go, environment and certificates come */
	const char *skipped; /* a warning: exposed, or in doubt, but left alone, and why; or NULL */
	channel_set exposed, kept;
};

/* The input. All of it is borrowed. */
struct amend_case {
	const struct spec *spec;
	const bool *candidate; /* rule 0, for each mount */
	bool root;             /* the container's root is the host's */
	const struct sources *sources;
	const struct policy *policy;
	enum strategy strategy; /* not off */
	enum amend_means means;
};

/* Fills *amendment, which must be zeroed; it borrows from the case, which must outlive it. -1 where
 * the policy says fail or asks for what these means cannot do (ERROR_POLICY), or when memory runs
 * out. */
int amend_make(struct amendment *amendment, const struct amend_case *of, struct error *err)
	must_check;
void amend_clear(struct amendment *amendment);

/* Edits the document accordingly. */
int amend_rewrite(const struct amendment *amendment, const struct amend_case *of,
	const struct rewrite_hook *hook, struct rewrite *rewrite, struct error *err) must_check;

/* Writes what has been changed, or with dry_run would be, into text[0..size), cut where it does not
 * fit; "" when nothing is. */
void amend_sentence(const struct amendment *amendment, bool dry_run, char *text, size_t size);
