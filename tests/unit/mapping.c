/* SPDX-License-Identifier: Apache-2.0 */
/* mapping: lines of /proc/PID/maps. */
#include <criterion/criterion.h>
#include <string.h>

#include "scan/nscd_mappings.h"
#include "base/buffer.h"

#define FRONT "7f1a2b3c4000-7f1a2b3f9000 r--s 00000000 08:01 131   "

static const struct {
	const char *because, *line;
	const char *path; /* NULL: none of nscd's */
	bool deleted;
} rows[] = {
	{ "Debian's", FRONT "/var/cache/nscd/hosts", "/var/cache/nscd/hosts", false },
	{ "Debian's, made anew since", FRONT "/var/cache/nscd/passwd (deleted)",
		"/var/cache/nscd/passwd", true },
	{ "Red Hat's", FRONT "/var/db/nscd/hosts", "/var/db/nscd/hosts", false },
	{ "one that is not persistent", FRONT "/run/nscd/dbXq3aZy (deleted)", "/run/nscd/dbXq3aZy",
		true },
	{ "the same by the other name", FRONT "/var/run/nscd/dbXq3aZy (deleted)",
		"/var/run/nscd/dbXq3aZy", true },
	{ "a file of that name that is there", FRONT "/run/nscd/dbase", NULL, false },
	{ "a directory", FRONT "/var/cache/nscd/", NULL, false },
	{ "a like name", FRONT "/var/cache/nscd-other/hosts", NULL, false },
	{ "somewhere else", FRONT "/srv/var/cache/nscd/hosts", NULL, false },
	{ "a library", FRONT "/lib/x86_64-linux-gnu/libc.so.6", NULL, false },
	{ "nameless memory", "7f1a2b3c4000-7f1a2b3f9000 rw-p 00000000 00:00 0 ", NULL, false },
	{ "nameless memory without the blank", "7f1a2b3c4000-7f1a2b3f9000 rw-p 00000000 00:00 0",
		NULL, false },
	{ "the stack", "7ffc0-7ffd0 rw-p 00000000 00:00 0     [stack]", NULL, false },
	{ "one field", "7f1a2b3c4000-7f1a2b3f9000", NULL, false },
	{ "nothing", "", NULL, false },
};

Test(mapping, lines)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		struct mapping mapping;
		bool is = mapping_of_nscd(rows[i].line, strlen(rows[i].line), &mapping);

		cr_expect_eq(is, rows[i].path != NULL, "%s", rows[i].because);
		if (!is || !rows[i].path)
			continue;
		cr_expect_str_eq(mapping.range, "7f1a2b3c4000-7f1a2b3f9000", "%s", rows[i].because);
		cr_expect_eq(mapping.path_length, strlen(rows[i].path), "%s", rows[i].because);
		cr_expect_arr_eq(
			mapping.path, rows[i].path, mapping.path_length, "%s", rows[i].because);
		cr_expect_eq(mapping.deleted, rows[i].deleted, "%s", rows[i].because);
	}
}

Test(mapping, line_ends_where_it_ends)
{
	static const char line[] = FRONT "/var/cache/nscd/hosts (deleted)";
	struct mapping mapping;

	cr_expect(mapping_of_nscd(line, strlen(FRONT "/var/cache/nscd/h"), &mapping));
	cr_expect_not(mapping.deleted);
	cr_expect_not(mapping_of_nscd(line, strlen(FRONT), &mapping));
}
