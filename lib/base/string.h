/* SPDX-License-Identifier: Apache-2.0 */
/* words: small questions about names, paths and lists of words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Which of the words it is, or -1. */
int word_find(const char *word, const char *const *words, size_t count);

/* "\"a\", \"b\" or \"c\"" into text; returns text. */
const char *words_join(char *text, size_t size, const char *const *words, size_t count);

/* One component that can be made in a directory: not empty, no "/", not "." or "..". */
bool name_is_plain(const char *name);

/* What comes after the last "/"; trailing slashes are not looked through. */
const char *path_base(const char *path);

/* Does a component of the path say ".."? */
bool path_steps_up(const char *path);

/* Is an absolute host path this directory or below it, by their words: /var/run and /run are one,
 * and doubled and trailing slashes are nothing. */
bool run_path_within(const char *path, const char *directory);
