/* SPDX-License-Identifier: Apache-2.0 */
/* running_look: looks up each place of a channel below a container's root, and compares inodes with
 * the host's. */
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

#include "base/file.h"
#include "base/path.h"
#include "kernel/directory.h"
#include "observe/look_up.h"
#include "observe/sight.h"
#include "scan/mount_table.h"
#include "scan/running.h"

#define OUR_SOURCE "oci-runmask"

enum { RUN_UNKNOWN, RUN_FACADE, RUN_OTHER };

/* One container, being looked at. */
struct looking {
	int proc, root;
	int runs[2]; /* is its /run, its /var/run a facade of ours? Asked when it matters */
};

static int ask_table(const struct looking *looking, uint64_t mount, bool *ours, struct error *err)
{
	cleanup(mount_table_clear) struct mount_table table = { 0 };
	const char *source;

	if (mount_table_read(&table, looking->proc, err) < 0)
		return -1;
	source = mount_table_source(&table, mount);
	*ours = source != NULL && strcmp(source, OUR_SOURCE) == 0;
	return 0;
}

/* Only a tmpfs that is mounted there needs the table: most containers have none. */
static int is_facade(
	const struct looking *looking, const char *run, bool *facade, struct error *err)
{
	cleanup(lookup_clear) struct lookup at = LOOKUP_NOTHING;
	struct statfs system;

	*facade = false;
	look_up(looking->root, run, O_DIRECTORY, &at);
	if (at.problem != 0)
		return lookup_error(err, "its", run, at.problem);
	if (at.fd < 0)
		return 0;
	if (fstatfs(at.fd, &system) < 0)
		return error_errno(err, "looking at its \"%s\"", run);
	if (!at.info.mount_root || system.f_type != TMPFS_MAGIC)
		return 0;
	return ask_table(looking, at.info.mount, facade, err);
}

static const char *const run_paths[] = { "/run", "/var/run" };

static int behind_facade(
	struct looking *looking, const char *directory, bool *facade, struct error *err)
{
	size_t i = path_within(directory, "/var");

	if (looking->runs[i] == RUN_UNKNOWN) {
		if (is_facade(looking, run_paths[i], facade, err) < 0)
			return -1;
		looking->runs[i] = *facade ? RUN_FACADE : RUN_OTHER;
	}
	*facade = looking->runs[i] == RUN_FACADE;
	return 0;
}

/* No other mount is on the way to the directory: neither is a facade. */
static void note_no_facade(struct looking *looking, const char *directory)
{
	for (size_t i = 0; i < array_count(run_paths); i++)
		if (path_within(directory, run_paths[i]))
			looking->runs[i] = RUN_OTHER;
}

/* One name in the container's directory, beside inodes of the host's. host_fd as for look_up_name.
 */
static int look_at_name(const struct looking *looking, const char *path, int host_fd,
	struct inode_list hosts, enum leads_to *to, struct error *err)
{
	cleanup(lookup_clear) struct lookup at = LOOKUP_NOTHING;

	*to = LEADS_NOWHERE;
	look_up_name(looking->root, path, host_fd, &at);
	if (at.problem != 0)
		return lookup_error(err, "its", path, at.problem);
	if (!at.found)
		return 0;
	*to = at.info.mount_root ? LEADS_COVERED : LEADS_ELSEWHERE;
	if (inode_among(&at.info.inode, hosts.inodes, hosts.count))
		*to = at.info.mount_root ? LEADS_NAMED : LEADS_HOST;
	return 0;
}

/* Every name in an image's own directory, for a channel with clients that ask any. */
struct names {
	const struct looking *looking;
	const struct host_place *host;
	size_t count;
	enum leads_to *worst;
};

static int look_at_entry(void *closure, const struct dirent64 *entry, struct error *err)
{
	struct names *names = closure;
	char path[PATH_MAX];
	enum leads_to to;

	if (++names->count > NAMES_LOOKED_AT)
		return lookup_error(err, "its", names->host->path, PROBLEM_NAMES);
	snprintf(path, sizeof(path), "%s/%s", names->host->path, entry->d_name);
	if (look_at_name(names->looking, path, -1, host_entries(names->host), &to, err) < 0)
		return -1;
	*names->worst = leads_worse(*names->worst, to);
	return 0;
}

static int look_at_names(const struct looking *looking, const struct host_place *host, int fd,
	enum leads_to *worst, struct error *err)
{
	cleanup(fd_close) int directory = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct names names = { looking, host, 0, worst };

	if (directory < 0)
		return error_errno(err, "opening its \"%s\"", host->path);
	return directory_each(directory, host->path, look_at_entry, &names, err);
}

/* The socket at the client's full path, or all that may be one. */
static int look_at_socket(const struct looking *looking, const struct running_place *place,
	enum leads_to directory, int fd, enum leads_to *socket, struct error *err)
{
	const struct host_place *host = &place->host;
	const char *name = place->channel_place->socket;
	bool hosts = directory == LEADS_HOST || directory == LEADS_NAMED;
	char path[PATH_MAX];

	*socket = LEADS_NOWHERE;
	if (name != NULL) {
		snprintf(path, sizeof(path), "%s/%s", place->channel_place->directory, name);
		return look_at_name(looking, path, hosts ? fd : -1, host_socket(host), socket, err);
	}
	if (hosts || host->entry_count == 0)
		return 0;
	return look_at_names(looking, host, fd, socket, err);
}

/* Of a directory that is there. A mount of its own is meant, unless the host's directory is one
 * itself and came along with its parent. A mount over the host's directory covers it: the
 * container's /run around it is the host's. */
static enum leads_to directory_leads(const struct running_place *place,
	const struct inode_info *directory, const struct inode_info *parent)
{
	bool hosts_parent = inode_same(&parent->inode, &place->parent);

	if (!place->host.directory_there)
		return LEADS_ELSEWHERE;
	if (!inode_same(&directory->inode, &place->host.directory))
		return directory->mount_root && hosts_parent ? LEADS_COVERED : LEADS_ELSEWHERE;
	return directory->mount_root && !(place->mounted && hosts_parent) ? LEADS_NAMED
									  : LEADS_HOST;
}

static enum reach reach_of(enum sight sight)
{
	switch (sight) {
	case SIGHT_HOST:
	case SIGHT_UNKNOWN: /* look_up has refused it before */
		return REACH_EXPOSED;
	case SIGHT_NAMED:
		return REACH_KEEP;
	case SIGHT_COVERED:
		return REACH_MASKED;
	case SIGHT_CLEAR:
		break;
	}
	return REACH_CLEAR;
}

static int judge(struct looking *looking, const struct running_place *place, enum reach *reach,
	bool *socket_kept, struct error *err)
{
	const struct channel_place *of = place->channel_place;
	cleanup(lookup_clear) struct lookup at = LOOKUP_NOTHING;
	enum leads_to directory, socket;
	struct inode_info parent;

	*reach = REACH_CLEAR;
	look_up(looking->root, of->directory, O_DIRECTORY, &at);
	if (at.problem != 0)
		return lookup_error(err, "its", of->directory, at.problem);
	if (at.on_root_mount)
		note_no_facade(looking, of->directory);
	if (!at.found)
		return 0;
	if (stat_at(at.fd, "..", 0, &parent) < 0)
		return error_errno(err, "looking at its \"%s\"", of->directory);
	directory = directory_leads(place, &at.info, &parent);
	if (look_at_socket(looking, place, directory, at.fd, &socket, err) < 0)
		return -1;
	*reach = reach_of(sight_of(directory, socket));
	*socket_kept = socket == LEADS_NAMED;
	return 0;
}

static int look_at_place(struct looking *looking, const struct running_place *place,
	enum reach *reach, struct running_keep *keep, struct error *err)
{
	const struct channel_place *of = place->channel_place;
	bool socket_kept = false, facade;

	if (judge(looking, place, reach, &socket_kept, err) < 0)
		return -1;
	if (*reach == REACH_CLEAR) {
		if (behind_facade(looking, of->directory, &facade, err) < 0)
			return -1;
		*reach = facade ? REACH_MASKED : REACH_CLEAR;
	}
	socket_kept = socket_kept && of->socket != NULL;
	if (keep != NULL && *reach == REACH_KEEP)
		snprintf(keep->path, sizeof(keep->path), "%s%s%s", of->directory,
			socket_kept ? "/" : "", socket_kept ? of->socket : "");
	return 0;
}

int running_look(const struct running_view *view, int proc, int root, enum reach *reaches,
	struct running_keep *keeps, struct error *err)
{
	struct looking looking = { .proc = proc, .root = root };

	for (size_t i = 0; i < channel_count; i++)
		reaches[i] = REACH_CLEAR;
	for (size_t i = 0; i < view->place_count; i++) {
		const struct running_place *place = &view->places[i];
		enum reach *worst = &reaches[place->channel - channels], reach;
		struct running_keep *keep = keeps == NULL ? NULL : &keeps[i];

		if (keep != NULL)
			keep->path[0] = '\0';
		if (look_at_place(&looking, place, &reach, keep, err) < 0)
			return -1;
		if (reach == REACH_KEEP && view->mask_named) {
			reach = REACH_EXPOSED;
			if (keep != NULL)
				keep->path[0] = '\0';
		}
		if (reach > *worst)
			*worst = reach;
	}
	return 0;
}

enum reach running_worst(const struct running_view *view, const enum reach *reaches)
{
	enum reach worst = REACH_CLEAR;

	for (size_t i = 0; i < channel_count; i++)
		if ((view->channels & channel_bit(i)) && reaches[i] > worst)
			worst = reaches[i];
	return worst;
}
