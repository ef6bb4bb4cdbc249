/* SPDX-License-Identifier: Apache-2.0 */
/* fix: writes a way out into the file itself: compose files, quadlets, and YAML or JSON of
 * Kubernetes. What it does not understand wholly it refuses, and what it wrote it reads and judges
 * again. Pure: text in, text out. */
#pragma once

#include "check/ignore.h"
#include "check/remedy.h"
#include "manifest/manifest.h"

struct fix_request {
	enum remedy_kind way; /* WAY_TMPFS or WAY_HOOK */
	struct judge_request judge;
	const struct manifest_context *context;
};

/* The text with the way out for each container that is exposed; *fixed says how many, and *out
 * stays empty where there is none, or
 * where the text cannot be judged. A text that can be fixed in part only is refused: an error that
 * begins with LINE:COLUMN and names the container. */
int text_fix(struct buffer *out, size_t *fixed, const struct fix_request *request, const char *text,
	size_t length, struct error *err) must_check;
