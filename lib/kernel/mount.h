/* SPDX-License-Identifier: Apache-2.0 */
/* mounting: the system calls of lib/apply, each with the older kernel's way beside it. All return
 * -1 with errno unless they say otherwise. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "observe/target.h"
#include "kernel/tmpfs.h"

/* A new detached tmpfs, nosuid, nodev, and noexec unless exec. */
int mount_tmpfs(int *mount, const struct tmpfs_options *options, bool exec, struct error *err)
	must_check;

/* Moves the mount whose root is the fd (or a detached mount) onto the directory or file at. */
int mount_move(int mount, int at) must_check;

/* The same for a mount that may lie on another one with a peer group of its own, out of which the
 * kernel lets nothing move: that group is cut, and it is tried again. */
int mount_move_out(int mount, int at, const struct target *target) must_check;

/* Between the two, what is made belongs to the container's root: the file system's ids are set, and
 * the umask is 0 from then on.
 * While they are not root's the kernel also takes away what root may do to files. */
void fsuid_enter(const struct target *target);
void fsuid_leave(const struct target *target);

/* Takes the mount out of its peer group, and all below it if recursive: what is mounted there later
 * goes no way back; what the host mounts still arrives. No change for a private mount. */
int mount_make_slave(int mount, bool recursive, int proc) must_check;

/* Makes one attached mount read-only, whatever its other flags are. */
int mount_readonly(int mount, int proc) must_check;

/* Makes one attached mount private, nosuid, nodev and noexec, and read-only if asked. */
int mount_lock_down(int mount, bool readonly, int proc) must_check;

/* A detached clone of what is seen at fd, with all that is mounted below it. */
int mount_clone(int fd) must_check;
