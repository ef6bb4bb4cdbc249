/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_args: parses the command line of an OCI runtime: runc, crun, youki or runsc. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Borrowed from argv. */
struct arguments {
	const char *command; /* NULL: there is none */
	bool starts;         /* create, run, restore, or doubt: it reads a bundle's config.json */
	bool doubtful;       /* what the command does is not known */
	const char *id;      /* its last word; never NULL where starts is true */
	const char *bundle;  /* "." unless said */
	const char *config;  /* crun's --config: a file other than the bundle's config.json */
	const char *log, *log_format;
};

/* Reads argv[0..count), without the program's name. What is not understood is taken for a command
 * that starts a container: behind an option that is not known, every reading in which one starts
 * counts, and a command that is not known is one. The runtime is who complains. */
void arguments_parse(struct arguments *arguments, size_t count, char *const *argv);
