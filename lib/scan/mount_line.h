/* SPDX-License-Identifier: Apache-2.0 */
/* mount_line: a line of mountinfo (proc_pid_mountinfo(5)), as far as binds of single files need it.
 * Pure. Inside lib/scan only. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The texts are in the line, escaped as there. */
struct mount_line {
	dev_t device;
	const char *root, *point;
	size_t root_length, point_length;
	bool deleted; /* the root has no name any more; its mark is cut off */
};

/* The line from at to before end; false: it has another form. */
bool mount_line_parse(struct mount_line *line, const char *at, const char *end);

/* mountinfo writes blanks, tabs, newlines, backslashes and "#" as \NNN. out may be the text itself.
 * False: out is too small. */
bool mount_line_unescape(char *out, size_t size, const char *text, size_t length);

/* The path of the file on the host: below the mount of the same device that has the nearest root
 * above the file, in the host's mountinfo. table may be NULL. False: unknown. */
bool mount_line_host_path(char out[PATH_MAX], const char *table, const struct mount_line *of);
