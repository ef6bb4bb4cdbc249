/* SPDX-License-Identifier: Apache-2.0 */
/* mount_table: tables as libmount reads them, from a directory that stands for /proc/PID. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/buffer.h"
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

Test(mount_table, sources)
{
	static const struct {
		const char *because, *text;
		uint64_t mount;
		const char *source;
	} rows[] = {
		{ "a mount of ours", ROOT "\n" OURS, 33, "oci-runmask" },
		{ "another one", ROOT "\n" OURS, 21, "overlay" },
		{ "none of that number", ROOT "\n" OURS, 3, NULL },
		{ "behind a line of another form", ROOT "\ngibberish\n" OURS, 33, "oci-runmask" },
		{ "an empty table", "", 33, NULL },
		{ "optional fields and escapes",
			"33 21 0:40 / /a\\040b rw shared:1 master:2 - tmpfs x\\040y rw\n", 33,
			"x y" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(mount_table_clear) struct mount_table table = { 0 };
		char directory[] = "/tmp/mount_table.XXXXXX";
		int proc = proc_with(rows[i].text, directory);
		struct error err = { 0 };
		const char *source;

		cr_assert_eq(mount_table_read(&table, proc, &err), 0, "%s: %s", rows[i].because,
			err.text);
		source = mount_table_source(&table, rows[i].mount);
		if (rows[i].source)
			cr_expect_str_eq(source, rows[i].source, "%s", rows[i].because);
		else
			cr_expect_null(source, "%s", rows[i].because);
		proc_done(proc, directory);
	}
}

Test(mount_table, labels)
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
		cleanup(mount_table_clear) struct mount_table table = { 0 };
		cleanup(text_clear) char *label = NULL;
		char directory[] = "/tmp/mount_table.XXXXXX";
		int proc = proc_with(rows[i].text, directory);
		struct error err = { 0 };

		cr_assert_eq(mount_table_read(&table, proc, &err), 0);
		cr_assert_eq(mount_table_label(&table, &label, &err), 0);
		if (rows[i].label)
			cr_expect_str_eq(label, rows[i].label, "%s", rows[i].because);
		else
			cr_expect_null(label, "%s", rows[i].because);
		proc_done(proc, directory);
	}
}

Test(mount_table, none)
{
	cleanup(mount_table_clear) struct mount_table table = { 0 };
	cleanup(fd_close) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct error err = { 0 };

	cr_expect_eq(mount_table_read(&table, root, &err), -1);
	cr_expect_str_eq(err.text, "opening mountinfo: No such file or directory");
}

static void read_text(struct mount_table *table, mount_table_reader *reader, const char *text,
	const char *because)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	struct error err = { 0 };

	cr_assert_not_null(file);
	cr_assert_eq(reader(table, file, &err), 0, "%s: %s", because, err.text);
	fclose(file);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void compare(const char *text, const char *because)
{
	cleanup(mount_table_clear) struct mount_table left = { 0 }, right = { 0 };

	read_text(&left, mount_table_read_libmount, text, because);
	read_text(&right, mount_table_read_mountinfo, text, because);
	cr_assert_eq(left.count, right.count, "%s: %zu and %zu mounts", because, left.count,
		right.count);
	for (size_t i = 0; i < left.count; i++) {
		const struct mount_table_mount *a = &left.mounts[i], *b = &right.mounts[i];

		cr_expect_eq(
			a->id, b->id, "%s: ids %zu and %zu", because, (size_t)a->id, (size_t)b->id);
		cr_expect(same(a->target, b->target), "%s: targets %s and %s", because, a->target,
			b->target);
		cr_expect(same(a->source, b->source), "%s: sources %s and %s", because, a->source,
			b->source);
		cr_expect(same(a->options, b->options), "%s: options %s and %s", because,
			a->options, b->options);
	}
}

/* What the kernel writes (fs/proc_namespace.c) and what it does not. */
Test(mount_table, two_readers)
{
	static const struct {
		const char *because, *text;
	} rows[] = {
		{ "a usual table", ROOT "\n" OURS },
		{ "no newline at the end", ROOT "\n" ROOT },
		{ "optional fields",
			"1 0 8:1 / / rw shared:1 master:2 unbindable - ext4 /dev/sda1 rw\n" },
		{ "escapes",
			"1 0 8:1 /a\\040b /c\\011d\\134e\\043f\\012 rw - fuse.x s\\040t "
			"rw,a=\\040b\n" },
		{ "an escape that is cut off", "1 0 8:1 / /a\\08b\\9\\1 rw - tmpfs a\\b rw\n" },
		{ "an empty source", "1 0 8:1 / /x rw - tmpfs  rw,size=4k\n" },
		{ "the source \"none\"", "1 0 8:1 / /x rw - tmpfs none rw\n" },
		{ "a source that is a tag", "1 0 8:1 / /x rw - ext4 LABEL=x rw\n" },
		{ "a source with a dash", "1 0 8:1 / /x rw - ext4 - rw\n" },
		{ "a target with a dash", "1 0 8:1 / /x\\040-\\040y rw - ext4 a rw\n" },
		{ "a deleted target", "1 0 8:1 / /x//deleted rw - ext4 a rw\n" },
		{ "a deleted root", "1 0 8:1 /y//deleted /x rw - ext4 a rw\n" },
		{ "a root that is not a path", "4 0 0:4 mnt:[4026532] /x rw - nsfs nsfs rw\n" },
		{ "a large id", "2147483646 0 8:1 / /x rw - ext4 a rw\n" },
		{ "large devices", "1 0 4095:1048575 / /x rw - ext4 a rw\n" },
		{ "several on one place", ROOT "\n" OURS OURS ROOT "\n" },
		{ "gibberish between", ROOT "\ngibberish\n" OURS },
		{ "an empty line", ROOT "\n\n" OURS },
		{ "a line without a separator", "1 0 8:1 / /x rw ext4 a rw\n" OURS },
		{ "a line that ends early", "1 0 8:1 / /x\n" OURS },
		{ "a line without numbers", ROOT "\na b c:d / /x rw - ext4 a rw\n" OURS },
	};

	for (size_t i = 0; i < array_count(rows); i++)
		compare(rows[i].text, rows[i].because);
}

Test(mount_table, two_readers_of_this_machine)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(fd_close) int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct error err = { 0 };

	cr_assert_eq(buffer_read(&text, fd, 0, SIZE_MAX, &err), 0, "%s", err.text);
	compare(text.text, "/proc/self/mountinfo");
}
