/* SPDX-License-Identifier: Apache-2.0 */
/* decode: converts slices of a validated document to C values; strings with escapes by jansson.
 * Every error names the place ("LINE:COLUMN: ") and the member, and has the document's code. null
 * counts as missing, as it does for the Go programs that write these documents. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "json/json.h"

/* The text of which the slices are part; needed for positions. */
struct json_source {
	const char *text;
	enum error_code code; /* what kind of error a wrong value is: ERROR_INPUT or ERROR_POLICY */
	const char *list; /* the list that the element is in, for sentences; NULL: not in a list */
	size_t index;
};

/* "LINE:COLUMN: sentence", or "LINE:COLUMN: LIST[INDEX]: sentence"; returns -1. */
int decode_error(const struct json_source *document, struct json at, struct error *err,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Whether the member is absent or null. */
bool decode_missing(struct json value);

/* 0 when the value is of that kind or missing; else "NAME: must be a …, is a …". */
int decode_kind(const struct json_source *document, struct json value, enum json_kind kind,
	const char *name, struct error *err) must_check;

/* 0 when the value is missing, or a string that a C string can hold; else "NAME: must be a string,
 * is a …" or "NAME: must not hold \u0000". */
int decode_word(const struct json_source *document, struct json value, const char *name,
	struct error *err) must_check;

/* *text: a copy on the heap, owned by the caller; NULL when the value is missing. */
int decode_text(const struct json_source *document, struct json value, const char *name,
	char **text, struct error *err) must_check;

/* *number: unchanged when the value is missing. Fractions and numbers beyond 64 bits are errors. */
int decode_integer(const struct json_source *document, struct json value, const char *name,
	int64_t *number, struct error *err) must_check;
