/* SPDX-License-Identifier: Apache-2.0 */
/* refuse_one: preloaded into runmask, lets one allocation ("memory" in REFUSE_ONE) or one look at a
 * file ("file") fail. It waits before main for numbers, counted from 1, and makes a child for each,
 * in which the call of that number fails; with 0 none fails. So a run costs a fork, and not the
 * loading of the program and its libraries. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "refuse_one.h"

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
	char text[32];
	int length = snprintf(text, sizeof(text), "%ld", count);

	kind = NOTHING;
	if (write(REFUSE_COUNT_FD, text, (size_t)length) != length)
		abort();
}

static int (*program)(int argc, char **argv, char **environment);

/* Returns in a child, for each number; ends where no more will come. */
static void serve(void)
{
	int status;
	pid_t pid;

	while (recv(REFUSE_SERVER_FD, &number, sizeof(number), 0) == sizeof(number)) {
		pid = fork();
		if (pid == 0)
			return;
		if (pid < 0 || waitpid(pid, &status, 0) < 0 ||
			send(REFUSE_SERVER_FD, &status, sizeof(status), MSG_NOSIGNAL) < 0)
			_exit(126);
	}
	_exit(0);
}

static int begin(int argc, char **argv, char **environment)
{
	const char *words = getenv("REFUSE_ONE");

	if (words != NULL) {
		serve();
		close(REFUSE_SERVER_FD);
		alarm(REFUSE_LIMIT);
		atexit(end);
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
