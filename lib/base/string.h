/* SPDX-License-Identifier: Apache-2.0 */
/* words: small questions about names and lists of words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Are the bytes text[0..length) that word? */
bool slice_is(const char *text, size_t length, const char *word);

/* Which of the words it is, or -1. */
int word_find(const char *word, const char *const *words, size_t count);

/* "\"a\", \"b\" or \"c\"" into text; returns text. */
const char *words_join(char *text, size_t size, const char *const *words, size_t count);

/* One component that can be made in a directory: not empty, no "/", not "." or "..". */
bool name_is_plain(const char *name);
