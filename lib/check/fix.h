/* SPDX-License-Identifier: Apache-2.0 */
/* fix: writes a remedy into the file itself: compose files, quadlets, and YAML or JSON of
 * Kubernetes. It refuses what it does not understand completely, and reads and judges its result
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

/* *out: the text with the remedy for each exposed container; *fixed: how many those are. *out stays
 * empty when there is none, or when the text cannot be judged. A text that can be fixed only in
 * part is refused: -1, and the sentence begins with LINE:COLUMN and names the container. */
int text_fix(struct buffer *out, size_t *fixed, const struct fix_request *request, const char *text,
	size_t length, struct error *err) must_check;
