/* SPDX-License-Identifier: Apache-2.0 */
/* dump: linked into programs that are built to count what tests reach, and into no others.
 *
 * gcov writes its counters at a normal exit, to files named at build time. Two things would lose
 * them: _exit, by which a process ends that must not run what its parent registered; and a mount
 * namespace with the root of a container, where those names lead nowhere, or worse, to new files of
 * the container. So the old root is held, and the names are looked up from there. Where it is held
 * no more (the hook closes what it did not open itself), it has not left its root either. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

static int old_root = -1;

static void __attribute__((constructor)) hold_root(void)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	/* out of the way of the numbers that programs and their tests reckon with */
	old_root = fcntl(root, F_DUPFD_CLOEXEC, 500);
	close(root);
}

static void go_back(void)
{
	if (old_root < 0 || fchdir(old_root) < 0)
		return;
	setenv("GCOV_PREFIX", ".", 1);
	setenv("GCOV_PREFIX_STRIP", "0", 1);
}

/* A destructor of this priority runs before gcov's own. */
static void __attribute__((destructor)) at_end(void)
{
	go_back();
}

void __wrap__exit(int status)
{
	go_back();
	__gcov_dump();
	__real__exit(status);
}
