/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/open.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"

static char top[] = "/tmp/runmask-open-XXXXXX";
static int root = -1;

static void make_root(void)
{
	cr_assert_not_null(mkdtemp(top));
	root = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert(root >= 0);
	cr_assert_eq(mkdirat(root, "run", 0755), 0);
	cr_assert_eq(mkdirat(root, "run/app", 0755), 0);
	cr_assert_eq(symlinkat("/run", root, "link"), 0);
}

static void remove_root(void)
{
	cr_expect_eq(unlinkat(root, "link", 0), 0);
	cr_expect_eq(unlinkat(root, "run/app", AT_REMOVEDIR), 0);
	cr_expect_eq(unlinkat(root, "run", AT_REMOVEDIR), 0);
	cr_expect_eq(rmdir(top), 0);
	fd_close(&root);
}

static const struct {
	const char *path, *parent; /* below the root; NULL: there is none */
	const char *because;
} rows[] = {
	{ "/run/app/socket", "run/app", "a full path" },
	{ "run/app/socket", "run/app", "a path without a slash in front" },
	{ "/socket", ".", "a name in the root" },
	{ "socket", ".", "a name alone" },
	{ "/", ".", "the root itself" },
	{ "", ".", "nothing" },
	{ "/run/app/", "run", "a slash at the end" },
	{ "/run//app//", "run", "slashes too many" },
	{ "/link/socket", "run", "a link on the way stays in the root" },
	{ "/link", ".", "a link as the last name is not followed" },
	{ "/../../socket", ".", "the root has nothing above it" },
	{ "/missing/socket", NULL, "a directory that is not there" },
};

Test(open, the_directory_of_the_last_name, .init = make_root, .fini = remove_root)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(fd_close) int parent = open_parent_in_root(root, rows[i].path);
		struct inode_info found, wanted;

		cr_expect_eq(parent >= 0, rows[i].parent != NULL, "%s", rows[i].because);
		if (parent < 0 || rows[i].parent == NULL)
			continue;
		cr_assert_eq(stat_at(parent, "", AT_EMPTY_PATH, &found), 0);
		cr_assert_eq(stat_at(root, rows[i].parent, 0, &wanted), 0);
		cr_expect(inode_same(&found.inode, &wanted.inode), "%s", rows[i].because);
	}
}

Test(open, a_directory_whose_path_is_too_long, .init = make_root, .fini = remove_root)
{
	char path[PATH_MAX + 3];

	memset(path, '/', sizeof(path));
	memcpy(path + PATH_MAX, "ab", sizeof("ab"));
	errno = 0;
	cr_expect_eq(open_parent_in_root(root, path), -1);
	cr_expect_eq(errno, ENAMETOOLONG);
}
