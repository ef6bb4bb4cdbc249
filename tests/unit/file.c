/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A directory of our own, with what a hostile neighbour would put there. */
static int bench(void)
{
	char path[] = "/tmp/file.XXXXXX";
	int directory, fd;

	cr_assert(mkdtemp(path));
	directory = open(path, O_PATH | O_DIRECTORY);
	fd = openat(directory, "plain", O_WRONLY | O_CREAT, 0600);
	cr_assert_eq(write(fd, "abc", 3), 3);
	close(fd);
	fd = openat(directory, "huge", O_WRONLY | O_CREAT, 0600);
	cr_assert_eq(ftruncate(fd, (off_t)40 << 30), 0);
	close(fd);
	close(openat(directory, "empty", O_WRONLY | O_CREAT, 0600));
	cr_assert_eq(mkfifoat(directory, "fifo", 0600), 0);
	cr_assert_eq(mkdirat(directory, "directory", 0700), 0);
	cr_assert_eq(symlinkat("/dev/zero", directory, "zero"), 0);
	cr_assert_eq(symlinkat("plain", directory, "link"), 0);
	cr_assert_eq(symlinkat("loop", directory, "loop"), 0);
	return directory;
}

static void unmake(int directory)
{
	static const char *const names[] = { "plain", "huge", "empty", "fifo", "zero", "link",
		"loop" };
	char path[64], link[64];
	ssize_t length;

	for (size_t i = 0; i < array_count(names); i++)
		unlinkat(directory, names[i], 0);
	unlinkat(directory, "directory", AT_REMOVEDIR);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
	length = readlink(link, path, sizeof(path) - 1);
	cr_assert_gt(length, 0);
	path[length] = '\0';
	rmdir(path);
}

static const struct {
	const char *name, *text, *error;
} reads[] = {
	{ "plain", "abc", NULL },
	{ "empty", "", NULL },
	{ "link", "abc", NULL },
	{ "huge", NULL, "larger than 1 MiB" },
	{ "fifo", NULL, "is not a regular file" },
	{ "zero", NULL, "is not a regular file" },
	{ "directory", NULL, "is not a regular file" },
	{ "loop", NULL, "opening it: Too many levels of symbolic links" },
	{ "none", NULL, "opening it: No such file or directory" },
};

Test(file, reads_what_is_regular_and_never_waits, .timeout = 5)
{
	int directory = bench();

	for (size_t i = 0; i < array_count(reads); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error err = { 0 };
		int got = file_read_at(&text, directory, reads[i].name, 1 << 20, &err);

		cr_expect_eq(got, reads[i].error ? -1 : 0, "%s", reads[i].name);
		cr_expect_str_eq(
			err.text, reads[i].error ? reads[i].error : "", "%s", reads[i].name);
		if (reads[i].text)
			cr_expect_str_eq(text.text, reads[i].text);
	}
	unmake(directory);
}

/* An open of it would start a device: of /dev/watchdog, the reboot of the machine. */
Test(file, a_device_is_never_opened)
{
	struct error err = { 0 };
	cleanup(fd_close) int found = open("/dev/ptmx", O_PATH);
	int fd = file_open_found(found, &err);

	cr_expect_eq(fd, -1);
	cr_expect_eq(errno, EINVAL);
	cr_expect_str_eq(err.text, "is not a regular file");
}

Test(file, a_file_of_proc_has_no_size_and_is_read_all_the_same)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	cr_expect_eq(file_read_at(&text, AT_FDCWD, "/proc/self/stat", 1 << 20, &err), 0);
	cr_expect_gt(text.length, 10);
}

Test(file, no_follow)
{
	int directory = bench();
	struct error err = { 0 };

	cr_expect_eq(file_open(directory, "link", O_NOFOLLOW, &err), -1);
	unmake(directory);
}

Test(file, standard_input_may_be_a_pipe_but_no_endless_device, .timeout = 5)
{
	cleanup(fd_close) int zero = open("/dev/zero", O_RDONLY),
			      null = open("/dev/null", O_RDONLY);
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(file_write_all(ends[1], "abc", 3), 0);
	close(ends[1]);
	cr_expect_eq(stream_read(&text, ends[0], 10, &err), 0);
	cr_expect_str_eq(text.text, "abc");
	cr_expect_eq(stream_read(&text, null, 10, &err), 0);
	cr_expect_eq(stream_read(&text, zero, 10, &err), -1);
	cr_expect_str_eq(err.text, "is not a regular file");
	cr_expect_eq(text.length, 3, "failure leaves what was there");
	close(ends[0]);
}

Test(file, a_directory_is_listed_from_its_beginning)
{
	int directory = bench();

	for (int i = 0; i < 2; i++) {
		cleanup(directory_close) DIR *list = directory_list(directory);
		int count = 0;

		while (list && readdir(list))
			count++;
		cr_expect_eq(count, 10, "%d", count);
	}
	unmake(directory);
}
