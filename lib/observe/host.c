/* SPDX-License-Identifier: Apache-2.0 */
/* host: one statx(2) for each place of the host; rule 0 compares each bind source with these inodes
 * and stops at the first match. */
#include "observe/host.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "kernel/directory.h"
#include "observe/source.h"
#include "spec/policy_sockets.h"

static int look_at_run(struct host *host, struct error *err)
{
	struct inode_info run;

	if (host->run_count > 0)
		return 0;
	if (stat_at(AT_FDCWD, "/run", 0, &run) == 0)
		host->run[host->run_count++] = run.inode;
	else if (errno != ENOENT)
		return error_errno(err, "looking at the host's /run");
	return 0;
}

/* One directory, where there is one. */
static void look_at_channel(struct host *host, const char *path)
{
	struct inode_info info;

	if (host->channel_count < HOST_CHANNELS_MAX && stat_at(AT_FDCWD, path, 0, &info) == 0)
		host->channels[host->channel_count++] = info.inode;
}

/* The channels' directories, and each one between /run and them once. */
static void look_at_channels(struct host *host)
{
	char above[PATH_MAX] = "", last[PATH_MAX] = "";

	for_each_place(channel, place, CHANNELS_ALL)
	{
		const char *directory = place->directory;
		const char *below = run_path_below(directory);
		const char *slash = below == NULL ? NULL : strrchr(below, '/');

		look_at_channel(host, directory);
		if (slash == NULL)
			continue;
		snprintf(above, sizeof(above), "%.*s", (int)(slash - directory), directory);
		if (strcmp(above, last) != 0)
			look_at_channel(host, above);
		memcpy(last, above, sizeof(last));
	}
}

static int look_at_var_run(struct host *host, struct error *err)
{
	struct inode_info var_run, var;

	if (stat_at(AT_FDCWD, "/var/run", 0, &var_run) < 0)
		return errno == ENOENT ? 0 : error_errno(err, "looking at the host's /var/run");
	if (host->run_count > 0 && inode_same(&host->run[0], &var_run.inode))
		return 0;
	host->run[host->run_count++] = var_run.inode;
	if (stat_at(AT_FDCWD, "/var", 0, &var) < 0)
		return error_errno(err, "looking at the host's /var");
	host->ancestors[host->ancestor_count++] = var.inode;
	return 0;
}

int host_look(struct host *host, struct error *err)
{
	struct inode_info root;

	if (host->ancestor_count > 0)
		return 0;
	if (look_at_run(host, err) < 0)
		return -1;
	if (stat_at(AT_FDCWD, "/", 0, &root) < 0)
		return error_errno(err, "looking at the host's /");
	host->root = root.inode;
	host->ancestors[host->ancestor_count++] = root.inode;
	if (look_at_var_run(host, err) < 0)
		return -1;
	look_at_channels(host);
	return 0;
}

int host_look_dev(struct host *host, struct error *err)
{
	struct inode_info dev;

	if (stat_at(AT_FDCWD, "/dev", 0, &dev) < 0)
		return errno == ENOENT ? 0 : error_errno(err, "looking at the host's /dev");
	host->dev = dev.inode;
	return 0;
}

/* Is the path a channel's directory, below one, or (as /run/systemd) on the way to one? */
static bool names_channel(const char *path)
{
	if (!run_path_within(path, "/run"))
		return false;
	for_each_place(channel, place, CHANNELS_ALL)
	{
		if (run_path_within(path, place->directory) ||
			run_path_within(place->directory, path))
			return true;
	}
	return false;
}

bool host_means_two_files(const char *path)
{
	return path[0] != '/' && path_steps_up(path);
}

/* Does a channel's socket have a second name: a hard link, or its own where a link leads to it? */
static bool has_second_name(const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return lstat(path, &status) == 0 && !S_ISDIR(status.st_mode) &&
		(status.st_nlink > 1 || S_ISLNK(status.st_mode));
}

static int look_at_entry_links(void *closure, const struct dirent64 *entry, struct error *err)
{
	const char *directory = closure;

	return has_second_name(directory, entry->d_name) ? error_set(err, ERROR_INPUT, "yes") : 0;
}

static bool is_link(const char *path)
{
	struct inode_info info;

	return stat_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &info) == 0 && S_ISLNK(info.mode);
}

/* Is the directory, or one between /run and it, a link? Then it is below others, too. */
static bool is_behind_link(const char *directory)
{
	char above[PATH_MAX];

	for (const char *at = run_path_below(directory); at != NULL && *at != '\0';) {
		at += strcspn(at, "/");
		snprintf(above, sizeof(above), "%.*s", (int)(at - directory), directory);
		if (is_link(above))
			return true;
		at += strspn(at, "/");
	}
	return false;
}

static bool place_has_links(const struct channel_place *place)
{
	cleanup(fd_close) int directory = -1;
	struct error err = { 0 };

	if (is_behind_link(place->directory))
		return true;
	if (place->socket != NULL)
		return has_second_name(place->directory, place->socket);
	directory = open(place->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return directory >= 0 &&
		directory_each(directory, place->directory, look_at_entry_links,
			(void *)place->directory, &err) < 0;
}

/* A neighbour who has the host's /run can give a socket a second name there, or move it and leave a
 * link, and what is then a way to it comes along with the directory that it is in. Nearly no host
 * has any, so that is asked first. */
static bool sockets_have_links(struct host *host)
{
	if (host->links != LINKS_NOT_LOOKED)
		return host->links == LINKS_SOME;
	host->links = is_link("/run") || (host->run_count > 1 && is_link("/var/run")) ? LINKS_SOME
										      : LINKS_NONE;
	for_each_place(channel, place, CHANNELS_ALL)
	{
		if (place_has_links(place))
			host->links = LINKS_SOME;
	}
	return host->links == LINKS_SOME;
}

/* A hard link is on the file system of what it is a name of, and a link's directories are on that
 * of what it leads to. */
static bool may_hold_link(struct host *host, const struct inode_info *source)
{
	bool near = false;

	for (size_t i = 0; i < host->run_count && !near; i++)
		near = source->inode.device == host->run[i].device;
	for (size_t i = 0; i < host->channel_count && !near; i++)
		near = source->inode.device == host->channels[i].device;
	return near && S_ISDIR(source->mode) && sockets_have_links(host);
}

static bool inode_is_candidate(struct host *host, const struct inode_info *info)
{
	return inode_among(&info->inode, host->run, host->run_count) ||
		inode_among(&info->inode, host->ancestors, host->ancestor_count) ||
		inode_among(&info->inode, host->channels, host->channel_count) ||
		may_hold_link(host, info);
}

static bool mount_is_candidate(struct host *host, const struct planned_mount *mount, int bundle,
	struct shared_prefix *prefix)
{
	struct inode_info source;
	bool there;

	if (!mount->bind || mount->source == NULL)
		return false;
	if (host_means_two_files(mount->source) ||
		source_look(prefix, bundle, mount->source, &source, &there) < 0)
		return true;
	if (!there)
		return false;
	return S_ISSOCK(source.mode) || names_channel(mount->source) ||
		source_holds_processes(bundle, mount->source, &source) ||
		inode_is_candidate(host, &source);
}

bool host_root_candidate(struct host *host, const struct spec *spec, int bundle)
{
	struct inode_info root;
	bool there;

	if (bundle == BUNDLE_UNKNOWN && spec->root_path[0] != '/')
		return false; /* it makes no container a candidate; of one it is doubt */
	if (host_means_two_files(spec->root_path) ||
		stat_if_there(bundle, spec->root_path, &root, &there) < 0)
		return true;
	return there && inode_is_candidate(host, &root);
}

/* The way in which nearly all candidates bind /run; it takes one look or none. */
static bool binds_run_by_name(const struct host *host, const struct planned_mount *mount)
{
	struct inode_info source;

	if (!mount->bind || mount->source == NULL || host->run_count == 0)
		return false;
	if (strcmp(mount->source, "/run") == 0)
		return true;
	return strcmp(mount->source, "/var/run") == 0 &&
		stat_at(AT_FDCWD, mount->source, 0, &source) == 0 &&
		inode_among(&source.inode, host->run, host->run_count);
}

int host_candidate(struct host *host, const struct spec *spec, bool *candidate, struct error *err)
{
	cleanup(shared_prefix_close) struct shared_prefix prefix = SHARED_PREFIX_NONE;

	if (look_at_run(host, err) < 0)
		return -1;
	*candidate = false;
	for (size_t i = 0; i < spec->mount_count && !*candidate; i++)
		*candidate = binds_run_by_name(host, &spec->mounts[i]);
	if (*candidate)
		return 0;
	if (host_look(host, err) < 0)
		return -1;
	for (size_t i = 0; i < spec->mount_count && !*candidate; i++)
		*candidate = mount_is_candidate(host, &spec->mounts[i], AT_FDCWD, &prefix);
	*candidate = *candidate || host_root_candidate(host, spec, AT_FDCWD);
	return 0;
}

bool host_candidates(struct host *host, const struct spec *spec, int bundle, bool *candidate)
{
	cleanup(shared_prefix_close) struct shared_prefix prefix = SHARED_PREFIX_NONE;
	bool any = false;

	for (size_t i = 0; i < spec->mount_count; i++) {
		candidate[i] = mount_is_candidate(host, &spec->mounts[i], bundle, &prefix);
		any = any || candidate[i];
	}
	return any;
}

int host_binds_socket(const struct policy_socket *socket, const struct planned_mount *mount,
	int bundle, bool *binds, struct error *err)
{
	struct inode_info source, named;
	bool there;

	*binds = policy_socket_bound(socket, mount);
	if (*binds)
		return 0;
	if (stat_if_there(bundle, mount->source, &source, &there) < 0)
		return error_errno(err, "mount source \"%s\"", mount->source);
	if (!there || !S_ISSOCK(source.mode))
		return 0;
	if (stat_if_there(AT_FDCWD, socket->path, &named, &there) < 0)
		return error_errno(err, "socket \"%s\" (policy key sockets)", socket->path);
	*binds = there && inode_same(&source.inode, &named.inode);
	return 0;
}
