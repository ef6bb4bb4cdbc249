/* SPDX-License-Identifier: Apache-2.0 */
/* host_snapshot: what is taken from the host before the container is entered: candidates, the
 * channels' places, peer groups, clones of directories. */
#include <sys/mount.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/string.h"
#include "kernel/peer_group.h"
#include "observe/observe.h"

static int host_peer(const char *path, int proc, uint64_t *group, struct error *err)
{
	cleanup(fd_close) int fd = open(path, O_PATH | O_CLOEXEC);

	*group = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : error_errno(err, "opening the host's %s", path);
	return peer_group(fd, proc, group, err);
}

/* The peer groups of the host's mounts on which the daemons live. */
static int host_peers(struct host_snapshot *snapshot, struct error *err)
{
	static const char *const run[RUN_PLACES_MAX] = { "/run", "/var/run" };
	cleanup(fd_close) int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t count = 0;

	if (proc < 0)
		return error_errno(err, "opening /proc");
	for_each_place(channel, place, snapshot->channels)
	{
		if (host_peer(place->directory, proc, &snapshot->peers[count++], err) < 0)
			return -1;
	}
	for (size_t i = 0; snapshot->facade && i < RUN_PLACES_MAX; i++)
		if (host_peer(run[i], proc, &snapshot->run_peers[i], err) < 0)
			return -1;
	return 0;
}

/* Does it matter which bind a mount is of, whatever its options? */
static bool candidates_matter(const struct spec *spec, const struct policy *policy)
{
	if (policy->socket_count > 0)
		return true;
	for (size_t i = 0; i < spec->mount_count; i++)
		if (spec->mounts[i].bind &&
			planned_mount_shares(&spec->mounts[i], spec->rootfs_propagation))
			return true;
	return false;
}

/* More than empty masks: what is shown is as read-only as its bind. */
static bool something_is_shown(const struct policy *policy, enum strategy strategy)
{
	if (strategy == STRATEGY_FACADE)
		return true;
	for_each_place(channel, place, policy->channels)
	{
		if (place->shows[0] != NULL)
			return true;
	}
	return false;
}

int host_snapshot_candidates(struct host_snapshot *snapshot, const struct spec *spec,
	const struct policy *policy, enum strategy strategy, bool *candidate, struct error *err)
{
	bool matter = candidates_matter(spec, policy);
	bool shown = something_is_shown(policy, strategy);

	snapshot->candidate = candidate;
	if (!matter && !shown) {
		for (size_t i = 0; i < spec->mount_count; i++)
			candidate[i] = spec->mounts[i].bind;
		return 0;
	}
	if (host_look(&snapshot->host, err) < 0)
		return -1;
	host_candidates(&snapshot->host, spec, AT_FDCWD, candidate);
	for (size_t i = 0; i < spec->mount_count; i++)
		snapshot->readonly_planned = snapshot->readonly_planned ||
			(candidate[i] && spec->mounts[i].readonly);
	return 0;
}

/* What cannot be looked at is for the plan: a facade hides it by its name. */
static int look_at_place(
	struct host_place *place, const struct channel_place *of, struct error *err)
{
	struct error problem = { 0 };

	if (host_place_look(place, of, &problem) == 0 || place->problem != 0)
		return 0;
	*err = problem;
	return -1;
}

void host_snapshot_clear(struct host_snapshot *snapshot)
{
	for (size_t i = 0; i < OBSERVED_MAX; i++)
		host_place_clear(&snapshot->places[i]);
	if (snapshot->find_children)
		fd_close(&snapshot->run);
}

int host_snapshot_take(struct host_snapshot *snapshot, const struct spec *spec,
	const struct policy *policy, enum strategy strategy, struct error *err)
{
	size_t count = 0;

	snapshot->channels = policy->channels;
	snapshot->facade = strategy == STRATEGY_FACADE;
	snapshot->mask_named = policy->on_named == ON_NAMED_MASK;
	snapshot->find_children = snapshot->facade && !policy->expose_all;
	if (snapshot->find_children) {
		snapshot->run = openat(AT_FDCWD, "/run", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (snapshot->run < 0)
			return error_errno(err, "opening the host's /run");
	}
	for (size_t i = 0; i < spec->mount_count; i++)
		if (snapshot->candidate[i] &&
			planned_mount_shares(&spec->mounts[i], spec->rootfs_propagation))
			snapshot->sharing_asked = true;
	for_each_place(channel, place, snapshot->channels)
	{
		if (look_at_place(&snapshot->places[count++], place, err) < 0)
			return -1;
	}
	if (policy->socket_count > 0 && host_look_dev(&snapshot->host, err) < 0)
		return -1;
	return snapshot->sharing_asked ? host_peers(snapshot, err) : 0;
}

/* A detached clone; what is mounted below it on the host does not come along. */
static int clone_directory(const char *path)
{
	cleanup(fd_close) int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return -1;
	return open_tree(directory, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

static int clone_for_lists(struct observation *seen, const struct policy *policy, struct error *err)
{
	for (size_t i = 0; i < policy->socket_count; i++) {
		struct seen_directory *directory;

		if (policy->sockets[i].directory == NULL)
			continue;
		directory = array_add(
			&seen->directories, &seen->directory_count, sizeof(*directory), err);
		if (directory == NULL)
			return -1;
		directory->path = policy->sockets[i].directory;
		for (size_t j = 0; j < RUN_PLACES_MAX; j++) {
			directory->clones[j] = clone_directory(directory->path);
			if (directory->clones[j] < 0)
				directory->problem = errno;
		}
	}
	return 0;
}

static int clone_for_socket(struct observation *seen, const struct policy_socket *policy,
	const struct planned_mount *mount, struct error *err)
{
	struct seen_socket *socket = array_add(
		&seen->sockets, &seen->socket_count, sizeof(*socket), err);

	if (socket == NULL)
		return -1;
	*socket = (struct seen_socket){
		.policy = policy,
		.mount = mount,
		.clone = clone_directory(policy->directory),
		.bind = -1,
		.dev = -1,
	};
	if (socket->clone < 0)
		return error_errno(err, "directory \"%s\" (policy key sockets)", policy->directory);
	return 0;
}

static int clone_if_bound(const struct host_snapshot *snapshot, const struct policy_socket *socket,
	const struct spec *spec, struct observation *seen, struct error *err)
{
	for (size_t i = 0; i < spec->mount_count; i++) {
		bool binds;

		if (!snapshot->candidate[i])
			continue;
		if (host_binds_socket(socket, &spec->mounts[i], AT_FDCWD, &binds, err) < 0 ||
			(binds && clone_for_socket(seen, socket, &spec->mounts[i], err) < 0))
			return -1;
	}
	return 0;
}

int host_snapshot_clone(const struct host_snapshot *snapshot, const struct spec *spec,
	const struct policy *policy, struct observation *seen, struct error *err)
{
	if (snapshot->find_children && clone_for_lists(seen, policy, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->socket_count; i++)
		if (policy->sockets[i].directory != NULL &&
			clone_if_bound(snapshot, &policy->sockets[i], spec, seen, err) < 0)
			return -1;
	return 0;
}
