/* SPDX-License-Identifier: Apache-2.0 */
/* socket_link: mounts the socket's directory below the container's /dev and a link to the socket at
 * the place of the bind. */
#include "apply/socket_link.h"

#include <stdio.h>
#include <sys/mount.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "kernel/mount.h"
#include "kernel/open.h"
#include "kernel/tmpfs.h"
#include "plan/veil.h"

#define STACKED_MAX 8 /* binds on one another at one destination */
#define STICKY_FOR_ALL (S_ISVTX | S_IWOTH)
#define SOCKET_TRIES 8 /* times that a daemon makes its socket again while it is bound */

/* Below the container's own /dev, which is gone with the container:
 *	/dev/.oci-runmask/directory      the host's directory with the socket, read-only, and on the
 *	                                 socket a bind of itself
 *	/dev/.oci-runmask/socket         a link into it: what is mounted at the bind's place
 *	/dev/.oci-runmask/bound/0 …      the binds that were there, out of reach */
struct linking {
	const struct seen_socket *socket;
	const struct target *target;
	char name[48]; /* SOCKETS_NAME, with a number from the second one on */
	int own;       /* the tmpfs */
	bool *attached;
};

static int make_entries(const struct linking *linking, struct error *err)
{
	const char *base = path_base(linking->socket->policy->path);
	char link[512], file[32];

	snprintf(link, sizeof(link), "/dev/%s/directory/%s", linking->name, base);
	if (mkdirat(linking->own, "directory", 0755) < 0 ||
		symlinkat(link, linking->own, "socket") < 0 ||
		mkdirat(linking->own, "bound", 0700) < 0)
		return error_errno(err, "filling \"%s\"", linking->name);
	/* a mount of a file needs a file to lie on */
	for (int i = 0; i < STACKED_MAX; i++) {
		snprintf(file, sizeof(file), "bound/%d", i);
		if (mknodat(linking->own, file, S_IFREG | 0600, 0) < 0)
			return error_errno(err, "filling \"%s\"", linking->name);
	}
	return 0;
}

/* The tmpfs, filled, on a directory of its own in the container's /dev. */
static int build(struct linking *linking, const char *label, struct error *err)
{
	const struct target *target = linking->target;
	cleanup(fd_close) int at = -1;
	const struct tmpfs_room room = { MASK_BYTES, MASK_INODES };
	struct tmpfs_options options;
	int result;

	tmpfs_options(&options, &room, target->owner, target->group, label);
	if (mount_tmpfs(&linking->own, &options, false, err) < 0)
		return -1;
	if (fsuid_enter(target->owner, target->group) < 0)
		return error_errno(err, "becoming %u:%u", target->owner, target->group);
	result = make_entries(linking, err);
	if (result == 0 && mkdirat(linking->socket->dev, linking->name, 0755) < 0)
		result = error_errno(err, "making \"/dev/%s\"", linking->name);
	fsuid_leave(target->owner, target->group);
	if (result < 0)
		return -1;
	at = openat(
		linking->socket->dev, linking->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (at < 0 || mount_move(linking->own, at) < 0)
		return error_errno(err, "attaching \"/dev/%s\"", linking->name);
	*linking->attached = true;
	return 0;
}

/* One try: false also where the socket was removed meanwhile, which takes the bind away. */
static bool bind_on_itself(int directory, const char *name, int socket, bool readonly, int proc)
{
	cleanup(fd_close) int bind = open_tree(
		socket, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	struct inode_info found, ours;

	if (bind < 0 || mount_move(bind, socket) < 0 || mount_lock_down(bind, readonly, proc) < 0 ||
		stat_at(directory, name, AT_SYMLINK_NOFOLLOW, &found) < 0 ||
		stat_at(bind, "", AT_EMPTY_PATH, &ours) < 0)
		return false;
	errno = ESTALE;
	return found.mount == ours.mount;
}

/* The daemon has removed its socket, or made it again. Keeps errno. */
static bool is_replaced(int directory, const char *name, const struct inode_info *before)
{
	struct inode_info now;
	int error = errno;
	int result = stat_at(directory, name, AT_SYMLINK_NOFOLLOW, &now);
	bool replaced = result < 0 ? errno == ENOENT : !inode_same(&now.inode, &before->inode);

	errno = error;
	return replaced;
}

int bind_socket_on_itself(int directory, const char *name, bool readonly,
	const struct target *target, struct error *err)
{
	for (int i = 0; i < SOCKET_TRIES; i++) {
		cleanup(fd_close) int socket = openat(
			directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		struct inode_info info;

		if (socket < 0 && errno == ENOENT)
			return 0;
		if (socket < 0 || stat_at(socket, "", AT_EMPTY_PATH, &info) < 0)
			break;
		if (!S_ISSOCK(info.mode) ||
			bind_on_itself(directory, name, socket, readonly, target->proc))
			return 0;
		if (!is_replaced(directory, name, &info))
			break;
	}
	return error_errno(err, "binding the socket \"%s\" on itself", name);
}

static int verify_directory(const struct linking *linking, struct error *err)
{
	cleanup(fd_close) int at = openat(
		linking->own, "directory", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct inode_info found;

	if (at < 0 || stat_at(at, "", AT_EMPTY_PATH, &found) < 0)
		return error_errno(err, "verifying the directory");
	return found.mount_root
		? 0
		: error_set(err, ERROR_FINAL, "verifying: the directory's mount did not take hold");
}

static int attach_directory(const struct linking *linking, struct error *err)
{
	const struct seen_socket *socket = linking->socket;
	cleanup(fd_close) int at = openat(
		linking->own, "directory", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	/* private first: what is mounted on a peer of the host's shows on the host */
	if (at < 0 || mount_move(socket->clone, at) < 0 ||
		mount_lock_down(socket->clone, false, linking->target->proc) < 0)
		return error_errno(err, "attaching the directory");
	if (verify_directory(linking, err) < 0)
		return -1;
	if (bind_socket_on_itself(socket->clone, path_base(socket->policy->path),
		    socket->mount->readonly, linking->target, err) < 0)
		return -1;
	if (mount_readonly(socket->clone, linking->target->proc) < 0)
		return error_errno(err, "making the directory read-only");
	return 0;
}

/* Moves the bind out of the way, and every other one of the same socket below it: a link on top of
 * one would fall off with the host's file. *place is what then stands at the destination. */
static int move_binds(const struct linking *linking, int *place, struct error *err)
{
	const struct seen_socket *socket = linking->socket;
	const struct target *target = linking->target;

	for (int i = 0; i < STACKED_MAX; i++) {
		cleanup(fd_close) int bind = open_in_root(
			target->root, socket->mount->destination, O_PATH);
		cleanup(fd_close) int at = -1;
		struct inode_info info;
		char file[32];

		if (bind < 0 || stat_at(bind, "", AT_EMPTY_PATH, &info) < 0)
			return error_errno(err, "looking below the bind");
		if (!info.mount_root || !S_ISSOCK(info.mode)) {
			*place = take_fd(&bind);
			return 0;
		}
		snprintf(file, sizeof(file), "bound/%d", i);
		at = openat(linking->own, file, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (at < 0 || mount_make_slave(bind, false, target->proc) < 0 ||
			mount_move_out(bind, at, target->root, target->proc) < 0)
			return error_errno(err, "moving the bind away");
	}
	return error_set(err, ERROR_FINAL, "more than %d binds lie on one another", STACKED_MAX);
}

/* The link has the owner and group of the socket: entrypoints ask for its group by stat(1), which
 * does not follow it. Of the directory's socket, or, where that is not there yet, of the one that
 * was bound. In a sticky directory that all may write to (/tmp) a link is followed only when it
 * belongs to the directory's owner or to the process that follows it (proc(5),
 * protected_symlinks). */
static int give_link(const struct linking *linking, int link, struct error *err)
{
	const struct seen_socket *socket = linking->socket;
	cleanup(fd_close) int directory = open_parent_in_root(
		linking->target->root, socket->mount->destination);
	struct inode_info parent, info;
	uid_t uid, parent_uid;
	gid_t gid, parent_gid;

	if (directory < 0 || stat_at(directory, "", AT_EMPTY_PATH, &parent) < 0)
		return error_errno(
			err, "looking at the directory of \"%s\"", socket->mount->destination);
	if (stat_at(socket->clone, path_base(socket->policy->path), AT_SYMLINK_NOFOLLOW, &info) <
			0 &&
		stat_at(socket->bind, "", AT_EMPTY_PATH, &info) < 0)
		return error_errno(err, "looking at the owner of the socket");
	target_ids(linking->target, &parent, &parent_uid, &parent_gid);
	target_ids(linking->target, &info, &uid, &gid);
	if ((parent.mode & STICKY_FOR_ALL) == STICKY_FOR_ALL)
		uid = parent_uid;
	if (fchownat(link, "", uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "giving the link to %u:%u", uid, gid);
	return 0;
}

/* The destination leads to the directory's socket now; a daemon that is not up yet has none. */
static int verify(const struct linking *linking, int link, struct error *err)
{
	const struct target *target = linking->target;
	const char *destination = linking->socket->mount->destination;
	cleanup(fd_close) int at = open_in_root(target->root, destination, O_PATH | O_NOFOLLOW);
	cleanup(fd_close) int socket = -1;
	struct inode_info found, ours;

	if (at < 0 || stat_at(at, "", AT_EMPTY_PATH, &found) < 0 ||
		stat_at(link, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, &ours) < 0)
		return error_errno(err, "verifying");
	if (found.mount != ours.mount)
		return error_set(err, ERROR_FINAL, "verifying: the mount did not take hold");
	socket = open_in_root(target->root, destination, O_PATH);
	/* Linux 5.17 to 6.1 ask for an id of the file system's own namespace where /tmp is one of
	 * the container's own user namespace */
	if (socket < 0 && errno == EACCES &&
		fchownat(link, "", 0, (gid_t)-1, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) == 0)
		socket = open_in_root(target->root, destination, O_PATH);
	if (socket < 0 && errno != ENOENT)
		return error_errno(err, "verifying");
	return 0;
}

int socket_link(const struct socket_link_job *job, bool *attached, struct error *err)
{
	struct linking linking = {
		.socket = job->socket,
		.target = job->target,
		.name = SOCKETS_NAME,
		.own = -1,
		.attached = attached,
	};
	cleanup(fd_close) int own = -1, link = -1, place = -1;
	int result;

	if (job->number > 0)
		snprintf(linking.name, sizeof(linking.name), SOCKETS_NAME ".%zu", job->number);
	result = build(&linking, job->label, err);
	own = linking.own;
	if (result < 0 || attach_directory(&linking, err) < 0)
		return -1;
	link = open_tree(own, "socket", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	if (link < 0)
		return error_errno(err, "cloning the link");
	if (move_binds(&linking, &place, err) < 0 || give_link(&linking, link, err) < 0)
		return -1;
	if (mount_move(link, place) < 0)
		return error_errno(err, "attaching the link");
	return verify(&linking, link, err);
}
