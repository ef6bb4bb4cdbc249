/* SPDX-License-Identifier: Apache-2.0 */
/* open: statx(2), openat2(2) with a bounded number of retries, and walks upwards by "..". */
#include "kernel/open.h"

#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

#include "base/buffer.h"
#include "base/file.h"

/* A process that keeps renaming could otherwise keep us here for ever. No more than a dozen were
 * seen in 200,000 look-ups against a racing process. */
#define RESOLVE_TRIES 128

#define CLIMB_MAX 64 /* levels between a directory and the root of its mount */

int stat_at(int directory, const char *path, int flags, struct inode_info *info)
{
	struct statx answer;

	/* an inode never changes its identity: do not ask the server of a network file system */
	if (statx(directory, path, flags | AT_STATX_DONT_SYNC,
		    STATX_TYPE | STATX_MODE | STATX_UID | STATX_GID | STATX_INO | STATX_MNT_ID,
		    &answer) < 0) {
		/* where a filter refuses the call, glibc asks fstatat(2), which has no such flag */
		if (errno == EINVAL)
			errno = ENOSYS;
		return -1;
	}
	/* an older kernel, or an answer of fstatat(2): without mounts */
	if (!(answer.stx_mask & STATX_MNT_ID) ||
		!(answer.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT)) {
		errno = ENOSYS;
		return -1;
	}
	*info = (struct inode_info){
		.inode = { makedev(answer.stx_dev_major, answer.stx_dev_minor), answer.stx_ino },
		.mode = answer.stx_mode,
		.uid = answer.stx_uid,
		.gid = answer.stx_gid,
		.mount = answer.stx_mnt_id,
		.mount_root = (answer.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0,
	};
	return 0;
}

int stat_if_there(int directory, const char *path, struct inode_info *info, bool *there)
{
	*there = stat_at(directory, path, 0, info) == 0;
	return *there || errno == ENOENT || errno == ENOTDIR ? 0 : -1;
}

static int resolve(int root, const char *path, int flags, uint64_t how_to)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC), .resolve = how_to };
	int fd = -1;

	for (int tries = 0; tries < RESOLVE_TRIES; tries++) {
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return fd;
}

int open_in_root(int root, const char *path, int flags)
{
	return resolve(root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

int open_on_root_mount(int root, const char *path, int flags)
{
	return resolve(
		root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

int open_in_root_if_there(int root, const char *path, int flags, int *fd)
{
	*fd = open_in_root(root, path, flags);
	return *fd >= 0 || is_absent(errno) ? 0 : -1;
}

int open_parent_in_root(int root, const char *path)
{
	size_t length = strlen(path);
	char parent[PATH_MAX];

	while (length > 0 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	if (length >= sizeof(parent)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(parent, path, length);
	parent[length] = '\0';
	return open_in_root(root, length == 0 ? "/" : parent, O_PATH | O_DIRECTORY);
}

int open_without_magic(int directory, const char *path, int flags)
{
	return resolve(directory, path, flags, RESOLVE_NO_MAGICLINKS);
}

int open_beneath(int directory, const char *path, int flags)
{
	return resolve(directory, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

int fd_path(int proc, int fd, char *path, size_t size)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "self/fd/%d", fd);
	length = readlinkat(proc, link, path, size - 1);
	if (length < 0)
		return -1;
	path[length] = '\0';
	return 0;
}

int open_mount_root_above(int directory)
{
	cleanup(fd_close) int at = openat(directory, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct inode_info info;

	for (int i = 0; at >= 0 && i < CLIMB_MAX; i++) {
		int up;

		if (stat_at(at, "", AT_EMPTY_PATH, &info) < 0)
			return -1;
		if (info.mount_root)
			return take_fd(&at);
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd_close(&at);
		at = up;
	}
	if (at >= 0)
		errno = ELOOP;
	return -1;
}

int open_mount_root(int directory)
{
	struct inode_info info;

	if (stat_at(directory, "", AT_EMPTY_PATH, &info) < 0)
		return -1;
	return info.mount_root ? fcntl(directory, F_DUPFD_CLOEXEC, 3)
			       : open_mount_root_above(directory);
}

int is_procfs(int fd)
{
	struct statfs system;

	return fstatfs(fd, &system) < 0 ? -1 : system.f_type == PROC_SUPER_MAGIC;
}
