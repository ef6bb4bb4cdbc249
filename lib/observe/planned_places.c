/* SPDX-License-Identifier: Apache-2.0 */
/* planned_places: follows each client path through the planned mounts, and names the bind that
 * exposes it. */
#include "observe/planned_places.h"

#include <limits.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/directory.h"

/* One place, being followed. */
struct following {
	const struct planned_tree *tree;
	const struct host_place *host;
	struct bind_sources *sources;
	const char *path; /* of the directory */
	bool in_hosts;    /* the directory is the host's own */
	size_t names;
	enum leads_to worst; /* of the names in it */
};

static enum leads_to leads_to(const struct planned_way *way, struct inode_list hosts)
{
	if (way->look.problem != 0)
		return LEADS_UNKNOWN;
	if (!way->look.found)
		return LEADS_NOWHERE;
	if (!inode_among(&way->look.info.inode, hosts.inodes, hosts.count))
		return way->own ? LEADS_COVERED : LEADS_ELSEWHERE;
	return way->own ? LEADS_NAMED : LEADS_HOST;
}

/* One name in the directory; in_hosts: in the host's own. */
static int follow_name(struct following *following, const char *name, struct inode_list hosts,
	enum leads_to *to, struct error *err)
{
	cleanup(planned_way_clear) struct planned_way way = PLANNED_WAY_NONE;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", following->path, name);
	if (planned_follow(following->tree, path, &way, err) < 0)
		return -1;
	*to = leads_to(&way, hosts);
	if (following->in_hosts && !way.own) /* a link in the host's directory: that decides */
		*to = LEADS_ELSEWHERE;
	return *to == LEADS_UNKNOWN ? sources_doubt(following->sources, path, way.look.problem, err)
				    : 0;
}

static int follow_entry(void *closure, const struct dirent64 *entry, struct error *err)
{
	struct following *following = closure;
	const struct host_place *host = following->host;
	enum leads_to to = LEADS_UNKNOWN;

	if (++following->names > NAMES_LOOKED_AT) {
		if (sources_doubt(following->sources, following->path, PROBLEM_NAMES, err) < 0)
			return -1;
	} else if (follow_name(following, entry->d_name, host_entries(host), &to, err) < 0) {
		return -1;
	}
	following->worst = leads_worse(following->worst, to);
	return 0;
}

static int follow_socket(struct following *following, const struct channel_place *place,
	const struct planned_way *directory, enum leads_to *socket, struct error *err)
{
	const struct host_place *host = following->host;
	cleanup(fd_close) int fd = -1;

	*socket = LEADS_NOWHERE;
	if (!directory->look.found)
		return 0;
	if (place->socket != NULL)
		return follow_name(following, place->socket, host_socket(host), socket, err);
	if (following->in_hosts || host->entry_count == 0)
		return 0;
	fd = openat(directory->look.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return sources_doubt(following->sources, following->path, errno, err);
	if (directory_each(fd, following->path, follow_entry, following, err) < 0)
		return -1;
	*socket = following->worst;
	return 0;
}

static int follow_place(const struct question *question, const struct planned_tree *tree,
	size_t channel, const struct channel_place *place, const struct host_place *host,
	struct error *err)
{
	struct bind_sources *sources = question->sources;
	cleanup(planned_way_clear) struct planned_way way = PLANNED_WAY_NONE;
	struct following following = {
		.tree = tree,
		.host = host,
		.sources = sources,
		.path = place->directory,
		.worst = LEADS_NOWHERE,
	};
	struct exposing_bind found = {
		.channel = &channels[channel],
		.place = place,
		.followed = true,
		.listening = host_place_listens(host, place),
	};
	enum leads_to directory, socket;

	if (planned_follow(tree, place->directory, &way, err) < 0)
		return -1;
	directory = leads_to(&way, host_directory(host));
	following.in_hosts = directory == LEADS_HOST || directory == LEADS_NAMED;
	if (sources_doubt(sources, place->directory, way.look.problem, err) < 0 ||
		follow_socket(&following, place, &way, &socket, err) < 0)
		return -1;
	switch (sight_of(directory, socket)) {
	case SIGHT_CLEAR:
	case SIGHT_COVERED:
	case SIGHT_UNKNOWN:
		return 0;
	case SIGHT_NAMED:
		sources->kept |= channel_bit(channel);
		return 0;
	case SIGHT_HOST:
		break;
	}
	found.behind = way.behind;
	return sources_add(question, way.look.fd, &found, way.path, err);
}

/* A destination that is not known may be anywhere, and a volume may have links to the candidate's.
 */
static int follow_destinations(
	const struct question *question, const struct planned_tree *tree, struct error *err)
{
	for (size_t i = 0; i < tree->spec->mount_count; i++)
		if (tree->destinations[i] == NULL &&
			sources_doubt(question->sources, tree->spec->mounts[i].destination,
				tree->unknown, err) < 0)
			return -1;
	return 0;
}

int planned_places(
	const struct question *question, const struct planned_tree *tree, struct error *err)
{
	const struct host_place *host = question->places;

	if (follow_destinations(question, tree, err) < 0)
		return -1;
	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; j < CHANNEL_PLACES_MAX && channels[i].places[j].directory;
			j++, host++)
			if (host->directory_there &&
				follow_place(question, tree, i, &channels[i].places[j], host, err) <
					0)
				return -1;
	return 0;
}
