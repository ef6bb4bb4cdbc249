/* SPDX-License-Identifier: Apache-2.0 */
/* open: look-ups in a container's root by openat2(2) (glibc 2.36 has no wrapper), and what
 * statx(2) says of an inode and its mount. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.h"

/* Identity of a file across mounts and mount namespaces. */
struct inode {
	dev_t device;
	ino_t number;
};

static inline bool inode_same(const struct inode *a, const struct inode *b)
{
	return a->device == b->device && a->number == b->number;
}

static inline bool inode_among(const struct inode *inode, const struct inode *inodes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (inode_same(inode, &inodes[i]))
			return true;
	return false;
}

/* The host's inodes that one name in a container is compared with; borrowed. */
struct inode_list {
	const struct inode *inodes;
	size_t count;
};

/* Whether the errno of a look-up in a container means that nothing is there. ELOOP does, since an
 * image may have a symlink loop. With any other errno the look-up failed, and what is there is
 * unknown. */
static inline bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
}

/* What one statx(2) says. */
struct inode_info {
	struct inode inode;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	uint64_t mount; /* mount id, unique among the mounts that exist (STATX_MNT_ID, Linux 5.8) */
	bool mount_root; /* the root of its mount (STATX_ATTR_MOUNT_ROOT, Linux 5.8) */
};

/* 0, or -1 with errno and *info unchanged; ENOSYS before Linux 5.8. flags: AT_EMPTY_PATH,
 * AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT. */
int stat_at(int directory, const char *path, int flags, struct inode_info *info) must_check;

/* The same on the host, where absence (ENOENT, ENOTDIR) is an answer: 0, and *there is false. A
 * symlink loop is an error here: the runtime followed the same path a moment ago. */
int stat_if_there(int directory, const char *path, struct inode_info *info, bool *there) must_check;

/* Opens path below root as a process with that root directory would see it, but follows no magic
 * link (ELOOP). A new O_CLOEXEC fd, or -1 with errno. Tries again, up to 128 times, on EAGAIN,
 * which means that something was renamed meanwhile (openat2(2), RESOLVE_IN_ROOT). */
int open_in_root(int root, const char *path, int flags) must_check;

/* The same where absence (is_absent) is an answer: 0, and *fd is -1. Otherwise -1 with errno. */
int open_in_root_if_there(int root, const char *path, int flags, int *fd) must_check;

/* The directory that the path's last name is in, found in the same way: a new O_PATH fd, or -1 with
 * errno. A symlink as the last name is not followed. */
int open_parent_in_root(int root, const char *path) must_check;

/* Opens path and follows links, but no magic link of /proc (ELOOP), which leads each process
 * elsewhere. A new O_CLOEXEC fd, or -1 with errno. */
int open_without_magic(int directory, const char *path, int flags) must_check;

/* As open_in_root, without a step to another mount (EXDEV). */
int open_on_root_mount(int root, const char *path, int flags) must_check;

/* Opens path below the directory and follows no symlink, also not as the last name (ELOOP, unless
 * flags have O_PATH and O_NOFOLLOW), so that another process cannot swap one in. A new O_CLOEXEC
 * fd, or -1 with errno. */
int open_beneath(int directory, const char *path, int flags) must_check;

/* The path of the fd as seen from our root, which the kernel says (readlink(2) on proc/self/fd/N);
 * cut to size - 1 bytes. proc is an fd on the host's /proc. 0, or -1 with errno. */
int fd_path(int proc, int fd, char *path, size_t size) must_check;

/* The root of the mount that a directory is on, found by ".." and not by a path, so that renames do
 * not matter; at most 64 levels up (ELOOP). A new O_PATH fd, or -1 with errno. */
int open_mount_root(int directory) must_check;

/* The same, starting one level up: for a directory that is not the root of its mount. For one that
 * is, the result is the root of the mount above. */
int open_mount_root_above(int directory) must_check;

/* Is it in a procfs, any instance? 1, 0, or -1 with errno. */
int is_procfs(int fd) must_check;
