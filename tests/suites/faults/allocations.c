/* SPDX-License-Identifier: Apache-2.0 */
/* allocations: linked into a build of oci-runmask for the tests alone, with --wrap for malloc,
 * calloc and realloc: in a static program these are libc's own, too. FAULT_ALLOCATION=N in its
 * environment makes the Nth fail; FAULT_COUNT=FILE has "ALL BEFORE-MAIN" written there at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long allocations, before_main, failing = -1;

static int fails(void)
{
	const char *number;

	allocations++;
	if (failing < 0) {
		number = getenv("FAULT_ALLOCATION");
		failing = number == NULL ? 0 : strtol(number, NULL, 10);
	}
	if (allocations != failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

static void __attribute__((constructor)) begin(void)
{
	before_main = allocations;
}

static void __attribute__((destructor)) tell(void)
{
	const char *path = getenv("FAULT_COUNT");
	int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd >= 0 && dprintf(fd, "%ld %ld\n", allocations, before_main) > 0)
		close(fd);
}
