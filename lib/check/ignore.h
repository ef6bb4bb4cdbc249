/* SPDX-License-Identifier: Apache-2.0 */
/* ignore: marks findings that a file's author wants ignored, by a label, an annotation, or a
 * comment such as "# runmask: ignore nscd -- reason". Pure. */
#pragma once

#include "check/judge.h"

/* What is asked of a container, beside its mounts. */
struct judge_request {
	channel_set channels;
	bool mask_named;       /* policy key onNamed */
	bool shared_is_masked; /* by the hook, as the policy says */
};

/* The comments of a text, by line. */
struct ignore_list {
	struct ignore_comment {
		size_t line;
		bool alone; /* nothing else is on its line: it speaks for the next one */
		channel_set channels;
	} *comments;
	size_t count;
};

/* Finds the comments; an unknown channel name is an error. *list must be zeroed. */
int ignore_find(struct ignore_list *list, const char *text, size_t length, struct error *err)
	must_check;
void ignore_clear(struct ignore_list *list);

/* Puts into the judgement what is ignored: by label or annotation; by a comment on, or alone on the
 * line above, the mount, its list's key, or the container's first line. A channel is ignored when
 * all mounts that expose it are. */
void ignore_apply(const struct ignore_list *list, const struct manifest_container *container,
	struct judgement *judgement);

/* judge_container, with what the container asks of oci-runmask and what is ignored on purpose. */
int judge_as_written(struct judgement *judgement, const struct judge_request *request,
	const struct ignore_list *list, const struct manifest_container *container,
	struct error *err) must_check;
