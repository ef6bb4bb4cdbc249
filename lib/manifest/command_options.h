/* SPDX-License-Identifier: Apache-2.0 */
/* command_options: reads the words behind "docker run", as docker, podman and nerdctl do. Pure. */
#pragma once

#include "manifest/shell_words.h"

struct command_run {
	struct manifest *manifest;
	const struct manifest_context *context;
	size_t first; /* the manifest's containers from here on are of the same text */
	const struct shell_word *words;
	size_t count;
	const struct shell_word *begins; /* where the command begins */
};

/* Adds the container. On failure *blamed is the word that is to blame. */
int command_run_read(struct command_run *run, const struct shell_word **blamed, struct error *err)
	must_check;
