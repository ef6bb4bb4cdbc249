/* SPDX-License-Identifier: Apache-2.0 */
/* source: one statx(2) below a shared directory where that is enough; else openat2(2) without magic
 * links. */
#include "observe/source.h"

#include <limits.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"

#define PROC "/proc/"
#define PROC_ROOT_NUMBER 1 /* of a procfs's root, which can be made writable; of a tmpfs's, too */
/* Of no process's directory, in whichever procfs. */
#define WRITABLE (S_IWUSR | S_IWGRP | S_IWOTH)
#define WAY_WORTH strlen("/var/lib/docker/") /* shorter ones cost no more than the fd */

void shared_prefix_close(struct shared_prefix *prefix)
{
	fd_close(&prefix->fd);
}

/* Of the directories that both begin with, up to and with the last "/". */
static size_t shared_length(const char *a, const char *b)
{
	size_t length = 0;

	for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
		if (a[i] == '/')
			length = i + 1;
	return length;
}

/* What is left of the source from prefix->fd on; NULL: look by the whole path. */
static const char *shared_prefix_rest(struct shared_prefix *prefix, int bundle, const char *source)
{
	size_t shared = prefix->source != NULL ? shared_length(prefix->source, source) : 0;
	char beginning[PATH_MAX];
	const char *rest;

	prefix->source = source;
	if (prefix->length > shared)
		fd_close(&prefix->fd);
	if (prefix->fd < 0 && shared >= WAY_WORTH && shared < sizeof(beginning)) {
		memcpy(beginning, source, shared);
		beginning[shared] = '\0';
		prefix->fd = open_without_magic(bundle, beginning, O_PATH | O_DIRECTORY);
		prefix->length = shared;
	}
	if (prefix->fd < 0)
		return NULL;
	rest = source + prefix->length;
	rest += strspn(rest, "/");
	return rest[0] != '\0' ? rest : NULL;
}

/* A last name that is not a link: below the fd of its directory nothing else can lead away. */
static bool is_plain(const struct shared_prefix *prefix, const char *rest, struct inode_info *info)
{
	return rest != NULL && strchr(rest, '/') == NULL &&
		stat_at(prefix->fd, rest, AT_SYMLINK_NOFOLLOW, info) == 0 && !S_ISLNK(info->mode);
}

int source_look(struct shared_prefix *prefix, int bundle, const char *path, struct inode_info *info,
	bool *there)
{
	const char *rest = shared_prefix_rest(prefix, bundle, path);
	cleanup(fd_close) int fd = -1;

	*there = true;
	if (is_plain(prefix, rest, info))
		return 0;
	fd = rest != NULL ? open_without_magic(prefix->fd, rest, O_PATH)
			  : open_without_magic(bundle, path, O_PATH);
	*there = fd >= 0;
	if (fd >= 0)
		return stat_at(fd, "", AT_EMPTY_PATH, info);
	return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
}

/* The length of "/proc/PID/NAME" at the path's beginning; 0: it begins otherwise. */
static size_t process_way(const char *path)
{
	size_t length = strlen(PROC), pid;

	if (strncmp(path, PROC, length) != 0)
		return 0;
	pid = strspn(path + length, "0123456789");
	if (pid == 0 || path[length + pid] != '/')
		return 0;
	return length + pid + 1 + strcspn(path + length + pid + 1, "/");
}

/* A process's root is the same for all that look. What is below it may lead into /proc/self. */
int source_open(int bundle, const char *path)
{
	size_t length = process_way(path);
	const char *rest = path + length + strspn(path + length, "/");
	cleanup(fd_close) int process = -1;
	char way[64];

	if (length == 0 || length >= sizeof(way))
		return open_without_magic(bundle, path, O_PATH);
	memcpy(way, path, length);
	way[length] = '\0';
	process = openat(bundle, way, O_PATH | O_CLOEXEC);
	return process < 0 || rest[0] == '\0' ? take_fd(&process)
					      : open_without_magic(process, rest, O_PATH);
}

/* "/proc/sys" and its like. */
static bool names_no_process(const char *path)
{
	size_t length = strlen(PROC);

	return strncmp(path, PROC, length) == 0 && path[length] >= 'a' && path[length] <= 'z' &&
		strncmp(path + length, "self", 4) != 0 &&
		strncmp(path + length, "thread-self", 11) != 0 && !path_steps_up(path);
}

static bool is_in_procfs(int bundle, const char *path)
{
	cleanup(fd_close) int fd = openat(bundle, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && is_procfs(fd) != 0;
}

bool source_holds_processes(int bundle, const char *path, const struct inode_info *source)
{
	/* no block device's */
	if (!S_ISDIR(source->mode) || major(source->inode.device) != 0 || names_no_process(path))
		return false;
	return (source->inode.number == PROC_ROOT_NUMBER || (source->mode & WRITABLE) == 0) &&
		is_in_procfs(bundle, path);
}
