/* SPDX-License-Identifier: Apache-2.0 */
/* option: the options of a command line, as a table of rows: "--policy FILE", "--policy=FILE" and
 * "--json". Both programs read their words through it. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text_list.h"

struct option {
	const char *name;     /* "--policy" */
	const char *argument; /* what its value is called, "FILE"; NULL: a flag, without a value */
	const char *help;     /* one line for --help */
	bool *flag;           /* of a flag: set to true */
	const char **value;   /* set to the value, which is borrowed from the command line; the last
			       * one counts; or: */
	struct text_list *list; /* each value is added as a copy */
	int (*check)(const struct option *option, const char *value, struct error *err);
	/* 0, or -1 with the reason why this value is refused; NULL: any value is right */
};

/* A command line while it is read; at is the index of the present word. */
struct command_line {
	char **argv;
	int argc, at;
};

/* The row for "--name" or "--name=value", or NULL. */
const struct option *option_find(const struct option *options, size_t count, const char *word);

/* Stores the present word's value at its row, and moves on to the next word where that is the
 * value. ERROR_INPUT: a value is missing, is not expected, or is refused. */
int option_take(const struct option *option, struct command_line *line, struct error *err)
	must_check;

/* The error for an unknown word; names the nearest row or "--help". Always -1. */
int option_unknown(const struct option *options, size_t count, const char *word, struct error *err);
