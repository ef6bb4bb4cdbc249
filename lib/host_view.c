/* SPDX-License-Identifier: Apache-2.0 */
#include "observe.h"

#include <sys/mount.h>

#include "mem.h"
#include "peer.h"
#include "words.h"

static int host_peer(const char *path, int proc_self, uint64_t *group, struct error *err)
{
	cleanup(fd_close) int fd = open(path, O_PATH | O_CLOEXEC);

	*group = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : error_errno(err, "opening the host's %s", path);
	return peer_group(fd, proc_self, group, err);
}

/* The peer groups of the host's mounts on which the daemons live. */
static int host_peers(struct host_view *view, struct error *err)
{
	static const char *const run[RUN_PLACES_MAX] = { "/run", "/var/run" };
	cleanup(fd_close) int proc_self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t count = 0;

	if (proc_self < 0)
		return error_errno(err, "opening /proc/self");
	for_each_place(channel, place,
		view->channels) if (host_peer(place->directory, proc_self, &view->peers[count++],
					    err) < 0) return -1;
	for (size_t i = 0; view->facade && i < RUN_PLACES_MAX; i++)
		if (host_peer(run[i], proc_self, &view->run_peers[i], err) < 0)
			return -1;
	return 0;
}

int host_view_take(struct host_view *view, const struct spec *spec, const struct policy *policy,
	enum strategy strategy, struct error *err)
{
	size_t count = 0;

	view->channels = policy->channels;
	view->facade = strategy == STRATEGY_FACADE;
	view->find_children = view->facade && !policy->expose_all;
	for (size_t i = 0; i < spec->mount_count; i++)
		if (view->candidate[i] &&
			planned_mount_shares(&spec->mounts[i], spec->rootfs_propagation))
			view->sharing_asked = true;
	for_each_place(channel, place, view->channels) if (host_place_look(&view->places[count++],
								   place, err) < 0) return -1;
	if (policy->socket_count > 0 && host_look_dev(&view->host, err) < 0)
		return -1;
	return view->sharing_asked ? host_peers(view, err) : 0;
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

/* Is it this socket that the mount binds: by the host's path, or as the same file under another
 * name. The socket in the policy's directory may be a second one of the daemon's. */
static bool binds_socket(const struct planned_mount *mount, int bundle, const char *path)
{
	struct look source, named;

	if (run_path_within(mount->source, path) && run_path_within(path, mount->source))
		return true;
	return look_at(bundle, mount->source, 0, &source) == 0 &&
		look_at(AT_FDCWD, path, 0, &named) == 0 && inode_same(&source.inode, &named.inode);
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

int host_view_clone(const struct host_view *view, const struct spec *spec, int bundle,
	const struct policy *policy, struct observation *seen, struct error *err)
{
	if (view->find_children && clone_for_lists(seen, policy, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->socket_count; i++)
		for (size_t j = 0; policy->sockets[i].directory != NULL && j < spec->mount_count;
			j++)
			if (view->candidate[j] &&
				binds_socket(&spec->mounts[j], bundle, policy->sockets[i].path) &&
				clone_for_socket(seen, &policy->sockets[i], &spec->mounts[j], err) <
					0)
				return -1;
	return 0;
}
