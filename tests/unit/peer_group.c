/* SPDX-License-Identifier: Apache-2.0 */
/* Mount tables line by line, and as a whole: from a directory of our own, where mountinfo is what
 * the test writes. */
#include "kernel/peer_group.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/open.h"
#include "base/file.h"
#include "base/buffer.h"

static const struct {
	const char *line;
	uint64_t mount, group;
	const char *because;
} lines[] = {
	{ "22 28 0:21 / /sys rw,nosuid,nodev shared:7 - sysfs sysfs rw", 22, 7, "shared" },
	{ "23 28 0:22 / /proc rw,relatime - proc proc rw", 23, 0, "private" },
	{ "24 28 0:23 / /run rw master:5 - tmpfs tmpfs rw,size=10%", 24, 0, "a slave" },
	{ "25 28 0:23 / /run rw shared:9 master:5 - tmpfs tmpfs rw", 25, 9, "a slave that shares" },
	{ "26 28 0:23 / /run rw master:5 propagate_from:2 - tmpfs t rw", 26, 0, "another's slave" },
	{ "27 28 0:23 / /run rw unbindable - tmpfs tmpfs rw", 27, 0, "unbindable" },
	{ "28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw", 28, 1, "the root" },
	{ "29 28 0:23 / /mnt/a\\040b rw shared:3 - tmpfs a\\011b rw", 29, 3, "escaped spaces" },
	{ "30 28 0:23 /shared:4 /shared:5 shared:6 shared:7 - tmpfs shared:8 shared:9", 30, 7,
		"only an optional field counts" },
	{ "31 28 0:23 / /- - shared:2 - tmpfs tmpfs rw", 31, 2,
		"a dash before the optional fields" },
	{ "32 28 0:23 / / rw new:1 shared:2 other - tmpfs tmpfs rw", 32, 2, "tags that are new" },
	{ "33 28 0:23 / / rw unshared:4 - tmpfs tmpfs rw", 33, 0, "a tag that only ends alike" },
	{ "18446744073709551615 28 0:23 / / rw shared:18446744073709551615 - t t rw", UINT64_MAX,
		UINT64_MAX, "the largest numbers" },
	{ "0 0 0:0 / / rw - rootfs rootfs rw", 0, 0, "the smallest number" },
	{ "35 28 0:23 / / rw slaved:4 - tmpfs tmpfs rw", 35, 0, "a tag that only begins alike" },
	{ "34 28 0:23 / / rw shared:2 - tmpfs  rw", 34, 2, "an empty source" },
};

Test(peer_group, reads_lines)
{
	for (size_t i = 0; i < array_count(lines); i++) {
		size_t length = strlen(lines[i].line);
		cleanup(text_clear) char *copy = malloc(length);
		uint64_t mount = 99, group = 99;

		memcpy(copy, lines[i].line, length); /* nothing behind it may be read */
		cr_expect(peer_line(copy, length, &mount, &group), "%s", lines[i].because);
		cr_expect_eq(mount, lines[i].mount, "%s", lines[i].because);
		cr_expect_eq(group, lines[i].group, "%s", lines[i].because);
	}
}

static const struct {
	const char *line, *because;
} broken[] = {
	{ "", "nothing" },
	{ " ", "a space" },
	{ "22", "an id alone" },
	{ "x 28 0:21 / /sys rw - sysfs sysfs rw", "a word for the id" },
	{ "-1 28 0:21 / /sys rw - sysfs sysfs rw", "a negative id" },
	{ "22x 28 0:21 / /sys rw - sysfs sysfs rw", "an id with something behind it" },
	{ " 22 28 0:21 / /sys rw - sysfs sysfs rw", "a space in front" },
	{ "22 28 0:21 / /sys rw", "no optional fields' end" },
	{ "22 28 0:21 / /sys rw ", "cut behind a space" },
	{ "22 28 0:21 / /sys rw shared:7", "cut behind the group" },
	{ "22 28 0:21 / /sys rw shared:7 ", "cut before the dash" },
	{ "22 28 0:21 / /sys rw shared:", "cut in the group" },
	{ "22 28 0:21 / /sys rw shared:x - sysfs sysfs rw", "a word for the group" },
	{ "22 28 0:21 / /sys rw shared: - sysfs sysfs rw", "no group" },
	{ "22 28 0:21 / /sys rw shared:7x - sysfs sysfs rw", "a group with something behind it" },
	{ "22 28 0:21 /sys rw - sysfs", "a field too few: the dash comes too early" },
};

Test(peer_group, refuses_what_is_no_line)
{
	for (size_t i = 0; i < array_count(broken); i++) {
		uint64_t mount, group;

		cr_expect_not(peer_line(broken[i].line, strlen(broken[i].line), &mount, &group),
			"%s", broken[i].because);
	}
}

/* Cut anywhere, a line never says another group than the whole one. */
Test(peer_group, a_cut_line_is_no_line)
{
	static const char line[] =
		"36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:512 - ext3 /dev/root rw";
	size_t dash = (size_t)(strstr(line, " - ") - line);
	uint64_t mount, group;

	for (size_t length = 0; length <= dash; length++)
		cr_expect_not(peer_line(line, length, &mount, &group), "cut at %zu", length);
	cr_expect(peer_line(line, dash + strlen(" - "), &mount, &group));
	cr_expect_eq(group, 512);
}

/* A pipe lies on a mount of no namespace, of which every kernel's answer comes from the table. */
struct bench {
	int pipe[2], directory, table;
	char path[32];
	uint64_t mount;
};

static void bench_open(struct bench *bench, const char *text)
{
	char link[32];
	struct inode_info info;

	strcpy(bench->path, "/tmp/peer-XXXXXX");
	cr_assert_eq(pipe(bench->pipe), 0);
	cr_assert_not_null(mkdtemp(bench->path));
	bench->directory = open(bench->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_eq(mkdirat(bench->directory, "self", 0700), 0);
	bench->table = memfd_create("mountinfo", MFD_CLOEXEC);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", bench->table);
	cr_assert_eq(symlinkat(link, bench->directory, "self/mountinfo"), 0);
	cr_assert_eq(write(bench->table, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(stat_at(bench->pipe[0], "", AT_EMPTY_PATH, &info), 0);
	bench->mount = info.mount;
}

static void bench_close(struct bench *bench)
{
	unlinkat(bench->directory, "self/mountinfo", 0);
	unlinkat(bench->directory, "self", AT_REMOVEDIR);
	rmdir(bench->path);
	close(bench->pipe[0]);
	close(bench->pipe[1]);
	fd_close(&bench->directory);
	fd_close(&bench->table);
}

Test(peer_group, finds_the_line_of_the_mount)
{
	struct error err = { 0 };
	struct bench bench;
	uint64_t group = 99;

	bench_open(&bench, "");
	for (int i = 0; i < 200; i++) /* several reads, and lines across their ends */
		dprintf(bench.table, "%d 28 0:21 / /a/long/enough/place/%d rw shared:%d - t t rw\n",
			1000000 + i, i, i + 1);
	dprintf(bench.table,
		"no line at all\n%llu 1 0:13 / / rw shared:4711 - pipefs pipefs rw\n"
		"%llu 1 0:13 / / rw shared:4712 - pipefs pipefs rw\n",
		(unsigned long long)bench.mount, (unsigned long long)bench.mount);
	cr_expect_eq(peer_group(bench.pipe[0], bench.directory, &group, &err), 0, "%s", err.text);
	cr_expect_eq(group, 4711);
	bench_close(&bench);
}

Test(peer_group, a_private_mount_has_no_group)
{
	struct error err = { 0 };
	struct bench bench;
	uint64_t group = 99;

	bench_open(&bench, "");
	dprintf(bench.table, "1 1 0:1 / / rw shared:5 - t t rw\n%llu 1 0:13 / / rw - p p rw\n",
		(unsigned long long)bench.mount);
	cr_expect_eq(peer_group(bench.pipe[0], bench.directory, &group, &err), 0, "%s", err.text);
	cr_expect_eq(group, 0, "not that of the line before");
	bench_close(&bench);
}

Test(peer_group, a_table_without_the_mount_is_an_error)
{
	struct error err = { 0 };
	struct bench bench;
	char wanted[64];
	uint64_t group;

	bench_open(&bench, "1 1 0:1 / / rw shared:5 - t t rw\n");
	snprintf(wanted, sizeof(wanted), "mountinfo has no line for mount %llu",
		(unsigned long long)bench.mount);
	cr_expect_eq(peer_group(bench.pipe[0], bench.directory, &group, &err), -1);
	cr_expect_str_eq(err.text, wanted);
	cr_expect_eq(err.code, ERROR_SYSTEM);
	bench_close(&bench);
}

Test(peer_group, no_table_is_an_error)
{
	cleanup(fd_close) int root = open("/", O_PATH | O_CLOEXEC);
	struct error err = { 0 };
	uint64_t group;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_expect_eq(peer_group(ends[0], root, &group, &err), -1);
	cr_expect_str_eq(
		err.text, "reading the mount's line of mountinfo: No such file or directory");
	close(ends[0]);
	close(ends[1]);
}

Test(peer_group, the_kernel_and_its_table_agree)
{
	cleanup(fd_close) int root = open("/", O_PATH | O_CLOEXEC);
	cleanup(fd_close) int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	FILE *table = fopen("/proc/self/mountinfo", "re");
	uint64_t group = 99, mount, by_table = 0;
	struct error err = { 0 };
	bool found = false;
	char line[4096];
	struct inode_info info;

	cr_assert(table != NULL && stat_at(root, "", AT_EMPTY_PATH, &info) == 0);
	cr_assert_eq(peer_group(root, proc, &group, &err), 0, "%s", err.text);
	while (!found && fgets(line, sizeof(line), table) != NULL)
		found = peer_line(line, strcspn(line, "\n"), &mount, &by_table) &&
			mount == info.mount;
	fclose(table);
	cr_assert(found);
	cr_expect_eq(group, by_table);
}
