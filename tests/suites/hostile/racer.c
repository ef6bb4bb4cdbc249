/* SPDX-License-Identifier: Apache-2.0 */
#include "racer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../faults/stage.h"

#define THINGS_MAX 16

static char things[THINGS_MAX][32];
static int thing_count;

static const char *thing(const char *kind)
{
	if (thing_count == THINGS_MAX)
		give_up("more than %d things", THINGS_MAX);
	snprintf(things[thing_count], sizeof(things[0]), ".swap/%s", kind);
	return things[thing_count++];
}

static void must(int result, const char *what)
{
	if (result < 0)
		give_up("racer: %s: %s", what, strerror(errno));
}

static void make_link(int directory, const char *kind, const char *format, const char *decoy)
{
	char target[256];

	snprintf(target, sizeof(target), format, decoy);
	must(symlinkat(target, directory, thing(kind)), kind);
}

static void make_socket(const char *directory)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", directory, thing("socket"));
	must(fd, "socket");
	must(bind(fd, (const struct sockaddr *)&address, sizeof(address)), address.sun_path);
	close(fd);
}

/* What may stand where a directory, a socket or a link belongs. */
static void make_things(int directory, const char *path, const char *decoy)
{
	int file;

	thing_count = 0;
	must(mkdirat(directory, ".swap", 0755), ".swap");
	make_link(directory, "out", "%s", decoy);
	make_link(directory, "up", "../../../../../../../../..%s", decoy);
	make_link(directory, "of-first", "/proc/1/root%s", decoy);
	make_link(directory, "of-self", "/proc/self/root%s", decoy);
	make_link(directory, "cwd", "/proc/self/cwd%s", decoy);
	make_link(directory, "loop", ".swap/%.0sloop", decoy);
	make_link(directory, "nowhere", "/not/there%.0s", decoy);
	must(mkdirat(directory, thing("directory"), 0755), "directory");
	must(mknodat(directory, thing("fifo"), S_IFIFO | 0666, 0), "fifo");
	must(mknodat(directory, thing("device"), S_IFCHR | 0666, makedev(1, 3)), "device");
	file = openat(directory, thing("file"), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	must(file, "file");
	close(file);
	make_socket(path);
}

static void exchange(const struct racer *racer, const char *name, const char *other)
{
	must(renameat2(racer->directory, name, racer->directory, other, RENAME_EXCHANGE), name);
}

/* In a mount namespace of its own, as a sibling container's process is: names that are mount points
 * elsewhere may be renamed there. */
static void race(const struct racer *racer, const char *const *names)
{
	struct reins *reins = racer->reins;
	unsigned int turn = 0, name_count = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "/");
	while (names[name_count] != NULL)
		name_count++;
	while (!atomic_load(&reins->stop)) {
		const char *name = names[turn % name_count];
		const char *other = things[turn / name_count % (unsigned int)thing_count];

		if (!atomic_load(&reins->loose)) {
			atomic_store(&reins->still, true);
			sched_yield();
			continue;
		}
		exchange(racer, name, other);
		/* for a while, of another length each time */
		for (unsigned int i = turn++ * 7 % 64; i > 0; i--)
			syscall(SYS_getppid);
		exchange(racer, name, other);
		atomic_fetch_add(&reins->swaps, 1);
	}
	_exit(0);
}

void racer_start(
	struct racer *racer, const char *directory, const char *const *names, const char *decoy)
{
	racer->reins = mmap(NULL, sizeof(*racer->reins), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	racer->directory = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (racer->reins == MAP_FAILED || racer->directory < 0)
		give_up("racer: %s: %s", directory, strerror(errno));
	make_things(racer->directory, directory, decoy);
	racer->pid = fork();
	must(racer->pid, "fork");
	if (racer->pid == 0)
		race(racer, names);
	racer_hold(racer);
}

void racer_loose(struct racer *racer)
{
	atomic_store(&racer->reins->still, false);
	atomic_store(&racer->reins->loose, true);
}

void racer_hold(struct racer *racer)
{
	atomic_store(&racer->reins->loose, false);
	atomic_store(&racer->reins->still, false);
	while (!atomic_load(&racer->reins->still)) {
		if (waitpid(racer->pid, NULL, WNOHANG) == racer->pid)
			give_up("the racer has ended");
		sched_yield();
	}
}

void racer_end(struct racer *racer)
{
	atomic_store(&racer->reins->stop, true);
	waitpid(racer->pid, NULL, 0);
	for (int i = 0; i < thing_count; i++)
		if (unlinkat(racer->directory, things[i], 0) < 0)
			must(unlinkat(racer->directory, things[i], AT_REMOVEDIR), things[i]);
	must(unlinkat(racer->directory, ".swap", AT_REMOVEDIR), ".swap");
	close(racer->directory);
	munmap(racer->reins, sizeof(*racer->reins));
}
