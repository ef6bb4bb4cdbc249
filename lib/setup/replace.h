/* SPDX-License-Identifier: Apache-2.0 */
/* replace: replaces a configuration file by rename(2), with the owner, mode and SELinux label of
 * the old one. At any moment the old file or the new one is there, complete. */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

struct replace {
	char *path;      /* of the file itself: links are followed */
	char *candidate; /* the new one beside it, until it is renamed */
	char *copy;      /* where the old one is kept */
};

/* Sets the three paths; a symlink is followed to the file itself. *replace must be zeroed;
 * replace_clear frees it, also after a failure. Changes nothing. */
int replace_open(struct replace *replace, const char *path, struct error *err) must_check;
void replace_clear(struct replace *replace);

/* Reads the whole file at path; a missing one is empty, and *there false. A NUL byte, or more than
 * 4 MiB, is an error. */
int replace_read(const char *path, struct buffer *text, bool *there, struct error *err) must_check;

/* Writes the candidate, which is not in force yet. */
int replace_prepare(const struct replace *replace, const struct buffer *text, struct error *err)
	must_check;
void replace_give_up(const struct replace *replace);

/* Renames the candidate over the file. With keep a copy of the present file is made before; without
 * it an earlier copy is removed afterwards. */
int replace_commit(const struct replace *replace, bool keep, struct error *err) must_check;

/* All of it for a file that is there, without a copy. */
int replace_text(const char *path, const struct buffer *text, struct error *err) must_check;

/* Removes the file, and the copy if there is one. -1 when the file cannot be removed. */
int replace_remove(const struct replace *replace, struct error *err) must_check;
