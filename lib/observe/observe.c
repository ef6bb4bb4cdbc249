/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/observe.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/facade.h"
#include "base/file.h"
#include "base/mem.h"
#include "observe/observe_run.h"
#include "observe/observe_socket.h"
#include "kernel/peer_group.h"
#include "observe/look_up.h"

#define NESTED_MAX 64 /* mounts on one another between a place and the bind that brought it */

static void place_clear(struct seen_place *place)
{
	fd_close(&place->fd);
	fd_close(&place->mount);
	fd_close(&place->above);
	fd_close(&place->park);
	fd_close(&place->park_mount);
	for (size_t i = 0; i < place->entry_count; i++) {
		text_clear(&place->entries[i].path);
		text_clear(&place->entries[i].link);
	}
	for (size_t i = 0; i < place->child_count; i++) {
		text_clear(&place->children[i].path);
		fd_close(&place->children[i].fd);
	}
	free(place->entries);
	free(place->children);
	*place = SEEN_NOTHING;
}

void observation_clear(struct observation *seen)
{
	for (size_t i = 0; i < seen->place_count; i++)
		place_clear(&seen->places[i]);
	for (size_t i = 0; i < seen->run_count; i++)
		place_clear(&seen->runs[i]);
	for (size_t i = 0; i < seen->socket_count; i++) {
		fd_close(&seen->sockets[i].clone);
		fd_close(&seen->sockets[i].bind);
		fd_close(&seen->sockets[i].dev);
	}
	for (size_t i = 0; i < seen->directory_count; i++)
		for (size_t j = 0; j < RUN_PLACES_MAX; j++)
			fd_close(&seen->directories[i].clones[j]);
	free(seen->sockets);
	free(seen->directories);
	*seen = (struct observation){ 0 };
}

/* Is the mount with this id what is seen at the destination? One that we may not look at (a FUSE
 * file system of somebody else's) is not the host's. */
static int is_mounted_at(const struct target *target, const char *destination, uint64_t id,
	bool *is, struct error *err)
{
	cleanup(fd_close) int fd = -1;
	struct inode_info info;

	*is = false;
	if (open_in_root_if_there(target->root, destination, O_PATH, &fd) == 0 && fd < 0)
		return 0;
	if (fd >= 0 && stat_at(fd, "", AT_EMPTY_PATH, &info) == 0)
		*is = info.mount_root && info.mount == id;
	else if (errno != EACCES)
		return error_errno(err, "looking at the container's \"%s\"", destination);
	return 0;
}

/* The planned bind whose mount has this id: the last in order, since it lies on top. */
static int planned_by_id(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, uint64_t id, const struct planned_mount **planned,
	struct error *err)
{
	*planned = NULL;
	for (size_t i = spec->mount_count; i-- > 0;) {
		bool is;

		if (!view->candidate[i])
			continue;
		if (is_mounted_at(target, spec->mounts[i].destination, id, &is, err) < 0)
			return -1;
		if (is) {
			*planned = &spec->mounts[i];
			return 0;
		}
	}
	return 0;
}

/* The planned bind that brought the place: the mount it is on, or a mount above that one (a
 * recursive bind brings the host's submounts along, which nobody planned by name). */
static int planned_above(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, const struct seen_place *place,
	const struct planned_mount **planned, struct error *err)
{
	cleanup(fd_close) int root = -1;
	uint64_t id = place->mount_id;

	for (int i = 0; i < NESTED_MAX; i++) {
		cleanup(fd_close) int above = -1;
		struct inode_info parent;

		if (planned_by_id(target, view, spec, id, planned, err) < 0)
			return -1;
		if (*planned != NULL)
			return 0;
		above = openat(
			i == 0 ? place->mount : root, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (above < 0 || stat_at(above, "", AT_EMPTY_PATH, &parent) < 0)
			break;
		if (parent.mount == id)
			return 0;
		id = parent.mount;
		fd_close(&root);
		root = open_mount_root(above);
		if (root < 0)
			break;
	}
	return error_errno(err, "looking for the bind that brought \"%s\"", place->path);
}

/* For a place that leads to the host: its mount, and what config.json says of that bind. */
int observe_mount(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, uint64_t host_peer_group, struct seen_place *place,
	struct error *err)
{
	const struct planned_mount *planned = NULL;
	uint64_t group;

	place->mount = place->mount_root ? fcntl(place->fd, F_DUPFD_CLOEXEC, 3)
					 : open_mount_root_above(place->fd);
	if (place->mount < 0)
		return error_errno(err, "looking for the mount of \"%s\"", place->path);
	if (!view->sharing_asked &&
		(!view->readonly_planned ||
			(place->channel != NULL && place->of->shows[0] == NULL)))
		return 0; /* nothing that config.json says matters, as to any empty mask */
	if (planned_above(target, view, spec, place, &planned, err) < 0)
		return -1;
	place->readonly = planned != NULL && planned->readonly;
	if (!view->sharing_asked)
		return 0;
	if (planned != NULL && !planned_mount_shares(planned, spec->rootfs_propagation))
		return 0;
	if (peer_group(place->mount, target->proc, &group, err) < 0)
		return -1;
	place->shares = group != 0 && group == host_peer_group;
	return 0;
}

int observe_directory(const struct target *target, struct seen_place *place,
	struct inode_info *info, struct error *err)
{
	struct look at;

	look_up(target->root, place->path, O_DIRECTORY, &at);
	if (at.problem != 0)
		return look_error(err, "the container's", place->path, at.problem);
	*info = at.info;
	place->fd = at.fd;
	place->mount_id = at.info.mount;
	place->mount_root = at.info.mount_root;
	return 0;
}

/* What is at the client's full path. Below the host's own directory a link is not followed: the
 * directory decides then. *found is false when there is nothing. */
static int look_at_socket(const struct target *target, const struct seen_place *place,
	bool in_hosts_directory, struct inode_info *info, bool *found, struct error *err)
{
	cleanup(fd_close) int socket = -1;
	char path[PATH_MAX];
	int result;

	if (in_hosts_directory) {
		result = stat_at(place->fd, place->of->socket, AT_SYMLINK_NOFOLLOW, info);
	} else {
		snprintf(path, sizeof(path), "%s/%s", place->path, place->of->socket);
		socket = open_in_root(target->root, path, O_PATH);
		result = socket < 0 ? -1 : stat_at(socket, "", AT_EMPTY_PATH, info);
	}
	*found = result == 0;
	if (*found || errno == ENOENT || errno == ENOTDIR)
		return 0;
	return error_errno(
		err, "looking at the container's \"%s/%s\"", place->path, place->of->socket);
}

/* Named: the host's inode is the root of a mount that config.json plans. */
static int hosts_inode(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, const struct inode_info *info, enum sight *sight,
	struct error *err)
{
	const struct planned_mount *planned = NULL;

	if (info->mount_root && planned_by_id(target, view, spec, info->mount, &planned, err) < 0)
		return -1;
	*sight = planned != NULL ? SIGHT_NAMED : SIGHT_HOST;
	return 0;
}

/* Sets place->sight, by directory and socket: either of the host's exposes; a mount of somebody's
 * own on the socket alone decides for the whole. */
static int judge(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, const struct host_place *host, const struct inode_info *directory,
	struct seen_place *place, struct error *err)
{
	bool hosts_directory = host->directory_there &&
		inode_same(&directory->inode, &host->directory);
	bool hosts_socket, found = false;
	struct inode_info socket;

	if (place->of->socket != NULL && host->directory_there &&
		look_at_socket(target, place, hosts_directory, &socket, &found, err) < 0)
		return -1;
	hosts_socket = found && host->socket_there && inode_same(&socket.inode, &host->socket);
	place->sight = SIGHT_CLEAR;
	if (hosts_socket && hosts_inode(target, view, spec, &socket, &place->sight, err) < 0)
		return -1;
	if (hosts_directory && place->sight != SIGHT_NAMED &&
		(hosts_socket || !found || !socket.mount_root))
		return hosts_inode(target, view, spec, directory, &place->sight, err);
	return 0;
}

static int observe_place(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, size_t index, struct seen_place *place, struct error *err)
{
	struct inode_info directory;

	if (observe_directory(target, place, &directory, err) < 0)
		return -1;
	if (place->fd < 0)
		return 0;
	if (judge(target, view, spec, &view->places[index], &directory, place, err) < 0)
		return -1;
	if (place->sight != SIGHT_HOST)
		return 0;
	if (observe_mount(target, view, spec, view->peers[index], place, err) < 0)
		return -1;
	if (place->of->shows[0] == NULL || place->mount_root)
		return 0;
	return observe_children(target, spec, place, err); /* the veil will clone what is there */
}

int target_observe(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, struct observation *seen, struct error *err)
{
	for_each_place(channel, place, view->channels)
	{
		size_t index = seen->place_count++;

		seen->places[index] = SEEN_NOTHING;
		seen->places[index].channel = channel;
		seen->places[index].of = place;
		seen->places[index].path = place->directory;
		if (observe_place(target, view, spec, index, &seen->places[index], err) < 0)
			return -1;
	}
	if (view->facade && observe_runs(target, view, spec, seen, err) < 0)
		return -1;
	return observe_sockets(target, view, seen, err);
}

int target_verify(const struct target *target, const struct host_snapshot *view,
	const struct observation *seen, const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		struct seen_place again = SEEN_NOTHING;
		struct inode_info info = { 0 };
		int result;

		again.path = seen->places[i].path;
		/* a mask was verified at its own place */
		if (seen->places[i].sight != SIGHT_HOST || !facade_covers(plan, &seen->places[i]))
			continue;
		result = observe_directory(target, &again, &info, err);
		fd_close(&again.fd);
		if (result < 0)
			return -1;
		if (inode_same(&info.inode, &view->places[i].directory))
			return error_set(err, ERROR_FINAL,
				"verifying \"%s\": it still leads to the host", again.path);
	}
	return 0;
}
