/* SPDX-License-Identifier: Apache-2.0 */
/* nscd_mappings: which processes have a database of the host's nscd mapped. glibc goes on using
 * such a mapping after the socket is gone, until nscd itself has been gone for five minutes
 * (nscd/nscd_helper.c, MAPPING_TIMEOUT). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "scan/running.h"

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

/* A process that holds a database of the host's nscd mapped: it goes on asking that. */
struct running_holder {
	pid_t pid;
	ino_t namespace;
	char command[32];
};

/* Those in any of the namespaces, which must be in ascending order: one walk over /proc, by a
 * helper. *holders is on the heap, in ascending order of their numbers. */
int running_holders(const struct running_view *view, const ino_t *namespaces, size_t count,
	struct running_holder **holders, size_t *holder_count, struct error *err) must_check;
