/* SPDX-License-Identifier: Apache-2.0 */
/* unit_file: the lines and values of a systemd unit (systemd.syntax(7)), quadlets among them, and
 * of a file of tmpfiles.d(5). Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text_list.h"

/* Walks through the logical lines of a unit. */
struct unit_reader {
	const char *at, *end; /* borrowed */
	size_t line;          /* where the present logical line begins, from 1 */
	size_t next;          /* the physical line behind it */
};
struct unit_reader unit_reader(const char *text, size_t length);

/* The next logical line: a line that ends in a backslash continues in the next one, with a blank
 * between them; comments and the white space around each part are left out. *found: false at the
 * end. */
int unit_line(struct unit_reader *reader, struct buffer *line, bool *found, struct error *err)
	must_check;

/* All values of a key in a section, in order; an empty assignment forgets those before it. Lines
 * that end in a backslash go on. The text may be a unit followed by its drop-ins. */
int unit_values(const char *text, const char *section, const char *key, struct text_list *values,
	struct error *err) must_check;

/* The last value, which is what counts for most keys; a copy on the heap, NULL when there is none.
 */
int unit_value(const char *text, const char *section, const char *key, char **value,
	struct error *err) must_check;

/* The words of a value, without their quotes. */
int unit_words(const char *value, struct text_list *words, struct error *err) must_check;

/* What the lines of a tmpfiles.d file mean for a directory, written with /run or /var/run. */
enum tmpfiles {
	TMPFILES_SILENT,
	TMPFILES_REMOVES, /* r, R, and not at boot alone ("!") */
};
enum tmpfiles tmpfiles_says(const char *text, const char *directory);
