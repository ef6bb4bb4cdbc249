/* SPDX-License-Identifier: Apache-2.0 */
/* stand_in: what a runtime has made of a container when it calls its hooks: a mount namespace in
 * which the rootfs is a mount, with the binds below it, and a process. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(int result, const char *what)
{
	if (result < 0)
		give_up("stand-in: %s: %s", what, strerror(errno));
}

static int open_in(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int fd, tries = 0;

	do
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && ++tries < 1000);
	return fd;
}

static void bind_below(int root, const struct bound *bound, bool shares)
{
	char at[64];
	int fd = open_in(root, bound->destination);

	must(fd, bound->destination);
	snprintf(at, sizeof(at), "/proc/self/fd/%d", fd);
	must(mount(bound->source, at, NULL, MS_BIND | MS_REC, NULL), bound->source);
	close(fd);
	if (shares)
		return;
	fd = open_in(root, bound->destination);
	must(fd, bound->destination);
	snprintf(at, sizeof(at), "/proc/self/fd/%d", fd);
	must(mount(NULL, at, NULL, MS_PRIVATE | MS_REC, NULL), bound->destination);
	close(fd);
}

/* Where /run is to stay in the host's peer group, only what is above the stage is made private. */
static void take_apart(bool shares)
{
	if (!shares) {
		must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "/");
		return;
	}
	must(mount(NULL, "/", NULL, MS_PRIVATE, NULL), "/");
	must(mount(NULL, getenv("LAB_DIR"), NULL, MS_PRIVATE, NULL), getenv("LAB_DIR"));
}

/* Of a process namespace that knows no process of the host. */
static void mount_proc(const char *root)
{
	char proc[256];
	int status = 0;
	pid_t first;

	snprintf(proc, sizeof(proc), "%s/proc", root);
	must(unshare(CLONE_NEWPID), "unshare");
	first = fork();
	must(first, "fork");
	if (first == 0) {
		must(mount("proc", proc, "proc", 0, NULL), proc);
		_exit(0);
	}
	if (waitpid(first, &status, 0) != first || status != 0)
		give_up("stand-in: its /proc");
}

static void build(const struct stage *stage)
{
	const struct scene *scene = stage->scene;
	char dev[256];
	int root;

	take_apart(scene->shares);
	must(mount(stage->root, stage->root, NULL, MS_BIND | MS_REC, NULL), stage->root);
	must(mount(NULL, stage->root, NULL, MS_PRIVATE | MS_REC, NULL), stage->root);
	root = open(stage->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(root, stage->root);
	snprintf(dev, sizeof(dev), "%s/dev", stage->root);
	must(mount("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=755"), dev);
	if (scene->proc)
		mount_proc(stage->root);
	for (int i = 0; i < BINDS_MAX && scene->binds[i].source != NULL; i++)
		bind_below(root, &scene->binds[i], scene->shares);
	close(root);
}

static void map_ids(pid_t pid, const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	must(fd, path);
	must((int)write(fd, "0 100000 65536", 14), path);
	close(fd);
}

static void say(int fd)
{
	must(write(fd, "", 1) == 1 ? 0 : -1, "telling the other side");
}

static void hear(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		give_up("the stand-in has ended");
}

static void play(const struct stage *stage, int up, int down)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL);
	must(unshare(CLONE_NEWNS | (stage->scene->user_namespace ? CLONE_NEWUSER : 0)), "unshare");
	if (stage->scene->user_namespace) {
		say(up);
		hear(down);
	}
	build(stage);
	say(up);
	for (;;)
		pause();
}

void stand_in_start(struct stand_in *stand_in, const struct stage *stage)
{
	int up[2], down[2];
	char path[256];

	must(pipe2(up, O_CLOEXEC), "pipe");
	must(pipe2(down, O_CLOEXEC), "pipe");
	*stand_in = (struct stand_in){ .stage = stage, .pid = fork() };
	must(stand_in->pid, "fork");
	if (stand_in->pid == 0)
		play(stage, up[1], down[0]);
	close(up[1]);
	close(down[0]);
	if (stage->scene->user_namespace) {
		hear(up[0]);
		map_ids(stand_in->pid, "uid_map");
		map_ids(stand_in->pid, "gid_map");
		say(down[1]);
	}
	hear(up[0]);
	close(up[0]);
	close(down[1]);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)stand_in->pid);
	stand_in->namespace = open(path, O_RDONLY | O_CLOEXEC);
	must(stand_in->namespace, path);
	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)stand_in->pid, stage->root);
	stand_in->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(stand_in->root, path);
}

void stand_in_end(struct stand_in *stand_in)
{
	kill(stand_in->pid, SIGKILL);
	waitpid(stand_in->pid, NULL, 0);
	close(stand_in->namespace);
	close(stand_in->root);
}

int stand_in_open(const struct stand_in *stand_in, const char *path)
{
	return open_in(stand_in->root, path);
}

static bool same_file(const struct stand_in *stand_in, const char *theirs, const char *hosts)
{
	struct stat found, host;
	int fd = stand_in_open(stand_in, theirs);
	bool same = fd >= 0 && fstat(fd, &found) == 0 && stat(hosts, &host) == 0 &&
		found.st_dev == host.st_dev && found.st_ino == host.st_ino;

	if (fd >= 0)
		close(fd);
	return same;
}

/* A tmpfs with our source would say so in the table only; that it is another one than the
 * host's, and a mount, is what counts. */
static bool run_is_ours(const struct stand_in *stand_in)
{
	struct statx run, host;
	int fd = stand_in_open(stand_in, "/var/run");
	bool ours = fd >= 0 && statx(fd, "", AT_EMPTY_PATH, STATX_INO, &run) == 0 &&
		statx(AT_FDCWD, "/run", 0, STATX_INO, &host) == 0 &&
		(run.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 &&
		(run.stx_dev_minor != host.stx_dev_minor ||
			run.stx_dev_major != host.stx_dev_major);

	if (fd >= 0)
		close(fd);
	return ours;
}

static bool is_readonly(const struct stand_in *stand_in, const char *path)
{
	struct statvfs flags;
	int fd = stand_in_open(stand_in, path);
	bool readonly = fd >= 0 && fstatvfs(fd, &flags) == 0 && (flags.f_flag & ST_RDONLY);

	if (fd >= 0)
		close(fd);
	return readonly;
}

bool stand_in_protected(const struct stand_in *stand_in, const char **why)
{
	static const char *const paths[] = { "/var/run/nscd", "/var/run/nscd/socket", "/run/nscd",
		"/run/nscd/socket" };
	enum proof proof = stand_in->stage->scene->proof;

	*why = "its docker.sock does not lead into the policy's directory";
	if (proof == PROOF_ROUTE)
		return same_file(stand_in, "/tmp/docker.sock", "/run/docker-api/docker.sock");
	*why = "its path leads to the host's nscd";
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (same_file(stand_in, paths[i], paths[i]))
			return false;
	*why = "its /run is the host's";
	if (proof != PROOF_NSCD && !run_is_ours(stand_in))
		return false;
	*why = "its /run can be written to";
	return proof != PROOF_READONLY ||
		(is_readonly(stand_in, "/var/run") && is_readonly(stand_in, "/var/run/.host-run"));
}
