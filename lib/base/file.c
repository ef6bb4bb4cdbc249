/* SPDX-License-Identifier: Apache-2.0 */
/* file: descriptors are opened as O_PATH, looked at, and only then opened for reading through
 * /proc/self/fd. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define DRAIN_MAX ((size_t)64 << 20)
#define NULL_DEVICE makedev(1, 3)

DIR *directory_list(int fd)
{
	cleanup(fd_close) int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = own < 0 ? NULL : fdopendir(own);

	if (directory != NULL)
		own = -1;
	return directory;
}

int file_open_found(int found, struct error *err)
{
	struct stat status;
	char path[64];
	int fd;

	if (fstat(found, &status) < 0)
		return error_errno(err, "looking at it");
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		return error_set(err, ERROR_INPUT, "is not a regular file");
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	/* O_NONBLOCK: a lease on the file (fcntl(2), F_SETLEASE) makes others wait */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? error_errno(err, "opening it") : fd;
}

int file_open(int directory, const char *path, int flags, struct error *err)
{
	cleanup(fd_close) int found = openat(directory, path, O_PATH | O_CLOEXEC | flags);

	return found < 0 ? error_errno(err, "opening it") : file_open_found(found, err);
}

static int too_large(size_t limit, struct error *err)
{
	if (limit >> 20 << 20 == limit)
		return error_set(err, ERROR_INPUT, "larger than %zu MiB", limit >> 20);
	return error_set(err, ERROR_INPUT, "larger than %zu bytes", limit);
}

void stream_drain(int fd)
{
	char rest[65536];
	struct stat status;
	size_t drained = 0;
	ssize_t count;

	if (fstat(fd, &status) < 0 || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)))
		return;
	do {
		count = read(fd, rest, sizeof(rest));
		drained += count > 0 ? (size_t)count : 0;
	} while ((count > 0 || (count < 0 && errno == EINTR)) && drained < DRAIN_MAX);
}

static int read_regular(
	struct buffer *text, int fd, const struct stat *status, size_t limit, struct error *err)
{
	if (!S_ISREG(status->st_mode))
		return error_set(err, ERROR_INPUT, "is not a regular file");
	if (status->st_size > 0 && (uintmax_t)status->st_size > limit)
		return too_large(limit, err);
	return buffer_read(text, fd, (size_t)status->st_size, limit, err);
}

int file_read(struct buffer *text, int fd, size_t limit, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "looking at it");
	return read_regular(text, fd, &status, limit, err);
}

static bool is_stream(int fd, const struct stat *status)
{
	if (S_ISCHR(status->st_mode))
		return status->st_rdev == NULL_DEVICE || isatty(fd);
	return S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode);
}

int stream_read(struct buffer *text, int fd, size_t limit, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "looking at it");
	if (!is_stream(fd, &status))
		return read_regular(text, fd, &status, limit, err);
	if (buffer_read(text, fd, 0, limit, err) == 0)
		return 0;
	stream_drain(fd);
	return -1;
}

int file_read_at(
	struct buffer *text, int directory, const char *path, size_t limit, struct error *err)
{
	cleanup(fd_close) int fd = file_open(directory, path, 0, err);

	return fd < 0 ? -1 : file_read(text, fd, limit, err);
}

int file_write_all(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t count = write(fd, at, length);

		if (count < 0 && errno != EINTR)
			return -1;
		at += count > 0 ? count : 0;
		length -= count > 0 ? (size_t)count : 0;
	}
	return 0;
}
