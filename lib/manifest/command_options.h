/* SPDX-License-Identifier: Apache-2.0 */
/* command_options: reads the words behind "docker run", as docker, podman and nerdctl do. Pure. */
#pragma once

#include "manifest/shell_words.h"

struct command_run {
	struct manifest *manifest;
	const struct manifest_context *context;
	size_t first; /* the manifest's containers from here on are of the same text */
	const struct variable_set *volumes; /* that are binds, and their devices; may be NULL */
	const struct shell_word *words;
	size_t count;
	const struct shell_word *begins; /* where the command begins */
};

/* A value of -v, or of --mount, with one of the volumes as the bind that it is; text, which is
 * empty before, stays so where none is named. */
int volume_as_bind(struct buffer *text, const struct variable_set *volumes, const char *value,
	struct error *err) must_check;
int volume_mount_as_bind(struct buffer *text, const struct variable_set *volumes, const char *value,
	struct error *err) must_check;

/* Adds the container. On failure *blamed is the word that is to blame. */
int command_run_read(struct command_run *run, const struct shell_word **blamed, struct error *err)
	must_check;
