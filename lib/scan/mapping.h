/* SPDX-License-Identifier: Apache-2.0 */
/* mapping: a line of /proc/PID/maps, and whether it maps a database of nscd's. glibc goes on using
 * such a mapping after the socket is gone, until nscd itself has been gone for five minutes. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Names of the file's place in /proc/PID/map_files are as long as this, two addresses. */
#define MAPPING_RANGE_MAX 64

struct mapping {
	char range[MAPPING_RANGE_MAX]; /* "7f2a4000-7f2b5000" */
	const char *path;              /* into the line */
	size_t path_length;            /* without " (deleted)" */
	bool deleted;
};

/* Reads one line, without its newline. True: it maps one of nscd's databases, shared and read-only:
 * /var/cache/nscd/hosts (Debian), /var/db/nscd/hosts (glibc, Red Hat), /run/nscd/dbXXXXXX, which
 * has no name any more (a database that is not persistent). */
bool mapping_of_nscd(const char *line, size_t length, struct mapping *mapping);
