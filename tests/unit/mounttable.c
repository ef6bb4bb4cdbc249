/* SPDX-License-Identifier: Apache-2.0 */
/* mounttable: tables as libmount reads them, from a directory that stands for /proc/PID. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "scan/mount_table.h"

#define ROOT "21 1 0:20 / / rw,relatime - overlay overlay rw"
#define OURS "33 21 0:40 / /run rw,nosuid,nodev,noexec - tmpfs oci-runmask rw,size=1024k\n"

static int proc_with(const char *text, char *directory)
{
	int proc, file;

	cr_assert_not_null(mkdtemp(directory));
	proc = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	file = openat(proc, "mountinfo", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
	close(file);
	return proc;
}

static void proc_done(int proc, const char *directory)
{
	unlinkat(proc, "mountinfo", 0);
	close(proc);
	rmdir(directory);
}

Test(mounttable, sources)
{
	static const struct {
		const char *because, *text;
		uint64_t mount;
		const char *source;
	} rows[] = {
		{ "a mount of ours", ROOT "\n" OURS, 33, "oci-runmask" },
		{ "another one", ROOT "\n" OURS, 21, "overlay" },
		{ "none of that number", ROOT "\n" OURS, 3, NULL },
		{ "behind a line that is none", ROOT "\ngibberish\n" OURS, 33, "oci-runmask" },
		{ "an empty table", "", 33, NULL },
		{ "optional fields and escapes",
			"33 21 0:40 / /a\\040b rw shared:1 master:2 - tmpfs x\\040y rw\n", 33,
			"x y" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(mounttable_clear) struct mounttable table = { 0 };
		char directory[] = "/tmp/mounttable.XXXXXX";
		int proc = proc_with(rows[i].text, directory);
		struct error err = { 0 };
		const char *source;

		cr_assert_eq(mounttable_read(&table, proc, &err), 0, "%s: %s", rows[i].because,
			err.text);
		source = mounttable_source(&table, rows[i].mount);
		if (rows[i].source)
			cr_expect_str_eq(source, rows[i].source, "%s", rows[i].because);
		else
			cr_expect_null(source, "%s", rows[i].because);
		proc_done(proc, directory);
	}
}

Test(mounttable, labels)
{
	static const struct {
		const char *because, *text, *label;
	} rows[] = {
		{ "with commas, in quotes",
			ROOT
			",context=\"system_u:object_r:container_file_t:s0:c1,c2\",lowerdir=x\n",
			"system_u:object_r:container_file_t:s0:c1,c2" },
		{ "plain", ROOT ",context=system_u:object_r:container_file_t:s0\n",
			"system_u:object_r:container_file_t:s0" },
		{ "none", ROOT "\n", NULL },
		{ "that of another mount", ROOT "\n33 21 0:40 / /run rw - tmpfs x rw,context=a\n",
			NULL },
		{ "a like word", ROOT ",fscontext=a,rootcontext=b\n", NULL },
		{ "no root at all", OURS, NULL },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(mounttable_clear) struct mounttable table = { 0 };
		cleanup(text_clear) char *label = NULL;
		char directory[] = "/tmp/mounttable.XXXXXX";
		int proc = proc_with(rows[i].text, directory);
		struct error err = { 0 };

		cr_assert_eq(mounttable_read(&table, proc, &err), 0);
		cr_assert_eq(mounttable_label(&table, &label, &err), 0);
		if (rows[i].label)
			cr_expect_str_eq(label, rows[i].label, "%s", rows[i].because);
		else
			cr_expect_null(label, "%s", rows[i].because);
		proc_done(proc, directory);
	}
}

Test(mounttable, none)
{
	cleanup(mounttable_clear) struct mounttable table = { 0 };
	cleanup(fd_close) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct error err = { 0 };

	cr_expect_eq(mounttable_read(&table, root, &err), -1);
	cr_expect_str_eq(err.text, "opening mountinfo: No such file or directory");
}
