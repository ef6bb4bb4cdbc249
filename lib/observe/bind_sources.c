/* SPDX-License-Identifier: Apache-2.0 */
/* bind_sources: opens each bind source on the host and compares its inode with the host's
 * places. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "kernel/peer_group.h"
#include "observe/planned_places.h"
#include "observe/source.h"
#include "spec/policy_sockets.h"

#define NAMES_MAX 2 /* /run and /var/run: one directory by two names in nearly every image */

void bind_sources_clear(struct bind_sources *sources)
{
	for (size_t i = 0; i < sources->bind_count; i++)
		text_clear(&sources->binds[i].path);
	free(sources->binds);
	free(sources->sockets);
	text_clear(&sources->doubt);
	*sources = (struct bind_sources){ 0 };
}

/* "/var/run/nscd" is "/run/nscd", too, and the other way round: which of the two a bind of /run or
 * of /var/run shows, the image's links decide. */
static const char *other_name(char *name, size_t size, const char *directory)
{
	static const char long_name[] = "/var/run/", short_name[] = "/run/";
	size_t length = sizeof(long_name) - 1;

	if (strncmp(directory, long_name, length) == 0)
		snprintf(name, size, "%s%s", short_name, directory + length);
	else
		snprintf(name, size, "/var%s", directory);
	return name;
}

/* What follows the destination in the path, or NULL: it is not below it. */
static const char *below(const char *path, const char *destination)
{
	size_t length = strlen(destination);

	return path_within(path, destination) && path[length] != '\0' ? path + length + 1 : NULL;
}

/* A link on the way (ELOOP) means another file in the container than here: not through this bind.
 */
static int leads_to(int source, const char *rest, const struct inode *wanted, bool *leads)
{
	cleanup(fd_close) int fd = open_beneath(source, rest, O_PATH | O_DIRECTORY);
	struct inode_info info;

	*leads = false;
	if (fd < 0)
		return is_absent(errno) ? 0 : -1;
	if (stat_at(fd, "", AT_EMPTY_PATH, &info) < 0)
		return -1;
	*leads = inode_same(&info.inode, wanted);
	return 0;
}

int sources_add(const struct question *question, int source, const struct exposing_bind *found,
	const char *path, struct error *err)
{
	struct bind_sources *sources = question->sources;
	struct exposing_bind *bind = array_add(
		&sources->binds, &sources->bind_count, sizeof(*bind), err);
	uint64_t group = 0;

	if (bind == NULL)
		return -1;
	*bind = *found;
	bind->path = text_copy(path, err);
	if (bind->path == NULL || peer_group(source, question->proc, &group, err) < 0)
		return -1;
	bind->peer = group != 0;
	return 0;
}

/* One place of a channel through one bind. */
static int look_through(const struct question *question, int source, const char *destination,
	const struct exposing_bind *found, const struct inode *wanted, struct error *err)
{
	char other[PATH_MAX];
	const char *const names[NAMES_MAX] = { found->place->directory,
		other_name(other, sizeof(other), found->place->directory) };

	for (size_t i = 0; i < NAMES_MAX; i++) {
		const char *rest = below(names[i], destination);
		bool leads;

		if (rest == NULL)
			continue;
		if (leads_to(source, rest, wanted, &leads) < 0)
			return error_errno(err, "looking at the host's %s", names[i]);
		if (leads && sources_add(question, source, found, names[i], err) < 0)
			return -1;
	}
	return 0;
}

static int say_doubt(struct bind_sources *sources, const char *sentence, struct error *err)
{
	if (sources->doubt != NULL || asprintf(&sources->doubt, "%s: left as it is", sentence) >= 0)
		return 0;
	sources->doubt = NULL;
	return error_set(err, ERROR_SYSTEM, "out of memory");
}

int sources_doubt(struct bind_sources *sources, const char *path, int problem, struct error *err)
{
	struct error sentence = { 0 };

	if (problem == 0)
		return 0;
	lookup_error(&sentence, "the container's", path, problem);
	return say_doubt(sources, sentence.text, err);
}

/* Why nothing could be followed at all. */
static int doubt_root(
	struct bind_sources *sources, const struct planned_tree *tree, struct error *err)
{
	if (tree->problem == E2BIG)
		return say_doubt(sources,
			"config.json plans too many mounts to follow the image's links", err);
	return sources_doubt(sources, tree->spec->root_path, tree->problem, err);
}

static int look_at_bind(const struct question *question, const char *source_path,
	const char *destination_path, size_t behind, struct error *err)
{
	cleanup(fd_close) int source = source_open(question->job->bundle, source_path);
	char destination[PATH_MAX];
	size_t index = 0;

	if (source < 0 && errno == ENOENT)
		return 0; /* the runtime will say so */
	if (source < 0 && errno == ELOOP)
		return sources_doubt(question->sources, destination_path, PROBLEM_READER, err);
	if (source < 0 && errno == EBADF)
		return sources_doubt(question->sources, destination_path, PROBLEM_BUNDLE, err);
	if (source < 0)
		return error_errno(err, "mount source \"%s\"", source_path);
	if (strlen(destination_path) + 2 > sizeof(destination) || path_steps_up(destination_path))
		return 0; /* longer than the kernel takes; or nothing is known to be below it */
	path_normalise(destination, destination_path);
	for_each_place(channel, place, CHANNELS_ALL)
	{
		const struct host_place *host = &question->places[index++];
		const struct exposing_bind found = {
			.behind = behind,
			.channel = channel,
			.place = place,
			.listening = host_place_listens(host, place),
		};

		if (host->directory_there &&
			look_through(question, source, destination, &found, &host->directory, err) <
				0)
			return -1;
	}
	return 0;
}

/* The host's side of the policy's channels; those of the others count as not there. */
static int look_at_channels(struct question *question, struct error *err)
{
	size_t index = 0;

	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; j < CHANNEL_PLACES_MAX && channels[i].places[j].directory; j++) {
			struct host_place *place = &question->places[index++];

			if ((question->job->policy->channels & channel_bit(i)) &&
				host_place_look(place, &channels[i].places[j], err) < 0)
				return -1;
		}
	return 0;
}

static int look_at_sockets(const struct question *question, struct error *err)
{
	const struct bind_sources_job *job = question->job;
	struct bind_sources *sources = question->sources;

	for (size_t i = 0; i < job->spec->mount_count; i++)
		for (size_t j = 0; job->candidate[i] && j < job->policy->socket_count; j++) {
			const struct policy_socket *socket = &job->policy->sockets[j];
			struct socket_bind *bind;
			bool binds;

			if (host_binds_socket(
				    socket, &job->spec->mounts[i], job->bundle, &binds, err) < 0)
				return -1;
			if (!binds)
				continue;
			bind = array_add(
				&sources->sockets, &sources->socket_count, sizeof(*bind), err);
			if (bind == NULL)
				return -1;
			*bind = (struct socket_bind){ i, socket };
		}
	return 0;
}

/* A root that is not there is the runtime's to refuse. */
static int look_at_root(const struct question *question, struct error *err)
{
	const char *path = question->job->spec->root_path;
	struct inode_info root;
	bool there;

	if (question->job->bundle == BUNDLE_UNKNOWN && path[0] != '/')
		return 0;
	if (stat_if_there(question->job->bundle, path, &root, &there) < 0)
		return error_errno(err, "looking at root.path \"%s\"", path);
	if (!there || !inode_same(&root.inode, &question->job->host->root))
		return 0;
	return look_at_bind(question, "/", "/", 0, err);
}

static int look_as_written(const struct question *question, struct error *err)
{
	const struct spec *spec = question->job->spec;

	if (look_at_root(question, err) < 0)
		return -1;
	for (size_t i = 0; i < spec->mount_count; i++)
		if (question->job->candidate[i] &&
			look_at_bind(question, spec->mounts[i].source, spec->mounts[i].destination,
				i + 1, err) < 0)
			return -1;
	return 0;
}

/* What runc and the kernel read differently was looked at as the kernel does. */
static int doubt_two_files(const struct question *question, struct error *err)
{
	const struct spec *spec = question->job->spec;
	const char *path = host_means_two_files(spec->root_path) ? spec->root_path : NULL;
	struct error sentence = { 0 };

	for (size_t i = 0; i < spec->mount_count && path == NULL; i++)
		if (question->job->candidate[i] && host_means_two_files(spec->mounts[i].source))
			path = spec->mounts[i].source;
	if (path == NULL)
		return 0;
	error_set(&sentence, ERROR_SYSTEM,
		"\"%s\": is relative and has \"..\", which runc removes without following links",
		path);
	return say_doubt(question->sources, sentence.text, err);
}

static int look_all(struct question *question, struct error *err)
{
	cleanup(planned_tree_clear) struct planned_tree tree = PLANNED_TREE_NONE;

	if (look_at_channels(question, err) < 0 ||
		planned_tree_open(&tree, question->job->spec, question->job->bundle, err) < 0)
		return -1;
	if (tree.root < 0 ? look_as_written(question, err) < 0
			  : planned_places(question, &tree, err) < 0)
		return -1;
	if (doubt_root(question->sources, &tree, err) < 0 || doubt_two_files(question, err) < 0)
		return -1;
	return look_at_sockets(question, err);
}

int bind_sources_find(
	struct bind_sources *sources, const struct bind_sources_job *job, struct error *err)
{
	cleanup(fd_close) int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct question question = { .job = job, .sources = sources, .proc = proc };
	int result;

	if (proc < 0)
		return error_errno(err, "opening /proc");
	result = look_all(&question, err);
	for (size_t i = 0; i < array_count(question.places); i++)
		host_place_clear(&question.places[i]);
	if (result < 0)
		bind_sources_clear(sources);
	return result;
}
