/* SPDX-License-Identifier: Apache-2.0 */
/* mount: fsopen(2), open_tree(2), move_mount(2) and mount_setattr(2); mount(2) where the kernel
 * lacks the last. */
#include "kernel/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

int mount_tmpfs(int *mount, const struct tmpfs_options *options, bool exec, struct error *err)
{
	cleanup(fd_close) int context = fsopen("tmpfs", FSOPEN_CLOEXEC);

	if (context < 0)
		return error_errno(err, "making a tmpfs");
	for (size_t i = 0; i < options->count; i++)
		if (fsconfig(context, FSCONFIG_SET_STRING, options->options[i].key,
			    options->options[i].value, 0) < 0)
			return error_errno(err, "making a tmpfs with %s=%s",
				options->options[i].key, options->options[i].value);
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return error_errno(err, "making a tmpfs");
	*mount = fsmount(context, FSMOUNT_CLOEXEC,
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (exec ? 0 : MOUNT_ATTR_NOEXEC));
	return *mount < 0 ? error_errno(err, "making a tmpfs") : 0;
}

int mount_move(int mount, int at)
{
	return move_mount(mount, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/* mount(2) on an fd, for Linux before 5.12, which has no mount_setattr(2). It takes a path, so it
 * is given the fd's in the host's /proc, which we hold open: the container's may not know us. */
static int mount_flags(int mount_fd, unsigned long flags, int proc)
{
	char path[32];
	int result;

	if (fchdir(proc) < 0)
		return -1;
	snprintf(path, sizeof(path), "self/fd/%d", mount_fd);
	result = mount(NULL, path, NULL, flags, NULL);
	return chdir("/") < 0 ? -1 : result;
}

/* Some engines' system call filters say EPERM for calls that they do not know. */
static bool unknown_call(void)
{
	return errno == ENOSYS || errno == EPERM;
}

int mount_make_slave(int mount, bool recursive, int proc)
{
	struct mount_attr attr = { .propagation = MS_SLAVE };

	if (mount_setattr(mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
		    sizeof(attr)) == 0)
		return 0;
	if (!unknown_call())
		return -1;
	return mount_flags(mount, MS_SLAVE | (recursive ? MS_REC : 0), proc);
}

/* A remount replaces all flags, and dropping a locked one is refused: what is set stays set. */
static int remount(int mount, unsigned long more, int proc)
{
	static const struct {
		unsigned long set, flag;
	} flags[] = {
		{ ST_RDONLY, MS_RDONLY },
		{ ST_NOSUID, MS_NOSUID },
		{ ST_NODEV, MS_NODEV },
		{ ST_NOEXEC, MS_NOEXEC },
		{ ST_NOATIME, MS_NOATIME },
		{ ST_NODIRATIME, MS_NODIRATIME },
		{ ST_RELATIME, MS_RELATIME },
	};
	struct statvfs now;

	if (fstatvfs(mount, &now) < 0)
		return -1;
	for (size_t i = 0; i < array_count(flags); i++)
		if (now.f_flag & flags[i].set)
			more |= flags[i].flag;
	return mount_flags(mount, MS_REMOUNT | MS_BIND | more, proc);
}

int mount_readonly(int mount, int proc)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	if (mount_setattr(mount, "", AT_EMPTY_PATH, &attr, sizeof(attr)) == 0)
		return 0;
	return unknown_call() ? remount(mount, MS_RDONLY, proc) : -1;
}

int mount_lock_down(int mount, bool readonly, int proc)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
			(readonly ? MOUNT_ATTR_RDONLY : 0),
		.propagation = MS_PRIVATE,
	};

	if (mount_setattr(mount, "", AT_EMPTY_PATH, &attr, sizeof(attr)) == 0)
		return 0;
	if (!unknown_call())
		return -1;
	if (mount_flags(mount, MS_PRIVATE, proc) < 0)
		return -1;
	return remount(mount, MS_NOSUID | MS_NODEV | MS_NOEXEC | (readonly ? MS_RDONLY : 0), proc);
}

int mount_clone(int fd)
{
	return open_tree(
		fd, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

int mount_move_out(int mount, int at, int root, int proc)
{
	if (mount_move(mount, at) == 0)
		return 0;
	if (errno != EINVAL || mount_make_slave(root, true, proc) < 0)
		return -1;
	return mount_move(mount, at);
}

int fsuid_enter(uid_t owner, gid_t group)
{
	umask(0); /* what is made has the modes that are named, whatever the runtime's umask */
	/* neither tells a failure: asked with an id that cannot be, it returns what is in force */
	if (group != 0)
		setfsgid(group);
	bool taken = group == 0 || (gid_t)setfsgid((gid_t)-1) == group;
	if (owner != 0)
		setfsuid(owner);
	if (taken && (owner == 0 || (uid_t)setfsuid((uid_t)-1) == owner))
		return 0;
	fsuid_leave(owner, group);
	errno = EPERM;
	return -1;
}

void fsuid_leave(uid_t owner, gid_t group)
{
	if (owner != 0)
		setfsuid(0);
	if (group != 0)
		setfsgid(0);
}
