/* SPDX-License-Identifier: Apache-2.0 */
/* Linked with --wrap for malloc, realloc and read, so that they can be made to fail. */
#define _GNU_SOURCE 1 /* memfd_create */

#include "base/file.h"
#include "base/buffer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
ssize_t __real_read(int fd, void *bytes, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);
ssize_t __wrap_read(int fd, void *bytes, size_t size);

static bool no_memory;
static int interrupts, reads;
static int read_fails_with;

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return no_memory ? NULL : __real_realloc(old, size);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
	if (interrupts > 0) {
		interrupts--;
		errno = EINTR;
		return -1;
	}
	reads++;
	if (read_fails_with != 0) {
		errno = read_fails_with;
		return -1;
	}
	return __real_read(fd, bytes, size);
}

/* An fd of so many bytes, every one its offset's lowest seven bits. */
static int file_of(size_t length)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	char bytes[128];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	for (size_t size; length > 0; length -= size) {
		size = length < sizeof(bytes) ? length : sizeof(bytes);
		cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static bool is_pattern(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] != (char)(i & 0x7f))
			return false;
	return true;
}

Test(buffer, take_hands_over)
{
	char *text = strdup("x"), *owner = take(text);
	int fd = 7;

	cr_expect_null(text);
	cr_expect_str_eq(owner, "x");
	text_clear(&owner);
	cr_expect_null(owner);
	text_clear(&owner);
	cr_expect_eq(take_fd(&fd), 7);
	cr_expect_eq(fd, -1);
}

Test(buffer, fd_close_closes_once)
{
	int fd = file_of(0), number = fd;

	fd_close(&fd);
	cr_expect_eq(fd, -1);
	cr_expect_eq(fcntl(number, F_GETFD), -1, "the file is closed");
	fd_close(&fd);
	cr_expect_eq(fd, -1);
}

Test(buffer, buffer_grows)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };

	for (size_t i = 0; i < 10000; i++) {
		char byte = (char)(i & 0x7f);

		cr_assert_eq(buffer_add(&buffer, &byte, 1, &err), 0);
		cr_assert_eq(buffer.text[buffer.length], '\0');
	}
	cr_expect_eq(buffer.length, 10000);
	cr_expect(is_pattern(buffer.text, 10000), "the bytes are the ones added");
	cr_expect_leq(buffer.size, 32768, "it doubles, and no more");
	buffer_clear(&buffer);
	cr_expect(buffer.text == NULL && buffer.length == 0 && buffer.size == 0);
}

Test(buffer, buffer_adds_nothing)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };

	cr_expect_eq(buffer_add(&buffer, NULL, 0, &err), 0);
	cr_expect_str_eq(buffer.text, "");
	cr_expect_eq(buffer.length, 0);
	cr_expect_eq(err.code, ERROR_NONE, "success leaves the error untouched");
}

Test(buffer, buffer_prints_at_every_length)
{
	for (int length = 0; length < 600; length++) {
		cleanup(buffer_clear) struct buffer buffer = { 0 };
		struct error err = { 0 };

		cr_assert_eq(buffer_print(&buffer, &err, "<%*s>", length, ""), 0);
		cr_assert_eq(buffer_print(&buffer, &err, "%d", 42), 0);
		cr_assert_eq(buffer.length, (size_t)length + 4);
		cr_assert_str_eq(buffer.text + length + 1, ">42");
	}
}

Test(buffer, buffer_refuses_what_cannot_be)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 }, huge = { 0 };

	cr_assert_eq(buffer_add(&buffer, "abc", 3, &err), 0);
	no_memory = true;
	cr_expect_eq(buffer_print(&buffer, &err, "%1000d", 1), -1);
	no_memory = false;
	cr_expect_eq(err.code, ERROR_SYSTEM);
	cr_expect_str_eq(err.text, "out of memory");
	cr_expect_str_eq(buffer.text, "abc", "failure leaves the text untouched");
	cr_expect_eq(buffer_add(&buffer, "", SIZE_MAX - 2, &huge), -1);
	cr_expect_str_eq(huge.text, "out of memory");
	cr_expect_str_eq(buffer.text, "abc", "a length that would overflow changes nothing");
}

Test(buffer, buffer_print_reports_a_format_that_fails)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };

	/* no character of the C locale */
	cr_expect_eq(buffer_print(&buffer, &err, "%ls", L"\u20ac"), -1);
	cr_expect_eq(err.code, ERROR_SYSTEM);
	cr_expect_eq(buffer.length, 0);
}

Test(buffer, array_grows_zeroed)
{
	struct row {
		long number;
		const char *text;
	} *rows = NULL, *row;
	size_t count = 0;
	struct error err = { 0 };

	for (long i = 0; i < 1000; i++) {
		row = array_add(&rows, &count, sizeof(*rows), &err);
		cr_assert_eq(row, rows + i, "the new element is the last");
		cr_assert(row->number == 0 && row->text == NULL, "and zeroed");
		*row = (struct row){ .number = i, .text = "x" };
	}
	cr_expect_eq(count, 1000);
	for (long i = 0; i < 1000; i++)
		cr_assert_eq(rows[i].number, i, "moving keeps the elements");
	free(rows);
}

Test(buffer, array_keeps_what_it_has_without_memory)
{
	int *numbers = NULL, *kept;
	size_t count = 0;
	struct error err = { 0 }, huge = { 0 };

	for (int i = 0; i < 8; i++)
		*(int *)array_add(&numbers, &count, sizeof(int), &err) = i;
	kept = numbers;
	no_memory = true;
	cr_expect_null(array_add(&numbers, &count, sizeof(int), &err));
	no_memory = false;
	cr_expect_str_eq(err.text, "out of memory");
	cr_expect_null(array_add(&numbers, &count, SIZE_MAX / 8, &huge), "the size overflows");
	cr_expect_str_eq(huge.text, "out of memory");
	cr_expect(numbers == kept && count == 8 && numbers[7] == 7);
	free(numbers);
}

Test(buffer, text_copies)
{
	struct error err = { 0 };
	cleanup(text_clear) char *whole = text_copy("whole", &err);
	cleanup(text_clear) char *part = text_copy_bytes("part of it", 4, &err);
	cleanup(text_clear) char *none = text_copy_bytes(NULL, 0, &err);

	cr_expect_str_eq(whole, "whole");
	cr_expect_str_eq(part, "part");
	cr_expect_str_eq(none, "");
	cr_expect_eq(err.code, ERROR_NONE);
	cr_expect_null(text_copy_bytes("", SIZE_MAX, &err), "a length that overflows");
	cr_expect_str_eq(err.text, "out of memory");
	no_memory = true;
	cr_expect_null(text_copy("x", &err));
	no_memory = false;
}

static const struct {
	size_t length, hint, limit;
	int reads;
	const char *error, *because;
} files[] = {
	{ 0, 0, 100, 1, NULL, "an empty file is an empty text" },
	{ 1, 0, 100, 2, NULL, "a byte" },
	{ 100, 100, 1 << 20, 2, NULL, "the size is known: one read, and one that meets the end" },
	{ 20000, 20000, 1 << 20, 2, NULL, "so for a usual config.json" },
	{ 4095, 0, 1 << 20, 2, NULL, "a usual state fits into the first page" },
	{ 20000, 0, 1 << 20, 3, NULL, "and when nothing is known, a page first" },
	{ 200, 100, 1 << 20, 3, NULL, "it grew" },
	{ 50, 100, 1 << 20, 2, NULL, "it shrank" },
	{ 100, SIZE_MAX, 1 << 20, 2, NULL, "an absurd size is not believed" },
	{ 300000, 0, 1 << 20, 6, NULL, "the buffer doubles" },
	{ 99, 0, 100, 2, NULL, "just below the limit" },
	{ 100, 0, 100, 2, NULL, "just the limit" },
	{ 101, 0, 100, 2, "larger than 100 bytes", "just beyond" },
	{ 101, 101, 100, 2, "larger than 100 bytes", "beyond, and known to be" },
	{ (1 << 20) + 1, 0, 1 << 20, 7, "larger than 1 MiB", "limits are in MiB usually" },
	{ 10, 0, 0, 3, "larger than 0 MiB", "nothing is allowed" },
	{ 0, 0, 0, 1, NULL, "nothing is allowed, and there is nothing" },
	{ 10, 10, SIZE_MAX, 2, NULL, "no limit" },
};

Test(buffer, buffer_reads_to_the_end)
{
	for (size_t i = 0; i < array_count(files); i++) {
		cleanup(buffer_clear) struct buffer buffer = { 0 };
		cleanup(fd_close) int fd = file_of(files[i].length);
		struct error err = { 0 };
		size_t at;
		int got;

		reads = 0;
		got = buffer_read(&buffer, fd, files[i].hint, files[i].limit, &err);
		cr_expect_eq(got, files[i].error ? -1 : 0, "%s", files[i].because);
		cr_expect_str_eq(
			err.text, files[i].error ? files[i].error : "", "%s", files[i].because);
		cr_expect_eq(err.code, files[i].error ? ERROR_INPUT : ERROR_NONE);
		cr_expect_eq(buffer.length, files[i].error ? 0 : files[i].length, "%s",
			files[i].because);
		cr_expect_leq(reads, files[i].reads, "%d reads: %s", reads, files[i].because);
		cr_expect(is_pattern(buffer.text, buffer.length), "%s", files[i].because);
		cr_expect_eq(buffer.text[buffer.length], '\0');
		at = (size_t)lseek(fd, 0, SEEK_CUR);
		cr_expect(at <= files[i].limit || at - 1 == files[i].limit,
			"%zu bytes are read, more than tells that it is too much: %s", at,
			files[i].because);
	}
}

Test(buffer, buffer_read_takes_no_more_memory_than_it_was_told)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	cleanup(fd_close) int fd = file_of(20000);
	struct error err = { 0 };

	cr_expect_eq(buffer_read(&buffer, fd, 20000, 1 << 20, &err), 0);
	cr_expect_leq(buffer.size, 20002, "%zu", buffer.size);
}

Test(buffer, buffer_read_adds_to_what_is_there)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	cleanup(fd_close) int small = file_of(3), large = file_of(30);
	struct error err = { 0 };

	cr_assert_eq(buffer_add(&buffer, "abc", 3, &err), 0);
	cr_expect_eq(buffer_read(&buffer, small, 0, 3, &err), 0);
	cr_expect_eq(buffer.length, 6, "the limit counts what is read");
	cr_expect_eq(buffer_read(&buffer, large, 0, 3, &err), -1);
	cr_expect_eq(buffer.length, 6, "failure leaves what was there");
	cr_expect_eq(memcmp(buffer.text, "abc\0\1\2", 7), 0);
}

Test(buffer, buffer_read_fails_aloud)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	cleanup(fd_close) int fd = file_of(10);
	struct error err = { 0 }, memory = { 0 };

	read_fails_with = EIO;
	cr_expect_eq(buffer_read(&buffer, fd, 0, 100, &err), -1);
	cr_expect_str_eq(err.text, "read: Input/output error");
	cr_expect_eq(err.code, ERROR_SYSTEM);
	read_fails_with = 0;
	buffer_clear(&buffer);
	no_memory = true;
	cr_expect_eq(buffer_read(&buffer, fd, 0, 100, &memory), -1);
	no_memory = false;
	cr_expect_str_eq(memory.text, "out of memory");
}

Test(buffer, buffer_read_goes_on_after_a_signal)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	cleanup(fd_close) int fd = file_of(500);
	struct error err = { 0 };

	interrupts = 3;
	cr_expect_eq(buffer_read(&buffer, fd, 0, 1000, &err), 0);
	cr_expect_eq(buffer.length, 500);
}

/* A writer that is slow and writes little at a time: a pipe's reads are short. */
Test(buffer, buffer_reads_a_pipe)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };
	struct error err = { 0 };
	int ends[2], status;
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		char bytes[128];

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)i;
		for (int i = 0; i < 2000; i++)
			if (write(ends[1], bytes, sizeof(bytes)) != sizeof(bytes))
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	cr_expect_eq(stream_read(&buffer, ends[0], 100000, &err), -1);
	cr_expect_str_eq(err.text, "larger than 100000 bytes");
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0, "the writer meets no closed pipe");
}
