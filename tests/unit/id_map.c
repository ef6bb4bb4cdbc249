/* SPDX-License-Identifier: Apache-2.0 */
/* id_map: maps of user namespaces. A row is a map, what the container's root is outside, and
 * whether an id of ours is known inside. */
#include "observe/id_map.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

static const struct {
	const char *map;
	unsigned int root;
	unsigned int id;
	bool known;
	const char *because;
} rows[] = {
	{ "0 0 4294967295\n", 0, 4294967294, true, "the host's own" },
	{ "0 0 4294967295\n", 0, 4294967295, false, "-1 is not an id" },
	{ "         0     100000      65536\n", 100000, 100000, true, "the first id" },
	{ "0 100000 65536\n", 100000, 165535, true, "the last id" },
	{ "0 100000 65536\n", 100000, 165536, false, "one behind the last" },
	{ "0 100000 65536\n", 100000, 99999, false, "one before the first" },
	{ "1000 7000 1\n0 100000 1000\n", 100000, 7000, true, "the root's line is the second" },
	{ "1000 7000 1\n0 100000 1000\n", 100000, 7001, false, "between two ranges" },
	{ "1 5 10\n", 0, 5, true, "no line maps the root" },
	{ "0 1\n", 0, 1, false, "not a line of a map" },
	{ "", 0, 0, false, "nothing" },
};

Test(id_map, of_several_lines)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(fd_close) int map = memfd_create("map", MFD_CLOEXEC);
		struct error err = { 0 };
		unsigned int root = 1;

		cr_assert(map >= 0);
		cr_assert_eq(file_write_all(map, rows[i].map, strlen(rows[i].map)), 0);
		cr_expect_eq(id_map_root(map, &root, &err), 0, "%s: %s", rows[i].because, err.text);
		cr_expect_eq(root, rows[i].root, "%s: root is %u", rows[i].because, root);
		cr_expect_eq(id_map_knows(map, rows[i].id), rows[i].known, "%s: id %u",
			rows[i].because, rows[i].id);
	}
}
