/* SPDX-License-Identifier: Apache-2.0 */
/* spec_entries: puts a hook, mounts and variables into a config.json, once. Pure. Each function
 * adds edits to *rewrite; -1 when memory runs out or a text is not UTF-8. */
#pragma once

#include <stdbool.h>

#include "json/splice.h"

/* Our createRuntime hook as an entry of hooks.createRuntime. */
struct rewrite_hook {
	const char *path;     /* of the hook's program */
	const char *policy;   /* --policy, or NULL */
	const char *strategy; /* --strategy, or NULL */
};

/* Registers the hook, unless a hook with its path and the word of a door is there already, at any
 * stage. */
int rewrite_hook(struct rewrite *rewrite, const struct rewrite_hook *hook, struct error *err)
	must_check;

/* A mask: a small tmpfs on a directory, behind so many of the document's mounts. */
int rewrite_mask(struct rewrite *rewrite, size_t behind, const char *directory, struct error *err)
	must_check;

/* A read-only bind of a host's directory, behind all mounts. */
int rewrite_bind(struct rewrite *rewrite, const char *source, const char *destination,
	struct error *err) must_check;

/* NAME=value in process.env: in the place of the first of that name, which is then the only one;
 * else behind all. */
int rewrite_variable(
	struct rewrite *rewrite, const char *name, const char *value, struct error *err) must_check;
