/* SPDX-License-Identifier: Apache-2.0 */
/* apart mount FROM TO | chroot DIRECTORY: one thread of this program has a mount namespace with a
 * bind of FROM on TO, or a root, of its own. It says "ready" then. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void *go_apart(void *words)
{
	char **argv = words;
	int failed;

	if (strcmp(argv[1], "mount") == 0)
		failed = unshare(CLONE_NEWNS) < 0 ||
			mount(argv[2], argv[3], NULL, MS_BIND | MS_REC, NULL) < 0;
	else
		failed = unshare(CLONE_FS) < 0 || chroot(argv[2]) < 0 || chdir("/") < 0;
	if (failed)
		perror("apart");
	else
		puts("ready");
	fflush(stdout);
	sleep(600);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc < 3 || pthread_create(&thread, NULL, go_apart, argv) != 0)
		return 1;
	sleep(600);
	return 0;
}
