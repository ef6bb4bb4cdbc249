/* SPDX-License-Identifier: Apache-2.0 */
/* error: one error, by value, on the caller's stack; it cannot fail itself.
 *
 * The convention of the whole project: a function that can fail returns 0, or -1 with a sentence
 * in *err (constructors: a pointer, or NULL). Success leaves *err untouched. The first cause wins;
 * on the way out, callers put context in front. */
#pragma once

#include <stddef.h>

#define must_check __attribute__((warn_unused_result))

enum error_code {
	ERROR_NONE,
	ERROR_INPUT,  /* the text is wrong, and will be when read again */
	ERROR_POLICY, /* the policy is wrong; onError never softens it */
	ERROR_SYSTEM, /* the machine refused; nothing has been changed yet */
	ERROR_FINAL,  /* a mount was already attached: the container must not start */
};

struct error {
	int code; /* enum error_code */
	size_t line,
		column; /* of the text that is wrong, from 1; 0: unknown. text begins with them */
	char text[512];
};

/* Puts a sentence into *err unless there is one already (the first cause wins). Foreign text
 * is escaped (text_escape in base/string.h); what does not fit ends in "…". Always returns -1. */
int error_set(struct error *err, enum error_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a place in a text: "LINE:COLUMN: sentence"; both are kept in *err as well. */
int error_at(struct error *err, enum error_code code, size_t line, size_t column,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Says where: puts "LINE:COLUMN: " in front of the sentence there is. Always returns -1. */
int error_locate(struct error *err, size_t line, size_t column);

/* The sentence without its "LINE:COLUMN: ". */
const char *error_sentence(const struct error *err);

/* The same as error_set, with ": " and the words for errno's current value behind it; code
 * ERROR_SYSTEM. */
int error_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts context in front of the sentence there is: "CONTEXT: sentence". Always returns -1. */
int error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts the file in front, without a space: "FILE" before "4:15: …". Always returns -1. */
int error_in_file(struct error *err, const char *file);

/* Of candidates[0..count), the word nearest to what was typed, for "did you mean"; NULL when none
 * is near. The result is one of the candidates. */
const char *error_nearest(const char *typed, const char *const *candidates, size_t count);
