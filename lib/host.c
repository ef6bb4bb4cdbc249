/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

#include <string.h>

#include "mem.h"
#include "words.h"

int host_look(struct host *host, struct error *err)
{
	struct look root, run, var_run, var;

	*host = (struct host){ 0 };
	if (look_at(AT_FDCWD, "/", 0, &root) < 0)
		return error_errno(err, "looking at the host's /");
	host->ancestors[host->ancestor_count++] = root.inode;
	if (look_at(AT_FDCWD, "/run", 0, &run) == 0)
		host->run[host->run_count++] = run.inode;
	else if (errno != ENOENT)
		return error_errno(err, "looking at the host's /run");
	if (look_at(AT_FDCWD, "/var/run", 0, &var_run) < 0)
		return errno == ENOENT ? 0 : error_errno(err, "looking at the host's /var/run");
	if (host->run_count > 0 && inode_same(&run.inode, &var_run.inode))
		return 0;
	host->run[host->run_count++] = var_run.inode;
	if (look_at(AT_FDCWD, "/var", 0, &var) < 0)
		return error_errno(err, "looking at the host's /var");
	host->ancestors[host->ancestor_count++] = var.inode;
	return 0;
}

int host_look_dev(struct host *host, struct error *err)
{
	struct look dev;

	if (look_at(AT_FDCWD, "/dev", 0, &dev) < 0)
		return errno == ENOENT ? 0 : error_errno(err, "looking at the host's /dev");
	host->dev = dev.inode;
	return 0;
}

static bool among(const struct inode *inode, const struct inode *inodes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (inode_same(inode, &inodes[i]))
			return true;
	return false;
}

/* Is the path a channel's directory, below one, or (as /run/systemd) on the way to one? */
static bool names_channel(const char *path)
{
	if (!run_path_within(path, "/run"))
		return false;
	for (const struct channel *channel = channels; channel < channels + channel_count;
		channel++)
		for (const struct channel_place *place = channel->places;
			place < channel->places + CHANNEL_PLACES_MAX && place->directory != NULL;
			place++)
			if (run_path_within(path, place->directory) ||
				run_path_within(place->directory, path))
				return true;
	return false;
}

/* A path into /proc/self means another file to the hook than it meant to the runtime. */
static bool means_the_reader(const char *path)
{
	return strncmp(path, "/proc/self/", 11) == 0 ||
		strncmp(path, "/proc/thread-self/", 18) == 0;
}

static bool mount_is_candidate(
	const struct host *host, const struct planned_mount *mount, int bundle)
{
	struct look source;

	if (!mount->bind || mount->source == NULL)
		return false;
	if (means_the_reader(mount->source))
		return true;
	if (look_at(bundle, mount->source, 0, &source) < 0)
		return errno != ENOENT && errno != ENOTDIR;
	return S_ISSOCK(source.mode) || among(&source.inode, host->run, host->run_count) ||
		among(&source.inode, host->ancestors, host->ancestor_count) ||
		names_channel(mount->source);
}

bool host_candidates(const struct host *host, const struct spec *spec, int bundle, bool *candidate)
{
	struct look root;
	bool any = false;

	for (size_t i = 0; i < spec->mount_count; i++) {
		candidate[i] = mount_is_candidate(host, &spec->mounts[i], bundle);
		any = any || candidate[i];
	}
	if (any)
		return true;
	return look_at(bundle, spec->root_path, 0, &root) == 0 &&
		among(&root.inode, host->ancestors, host->ancestor_count);
}

int host_place_look(struct host_place *place, const struct channel_place *of, struct error *err)
{
	cleanup(fd_close) int directory = open(of->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct look look;

	*place = (struct host_place){ 0 };
	if (directory < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (directory < 0 || look_at(directory, "", AT_EMPTY_PATH, &look) < 0)
		return error_errno(err, "looking at the host's %s", of->directory);
	place->directory_there = true;
	place->directory = look.inode;
	if (of->socket == NULL)
		return 0;
	if (look_at(directory, of->socket, 0, &look) == 0) {
		place->socket_there = true;
		place->socket = look.inode;
	} else if (errno != ENOENT) {
		return error_errno(err, "looking at the host's %s/%s", of->directory, of->socket);
	}
	return 0;
}
