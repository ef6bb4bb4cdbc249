/* SPDX-License-Identifier: Apache-2.0 */
/* toml_file: walks the keys of a TOML file (toml.io, 1.0). Names are compared part by part:
 * [a."b.c"], [a.'b.c'], a dotted key and an inline table are the same. It does not validate: what
 * it does not understand it skips. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text_list.h"

/* One assignment: path is the table's names and the key's; values the strings and words of the
 * value, of an array: all of them. Returns 0, or -1 to end the walk. */
typedef int toml_each(void *context, const struct text_list *path, const struct text_list *values,
	struct error *err);

/* Calls each for every assignment, in the file's order; and for every table's header with the path
 * alone (values NULL). */
int toml_walk(const char *text, toml_each *each, void *context, struct error *err) must_check;

/* Whether the path consists of exactly these names; a NULL matches any one name. */
bool toml_path_is(const struct text_list *path, const char *const *names, size_t count);

/* Adds the value's strings (of an array: all) and sets *there, when the table ("crio.runtime"; "":
 * the file's head) has the key. The last one counts. */
int toml_values(const char *text, const char *table, const char *key, struct text_list *values,
	bool *there, struct error *err) must_check;
