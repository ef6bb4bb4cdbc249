/* SPDX-License-Identifier: Apache-2.0 */
/* replace: a configuration file gives way to a new one in one step (rename), with the old one's
 * owner, mode and label: whenever the process ends, there is the old file or the new one. */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

struct replace {
	char *path;      /* of the file itself: links are followed */
	char *candidate; /* the new one beside it, until it is renamed */
	char *copy;      /* where the old one is kept */
};

/* What path leads to. *replace must be zeroed. */
int replace_open(struct replace *replace, const char *path, struct error *err) must_check;
void replace_clear(struct replace *replace);

/* The whole file, or of the kept copy; *there is false where it is missing. */
int replace_read(const char *path, struct buffer *text, bool *there, struct error *err) must_check;

/* Writes the candidate, which is not in force yet. */
int replace_prepare(const struct replace *replace, const struct buffer *text, struct error *err)
	must_check;
void replace_give_up(const struct replace *replace);

/* Keeps a copy of the present file, where there is one, and puts the candidate in its place. */
int replace_commit(const struct replace *replace, bool keep, struct error *err) must_check;

/* All of it for a file that is there, without a copy. */
int replace_text(const char *path, const struct buffer *text, struct error *err) must_check;

/* Removes the file, and the copy. */
int replace_remove(const struct replace *replace, struct error *err) must_check;
