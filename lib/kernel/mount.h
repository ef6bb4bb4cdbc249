/* SPDX-License-Identifier: Apache-2.0 */
/* mount: the system calls that mount, on fds. Functions without a struct error return 0 (or an fd)
 * or -1 with errno. proc is an fd on the host's /proc: before Linux 5.12, which has no
 * mount_setattr(2), flags are set by mount(2) on proc/self/fd/N, and the working directory is "/"
 * afterwards. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "kernel/tmpfs.h"

/* A new detached tmpfs, nosuid, nodev, and noexec unless exec. *mount: its fd, which the caller
 * closes; -1 or unchanged on failure. */
int mount_tmpfs(int *mount, const struct tmpfs_options *options, bool exec, struct error *err)
	must_check;

/* Moves a mount onto the directory or file at (move_mount(2)). mount: an fd on the root of an
 * attached or a detached mount; it stays valid and the caller's. */
int mount_move(int mount, int at) must_check;

/* The same for a mount that may lie on a shared one, from which the kernel moves nothing (EINVAL,
 * do_move_mount in fs/namespace.c). Then every mount from root down is made a slave, and the move
 * tried again. root: an fd on the root mount of the container. */
int mount_move_out(int mount, int at, int root, int proc) must_check;

/* Between the two calls new files belong to this user and group; 0 changes nothing. The umask stays
 * 0 afterwards. 0, or -1 with errno (EPERM: the ids are as before).
 * While the ids are not root's, the kernel also withholds root's capabilities over files
 * (capabilities(7), "Effect of user ID changes"). */
int fsuid_enter(uid_t owner, gid_t group) must_check;
void fsuid_leave(uid_t owner, gid_t group);

/* Makes the mount a slave, and all below it if recursive: mounts made on it later do not propagate
 * to the host; what the host mounts still arrives (mount_namespaces(7)). A private mount stays
 * private. */
int mount_make_slave(int mount, bool recursive, int proc) must_check;

/* Makes one attached mount read-only, and keeps its other flags. */
int mount_readonly(int mount, int proc) must_check;

/* Makes one attached mount private, nosuid, nodev and noexec, and read-only if asked. */
int mount_lock_down(int mount, bool readonly, int proc) must_check;

/* A detached recursive clone of the directory or file at fd, with all that is mounted below it
 * (open_tree(2)). A new fd, which the caller closes. */
int mount_clone(int fd) must_check;
