/* SPDX-License-Identifier: Apache-2.0 */
/* missing: what musl does not declare of Linux and glibc, for LINK=musl. The Makefile includes this
 * header in front of every file, so that lib/ and hook/ are written for one C library. Each
 * function behaves as glibc's manual page says. */
#pragma once

#include <dirent.h>
#include <sched.h>
#include <sys/mman.h>
#include <stddef.h>
#include <sys/types.h>

/* musl 1.2.5 has a statx without the mount's id: the kernel's takes its place. */
#define statx musl_statx
#define statx_timestamp musl_statx_timestamp
#include <sys/stat.h>
#undef statx
#undef statx_timestamp
#undef STATX_TYPE
#undef STATX_MODE
#undef STATX_NLINK
#undef STATX_UID
#undef STATX_GID
#undef STATX_ATIME
#undef STATX_MTIME
#undef STATX_CTIME
#undef STATX_INO
#undef STATX_SIZE
#undef STATX_BLOCKS
#undef STATX_BASIC_STATS
#undef STATX_BTIME
#undef STATX_ALL
#include <linux/stat.h>

#include <sys/mount.h>

#include <linux/mount.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *answer);

int close_range(unsigned int first, unsigned int last, int flags);

int open_tree(int directory, const char *path, unsigned int flags);
int move_mount(
	int from_directory, const char *from, int to_directory, const char *to, unsigned int flags);
int fsopen(const char *type, unsigned int flags);
int fsconfig(int fs, unsigned int command, const char *key, const void *value, int aux);
int fsmount(int fs, unsigned int flags, unsigned int attributes);
int mount_setattr(
	int directory, const char *path, unsigned int flags, struct mount_attr *attr, size_t size);

/* The words for an errno, glibc's where musl has others; NULL: unknown. */
const char *strerrordesc_np(int error);
