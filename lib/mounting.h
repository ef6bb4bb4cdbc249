/* SPDX-License-Identifier: Apache-2.0 */
/* mounting: the system calls of lib/apply, each with the older kernel's way beside it. All return
 * -1 with errno unless they say otherwise. */
#pragma once

#include <stdbool.h>

#include "error.h"
#include "tmpfs.h"

/* A new detached tmpfs, nosuid, nodev, noexec. */
int mount_tmpfs(int *mount, const struct tmpfs_options *options, struct error *err) must_check;

/* Moves the mount whose root is the fd (or a detached mount) onto the directory or file at. */
int mount_move(int mount, int at) must_check;

/* Takes the mount out of its peer group, and all below it if recursive: what is mounted there later
 * goes no way back; what the host mounts still arrives. No change for a private mount. */
int mount_cut(int mount, bool recursive, int proc_self) must_check;

/* Makes one attached mount read-only, keeping nosuid, nodev and noexec of a veil's mounts. */
int mount_readonly(int mount, int proc_self) must_check;

/* A detached clone of what is seen at fd, with all that is mounted below it. */
int mount_clone(int fd) must_check;
