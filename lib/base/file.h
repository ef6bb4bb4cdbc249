/* SPDX-License-Identifier: Apache-2.0 */
/* file: descriptors, and the one way to read a file that others may have made: it is looked at
 * (regular, size) before it is opened and read, so that a FIFO, a device or an endless file keeps
 * no program waiting. A file system that never answers can still do so: what reads below a
 * container's root sets itself a time limit. */
#pragma once

#include <dirent.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"

/* Hands an fd over: returns it and leaves -1 behind. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static inline void directory_close(DIR **directory)
{
	if (*directory != NULL)
		closedir(*directory);
	*directory = NULL;
}

/* The entries of an open directory, from its first; fd stays the caller's. NULL with errno. */
DIR *directory_list(int fd) must_check;

/* Opens a regular file for reading and nothing else: anything but a regular file (a link to
 * /dev/zero, a FIFO) is looked at through O_PATH, never opened, and an error, "is not a regular
 * file". Returns the fd; -1 with the error set, and errno as open(2) left it, EINVAL for the wrong
 * kind. flags: O_NOFOLLOW or 0. */
int file_open(int directory, const char *path, int flags, struct error *err) must_check;

/* The same for what an O_PATH fd found (openat2); the fd stays the caller's. */
int file_open_found(int found, struct error *err) must_check;

/* Reads an open regular file to its end and appends it to *text; limit in bytes. A larger one is
 * refused by its size at once; anything else than a regular file is an error. */
int file_read(struct buffer *text, int fd, size_t limit, struct error *err) must_check;

/* The same for standard input, which may be a pipe, a socket, a terminal or /dev/null as well. A
 * pipe beyond the limit is read to its end (up to 64 MiB more): its writer may take a closed pipe
 * for a failure. */
int stream_read(struct buffer *text, int fd, size_t limit, struct error *err) must_check;

/* Reads a pipe or a socket to its end (up to 64 MiB), and nothing else: its writer may take a
 * closed pipe for a failure (crun before 1.17 fails the container for it). */
void stream_drain(int fd);

/* file_open and file_read. */
int file_read_at(struct buffer *text, int directory, const char *path, size_t limit,
	struct error *err) must_check;

/* Writes all of it, through signals and short writes. 0, or -1 with errno. */
int file_write_all(int fd, const void *bytes, size_t length) must_check;
