/* SPDX-License-Identifier: Apache-2.0 */
/* observe_socket: finds binds of single sockets, and the directory of the host that outlives
 * them. */
#include "observe/observe_socket.h"

#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "kernel/peer_group.h"

/* In the host's own directory the path stays alive by itself, and a mount of ours would fall off
 * with the host's file. */
static int in_hosts_run(const struct target *target, const struct host_snapshot *snapshot,
	struct seen_socket *socket, bool *is, struct error *err)
{
	const char *name = path_base(socket->mount->destination);
	cleanup(fd_close) int parent = open_parent_in_root(
		target->root, socket->mount->destination);
	struct inode_info info, place;

	if (parent < 0 || stat_at(parent, "", AT_EMPTY_PATH, &info) < 0 ||
		stat_at(parent, name, AT_SYMLINK_NOFOLLOW, &place) < 0)
		return error_errno(
			err, "looking at the directory of \"%s\"", socket->mount->destination);
	*is = inode_among(&info.inode, snapshot->host.run, snapshot->host.run_count);
	if (S_ISLNK(place.mode))
		socket->obstacle = "its place is behind a link of the image";
	return 0;
}

/* The directory has to be attached somewhere that is the container's alone and writes nothing into
 * its image: its own /dev. */
static int find_dev(const struct target *target, const struct host_snapshot *snapshot,
	struct seen_socket *socket, struct error *err)
{
	struct inode_info info;
	struct statfs kind;
	struct statvfs flags;
	uint64_t group;

	if (open_in_root_if_there(target->root, "/dev", O_PATH | O_DIRECTORY, &socket->dev) < 0)
		return error_errno(err, "looking at the container's /dev");
	if (socket->dev < 0) {
		socket->obstacle = "the container has no /dev of its own";
		return 0;
	}
	if (stat_at(socket->dev, "", AT_EMPTY_PATH, &info) < 0 || fstatfs(socket->dev, &kind) < 0 ||
		fstatvfs(socket->dev, &flags) < 0)
		return error_errno(err, "looking at the container's /dev");
	if (!info.mount_root || kind.f_type != TMPFS_MAGIC ||
		inode_same(&info.inode, &snapshot->host.dev))
		socket->obstacle = "the container has no /dev of its own";
	else if (flags.f_flag & ST_RDONLY)
		socket->obstacle = "the container's /dev is read-only";
	if (socket->obstacle != NULL)
		return 0;
	if (peer_group(socket->dev, target->proc, &group, err) < 0)
		return -1;
	if (group != 0)
		socket->obstacle = "the container's /dev shares mounts with others";
	return 0;
}

/* Does a link of ours lead there already: into a directory of sockets[], or behind a facade? */
static int routed_before(
	const struct target *target, const struct seen_socket *socket, bool *is, struct error *err)
{
	static const char ours[] = "/dev/" SOCKETS_NAME;
	char path[PATH_MAX];

	if (fd_path(target->proc, socket->bind, path, sizeof(path)) < 0)
		return error_errno(err, "asking where \"%s\" leads", socket->mount->destination);
	*is = strstr(path, "/" HIDDEN_NAME "/") != NULL;
	for (const char *at = strstr(path, ours); at != NULL; at = strstr(at + 1, ours))
		*is = *is || strstr(at, "/directory/") != NULL;
	return 0;
}

static int observe_socket(const struct target *target, const struct host_snapshot *snapshot,
	struct seen_socket *socket, struct error *err)
{
	struct inode_info info;
	bool in_run = false, routed = false;

	if (open_in_root_if_there(target->root, socket->mount->destination, O_PATH, &socket->bind) <
		0)
		return error_errno(
			err, "looking at the container's \"%s\"", socket->mount->destination);
	if (socket->bind < 0)
		return 0; /* something that was mounted later covers it */
	if (stat_at(socket->bind, "", AT_EMPTY_PATH, &info) < 0)
		return error_errno(
			err, "looking at the container's \"%s\"", socket->mount->destination);
	if (!info.mount_root || !S_ISSOCK(info.mode))
		return 0;
	socket->mount_id = info.mount;
	if (in_hosts_run(target, snapshot, socket, &in_run, err) < 0 ||
		routed_before(target, socket, &routed, err) < 0)
		return -1;
	if (in_run || routed)
		return 0;
	socket->found = true;
	if (socket->obstacle != NULL)
		return 0;
	return find_dev(target, snapshot, socket, err);
}

/* Two binds at one place: the route of one takes both away. */
static bool routed_already(const struct observation *seen, const struct seen_socket *socket)
{
	for (const struct seen_socket *other = seen->sockets; other < socket; other++)
		if (other->found && other->mount_id == socket->mount_id)
			return true;
	return false;
}

int observe_sockets(const struct target *target, const struct host_snapshot *snapshot,
	struct observation *seen, struct error *err)
{
	for (size_t i = 0; i < seen->socket_count; i++) {
		struct seen_socket *socket = &seen->sockets[i];

		if (observe_socket(target, snapshot, socket, err) < 0)
			return -1;
		socket->found = socket->found && !routed_already(seen, socket);
	}
	return 0;
}
