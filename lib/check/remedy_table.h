/* SPDX-License-Identifier: Apache-2.0 */
/* remedy_table: the texts of the remedies, a row for each remedy and kind of file.
 *
 * In text and lines {name} stands for a value of this container (base/template.h; remedy.c has the
 * names). What is between ` and ` is one value of the file's language, quoted as that asks where it
 * must be. A piece of lines that begins with [word] is there only when that is so; [each] repeats
 * for every channel, [mounts] for every bind, [shared] for every one that is shared. */
#pragma once

#include "check/remedy.h"

#define REMEDY_PIECES_MAX 10

struct remedy_row {
	const char *text;
	const char *pieces[REMEDY_PIECES_MAX]; /* of one or more whole lines; ends at NULL */
};

/* How a kind of file writes values. */
struct remedy_dialect {
	const char *plain;   /* punctuation that needs no quotes, beside letters and digits */
	const char *doubled; /* what is written twice, in or out of quotes */
	char quote;          /* '"' with \ inside, '\'', or 0: never quoted */
	bool always;         /* quoted in every case */
	const char *where;   /* " to the service": where lines are added */
	/* the one socket that containers of this kind usually want of the host's /run */
	const char *socket;
	struct remedy_row rows[REMEDY_KINDS];
};

/* The rows for that kind of file; never NULL, static. */
const struct remedy_dialect *remedy_dialect_of(enum manifest_kind kind);

/* Adds a value, quoted where it must be. */
int dialect_add(struct buffer *out, const struct remedy_dialect *dialect, const char *text,
	struct error *err) must_check;
