/* SPDX-License-Identifier: Apache-2.0 */
/* refuse_one: preloaded into runmask, lets one allocation or one look at a file fail: the one with
 * the number in REFUSE_ONE ("memory 17", "file 3"), counted from 1. Without a number ("memory 0")
 * none fails. How many there were goes to file descriptor REFUSE_COUNT, if it is said. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static enum { NOTHING, MEMORY, FILES } kind;
static long number, count;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t members, size_t size);
void *__libc_realloc(void *old, size_t size);
int __libc_start_main(int (*real_program)(int, char **, char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*loader_fini)(void), void *stack_end);

/* What is at the end of the process is not the program's: gcov, where it counts, writes then. */
static void end(void)
{
	const char *fd = getenv("REFUSE_COUNT");
	char text[32];
	int length = snprintf(text, sizeof(text), "%ld", count);

	kind = NOTHING;
	if (fd != NULL && write(atoi(fd), text, (size_t)length) != length)
		abort();
}

static int (*program)(int argc, char **argv, char **environment);

static int begin(int argc, char **argv, char **environment)
{
	const char *words = getenv("REFUSE_ONE");

	if (words != NULL && strchr(words, ' ') != NULL) {
		atexit(end);
		number = strtol(strchr(words, ' ') + 1, NULL, 10);
		kind = words[0] == 'm' ? MEMORY : FILES;
	}
	return program(argc, argv, environment);
}

/* Stands between libc's beginning and main: what the loader and libc do first is not the program's.
 */
int __libc_start_main(int (*real_program)(int, char **, char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*loader_fini)(void), void *stack_end)
{
	int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
		void (*)(void), void *);

	*(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
	program = real_program;
	return start(begin, argc, argv, init, fini, loader_fini, stack_end);
}

static bool refused(int what, int error)
{
	if ((int)kind != what || ++count != number)
		return false;
	errno = error;
	return true;
}

void *malloc(size_t size)
{
	return refused(MEMORY, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t members, size_t size)
{
	return refused(MEMORY, ENOMEM) ? NULL : __libc_calloc(members, size);
}

void *realloc(void *old, size_t size)
{
	return refused(MEMORY, ENOMEM) ? NULL : __libc_realloc(old, size);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	va_start(more, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(more, mode_t);
	va_end(more);
	return refused(FILES, EACCES) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	va_start(more, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(more, mode_t);
	va_end(more);
	return refused(FILES, EACCES) ? -1 : (int)syscall(SYS_openat, directory, path, flags, mode);
}

ssize_t read(int fd, void *buffer, size_t size)
{
	return refused(FILES, EIO) ? -1 : (ssize_t)syscall(SYS_read, fd, buffer, size);
}

int fstat(int fd, struct stat *status)
{
	return refused(FILES, EIO) ? -1
				   : (int)syscall(SYS_newfstatat, fd, "", status, AT_EMPTY_PATH);
}

int fstatat(int directory, const char *path, struct stat *status, int flags)
{
	return refused(FILES, EACCES)
		? -1
		: (int)syscall(SYS_newfstatat, directory, path, status, flags);
}

int statx(int directory, const char *restrict path, int flags, unsigned int mask,
	struct statx *restrict status)
{
	return refused(FILES, EACCES)
		? -1
		: (int)syscall(SYS_statx, directory, path, flags, mask, status);
}

ssize_t readlinkat(int directory, const char *restrict path, char *restrict text, size_t size)
{
	return refused(FILES, EACCES)
		? -1
		: (ssize_t)syscall(SYS_readlinkat, directory, path, text, size);
}

DIR *fdopendir(int fd)
{
	DIR *(*real)(int) = (DIR * (*)(int)) dlsym(RTLD_NEXT, "fdopendir");

	return refused(FILES, EACCES) ? NULL : real(fd);
}
