/* SPDX-License-Identifier: Apache-2.0 */
/* verb: the verbs of runmask, their options, and the functions of main.c by which they print. A
 * verb gets the command line from its own name on, and returns the exit code, or -1 with the error
 * set (the exit code is then 2). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/option.h"

enum { VERB_FINE = 0, VERB_FOUND = 1, VERB_FAILED = 2 };

/* The verbs. argv[0] is the verb. The exit code (VERB_…), or -1 with the error set. */
int verb_check(int argc, char **argv, struct error *err);
int verb_doctor(int argc, char **argv, struct error *err);
int verb_fix(int argc, char **argv, struct error *err);
int verb_policy(int argc, char **argv, struct error *err);
int verb_setup(int argc, char **argv, struct error *err);
int verb_scan(int argc, char **argv, struct error *err);
int verb_watch(int argc, char **argv, struct error *err);

/* What a verb takes, and what its --help says. */
struct verb_usage {
	const char *synopsis; /* "check [OPTION…] FILE…" */
	const char *about;    /* whole lines */
	const char *example;  /* whole lines */
	const struct option *options;
	size_t option_count;
	bool takes_words; /* words that are no options, such as files */
};

/* The words that are no options, in argv. */
struct verb_words {
	char **words;
	int count;
	bool helped; /* --help was asked for and is printed: nothing is left to do */
};

/* Every verb begins with it: reads argv (the verb's own name first), stores the options' values,
 * moves the other words to the front of argv + 1. "--" ends the options, "-" is a word. -1 also
 * after --help; the verb then returns verb_ended. */
int verb_begin(const struct verb_usage *usage, int argc, char **argv, struct verb_words *words,
	struct error *err) must_check;

static inline int verb_ended(const struct verb_words *words)
{
	return words->helped ? VERB_FINE : -1;
}

/* To standard output. */
int say(const struct buffer *text, struct error *err) must_check;

/* One line to standard error, as it is. */
void complain(const char *line);

/* To standard error, which is a terminal: a line that the next one replaces; NULL: nothing. */
void say_progress(const char *line);

/* Is standard output a terminal, and are colours allowed (no NO_COLOR)? */
bool say_in_colour(void);
