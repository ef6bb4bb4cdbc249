/* SPDX-License-Identifier: Apache-2.0 */
/* splice: edits the lists of a config.json as text: removes and inserts elements at offsets, and
 * keeps every other byte: integers of any size, escapes, order, unknown members, white space.
 * Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "json/json.h"

/* The lists that can be edited. One that is missing or null is made when something is put into it,
 * and so is the "hooks" around it; never the "process", without which a spec starts nothing. */
enum rewrite_list {
	REWRITE_MOUNTS, /* mounts */
	REWRITE_HOOKS,  /* hooks.createRuntime */
	REWRITE_ENV,    /* process.env */
};

#define REWRITE_END SIZE_MAX

/* Replaces taken bytes at this offset. */
struct splice {
	size_t offset, taken;
	struct buffer put;
	size_t sequence;
};

struct rewrite_edit {
	enum rewrite_list list;
	bool removes;
	size_t at; /* removes: the element's index; else how many elements are before the new one */
	char *text; /* the new element */
};

struct rewrite {
	const char *text; /* borrowed */
	size_t length;
	struct json document;
	struct rewrite_edit *edits;
	size_t edit_count;
};

/* Validates the document, which must be an object with at least one member. *rewrite must be
 * zeroed; it borrows the text. Errors begin with LINE:COLUMN where there is a place. */
int rewrite_open(struct rewrite *rewrite, const char *text, size_t length, struct error *err)
	must_check;
void rewrite_clear(struct rewrite *rewrite);

/* The list as it is in the document; an absent slice when it is missing. */
struct json rewrite_list(const struct rewrite *rewrite, enum rewrite_list list);

/* Takes out the element of that index. Indexes are those of the document as it came, whatever
 * else is edited. */
int rewrite_remove(struct rewrite *rewrite, enum rewrite_list list, size_t index, struct error *err)
	must_check;

/* Puts an element behind so many of the document's own, REWRITE_END: behind all of them; several at
 * one place in the order of the calls. text is one JSON value; it is copied. */
int rewrite_insert(struct rewrite *rewrite, enum rewrite_list list, size_t behind, const char *text,
	struct error *err) must_check;

/* The edited document, in one pass; without edits its very bytes. An error where a list, or what is
 * around it, is of another kind. */
int rewrite_text(const struct rewrite *rewrite, struct buffer *out, struct error *err) must_check;
