/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/running.h"
#include "base/file.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>

/* Up to the root of a mount namespace, from any directory in it that is no deeper than this. */
#define CLIMB "../../../../../../../../../../../../../../../../../../../../../../../../../../../.."

static int view_place(struct running_place *place, struct error *err)
{
	cleanup(fd_close) int directory = -1;
	struct inode_info itself, parent;

	if (host_place_look(&place->host, place->of, err) < 0)
		return -1;
	directory = open(place->of->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return 0;
	if (stat_at(directory, "", AT_EMPTY_PATH, &itself) < 0 ||
		stat_at(directory, "..", 0, &parent) < 0)
		return error_errno(err, "looking at the host's %s", place->of->directory);
	place->mounted = itself.mount_root;
	place->parent = parent.inode;
	return 0;
}

int running_view_take(struct running_view *view, channel_set set, struct error *err)
{
	struct inode_info info;

	view->channels = set;
	view->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (view->proc < 0)
		return error_errno(err, "opening /proc");
	if (stat_at(view->proc, "self/ns/mnt", 0, &info) < 0)
		return error_errno(err, "looking at our own mount namespace");
	view->namespace = info.inode;
	if (stat_at(AT_FDCWD, "/", 0, &info) < 0)
		return error_errno(err, "looking at the host's /");
	view->root = info.inode;
	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; (set & channel_bit(i)) && j < CHANNEL_PLACES_MAX &&
			channels[i].places[j].directory != NULL;
			j++) {
			struct running_place *place = &view->places[view->place_count++];

			place->channel = &channels[i];
			place->of = &channels[i].places[j];
			if (view_place(place, err) < 0)
				return -1;
		}
	return 0;
}

void running_view_clear(struct running_view *view)
{
	fd_close(&view->proc);
	running_states_free(&view->states);
	*view = RUNNING_VIEW_NONE;
}

void running_close(struct running_process *process)
{
	fd_close(&process->pidfd);
	fd_close(&process->proc);
	fd_close(&process->namespace);
	fd_close(&process->root);
}

bool running_alive(const struct running_process *process)
{
	return pidfd_send_signal(process->pidfd, 0, NULL, 0) == 0 || errno == EPERM;
}

/* Is the container's root ours to look at? The root of the process, or above it, where it has been
 * chrooted inside its namespace: the kernel does not leave the namespace for "..". -1 with errno.
 */
static int open_root(int proc, struct inode_info *info)
{
	cleanup(fd_close) int chroot = openat(proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(fd_close) int root = -1;

	if (chroot < 0)
		return -1;
	root = openat(chroot, CLIMB, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || stat_at(root, "", AT_EMPTY_PATH, info) < 0)
		return -1;
	return take_fd(&root);
}

static int open_held(struct running_process *process, pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	process->pid = pid;
	process->pidfd = pidfd_open(pid, 0);
	if (process->pidfd < 0)
		return -1;
	process->proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process->proc < 0)
		return -1;
	process->namespace = openat(process->proc, "ns/mnt", O_RDONLY | O_CLOEXEC);
	return process->namespace;
}

static int gone(pid_t pid, struct error *err)
{
	return error_set(err, ERROR_INPUT, "there is no process %d", (int)pid);
}

int running_open(struct running_process *process, const struct running_view *view, pid_t pid,
	struct error *err)
{
	struct inode_info namespace, root;

	if (open_held(process, pid) < 0) {
		if (errno == ESRCH || errno == ENOENT || errno == EINVAL)
			return gone(pid, err);
		return error_errno(err, "looking at process %d", (int)pid);
	}
	if (stat_at(process->namespace, "", AT_EMPTY_PATH, &namespace) < 0)
		return error_errno(err, "looking at the mount namespace of process %d", (int)pid);
	process->number = namespace.inode.number;
	if (inode_same(&namespace.inode, &view->namespace))
		return error_set(err, ERROR_INPUT,
			"process %d is in the host's own mount namespace: it is no container",
			(int)pid);
	process->root = open_root(process->proc, &root);
	/* what was opened by number is this process's only if it is still there */
	if (!running_alive(process))
		return gone(pid, err);
	if (process->root < 0)
		return error_errno(err, "opening the root of process %d", (int)pid);
	if (inode_same(&root.inode, &view->root))
		return error_set(err, ERROR_INPUT,
			"process %d has a mount namespace of its own, but the host's root: it is "
			"no container",
			(int)pid);
	return 0;
}

/* ---- all of them -------------------------------------------------------------------------- */

struct search {
	struct running_list *list;
	struct running_view *view;
	ino_t *others; /* namespaces with the host's root */
	size_t other_count;
};

static bool vanished(void)
{
	return errno == ENOENT || errno == ESRCH;
}

static bool known(const struct search *search, ino_t namespace)
{
	if (namespace == search->view->namespace.number)
		return true;
	for (size_t i = search->list->count; i-- > 0;)
		if (search->list->rows[i].namespace == namespace)
			return true;
	for (size_t i = search->other_count; i-- > 0;)
		if (search->others[i] == namespace)
			return true;
	return false;
}

static int remember_other(struct search *search, ino_t namespace, struct error *err)
{
	ino_t *other = array_add(&search->others, &search->other_count, sizeof(*other), err);

	if (other == NULL)
		return -1;
	*other = namespace;
	return 0;
}

/* Kernel threads and the dead have no command line; nobody misses those. */
static void count_unseen(struct running_list *list, int proc)
{
	cleanup(fd_close) int fd = openat(proc, "cmdline", O_RDONLY | O_CLOEXEC);
	char byte;

	if (fd >= 0 && read(fd, &byte, 1) > 0)
		list->unseen++;
}

/* A container that cannot be read (one whose file system is a user's own, for one) is not seen. */
static int not_read(struct search *search, pid_t pid, ino_t namespace, const struct error *why,
	struct error *err)
{
	if (search->list->problem.code == ERROR_NONE) {
		search->list->problem = *why;
		error_wrap(&search->list->problem, "pid %d", (int)pid);
	}
	search->list->unseen++;
	return remember_other(search, namespace, err);
}

static int add_container(
	struct search *search, pid_t pid, int proc, int root, ino_t namespace, struct error *err)
{
	struct error why = { 0 };
	struct running found = { .pid = pid, .namespace = namespace };
	struct running *row;
	struct inode_info again;

	if (running_look(search->view, proc, root, found.reaches, NULL, &why) < 0 &&
		stat_at(proc, "ns/mnt", 0, &again) == 0)
		return not_read(search, pid, namespace, &why, err);
	/* the last process of a namespace takes the mounts along: what was seen then is nothing */
	if (stat_at(proc, "ns/mnt", 0, &again) < 0)
		return 0;
	found.worst = running_worst(search->view, found.reaches);
	if (running_name(search->view, proc, pid, &found.name, &found.named, err) < 0)
		return -1;
	row = array_add(&search->list->rows, &search->list->count, sizeof(*row), err);
	if (row == NULL) {
		text_clear(&found.name);
		return -1;
	}
	*row = found;
	return 0;
}

static int look_at_process(struct search *search, const char *name, struct error *err)
{
	cleanup(fd_close) int proc = openat(
		search->view->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(fd_close) int root = -1;
	struct inode_info namespace, at;

	if (proc < 0)
		return 0;
	search->list->processes++;
	if (stat_at(proc, "ns/mnt", 0, &namespace) < 0) {
		if (!vanished())
			count_unseen(search->list, proc);
		return 0;
	}
	if (known(search, namespace.inode.number))
		return 0;
	root = open_root(proc, &at);
	if (root < 0 && vanished())
		return 0;
	if (root < 0) {
		struct error why = { 0 };

		error_errno(&why, "opening its root");
		return not_read(search, atoi(name), namespace.inode.number, &why, err);
	}
	if (inode_same(&at.inode, &search->view->root))
		return remember_other(search, namespace.inode.number, err);
	return add_container(search, atoi(name), proc, root, namespace.inode.number, err);
}

static int worst_first(const void *left, const void *right)
{
	const struct running *a = left, *b = right;

	if (a->worst != b->worst)
		return a->worst > b->worst ? -1 : 1;
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* /proc lists its processes in the order of their numbers. */
static int search_all(
	struct search *search, const struct running_progress *progress, struct error *err)
{
	cleanup(fd_close) int fd = openat(
		search->view->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(directory_close) DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (directory == NULL)
		return error_errno(err, "listing /proc");
	fd = -1;
	while (errno = 0, (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		if (look_at_process(search, entry->d_name, err) < 0)
			return -1;
		if (progress != NULL)
			progress->tell(
				progress->closure, search->list->processes, search->list->count);
	}
	return errno != 0 ? error_errno(err, "listing /proc") : 0;
}

int running_find(struct running_list *list, struct running_view *view,
	const struct running_progress *progress, struct error *err)
{
	struct search search = { .list = list, .view = view };
	int result = search_all(&search, progress, err);

	free(search.others);
	if (result == 0 && list->count > 0)
		qsort(list->rows, list->count, sizeof(*list->rows), worst_first);
	return result;
}

void running_list_clear(struct running_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		text_clear(&list->rows[i].name);
	free(list->rows);
	*list = (struct running_list){ 0 };
}
