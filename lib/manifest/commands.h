/* SPDX-License-Identifier: Apache-2.0 */
/* commands: a text with commands while it is read, shared by commands.c (shell scripts),
 * commands_make.c (Makefiles), commands_markdown.c (Markdown), commands_unit.c (services) and
 * commands_volume.c (named volumes). */
#pragma once

#include "manifest/shell_words.h"

struct script {
	struct manifest *manifest;
	const struct manifest_context *context;
	size_t first;                  /* containers before it */
	struct variable_set variables; /* that the script assigns */
	struct variable_set volumes;   /* that it creates as binds, and their devices */
};

/* A part of the text, for shell_visit: each engine's run in it adds a container. */
struct shell_text script_text(
	struct script *script, const char *text, const char *end, size_t line);

/* Does the text begin with these words? */
bool script_begins(const char *at, const char *end, const char *words);

/* Behind the line's newline; behind the last of the lines that it goes on in, and their number. */
const char *script_line_end(const char *at, const char *end);
const char *script_logical_end(const char *at, const char *end, size_t *lines);

/* Behind the blanks and a prompt: "$ ", "% ", "# " before an engine's name. */
const char *script_past_prompt(const char *at, const char *end);

/* The recipes of a Makefile. */
int script_makefile(struct script *script, const char *text, const char *end, struct error *err)
	must_check;
/* The commands of a systemd service. */
int script_unit(struct script *script, const char *text, const char *end, struct error *err)
	must_check;
/* Notes the volume, where the command creates one. */
int script_volume(struct script *script, const struct shell_command *command, size_t engine,
	bool *created, struct error *err) must_check;
/* The commands in the code blocks of Markdown. */
int script_markdown(struct script *script, const char *text, size_t length, struct error *err)
	must_check;
