/* SPDX-License-Identifier: Apache-2.0 */
/* json: what all tests of the scanner share. */
#pragma once

#include "json/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* Literals may have a NUL in them. */
#define TEXT(literal) literal, sizeof(literal) - 1

struct refused {
	const char *text;
	size_t length;
	const char *error, *because;
};

/* On a copy of just its size, so that a read past the end is caught. */
static inline int validate(
	const char *text, size_t length, struct json *document, struct error *err)
{
	cleanup(text_clear) char *copy = malloc(length > 0 ? length : 1);
	struct json found = { 0 };

	memcpy(copy, text, length);
	if (json_validate(copy, length, &found, err) < 0)
		return -1;
	*document = (struct json){ .text = text + (found.text - copy), .length = found.length };
	return 0;
}

/* Every row is refused with just its error. */
static inline void expect_refused(const struct refused *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct refused *row = &rows[i];
		struct json document = { 0 };
		struct error err = { 0 };

		cr_expect_eq(
			validate(row->text, row->length, &document, &err), -1, "%s", row->because);
		cr_expect_eq(err.code, ERROR_INPUT, "%s", row->because);
		cr_expect_str_eq(err.text, row->error, "%s: \"%s\" is not \"%s\"", row->because,
			err.text, row->error);
		cr_expect_null(
			document.text, "failure leaves the result untouched: %s", row->because);
	}
}

/* The same error further on: white space in front moves the place and nothing else. */
static inline void expect_refused_further_on(const struct refused *rows, size_t count)
{
	static const char lead[] = "\r\n\n \t ";
	size_t lead_length = sizeof(lead) - 1;

	for (size_t i = 0; i < count; i++) {
		const struct refused *row = &rows[i];
		struct error err = { 0 };
		struct json document = { 0 };
		char text[512], wanted[640];
		size_t line, column;
		int place = 0;

		cr_assert_leq(row->length, sizeof(text) - lead_length, "a row is short");
		memcpy(text, lead, lead_length);
		memcpy(text + lead_length, row->text, row->length);
		cr_assert_eq(sscanf(row->error, "%zu:%zu%n", &line, &column, &place), 2);
		snprintf(wanted, sizeof(wanted), "%zu:%zu%s", line + 2,
			line == 1 ? column + 3 : column, row->error + place);
		cr_expect_eq(validate(text, lead_length + row->length, &document, &err), -1);
		cr_expect_str_eq(err.text, wanted, "%s: %s", row->because, err.text);
	}
}
