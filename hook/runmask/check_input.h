/* SPDX-License-Identifier: Apache-2.0 */
/* check_input: the files that check reads: those that are named or found by the walk, and what a
 * manifest takes from beside or below itself. */
#pragma once

#include "base/buffer.h"
#include "base/file.h"
#include "base/text_list.h"
#include "check/fix.h"
#include "spec/oci.h"

#define MANIFEST_LIMIT CONFIG_LIMIT

/* What paths in files depend on: the working directory, the home, and the runtime directory. */
struct surroundings {
	char *working_directory, *home;
	char runtime_directory[64]; /* of this user */
};
/* Fills *around, which must be zeroed; surroundings_clear frees it, also after a failure. */
int surroundings_look(struct surroundings *around, struct error *err) must_check;
void surroundings_clear(struct surroundings *around);

/* What %t means in a quadlet of that directory: a user's lies below its home, the system's in one
 * of three places. */
const char *surroundings_runtime(const struct surroundings *around, const char *directory);

/* One file, read. */
struct input {
	char *name;      /* for sentences */
	char *directory; /* absolute; what relative sources are relative to */
	struct buffer text;
	bool found; /* by the walk, and not named: what is not ours is passed over */
};
void input_clear(struct input *input);

/* Reads a named file, standard input ("-"), or a bundle's config.json. working_directory is
 * absolute. For a directory without config.json *walk is true and nothing is read. */
int input_read(struct input *input, const char *path, const char *working_directory, bool *walk,
	struct error *err) must_check;

/* The members of struct manifest_context; closure is the struct input. Follows no link and no "..",
 * and reads regular files only. */
int input_beside(void *closure, const char *path, struct buffer *text, struct error *err);
int input_list_beside(void *closure, const char *path, struct text_list *names, struct error *err);

/* --fix: what to write, and whether to write it. */
struct fix_order {
	bool asked, diff; /* diff: show it in *shown, and write nothing */
	enum remedy_kind way;
	struct buffer shown;
	size_t fixed; /* containers so far */
};
/* The words of --fix and --diff. */
int fix_order_read(struct fix_order *order, const char *way, bool diff, struct error *err)
	must_check;
/* Writes the remedy into the file where containers are exposed (with diff: adds the diff to
 * order->shown, and writes nothing); input->text is the new text afterwards. *fixed: how many
 * containers of this file. */
int input_fix(struct input *input, struct fix_order *order, const struct fix_request *request,
	size_t *fixed, struct error *err) must_check;

/* What a walk does with each file. */
typedef int input_visitor(void *closure, struct input *input, struct error *err);

struct walk {
	const struct text_list
		*exclude; /* globs; of the path below the directory, or of its name */
	const char *working_directory;
	input_visitor *visit;
	/* a file that could not be read, and why */
	int (*unread)(
		void *closure, struct input *input, const struct error *failure, struct error *err);
	void (*passed_over)(
		void *closure); /* called for each file that cannot be ours by its name */
	void *closure;
};

/* Visits the regular files below the directory in the order of their names; follows no link. Skips
 * .git, node_modules and vendor. */
int walk_directory(const struct walk *walk, const char *path, struct error *err) must_check;
