/* SPDX-License-Identifier: Apache-2.0 */
/* open: the system calls that glibc 2.36 has no wrapper for, and one way to look at an inode. */
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

/* Does the errno of a look-up in a container say that nothing is there? Its image may have links
 * that go round. Any other is doubt: a look-up that failed. */
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

/* 0, or -1 with errno. flags: AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW. */
int stat_at(int directory, const char *path, int flags, struct inode_info *info) must_check;

/* The same on the host when there may be nothing, which is an answer: *there is false. Links that
 * go round are doubt there: the runtime followed them a moment ago. */
int stat_if_there(int directory, const char *path, struct inode_info *info, bool *there) must_check;

/* Opens path below root as a process with that root directory would see it, without magic links:
 * the kernel resolves it, and no path is joined. -1 with errno; tried again on EAGAIN, which says
 * that something was renamed meanwhile (man openat2, RESOLVE_IN_ROOT). */
int open_in_root(int root, const char *path, int flags) must_check;

/* The same when there may be nothing, which is an answer: *fd is -1. */
int open_in_root_if_there(int root, const char *path, int flags, int *fd) must_check;

/* Opens path below the directory, over no link at all: a neighbour who swaps one in gets an error
 * (ELOOP) and no mount. */
int open_beneath(int directory, const char *path, int flags) must_check;

/* Where the fd is, as seen from our root, in the kernel's own words; proc is an fd on the host's
 * /proc. 0, or -1 with errno. */
int fd_path(int proc, int fd, char *path, size_t size) must_check;

/* From a directory up to the root of the mount that it is on, by "..": what was renamed meanwhile
 * stays what it is. A new O_PATH fd, or -1 with errno. */
int open_mount_root(int directory) must_check;

/* The same from a directory that is known to be no mount's root. */
int open_mount_root_above(int directory) must_check;
