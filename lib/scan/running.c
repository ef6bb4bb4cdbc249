/* SPDX-License-Identifier: Apache-2.0 */
/* running: opens one process of a container by pidfd, /proc directory, namespace and roots. */
#include "scan/running.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>

#include "base/file.h"

/* Up towards the root of a mount namespace, as many directories at a time. */
#define CLIMB "../../../../../../../../../../../../../../../../../../../../../../../../../../../.."
#define CLIMBS_MAX 256

#define STATUS_LIMIT ((size_t)1 << 20)

void running_close(struct running_process *process)
{
	fd_close(&process->pidfd);
	fd_close(&process->proc);
	fd_close(&process->namespace);
	fd_close(&process->root);
	fd_close(&process->chroot);
}

bool running_alive(const struct running_process *process)
{
	return pidfd_send_signal(process->pidfd, 0, NULL, 0) == 0 || errno == EPERM;
}

/* The kernel does not leave the namespace for "..", and stays at its root. */
int open_namespace_root(int root, struct inode_info *info)
{
	cleanup(fd_close) int at = -1;
	struct inode_info above;

	for (int i = 0; i < CLIMBS_MAX; i++) {
		int up = openat(at < 0 ? root : at, CLIMB, O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (up < 0)
			return -1;
		fd_close(&at);
		at = up;
		if (stat_at(at, "", AT_EMPTY_PATH, &above) < 0)
			return -1;
		if (inode_same(&above.inode, &info->inode) && above.mount == info->mount)
			return take_fd(&at);
		*info = above;
	}
	errno = ELOOP;
	return -1;
}

/* A thread that lives on after the first thread of its process has ended (pthread_exit in main). */
static int open_thread(int process, struct inode_info *namespace)
{
	cleanup(fd_close) int tasks = openat(process, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(directory_close) DIR *list = tasks < 0 ? NULL : directory_list(tasks);
	const struct dirent *entry;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		cleanup(fd_close) int thread = -1;

		if (entry->d_name[0] == '.')
			continue;
		thread = openat(tasks, entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (thread >= 0 && stat_at(thread, "ns/mnt", 0, namespace) == 0)
			return take_fd(&thread);
	}
	errno = ENOENT;
	return -1;
}

int open_process(int proc, const char *pid, struct inode_info *namespace)
{
	cleanup(fd_close) int process = openat(proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (process < 0)
		return -1;
	if (stat_at(process, "ns/mnt", 0, namespace) == 0)
		return take_fd(&process);
	return errno == ENOENT ? open_thread(process, namespace) : -1;
}

static pid_t process_of(const struct running_view *view, const char *thread)
{
	static const char field[] = "\nTgid:";
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error ignored = { 0 };
	const char *at = NULL;
	char path[32];

	snprintf(path, sizeof(path), "%s/status", thread);
	if (file_read_at(&text, view->proc, path, STATUS_LIMIT, &ignored) == 0)
		at = strstr(text.text, field);
	return at == NULL ? 0 : atoi(at + strlen(field));
}

/* pidfd_open(2) takes the first thread of a process only, with EINVAL or ENOENT for the others. */
static int open_pidfd(const struct running_view *view, pid_t pid, const char *name)
{
	int fd = pidfd_open(pid, 0);
	pid_t process = 0;

	if (fd < 0 && (errno == EINVAL || errno == ENOENT))
		process = process_of(view, name);
	return process > 0 && process != pid ? pidfd_open(process, 0) : fd;
}

static int open_held(struct running_process *process, const struct running_view *view, pid_t pid,
	struct inode_info *namespace)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)pid);
	process->pid = pid;
	process->pidfd = open_pidfd(view, pid, name);
	if (process->pidfd < 0)
		return -1;
	process->proc = open_process(view->proc, name, namespace);
	if (process->proc < 0)
		return -1;
	process->namespace = openat(process->proc, "ns/mnt", O_RDONLY | O_CLOEXEC);
	return process->namespace;
}

static int gone(pid_t pid, struct error *err)
{
	return error_set(err, ERROR_INPUT, "there is no process %d", (int)pid);
}

/* The root of its namespace, and its own. */
static int open_roots(struct running_process *process, struct inode_info *root)
{
	cleanup(fd_close) int own = openat(process->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct inode_info info;

	if (own < 0 || stat_at(own, "", AT_EMPTY_PATH, &info) < 0)
		return -1;
	*root = info;
	process->root = open_namespace_root(own, root);
	if (process->root < 0)
		return -1;
	if (!inode_same(&info.inode, &root->inode) || info.mount != root->mount)
		process->chroot = take_fd(&own);
	return 0;
}

static int is_container(const struct running_process *process, const struct running_view *view,
	const struct inode_info *namespace, const struct inode_info *root, struct error *err)
{
	if (inode_same(&namespace->inode, &view->namespace))
		return error_set(err, ERROR_INPUT,
			process->chroot < 0
				? "process %d is in the host's own mount namespace: it is not in "
				  "a container"
				: "process %d is in a chroot that shares the host's mounts: a mask "
				  "would show on the host",
			(int)process->pid);
	if (inode_same(&root->inode, &view->root))
		return error_set(err, ERROR_INPUT,
			"process %d has a mount namespace of its own, but the host's root: it is "
			"not in a container",
			(int)process->pid);
	return 0;
}

int running_open(struct running_process *process, const struct running_view *view, pid_t pid,
	struct error *err)
{
	struct inode_info namespace, root;
	int opened;

	if (open_held(process, view, pid, &namespace) < 0) {
		if (errno == ESRCH || errno == ENOENT || errno == EINVAL)
			return gone(pid, err);
		return error_errno(err, "looking at process %d", (int)pid);
	}
	process->number = namespace.inode.number;
	opened = open_roots(process, &root);
	/* what was opened by number is this process's only if it is still there */
	if (!running_alive(process))
		return gone(pid, err);
	if (opened < 0)
		return error_errno(err, "opening the root of process %d", (int)pid);
	return is_container(process, view, &namespace, &root, err);
}
