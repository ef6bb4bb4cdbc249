/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words: the commands of a script as words, split as a shell splits them: quotes,
 * backslashes, continued lines, comments, operators, and the commands inside $(…) and `…`. Nothing
 * is run; variables that the text itself assigns plainly are replaced, all others are marked. Pure.
 */
#pragma once

#include "base/buffer.h"
#include "manifest/manifest.h"
#include "manifest/variable_set.h"

/* What is not known here stands in a word as WORD_UNKNOWN NAME WORD_KNOWN, or without a name. */
#define WORD_UNKNOWN '\1'
#define WORD_KNOWN '\2'
#define SHELL_DEPTH_MAX 16
#define SHELL_WORD_MAX (1u << 20)

struct shell_word {
	char *text; /* without quotes */
	size_t line;
	unsigned int column;
	bool quoted; /* some of it was in quotes: it is one word, whatever its variables hold */
};

struct shell_command {
	struct shell_word *words;
	size_t count;
};

/* Called for each simple command, inner ones first. */
typedef int shell_visitor(void *closure, const struct shell_command *command, struct error *err);

struct shell_text {
	const char *text, *end;
	size_t line; /* of text, from 1 */
	bool make;   /* a recipe: "$$" is the shell's dollar, "$(X)" a variable of make's */
	const struct manifest_context *context;
	struct variable_set *variables; /* those that the text assigns */
	shell_visitor *visit;
	void *closure;
};

/* Calls text->visit for each command; depth: of nested substitutions, 0 at the top. -1 as soon as
 * the visitor returns it, or when memory runs out. */
int shell_visit(const struct shell_text *text, size_t depth, struct error *err) must_check;
