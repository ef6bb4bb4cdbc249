/* SPDX-License-Identifier: Apache-2.0 */
/* shell_lexer: the lexer's state and steps, shared by shell_words.c (words, quotes) and
 * shell_expand.c ("$"). */
#pragma once

#include "manifest/shell_words.h"

struct lexer {
	const struct shell_text *source;
	const char *at;
	size_t line;
	const char *line_start;
	size_t depth;
	struct shell_command command;
	struct buffer word;
	struct shell_word next; /* of the word that is being read */
	bool reading;
	bool unquoted; /* what is expanded now is split at blanks */
};

/* The byte so far ahead, or NUL. */
int lexer_peek(const struct lexer *lexer, size_t ahead);

/* Goes on by a byte, or up to a place, and counts lines. */
void lexer_step(struct lexer *lexer);
void lexer_skip_to(struct lexer *lexer, const char *to);

/* Begin a word at the present place, unless one is begun; add bytes to it. */
void lexer_begin_word(struct lexer *lexer);
int lexer_add(struct lexer *lexer, const char *bytes, size_t length, struct error *err) must_check;

/* Ends the word that is being read, if there is one. Without a byte or a quote it is left out. */
int lexer_end_word(struct lexer *lexer, struct error *err) must_check;

/* Adds what stands between the present byte and end as something unknown, and goes behind end. */
int lexer_unknown_to(struct lexer *lexer, const char *end, struct error *err) must_check;

/* Behind a "$": a variable, or a command in parentheses. */
int lexer_dollar(struct lexer *lexer, struct error *err) must_check;

/* Behind the bracket that opens a command: up to and past the one that closes it. */
int lexer_substitution(struct lexer *lexer, char open, char close, struct error *err) must_check;
