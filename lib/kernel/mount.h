/* SPDX-License-Identifier: Apache-2.0 */
/* mount: the system calls that mount, each with the older kernel's way beside it. All return
 * -1 with errno unless they say otherwise. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "kernel/tmpfs.h"

/* A new detached tmpfs, nosuid, nodev, and noexec unless exec. */
int mount_tmpfs(int *mount, const struct tmpfs_options *options, bool exec, struct error *err)
	must_check;

/* Moves a mount, given by an fd on its root (or a detached one), onto the directory or file at. */
int mount_move(int mount, int at) must_check;

/* The same for a mount that may lie on another one with a peer group of its own, out of which the
 * kernel moves nothing (EINVAL): every mount below root leaves its peer group first. root: an fd on
 * the root mount of the container; proc: an fd on the host's /proc. */
int mount_move_out(int mount, int at, int root, int proc) must_check;

/* Between the two, what is made belongs to this user and group, and the umask is 0 from then on.
 * While the ids are not root's, the kernel also withholds root's capabilities over files
 * (capabilities(7), "Effect of user ID changes"). */
void fsuid_enter(uid_t owner, gid_t group);
void fsuid_leave(uid_t owner, gid_t group);

/* Takes the mount out of its peer group, and all below it if recursive: what is mounted there later
 * goes no way back; what the host mounts still arrives. No change for a private mount. */
int mount_make_slave(int mount, bool recursive, int proc) must_check;

/* Makes one attached mount read-only, whatever its other flags are. */
int mount_readonly(int mount, int proc) must_check;

/* Makes one attached mount private, nosuid, nodev and noexec, and read-only if asked. */
int mount_lock_down(int mount, bool readonly, int proc) must_check;

/* A detached clone of what is seen at fd, with all that is mounted below it. */
int mount_clone(int fd) must_check;
