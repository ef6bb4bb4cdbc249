/* SPDX-License-Identifier: Apache-2.0 */
/* silent-fuse PID DIRECTORY: mounts a FUSE file system over the directory, in the mount namespace
 * of the process, that answers nothing but its first request. Says "ready" when it is there. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	perror(what);
	exit(1);
}

static void answer_init(int fuse)
{
	char request[1 << 16];
	struct fuse_in_header *in = (struct fuse_in_header *)request;
	struct {
		struct fuse_out_header head;
		struct fuse_init_out init;
	} out = { 0 };

	must((int)read(fuse, request, sizeof(request)), "read");
	out.head.len = sizeof(out);
	out.head.unique = in->unique;
	out.init.major = FUSE_KERNEL_VERSION;
	out.init.minor = FUSE_KERNEL_MINOR_VERSION;
	out.init.max_write = 4096;
	must((int)write(fuse, &out, sizeof(out)), "write");
}

int main(int argc, char **argv)
{
	char path[64], options[128];
	int fuse, namespace;

	if (argc != 3)
		return fprintf(stderr, "usage: silent-fuse PID DIRECTORY\n"), 2;
	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	must(fuse, "/dev/fuse");
	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", argv[1]);
	namespace = open(path, O_RDONLY);
	must(namespace, path);
	must(setns(namespace, CLONE_NEWNS), "setns");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	must(mount("silent", argv[2], "fuse", 0, options), "mount");
	answer_init(fuse);
	puts("ready");
	fflush(stdout);
	for (;;) { /* requests are taken, and never answered */
		char request[1 << 16];

		if (read(fuse, request, sizeof(request)) < 0)
			pause();
	}
}
