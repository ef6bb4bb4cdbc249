/* SPDX-License-Identifier: Apache-2.0 */
/* view: the host that scan, fix and watch look from: /proc/1's root and namespace, its name-service
 * directories, and whether a daemon listens there. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "observe/observe.h"
#include "scan/running.h"
#include "scan/states.h"

#define UNIX_LIMIT ((size_t)64 << 20)
#define ENVIRON_LIMIT ((size_t)4 << 20)

/* ---- is a daemon there? --------------------------------------------------------------------- */

/* A line of /proc/net/unix (proc(5)): its flags say "00010000" for a socket that listens, its path
 * is what the daemon bound, with or without /var. */
static bool line_listens(const char *line, size_t length, const char *path)
{
	static const char flag[] = " 00010000 ";
	const char *short_path = run_path_short(path);
	size_t size = strlen(short_path);
	const char *tail = line + length - size;

	if (length <= size || memcmp(tail, short_path, size) != 0 ||
		memmem(line, length, flag, sizeof(flag) - 1) == NULL)
		return false;
	return tail[-1] == ' ' || ((size_t)(tail - line) > 5 && memcmp(tail - 5, " /var", 5) == 0);
}

static bool text_listens(const struct buffer *text, const char *path)
{
	for (const char *line = text->text; line != NULL && *line != '\0';) {
		size_t length = strcspn(line, "\n");

		if (line_listens(line, length, path))
			return true;
		line += length;
		line += *line == '\n';
	}
	return false;
}

/* A daemon in a network namespace of its own is in no table of ours: the socket is asked. None of
 * systemd's own is asked so, which would start a service: they are in pid 1's table. */
static bool answers(const char *path)
{
	static const int kinds[] = { SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM };
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return true;
	memcpy(address.sun_path, path, strlen(path) + 1);
	for (size_t i = 0; i < array_count(kinds); i++) {
		cleanup(fd_close) int fd = socket(
			AF_UNIX, kinds[i] | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return true;
		if (errno != EPROTOTYPE)
			return errno != ECONNREFUSED && errno != ENOENT;
	}
	return true;
}

static void look_who_listens(struct running_view *view)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error ignored = { 0 };

	for (size_t i = 0; i < view->place_count; i++) {
		struct running_place *place = &view->places[i];
		char path[PATH_MAX];

		/* where any name in the directory is asked, a directory that is there will do */
		place->listening = place->host.directory_there &&
			place->channel_place->socket == NULL;
		if (!place->host.socket_there)
			continue;
		if (text.text == NULL &&
			file_read_at(&text, view->proc, "1/net/unix", UNIX_LIMIT, &ignored) < 0)
			buffer_clear(&text);
		snprintf(path, sizeof(path), "%s/%s", place->channel_place->directory,
			place->channel_place->socket);
		place->listening = text_listens(&text, path) || answers(path);
	}
}

/* ---- the host ------------------------------------------------------------------------------- */

static int view_place(struct running_place *place, struct error *err)
{
	cleanup(fd_close) int directory = -1;
	struct inode_info itself, parent;

	place->mounted = false;
	place->parent = (struct inode){ 0 };
	host_place_clear(&place->host); /* of the look before */
	if (host_place_look(&place->host, place->channel_place, err) < 0)
		return -1;
	directory = open(place->channel_place->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0 && is_absent(errno))
		return 0;
	if (directory < 0 || stat_at(directory, "", AT_EMPTY_PATH, &itself) < 0 ||
		stat_at(directory, "..", 0, &parent) < 0)
		return error_errno(
			err, "looking at the host's %s", place->channel_place->directory);
	place->mounted = itself.mount_root;
	place->parent = parent.inode;
	return 0;
}

int running_view_look(struct running_view *view, struct error *err)
{
	struct inode_info run;

	view->run = stat_at(AT_FDCWD, "/run", 0, &run) == 0 ? run.inode.device : 0;
	for (size_t i = 0; i < view->place_count; i++)
		if (view_place(&view->places[i], err) < 0)
			return -1;
	look_who_listens(view);
	return 0;
}

static int unseen(struct error *err)
{
	error_errno(err, "the host cannot be seen through /proc/1");
	if (err->code != ERROR_SYSTEM || (errno != EACCES && errno != EPERM))
		return -1;
	return error_set(
		err, ERROR_SYSTEM, "the host cannot be seen through /proc/1: Permission denied");
}

static int is_pod(const struct running_view *view, bool *pod, struct error *err)
{
	static const char word[] = "KUBERNETES_SERVICE_HOST=";
	cleanup(fd_close) int fd = openat(view->proc, "1/environ", O_RDONLY | O_CLOEXEC);
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (fd < 0 || buffer_read(&text, fd, 0, ENVIRON_LIMIT, err) < 0)
		return error_errno(err, "the host cannot be seen through /proc/1");
	for (size_t at = 0; at < text.length; at += strlen(text.text + at) + 1)
		*pod = *pod || strncmp(text.text + at, word, strlen(word)) == 0;
	return 0;
}

/* In a process namespace that is not the machine's, process 1 may be a container's own program: a
 * pod's, or this one. Nothing tells another container's first process from a host's in a container
 * (kind, LXC, Docker in Docker). */
static int is_a_host(const struct running_view *view, struct error *err)
{
	static const char machine[] = "pid:[4026531836]"; /* PROC_PID_INIT_INO */
	char link[64] = "";
	bool pod = false;

	if (readlinkat(view->proc, "self/ns/pid", link, sizeof(link) - 1) < 0)
		return error_errno(err, "looking at our own process namespace");
	if (strcmp(link, machine) == 0)
		return 0;
	if (is_pod(view, &pod, err) < 0)
		return -1;
	if (!pod && getpid() != 1)
		return 0;
	return error_set(err, ERROR_INPUT,
		"the host cannot be seen: process 1 is %s (a pod needs hostPID: true, a container "
		"--pid host)",
		pod ? "a pod's own" : "this program");
}

/* chroot(2) to a directory in the host's mount namespace: nothing is entered, and the paths of this
 * process are the host's from then on. */
static int take_root(struct running_view *view, struct error *err)
{
	cleanup(fd_close) int root = openat(view->proc, "1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct inode_info namespace, theirs, ours;

	if (root < 0 || stat_at(root, "", AT_EMPTY_PATH, &theirs) < 0 ||
		stat_at(view->proc, "1/ns/mnt", 0, &namespace) < 0)
		return unseen(err);
	if (stat_at(AT_FDCWD, "/", 0, &ours) < 0)
		return error_errno(err, "looking at our own root");
	view->root = theirs.inode;
	view->namespace = namespace.inode;
	if (inode_same(&ours.inode, &theirs.inode) && ours.mount == theirs.mount)
		return 0;
	if (fchdir(root) < 0 || chroot(".") < 0)
		return error_errno(err, "the host cannot be seen: entering the root of process 1");
	return 0;
}

int running_view_take(struct running_view *view, const struct policy *policy, struct error *err)
{
	view->channels = policy->channels;
	view->mask_named = policy->on_named == ON_NAMED_MASK;
	view->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (view->proc < 0)
		return error_errno(err, "opening /proc");
	if (take_root(view, err) < 0 || is_a_host(view, err) < 0)
		return -1;
	view->selinux = access("/sys/fs/selinux/status", F_OK) == 0;
	for_each_place(channel, of, view->channels)
	{
		view->places[view->place_count++] = (struct running_place){ .channel = channel,
			.channel_place = of };
	}
	return running_view_look(view, err);
}

void running_view_clear(struct running_view *view)
{
	fd_close(&view->proc);
	states_free(&view->states);
	for (size_t i = 0; i < view->place_count; i++)
		host_place_clear(&view->places[i].host);
	*view = RUNNING_VIEW_NONE;
}

bool running_listening(const struct running_view *view, const enum reach *reaches, enum reach least)
{
	for (size_t i = 0; i < view->place_count; i++)
		if (reaches[view->places[i].channel - channels] >= least &&
			view->places[i].listening)
			return true;
	return false;
}
