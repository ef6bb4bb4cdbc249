/* SPDX-License-Identifier: Apache-2.0 */
/* verbs: what runmask's main and its verbs share. A verb gets the command line from its own name
 * on, and returns the exit code, or -1 with the error set (the exit code is then 2). What it has to
 * say goes through the main, which alone prints. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/buffer.h"
#include "base/text_list.h"

enum { VERB_FINE = 0, VERB_FOUND = 1, VERB_FAILED = 2 };

int verb_check(int argc, char **argv, struct error *err);
int verb_doctor(int argc, char **argv, struct error *err);
int verb_fix(int argc, char **argv, struct error *err);
int verb_policy(int argc, char **argv, struct error *err);
int verb_setup(int argc, char **argv, struct error *err);
int verb_scan(int argc, char **argv, struct error *err);
int verb_watch(int argc, char **argv, struct error *err);

/* One option of a verb. */
struct verb_option {
	const char *name;       /* "--policy" */
	const char *argument;   /* "FILE" for --help; NULL: a flag */
	const char *help;       /* one line */
	bool *flag;             /* set when the option is there */
	const char **value;     /* set to its argument */
	struct text_list *list; /* gets its argument each time */
};

/* What --help says of a verb. */
struct verb_usage {
	const char *synopsis; /* "check [OPTION…] FILE…" */
	const char *about;    /* whole lines */
	const char *example;  /* whole lines */
	const struct verb_option *options;
	size_t option_count;
};

/* Takes the options out of argv: what is left are *count operands from argv[1] on. "--" ends the
 * options, "-" is an operand. *done: --help was asked for and answered. */
int verb_options(const struct verb_usage *usage, int argc, char **argv, int *count, bool *done,
	struct error *err) must_check;

/* To standard output. */
int say(const struct buffer *text, struct error *err) must_check;

/* One line to standard error, as it is. */
void complain(const char *line);

/* To standard error, which is a terminal: a line that the next one replaces; NULL: nothing. */
void say_progress(const char *line);

/* Is standard output a terminal, and are colours allowed (no NO_COLOR)? */
bool say_in_colour(void);
