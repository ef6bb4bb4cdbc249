/* SPDX-License-Identifier: Apache-2.0 */
/* arguments: an OCI runtime's command line, as engines and people write it: runc's, crun's, youki's
 * and runsc's. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Borrowed from argv. */
struct arguments {
	const char *command; /* NULL: there is none */
	bool starts;         /* create, run, restore: it reads a bundle's config.json */
	const char *id;      /* of a command that starts: its last word; NULL: none */
	const char *bundle;  /* "." unless said */
	const char *config;  /* crun's --config: a file other than the bundle's config.json */
	const char *log, *log_format;
};

/* Reads argv[0..count), without the program's name. Whatever is there is understood somehow: the
 * runtime is who complains. */
void arguments_parse(struct arguments *arguments, size_t count, char *const *argv);
