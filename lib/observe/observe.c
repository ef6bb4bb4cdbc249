/* SPDX-License-Identifier: Apache-2.0 */
/* observe: looks at each place of each channel, finds the mount and the bind that brought it, and
 * verifies afterwards. */
#include "observe/observe.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "kernel/peer_group.h"
#include "observe/look_up.h"
#include "observe/observe_place.h"
#include "observe/observe_run.h"
#include "observe/observe_socket.h"

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
	text_clear(&place->unknown);
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

/* The planned bind that brought the place: the mount it is on, or a mount above that one (a
 * recursive bind brings the host's submounts along, which config.json does not name). */
static int planned_above(const struct looking *looking, const struct seen_place *place,
	const struct planned_mount **planned, struct error *err)
{
	cleanup(fd_close) int root = -1;
	uint64_t id = place->mount_id;

	for (int i = 0; i < NESTED_MAX; i++) {
		cleanup(fd_close) int above = -1;
		struct inode_info parent;

		if (observe_planned(looking, id, NULL, planned, err) < 0)
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
		errno = ELOOP;
	}
	return error_errno(err, "looking for the bind that brought \"%s\"", place->path);
}

/* For a place that leads to the host: its mount, and what config.json says of that bind. */
int observe_mount(const struct looking *looking, uint64_t host_peer_group, struct seen_place *place,
	struct error *err)
{
	const struct host_snapshot *snapshot = looking->snapshot;
	const struct planned_mount *planned = NULL;
	uint64_t group;

	place->mount = place->mount_root ? fcntl(place->fd, F_DUPFD_CLOEXEC, 3)
					 : open_mount_root_above(place->fd);
	if (place->mount < 0)
		return error_errno(err, "looking for the mount of \"%s\"", place->path);
	if (!snapshot->sharing_asked &&
		(!snapshot->readonly_planned ||
			(place->channel != NULL && place->channel_place->shows[0] == NULL)))
		return 0; /* nothing that config.json says matters, as to any empty mask */
	if (planned_above(looking, place, &planned, err) < 0)
		return -1;
	place->readonly = planned != NULL && planned->readonly;
	if (!snapshot->sharing_asked)
		return 0;
	if (planned != NULL && !planned_mount_shares(planned, looking->spec->rootfs_propagation))
		return 0;
	if (peer_group(place->mount, looking->target->proc, &group, err) < 0)
		return -1;
	place->shares = group != 0 && group == host_peer_group;
	return 0;
}

static int observe_place(
	const struct looking *looking, size_t index, struct seen_place *place, struct error *err)
{
	const struct host_snapshot *snapshot = looking->snapshot;

	if (observe_judge(looking, &snapshot->places[index], place, err) < 0)
		return -1;
	if (place->sight != SIGHT_HOST)
		return 0;
	if (observe_mount(looking, snapshot->peers[index], place, err) < 0)
		return -1;
	if (place->channel_place->shows[0] == NULL || place->mount_root)
		return 0;
	return observe_children(looking, place, err); /* the veil will clone what is there */
}

int target_observe(const struct looking *looking, struct observation *seen, struct error *err)
{
	for_each_place(channel, place, looking->snapshot->channels)
	{
		size_t index = seen->place_count++;

		seen->places[index] = SEEN_NOTHING;
		seen->places[index].channel = channel;
		seen->places[index].channel_place = place;
		seen->places[index].path = place->directory;
		if (observe_place(looking, index, &seen->places[index], err) < 0)
			return -1;
	}
	if (looking->snapshot->facade && observe_runs(looking, seen, err) < 0)
		return -1;
	return observe_sockets(looking->target, looking->snapshot, seen, err);
}

/* A daemon of the host's that starts later would be found there, too. */
static int leads_behind(const struct looking *looking, const struct seen_place *place, bool *leads,
	struct error *err)
{
	const struct path_watch watch = {
		.directories = looking->snapshot->host.run,
		.count = looking->snapshot->host.run_count,
		.rest = run_path_below(place->path),
	};
	char path[PATH_MAX];
	struct path_way way;

	snprintf(path, sizeof(path), "%s/%s", place->path,
		place->channel_place->socket != NULL ? place->channel_place->socket : "");
	if (path_way(looking->target->root, path, &watch, &way) < 0)
		return error_errno(err, "following the container's \"%s\"", path);
	*leads = way.passes_watched;
	return 0;
}

static int verify_place(const struct looking *looking, const struct host_place *host,
	struct seen_place *place, struct error *err)
{
	bool behind = false;

	if (observe_judge(looking, host, place, err) < 0)
		return -1;
	if (place->sight == SIGHT_UNKNOWN)
		return lookup_error(err, "the container's", place->unknown, place->problem);
	if (place->sight != SIGHT_HOST && looking->snapshot->facade &&
		leads_behind(looking, place, &behind, err) < 0)
		return -1;
	if (place->sight != SIGHT_HOST && !behind)
		return 0;
	return error_set(err, ERROR_FINAL,
		"the container's \"%s\" leads to the host's %s through what the veil shows of the "
		"host's /run: a link of the image's, or a second name of the socket's",
		place->path, place->channel->daemon);
}

int target_verify(const struct looking *looking, const struct observation *seen, bool shared_left,
	struct error *err)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const struct seen_place *before = &seen->places[i];
		struct seen_place again = SEEN_NOTHING;
		int result;

		if (before->sight == SIGHT_NAMED || (shared_left && before->shares))
			continue;
		again.channel = before->channel;
		again.channel_place = before->channel_place;
		again.path = before->path;
		result = verify_place(looking, &looking->snapshot->places[i], &again, err);
		place_clear(&again);
		if (result < 0) {
			err->code = ERROR_FINAL;
			return error_wrap(err, "verifying");
		}
	}
	return 0;
}
