/* SPDX-License-Identifier: Apache-2.0 */
/* error: sentences of bounded length from texts that may be foreign, long and hostile. */
#define _GNU_SOURCE 1 /* strerrordesc_np: the words for an errno, whatever the locale */

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "base/utf8.h"

#define TEXT_SIZE sizeof(((struct error *)0)->text)
#define NEAR_DISTANCE 2
#define NEAR_LENGTH 63 /* a longer word is not a mistyped key */

/* A sentence, longer by one character than what is kept of it: so that a cut is noticed. */
struct draft {
	char text[TEXT_SIZE + UTF8_LENGTH_MAX];
};

static void draft_print(struct draft *draft, const char *format, va_list arguments)
{
	/* It fails only for absurd widths; then the format's own words still say what was done. */
	if (vsnprintf(draft->text, sizeof(draft->text), format, arguments) >= 0)
		return;
	strncpy(draft->text, format, sizeof(draft->text) - 1);
	draft->text[sizeof(draft->text) - 1] = '\0';
}

/* Writes front, separator and back to out, and leaves back whole: it says why, so front is what
 * gets cut, but to no less than half of the room. */
static void text_join(
	char out[TEXT_SIZE], const char *front, const char *separator, const char *back)
{
	size_t reserved = strlen(separator) + strlen(back), end;

	if (reserved > TEXT_SIZE / 2)
		reserved = TEXT_SIZE / 2;
	end = text_escape(out, TEXT_SIZE - reserved, front);
	end += text_escape(out + end, TEXT_SIZE - end, separator);
	text_escape(out + end, TEXT_SIZE - end, back);
}

static int set(struct error *err, enum error_code code, const char *format, va_list arguments)
{
	struct draft draft;

	if (err->code != ERROR_NONE)
		return -1;
	draft_print(&draft, format, arguments);
	text_escape(err->text, TEXT_SIZE, draft.text);
	err->code = (int)code;
	return -1;
}

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set(err, code, format, arguments);
	va_end(arguments);
	return -1;
}

int error_at(struct error *err, enum error_code code, size_t line, size_t column,
	const char *format, ...)
{
	va_list arguments;

	if (err->code != ERROR_NONE)
		return -1;
	va_start(arguments, format);
	set(err, code, format, arguments);
	va_end(arguments);
	return error_locate(err, line, column);
}

int error_locate(struct error *err, size_t line, size_t column)
{
	err->line = line;
	err->column = column;
	return error_wrap(err, "%zu:%zu", line, column);
}

const char *error_sentence(const struct error *err)
{
	char place[64];
	int length = snprintf(place, sizeof(place), "%zu:%zu: ", err->line, err->column);
	bool located = err->line > 0 && strncmp(err->text, place, (size_t)length) == 0;

	return err->text + (located ? length : 0);
}

int error_errno(struct error *err, const char *format, ...)
{
	const char *words = strerrordesc_np(errno);
	struct draft draft;
	va_list arguments;

	if (err->code != ERROR_NONE)
		return -1;
	va_start(arguments, format);
	draft_print(&draft, format, arguments);
	va_end(arguments);
	text_join(err->text, draft.text, ": ", words ? words : "unknown error");
	err->code = ERROR_SYSTEM;
	return -1;
}

static int put_in_front(struct error *err, const char *separator, const char *front)
{
	char cause[TEXT_SIZE];

	if (err->code == ERROR_NONE) /* nothing there: still an error, since -1 is returned */
		return error_set(err, ERROR_SYSTEM, "%s", front);
	memcpy(cause, err->text, sizeof(cause));
	text_join(err->text, front, separator, cause);
	return -1;
}

int error_wrap(struct error *err, const char *format, ...)
{
	struct draft draft;
	va_list arguments;

	va_start(arguments, format);
	draft_print(&draft, format, arguments);
	va_end(arguments);
	return put_in_front(err, ": ", draft.text);
}

int error_in_file(struct error *err, const char *file)
{
	return put_in_front(err, ":", file);
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How many letters to add, drop, change or swap with their neighbour to make b of a; both are at
 * most NEAR_LENGTH long. Three rows of the usual table are enough. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][NEAR_LENGTH + 1];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3],
			 *second = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned change = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = smaller(change, smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *error_nearest(const char *typed, const char *const *candidates, size_t count)
{
	size_t length = strlen(typed);
	unsigned least = NEAR_DISTANCE + 1;
	const char *nearest = NULL;

	if (length > NEAR_LENGTH)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(candidates[i]);
		unsigned far = size > NEAR_LENGTH ? least
						  : distance(typed, length, candidates[i], size);

		if (far < least && 2 * (size_t)far < length) {
			least = far;
			nearest = candidates[i];
		}
	}
	return nearest;
}
