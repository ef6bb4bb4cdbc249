/* SPDX-License-Identifier: Apache-2.0 */
/* stand-ins COUNT EVERY ROOT: COUNT processes, each in a mount namespace of its own with ROOT as
 * its root, as a runtime leaves a container; every EVERYth has the host's /run at its /run. Says
 * "ready" when all are there; they end with it. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void must(int result, const char *what)
{
	if (result == 0)
		return;
	fprintf(stderr, "stand-ins: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void stand_in(const char *root, int exposed)
{
	char run[PATH_MAX];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	must(mount(root, root, NULL, MS_BIND, NULL), root);
	snprintf(run, sizeof(run), "%s/run", root);
	if (exposed)
		must(mount("/run", run, NULL, MS_BIND | MS_REC, NULL), run);
	must(chdir(root), root);
	must((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	must(chdir("/"), "/");
}

int main(int argc, char **argv)
{
	int count = argc == 4 ? atoi(argv[1]) : 0, every = argc == 4 ? atoi(argv[2]) : 0;
	int ready[2];
	char byte;

	if (count <= 0 || every <= 0)
		return fprintf(stderr, "usage: stand-ins COUNT EVERY ROOT\n"), 2;
	must(pipe(ready), "pipe");
	for (int i = 0; i < count; i++) {
		pid_t pid = fork();

		must(pid < 0 ? -1 : 0, "fork");
		if (pid > 0)
			continue;
		stand_in(argv[3], i % every == 0);
		if (write(ready[1], "", 1) != 1)
			return 1;
		for (;;)
			pause();
	}
	close(ready[1]);
	for (int i = 0; i < count; i++)
		if (read(ready[0], &byte, 1) != 1)
			return fprintf(stderr, "stand-ins: one has ended\n"), 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
