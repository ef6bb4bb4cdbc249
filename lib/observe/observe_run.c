/* SPDX-License-Identifier: Apache-2.0 */
/* observe_run: lists the container's /run and the mounts that lie in it, for the facade. */
#include "observe/observe_run.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "kernel/directory.h"
#include "observe/observe_place.h"

/* A relative link that starts upwards means the directory that it lies in: below another name it
 * would lead elsewhere, so the facade repeats it as it is. */
static int read_link(int directory, const char *name, char **link, struct error *err)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(directory, name, target, sizeof(target) - 1);

	if (length < 0)
		return 0; /* gone meanwhile */
	target[length] = '\0';
	if (strncmp(target, "../", 3) != 0)
		return 0;
	*link = text_copy(target, err);
	return *link == NULL ? -1 : 0;
}

/* One directory that is listed, below the place. */
struct listing {
	struct seen_place *place;
	int directory;
	const char *below; /* its path in the place; "": the place itself */
};

static int add_entry(void *closure, const struct dirent64 *found, struct error *err)
{
	const struct listing *listing = closure;
	const char *below = listing->below;
	struct seen_place *place = listing->place;
	struct seen_entry *entry;

	if (strcmp(found->d_name, HIDDEN_NAME) == 0)
		return 0;
	entry = array_add(&place->entries, &place->entry_count, sizeof(*entry), err);
	if (entry == NULL)
		return -1;
	entry->directory = found->d_type == DT_DIR;
	if (below[0] == '\0')
		entry->path = text_copy(found->d_name, err);
	else if (asprintf(&entry->path, "%s/%s", below, found->d_name) < 0)
		entry->path = NULL;
	if (entry->path == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (found->d_type == DT_LNK && below[0] == '\0')
		return read_link(listing->directory, found->d_name, &entry->link, err);
	return 0;
}

/* Lists one directory below the place. One that is not there is empty. */
static int list(struct seen_place *place, const char *below, struct error *err)
{
	cleanup(fd_close) int directory = openat(
		place->fd, below[0] ? below : ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct listing listing = { place, directory, below };

	if (directory < 0 && below[0] != '\0' && is_absent(errno))
		return 0;
	if (directory < 0)
		return error_errno(err, "listing \"%s\"", place->path);
	return directory_each(directory, place->path, add_entry, &listing, err);
}

/* The directories on the way to a channel's place ("systemd" for systemd/resolve) become real ones
 * in the facade, so their entries are needed too. */
static int list_ways(struct seen_place *place, const struct observation *seen, struct error *err)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const char *name = run_path_below(seen->places[i].path);
		const char *slash = name == NULL ? NULL : strchr(name, '/');
		char way[NAME_MAX + 1];
		bool listed = slash == NULL;

		if (slash != NULL)
			snprintf(way, sizeof(way), "%.*s", (int)(slash - name), name);
		for (size_t j = 0; j < place->entry_count && !listed; j++)
			listed = strncmp(place->entries[j].path, way, strlen(way)) == 0 &&
				place->entries[j].path[strlen(way)] == '/';
		if (!listed && list(place, way, err) < 0)
			return -1;
	}
	return 0;
}

/* Is a mount at this path known already, or does it lie on a known one and move along with it? */
static bool moves_along(const struct seen_place *place, const char *path)
{
	for (size_t i = 0; i < place->child_count; i++) {
		size_t length = strlen(place->children[i].path);

		if (strncmp(place->children[i].path, path, length) == 0 &&
			(path[length] == '/' || path[length] == '\0'))
			return true;
	}
	return false;
}

static struct seen_child *add_child(
	struct seen_place *place, const char *path, int *fd, struct error *err)
{
	struct seen_child *child = array_add(
		&place->children, &place->child_count, sizeof(*child), err);

	if (child == NULL)
		return NULL;
	child->fd = take_fd(fd);
	child->path = text_copy(path, err);
	return child->path == NULL ? NULL : child;
}

/* Does the host's /run have the same at the same path? Links of a neighbour are not followed. */
static bool is_hosts_own(const struct host_snapshot *snapshot, const char *path, struct inode inode)
{
	cleanup(fd_close) int fd = open_beneath(snapshot->run, path, O_PATH | O_NOFOLLOW);
	struct inode_info info;

	return fd >= 0 && stat_at(fd, "", AT_EMPTY_PATH, &info) == 0 &&
		inode_same(&info.inode, &inode);
}

/* One planned mount, if it lies below the place and is a mount of its own. */
static int observe_child(const struct looking *looking, const struct planned_mount *mount,
	const char *place_path, struct seen_place *place, struct error *err)
{
	const struct target *target = looking->target;
	struct seen_child *child;
	cleanup(fd_close) int fd = -1;
	size_t length = strlen(place_path);
	char path[PATH_MAX];
	struct inode_info info;

	if (open_in_root_if_there(target->root, mount->destination, O_PATH, &fd) < 0)
		return error_errno(err, "looking at \"%s\"", mount->destination);
	if (fd < 0)
		return 0; /* not to be found by its name any more: covered by a later one */
	if (stat_at(fd, "", AT_EMPTY_PATH, &info) < 0 ||
		fd_path(target->proc, fd, path, sizeof(path)) < 0)
		return error_errno(err, "looking at \"%s\"", mount->destination);
	if (!info.mount_root || info.mount == place->mount_id ||
		strncmp(path, place_path, length) != 0 || path[length] != '/' ||
		moves_along(place, path + length + 1))
		return 0;
	child = add_child(place, path + length + 1, &fd, err);
	if (child == NULL)
		return -1;
	child->directory = S_ISDIR(info.mode);
	child->readonly = mount->readonly;
	child->own = looking->snapshot->find_children && place->channel == NULL &&
		is_hosts_own(looking->snapshot, child->path, info.inode);
	return 0;
}

int observe_children(const struct looking *looking, struct seen_place *place, struct error *err)
{
	const struct spec *spec = looking->spec;
	char place_path[PATH_MAX];

	if (fd_path(looking->target->proc, place->fd, place_path, sizeof(place_path)) < 0)
		return error_errno(err, "asking where \"%s\" is mounted", place->path);
	for (size_t i = 0; i < spec->mount_count; i++)
		if (observe_child(looking, &spec->mounts[i], place_path, place, err) < 0)
			return -1;
	return 0;
}

/* Is the directory on the way from the container's root up to the root of the namespace? */
static int leads_to_root(
	const struct target *target, const struct inode *directory, bool *leads, struct error *err)
{
	cleanup(fd_close) int at = openat(target->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct inode_info info = { 0 }, last;

	*leads = false;
	do {
		int up;

		last = info;
		if (at < 0 || stat_at(at, "", AT_EMPTY_PATH, &info) < 0)
			return error_errno(err, "looking above the container's root");
		*leads = *leads || inode_same(&info.inode, directory);
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd_close(&at);
		at = up;
	} while (last.mount != info.mount || !inode_same(&last.inode, &info.inode));
	return 0;
}

/* Where the bind can be put when it is to be taken away: a directory of the host's tree that no
 * path leads through, such as the one that the policy names for a socket. Not the host's /run
 * itself: bundles and root directories lie there, and the runtime still looks for them by path. */
static int find_parking(const struct target *target, const struct observation *seen,
	struct seen_place *place, struct error *err)
{
	struct inode_info info;
	bool leads;

	for (size_t i = 0; i < seen->directory_count && !target->pivoted && place->park < 0; i++) {
		cleanup(fd_close) int park = open(
			seen->directories[i].path, O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (park < 0)
			continue;
		if (stat_at(park, "", AT_EMPTY_PATH, &info) < 0)
			return error_errno(err, "looking at \"%s\"", seen->directories[i].path);
		if (leads_to_root(target, &info.inode, &leads, err) < 0)
			return -1;
		if (leads)
			continue;
		place->park_mount = open_mount_root(park);
		if (place->park_mount < 0)
			return error_errno(
				err, "looking for the mount of \"%s\"", seen->directories[i].path);
		place->park = take_fd(&park);
	}
	return 0;
}

static int observe_run(const struct looking *looking, uint64_t host_peer_group,
	const struct observation *seen, struct seen_place *place, struct error *err)
{
	const struct host_snapshot *snapshot = looking->snapshot;
	struct statvfs flags;

	if (observe_mount(looking, host_peer_group, place, err) < 0)
		return -1;
	if (fstatvfs(place->fd, &flags) < 0)
		return error_errno(err, "looking at the mount of \"%s\"", place->path);
	place->noexec = (flags.f_flag & ST_NOEXEC) != 0;
	if (place->mount_root) {
		place->above = open_mount_root_above(place->fd);
		if (place->above < 0)
			return error_errno(err, "looking above \"%s\"", place->path);
	}
	if (list(place, "", err) < 0 || list_ways(place, seen, err) < 0)
		return -1;
	if (!snapshot->find_children && place->mount_root)
		return 0; /* what is mounted below moves along */
	if (snapshot->find_children && find_parking(looking->target, seen, place, err) < 0)
		return -1;
	return observe_children(looking, place, err);
}

int observe_runs(const struct looking *looking, struct observation *seen, struct error *err)
{
	const struct host_snapshot *snapshot = looking->snapshot;
	static const char *const names[RUN_PLACES_MAX] = { "/run", "/var/run" };
	struct inode_info looks[RUN_PLACES_MAX];

	for (size_t i = 0; i < RUN_PLACES_MAX; i++) {
		struct seen_place *place = &seen->runs[seen->run_count];

		*place = SEEN_NOTHING;
		place->path = names[i];
		if (observe_directory(looking->target, place, &looks[seen->run_count], err) < 0)
			return -1;
		if (place->fd < 0)
			continue;
		if (seen->run_count > 0 && inode_same(&looks[0].inode, &looks[1].inode) &&
			seen->runs[0].mount_id == place->mount_id) {
			seen->runs[0].alias = names[i];
			fd_close(&place->fd);
			continue;
		}
		seen->run_count++;
		if (!inode_among(&looks[seen->run_count - 1].inode, snapshot->host.run,
			    snapshot->host.run_count))
			continue;
		place->sight = SIGHT_HOST;
		if (observe_run(looking, snapshot->run_peers[i], seen, place, err) < 0)
			return -1;
	}
	return 0;
}
