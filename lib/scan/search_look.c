/* SPDX-License-Identifier: Apache-2.0 */
/* search_look: walks all processes of the host, and looks at each mount namespace and each root in
 * it once. Runs in the helper. */
#include <dirent.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "scan/search_internal.h"

#define TASK_LINKS 2 /* of /proc/PID/task, beside one for each thread */

static bool vanished(void)
{
	return errno == ENOENT || errno == ESRCH;
}

static int say(struct search *search, const struct said *said, struct error *err)
{
	struct buffer *text = &search->text;
	const struct running *row = &said->row;

	text->length = 0;
	if (buffer_add(text, said, sizeof(*said), err) < 0)
		return -1;
	if (said->what == SAID_ROW && buffer_add(text, row->name, strlen(row->name) + 1, err) < 0)
		return -1;
	for (size_t i = 0; said->what == SAID_ROW && i < row->socket_count; i++)
		if (buffer_add(text, &row->sockets[i], sizeof(*row->sockets), err) < 0 ||
			buffer_add(text, row->sockets[i].destination,
				strlen(row->sockets[i].destination) + 1, err) < 0 ||
			buffer_add(text, row->sockets[i].source, strlen(row->sockets[i].source) + 1,
				err) < 0)
			return -1;
	if (helper_send(search->helper, text->text, text->length) < 0)
		return error_errno(err, "telling the parent");
	return 0;
}

/* Kernel threads and the dead have no command line. */
static bool has_command(const struct search *search, const char *pid)
{
	cleanup(fd_close) int process = openat(
		search->view->proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(fd_close) int fd = process < 0 ? -1
					       : openat(process, "cmdline", O_RDONLY | O_CLOEXEC);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) > 0;
}

/* id: NULL where it is not known. */
static int not_seen(struct search *search, pid_t pid, const struct root_id *id,
	const struct error *why, struct error *err)
{
	struct said said = { .what = SAID_UNSEEN, .problem = *why };

	if (id != NULL)
		said.roots[0] = *id;
	error_wrap(&said.problem, "pid %d", (int)pid);
	return say(search, &said, err);
}

/* A chroot's name: where it is, as the kernel says it. */
static int name_chroot(struct running *row, int proc, struct error *err)
{
	char path[4096];
	ssize_t length = readlinkat(proc, "root", path, sizeof(path));

	row->named = false;
	row->name = length < 0 ? text_copy("chroot", err)
			       : text_copy_bytes(path, (size_t)length, err);
	return row->name == NULL ? -1 : 0;
}

/* What is looked at: by its root, its own or its namespace's. */
struct subject {
	struct running row;
	int proc, root;
	struct root_id roots[2]; /* its process's, and its namespace's root */
	bool again;
};

/* 1: it has vanished. */
static int look(struct search *search, struct subject *subject, struct error *err)
{
	struct running *row = &subject->row;
	struct error why = { 0 };
	struct inode_info again;
	bool failed;

	failed = running_look(
			 search->view, subject->proc, subject->root, row->reaches, NULL, &why) < 0;
	/* the last process of a namespace takes the mounts along: what was seen then is nothing */
	if (stat_at(subject->proc, "ns/mnt", 0, &again) < 0)
		return 1;
	if (failed)
		return not_seen(search, row->pid, &subject->roots[0], &why, err) < 0 ? -1 : 1;
	row->worst = running_worst(search->view, row->reaches);
	row->listening = row->worst >= REACH_KEEP &&
		running_listening(search->view, row->reaches, row->worst);
	return 0;
}

static int tell_row(struct search *search, struct subject *subject, struct error *err)
{
	struct said said = { .what = SAID_ROW, .again = subject->again };
	struct running *row = &subject->row;
	int result = 0;

	memcpy(said.roots, subject->roots, sizeof(said.roots));
	if (row->kind == RUNNING_CHROOT)
		result = name_chroot(row, subject->proc, err);
	else
		result = running_name(
			search->view, subject->proc, row->pid, &row->name, &row->named, err);
	if (result == 0)
		result = running_sockets(search->view, subject->proc, subject->root, row, err);
	said.row = *row;
	return result < 0 ? -1 : say(search, &said, err);
}

/* A list of its own tells the helper which namespaces have a row. */
static int add_row(struct search *search, const struct running *row, struct error *err)
{
	struct running *own = array_add(
		&search->list->rows, &search->list->count, sizeof(*own), err);

	if (own == NULL)
		return -1;
	*own = (struct running){
		.pid = row->pid, .namespace = row->namespace, .kind = row->kind, .worst = row->worst
	};
	return 0;
}

static int look_and_tell(struct search *search, struct subject *subject, struct error *err)
{
	int result = look(search, subject, err);

	if (result == 0)
		result = tell_row(search, subject, err);
	if (result == 0)
		result = add_row(search, &subject->row, err);
	running_clear(&subject->row);
	return result < 0 ? -1 : 0;
}

/* A process that has chrooted in its container: what it reaches is the container's, too. */
static int look_deeper(struct search *search, struct subject *subject, struct error *err)
{
	const struct running *known = search_row(search->list, subject->row.namespace);
	int result = look(search, subject, err);

	if (result != 0)
		return result < 0 ? -1 : 0;
	if (known != NULL && known->worst >= subject->row.worst)
		return 0;
	subject->again = true;
	result = tell_row(search, subject, err);
	running_clear(&subject->row);
	return result;
}

/* The container as a whole, by the root of its namespace; then by the process's own. */
static int look_at_container(struct search *search, struct subject *subject, int whole,
	const struct inode_info *root, struct error *err)
{
	struct subject container = *subject;
	bool deeper, known = false;

	container.root = whole;
	container.roots[1] = (struct root_id){ subject->row.namespace, root->inode, root->mount };
	deeper = memcmp(&container.roots[0], &container.roots[1], sizeof(struct root_id)) != 0;
	if (deeper && root_set_add(&search->roots, &container.roots[1], &known, err) < 0)
		return -1;
	if (!known && look_and_tell(search, &container, err) < 0)
		return -1;
	return deeper ? look_deeper(search, subject, err) : 0;
}

static int root_unseen(
	struct search *search, pid_t pid, const struct root_id *id, struct error *err)
{
	struct error why = { 0 };

	if (vanished())
		return 0;
	error_errno(&why, "opening its root");
	return not_seen(search, pid, id, &why, err);
}

static int look_at_root(struct search *search, struct subject *subject, struct error *err)
{
	struct inode_info info = { .inode = subject->roots[0].inode,
		.mount = subject->roots[0].mount };
	cleanup(fd_close) int root = open_namespace_root(subject->root, &info);

	if (root < 0)
		return root_unseen(search, subject->row.pid, &subject->roots[0], err);
	if (!inode_same(&info.inode, &search->view->root))
		return look_at_container(search, subject, root, &info, err);
	/* the host's root, or a chroot below it */
	if (inode_same(&info.inode, &subject->roots[0].inode))
		return 0;
	subject->row.kind = RUNNING_CHROOT;
	return look_and_tell(search, subject, err);
}

static bool is_stuck(const struct search *search, ino_t namespace)
{
	for (size_t i = 0; i < search->stuck_count; i++)
		if (search->stuck[i] == namespace)
			return true;
	return false;
}

static int task_unseen(struct search *search, const char *pid, struct error *err)
{
	struct error why = { 0 };

	if (vanished())
		return 0;
	error_errno(&why, "looking at it");
	return has_command(search, pid) ? not_seen(search, atoi(path_base(pid)), NULL, &why, err)
					: 0;
}

/* name: "PID", or "PID/task/TID" */
static int look_at_task(struct search *search, const char *name, struct error *err)
{
	struct inode_info namespace, root;
	cleanup(fd_close) int proc = open_process(search->view->proc, name, &namespace);
	cleanup(fd_close) int own = -1;
	struct subject subject = { .proc = proc };
	bool known;

	if (proc < 0)
		return task_unseen(search, name, err);
	subject.row.pid = atoi(path_base(name));
	subject.row.namespace = namespace.inode.number;
	helper_at(search->helper, subject.row.pid, subject.row.namespace, 0);
	if (is_stuck(search, subject.row.namespace))
		return 0;
	own = openat(proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (own < 0 || stat_at(own, "", AT_EMPTY_PATH, &root) < 0)
		return root_unseen(search, subject.row.pid, NULL, err);
	subject.root = own;
	subject.roots[0] = (struct root_id){ subject.row.namespace, root.inode, root.mount };
	if (root_set_add(&search->roots, &subject.roots[0], &known, err) < 0 || known)
		return known ? 0 : -1;
	return look_at_root(search, &subject, err);
}

/* unshare(2) and setns(2) give a thread no mount namespace without a root and a working directory
 * of its own. Where kcmp(2) does not answer, it is looked at like one that has them. */
static bool has_own_root(pid_t process, pid_t thread)
{
	return syscall(SYS_kcmp, process, thread, KCMP_FS, 0, 0) != 0;
}

/* pid: "PID" */
static int look_at_threads(struct search *search, const char *pid, struct error *err)
{
	cleanup(directory_close) DIR *directory = NULL;
	cleanup(fd_close) int tasks = -1;
	const struct dirent *entry;
	struct stat status;
	char path[NAME_MAX + 32];

	snprintf(path, sizeof(path), "%s/task", pid);
	if (fstatat(search->view->proc, path, &status, 0) < 0)
		return task_unseen(search, pid, err);
	if (status.st_nlink <= TASK_LINKS + 1)
		return 0;
	tasks = openat(search->view->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = tasks < 0 ? NULL : directory_list(tasks);
	while (directory != NULL && (errno = 0, entry = readdir(directory)) != NULL) {
		pid_t process = atoi(pid), thread = atoi(entry->d_name); /* 0: "." and ".." */

		if (thread == 0 || thread == process || !has_own_root(process, thread))
			continue;
		snprintf(path, sizeof(path), "%s/task/%d", pid, (int)thread);
		if (look_at_task(search, path, err) < 0)
			return -1;
	}
	return directory == NULL || errno != 0 ? task_unseen(search, pid, err) : 0;
}

static int look_at_process(struct search *search, const char *pid, struct error *err)
{
	struct helper_mark *mark = helper_mark(search->helper);

	mark->processes++;
	mark->containers = search->list->count;
	if (look_at_task(search, pid, err) < 0)
		return -1;
	return look_at_threads(search, pid, err);
}

int search_work(void *closure, struct helper *helper, struct error *err)
{
	struct search *search = closure;
	cleanup(directory_close) DIR *directory = directory_list(search->view->proc);
	const struct dirent *entry;

	search->helper = helper;
	if (directory == NULL)
		return error_errno(err, "listing /proc");
	helper_mark(helper)->processes = 0;
	while (errno = 0, (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
			look_at_process(search, entry->d_name, err) < 0)
			return -1;
	return errno != 0 ? error_errno(err, "listing /proc") : 0;
}
