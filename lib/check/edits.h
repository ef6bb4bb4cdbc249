/* SPDX-License-Identifier: Apache-2.0 */
/* edits: collects changes of a text by offset or line and applies them; every other byte stays.
 * Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

struct edit {
	size_t offset, length; /* of what goes */
	size_t order;          /* of two at one place, the first added comes first */
	char *text;            /* what comes */
};

struct edits {
	bool bytes;       /* columns count bytes (JSON); else characters (YAML). To be set */
	const char *text; /* borrowed */
	size_t length;
	size_t *starts; /* of the lines */
	size_t line_count;
	struct edit *list;
	size_t count;
};

/* *edits must be zeroed. Lines end where YAML's do: LF, CR, CRLF, NEL, LS and PS. */
int edits_open(struct edits *edits, const char *text, size_t length, struct error *err) must_check;
void edits_clear(struct edits *edits);

/* Takes over text[0..length) of the text at the offset, where *with comes in its place; *with is
 * taken. */
int edits_add(struct edits *edits, size_t offset, size_t length, struct buffer *with,
	struct error *err) must_check;

/* The same for a new line or several, which are written without the last one's end, before that
 * line (from 1); behind the last line, too, whether or not it has an end. They get the text's way
 * to end a line. */
int edits_add_lines(struct edits *edits, size_t before, const struct buffer *lines,
	struct error *err) must_check;

/* The text with all of them; two that meet in the same bytes are an error. */
int edits_apply(struct edits *edits, struct buffer *out, struct error *err) must_check;

/* A line's text (from 1), without its end; empty behind the last. */
const char *edits_line(const struct edits *edits, size_t line, size_t *length);

/* The offset of a column, in characters from 1, of a line; false: it has no such column. */
bool edits_offset(const struct edits *edits, size_t line, size_t column, size_t *offset);
