/* SPDX-License-Identifier: Apache-2.0 */
/* observe_place: opens the place as the container would, compares its inode with the host's, and
 * its mount id with those at the planned destinations. */
#include "observe/observe_place.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/directory.h"
#include "observe/look_up.h"

/* Is the mount with this id what is seen at the destination? One that we may not look at (a FUSE
 * file system of another user's) is not the host's. */
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

/* Is the bind's source this inode? The host is still below the directory that its /proc is in. A
 * source that cannot be found there names nothing. */
static bool is_source(
	const struct target *target, const struct planned_mount *mount, const struct inode *inode)
{
	cleanup(fd_close) int host = -1, source = -1;
	struct inode_info info;

	if (mount->source == NULL || mount->source[0] != '/')
		return false;
	host = openat(target->proc, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host < 0)
		return false;
	source = open_in_root(host, mount->source, O_PATH);
	return source >= 0 && stat_at(source, "", AT_EMPTY_PATH, &info) == 0 &&
		inode_same(&info.inode, inode);
}

int observe_planned(const struct looking *looking, uint64_t id, const struct inode *source,
	const struct planned_mount **planned, struct error *err)
{
	const struct spec *spec = looking->spec;

	*planned = NULL;
	for (size_t i = spec->mount_count; i-- > 0;) {
		const struct planned_mount *mount = &spec->mounts[i];
		bool is;

		if (!looking->snapshot->candidate[i])
			continue;
		if (is_mounted_at(looking->target, mount->destination, id, &is, err) < 0)
			return -1;
		if (!is || (source != NULL && !is_source(looking->target, mount, source)))
			continue;
		*planned = mount;
		return 0;
	}
	return 0;
}

/* What was looked up, beside inodes of the host's. */
static int leads_to(const struct looking *looking, const struct lookup *at, struct inode_list hosts,
	enum leads_to *to, struct error *err)
{
	const struct planned_mount *planned = NULL;

	*to = at->problem != 0 ? LEADS_UNKNOWN : LEADS_NOWHERE;
	if (!at->found)
		return 0;
	*to = at->info.mount_root ? LEADS_COVERED : LEADS_ELSEWHERE;
	if (!inode_among(&at->info.inode, hosts.inodes, hosts.count))
		return 0;
	if (at->info.mount_root &&
		observe_planned(looking, at->info.mount, &at->info.inode, &planned, err) < 0)
		return -1;
	*to = planned != NULL ? LEADS_NAMED : LEADS_HOST;
	return 0;
}

static int remember_unknown(
	struct seen_place *place, const char *path, int problem, struct error *err)
{
	if (problem == 0 || place->unknown != NULL)
		return 0;
	place->problem = problem;
	place->unknown = text_copy(path, err);
	return place->unknown == NULL ? -1 : 0;
}

/* One place, being judged. */
struct judging {
	const struct looking *looking;
	const struct host_place *host;
	struct seen_place *place;
	enum leads_to directory;
	size_t names;        /* looked at in the directory */
	enum leads_to worst; /* of these */
};

/* Is the directory the host's own? */
static bool in_hosts(const struct judging *judging)
{
	return judging->directory == LEADS_HOST || judging->directory == LEADS_NAMED;
}

/* One name in the directory. */
static int look_at_name(const struct judging *judging, const char *name, struct inode_list hosts,
	enum leads_to *to, struct error *err)
{
	cleanup(lookup_clear) struct lookup at = LOOKUP_NOTHING;
	struct seen_place *place = judging->place;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", place->path, name);
	look_up_name(judging->looking->target->root, path, in_hosts(judging) ? place->fd : -1, &at);
	if (remember_unknown(place, path, at.problem, err) < 0)
		return -1;
	return leads_to(judging->looking, &at, hosts, to, err);
}

static int look_at_entry(void *closure, const struct dirent64 *entry, struct error *err)
{
	struct judging *judging = closure;
	enum leads_to to = LEADS_UNKNOWN;

	if (++judging->names > NAMES_LOOKED_AT) {
		if (remember_unknown(judging->place, judging->place->path, PROBLEM_NAMES, err) < 0)
			return -1;
	} else if (look_at_name(judging, entry->d_name, host_entries(judging->host), &to, err) <
		0) {
		return -1;
	}
	judging->worst = leads_worse(judging->worst, to);
	return 0;
}

/* Every name in an image's own directory, for a channel with clients that ask any name. */
static int look_at_names(struct judging *judging, struct error *err)
{
	const struct seen_place *place = judging->place;
	cleanup(fd_close) int directory = openat(
		place->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return error_errno(err, "opening the container's \"%s\"", place->path);
	return directory_each(directory, place->path, look_at_entry, judging, err);
}

static int look_at_socket(struct judging *judging, enum leads_to *socket, struct error *err)
{
	const char *name = judging->place->channel_place->socket;
	const struct host_place *host = judging->host;

	*socket = LEADS_NOWHERE;
	if (judging->place->fd < 0 || !host->directory_there)
		return 0;
	if (name != NULL)
		return look_at_name(judging, name, host_socket(host), socket, err);
	if (in_hosts(judging) || host->entry_count == 0)
		return 0;
	if (look_at_names(judging, err) < 0)
		return -1;
	*socket = judging->worst;
	return 0;
}

static void keep_directory(struct seen_place *place, struct lookup *at)
{
	place->fd = take_fd(&at->fd);
	place->mount_id = at->info.mount;
	place->mount_root = at->info.mount_root;
}

int observe_directory(const struct target *target, struct seen_place *place,
	struct inode_info *info, struct error *err)
{
	struct lookup at;

	look_up(target->root, place->path, O_DIRECTORY, &at);
	if (at.problem != 0)
		return lookup_error(err, "the container's", place->path, at.problem);
	*info = at.info;
	keep_directory(place, &at);
	return 0;
}

int observe_judge(const struct looking *looking, const struct host_place *host,
	struct seen_place *place, struct error *err)
{
	struct judging judging = { looking, host, place, LEADS_NOWHERE, 0, LEADS_NOWHERE };
	cleanup(lookup_clear) struct lookup at = LOOKUP_NOTHING;
	enum leads_to directory, socket;

	look_up(looking->target->root, place->path, O_DIRECTORY, &at);
	if (at.found && host->problem != 0) /* which inode is the host's is not known */
		at.problem = host->problem;
	if (remember_unknown(place, place->path, at.problem, err) < 0 ||
		leads_to(looking, &at, host_directory(host), &directory, err) < 0)
		return -1;
	keep_directory(place, &at);
	/* whatever is mounted on it that is not the host's is the user's, and stays */
	if (directory == LEADS_COVERED)
		directory = LEADS_ELSEWHERE;
	if (host->problem != 0)
		directory = at.problem != 0 ? LEADS_UNKNOWN : LEADS_NOWHERE;
	judging.directory = directory;
	if (look_at_socket(&judging, &socket, err) < 0)
		return -1;
	place->sight = sight_of(directory, socket);
	place->listening = host_place_listens(host, place->channel_place);
	if (place->sight == SIGHT_NAMED && looking->snapshot->mask_named) {
		place->sight = SIGHT_HOST;
		place->by_socket = directory != LEADS_HOST && directory != LEADS_NAMED;
	}
	return 0;
}
