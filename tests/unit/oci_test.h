/* SPDX-License-Identifier: Apache-2.0 */
/* oci: what the tests of states and config.jsons share. Rows write ' for ", to stay legible. */
#pragma once

#include "spec/oci.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* A JSON text from a row, on the heap with nothing behind it, so that a read past the end is
 * caught. */
static inline char *row_text(const char *row, size_t *length)
{
	char *text;

	*length = strlen(row);
	text = malloc(*length > 0 ? *length : 1);
	cr_assert_not_null(text);
	for (size_t i = 0; i < *length; i++)
		text[i] = row[i] == '\'' ? '"' : row[i];
	return text;
}

static inline int state_of(struct state *state, const char *row, struct error *err)
{
	size_t length;
	cleanup(text_clear) char *text = row_text(row, &length);

	return state_parse(state, text, length, err);
}

static inline int spec_of(struct spec *spec, const char *row, struct error *err)
{
	size_t length;
	cleanup(text_clear) char *text = row_text(row, &length);

	return spec_parse(spec, text, length, err);
}

static inline const char *word_or_none(const char *text)
{
	return text == NULL ? "(none)" : text;
}

/* Both are the same text, or both are NULL. */
static inline void expect_text(const char *found, const char *wanted, const char *because)
{
	cr_expect_str_eq(word_or_none(found), word_or_none(wanted), "%s: \"%s\" is not \"%s\"",
		because, word_or_none(found), word_or_none(wanted));
}
