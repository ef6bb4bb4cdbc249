/* SPDX-License-Identifier: Apache-2.0 */
#include "observe.h"

#include <sys/mount.h>

#include "mem.h"
#include "mounting.h"
#include "peer.h"

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
	for_each_place(channel, place, view->channels)
		if (host_peer(place->directory, proc_self, &view->peers[count++], err) < 0)
			return -1;
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
	view->list_entries = view->facade && policy->expose_all;
	view->find_children = view->facade && !policy->expose_all;
	for (size_t i = 0; i < spec->mount_count; i++)
		if (view->candidate[i] &&
			planned_mount_shares(&spec->mounts[i], spec->rootfs_propagation))
			view->sharing_asked = true;
	for_each_place(channel, place, view->channels)
		if (host_place_look(&view->places[count++], place, err) < 0)
			return -1;
	return view->sharing_asked ? host_peers(view, err) : 0;
}

/* One use of a directory. What is mounted below it on the host does not come along. */
static int clone_directory(int *clone, const char *path, struct error *err)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			MOUNT_ATTR_NOEXEC,
		.propagation = MS_PRIVATE,
	};
	cleanup(fd_close) int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return error_errno(err, "opening the directory \"%s\" (policy key sockets)", path);
	*clone = open_tree(directory, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (*clone < 0)
		return error_errno(err, "cloning \"%s\"", path);
	/* before Linux 5.12 it is made so once it is attached */
	if (mount_setattr(*clone, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0 && errno != ENOSYS)
		return error_errno(err, "making the clone of \"%s\" private and read-only", path);
	return 0;
}

int host_view_clone(const struct host_view *view, struct observation *seen,
	const struct policy *policy, struct error *err)
{
	for (size_t i = 0; view->find_children && i < policy->socket_count; i++) {
		struct seen_directory *directory;

		if (policy->sockets[i].directory == NULL)
			continue;
		directory = array_add(&seen->directories, &seen->directory_count,
			sizeof(*directory), err);
		if (directory == NULL)
			return -1;
		directory->path = policy->sockets[i].directory;
		for (size_t j = 0; j < RUN_PLACES_MAX; j++)
			directory->clones[j] = -1;
		for (size_t j = 0; j < RUN_PLACES_MAX; j++)
			if (clone_directory(&directory->clones[j], directory->path, err) < 0)
				return -1;
	}
	return 0;
}
