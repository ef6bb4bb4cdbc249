/* SPDX-License-Identifier: Apache-2.0 */
/* unit_text: what a systemd unit says (systemd.syntax(7)), and a line of tmpfiles.d(5). Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text_list.h"

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
	TMPFILES_MAKES,   /* d, D, v, q, Q, e */
	TMPFILES_REMOVES, /* r, R, and not at boot alone ("!") */
};
enum tmpfiles tmpfiles_says(const char *text, const char *directory);
