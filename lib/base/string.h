/* SPDX-License-Identifier: Apache-2.0 */
/* string: the escaper of foreign text, and look-ups in short lists of words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct buffer;

/* The escaper of everything that people are shown (JSON stays exact). It writes as \xNN, byte by
 * byte: control characters (C0, DEL, C1), characters that cannot be seen or change the direction of
 * the text (U+202E and its kind), and bytes that are not UTF-8. */

/* Escapes the first character of text[0..length), length > 0, or its first byte where that is to
 * be escaped. Returns how much was written to out, and in *used how much of text that was. */
size_t character_escape(char out[4], const char *text, size_t length, size_t *used);

/* Writes text to out, escaped and NUL-terminated, in at most size bytes; what does not fit is cut
 * between two characters and ends in "…". size is at least 4. Returns the length. */
size_t text_escape(char *out, size_t size, const char *text);

/* Bounds for text_add_escaped: a name in a sentence; a line or a paragraph. */
#define ESCAPED_NAME 256
#define ESCAPED_LINE ((size_t)16 << 10)

/* Adds text to the buffer, escaped; at most limit bytes are added, the last of them "…" where that
 * is not all. */
int text_add_escaped(struct buffer *out, const char *text, size_t limit, struct error *err)
	must_check;

/* Are the bytes text[0..length) that word? */
bool slice_is(const char *text, size_t length, const char *word);

/* Which of the words it is, or -1. */
int word_find(const char *word, const char *const *words, size_t count);

/* Is the word among words, which commas part? words may be NULL: none. */
bool words_have(const char *words, const char *word);

/* "\"a\", \"b\" or \"c\"" into text; returns text. */
const char *words_join(char *text, size_t size, const char *const *words, size_t count);

/* One component that can be made in a directory: not empty, no "/", not "." or "..". */
bool name_is_plain(const char *name);
