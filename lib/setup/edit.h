/* SPDX-License-Identifier: Apache-2.0 */
/* edit: adds our runtime to the text of an engine's configuration, and removes it. Every other byte
 * stays. Pure: text in, text out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* The name that setup gives to runtimes and handlers. */
#define SETUP_RUNTIME "runmask"

/* dockerd's daemon.json (an empty text where the file is missing): runtimes.runmask with that
 * program, and default-runtime. Without a change where a default runtime is ours already. Refuses a
 * runtime of the same name, or a default runtime, that is another's. */
int edit_docker(struct buffer *out, const char *text, size_t length, const char *program,
	struct error *err) must_check;

/* Takes both out again; "{}" and empty objects of ours go with them. */
int edit_docker_undo(struct buffer *out, const char *text, size_t length, struct error *err)
	must_check;

/* containerd's config.toml: a runtime handler runmask behind all else, between two comments.
 * version is that of a file to be made (2 or 3), where the text is empty. Refuses version 1 files,
 * and a table of that name without our comments, unless it is as we would write it. */
int edit_containerd(struct buffer *out, const char *text, int version, const char *program,
	struct error *err) must_check;
int edit_containerd_undo(struct buffer *out, const char *text, struct error *err) must_check;

/* What "containerd config dump" made of a file, which it lists among its own "imports". */
struct containerd_dump {
	const char *file, *text;
};

/* 0 when the two differ in the table of our handler alone; otherwise -1, and the sentence names the
 * first other key that differs. */
int edit_containerd_compare(const struct containerd_dump *before,
	const struct containerd_dump *after, struct error *err) must_check;
