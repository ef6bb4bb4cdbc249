/* SPDX-License-Identifier: Apache-2.0 */
/* diff: prints the difference of two texts as a unified diff. Pure. */
#pragma once

#include "base/buffer.h"
#include "base/error.h"

/* Adds a unified diff with three lines of context, as patch(1) takes it; nothing where the texts
 * are the same. Texts without NUL bytes. A hunk is as small as its edits: lines that were only
 * added or replaced near each other; it is never wrong, but need not be the smallest. */
int diff_add(struct buffer *out, const char *path, const char *before, const char *after,
	struct error *err) must_check;
