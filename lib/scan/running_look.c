/* SPDX-License-Identifier: Apache-2.0 */
/* running_look: what one container reaches now, by the kernel's answer below its root. */
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

#include "base/file.h"
#include "observe/look_up.h"
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
	cleanup(mounttable_clear) struct mounttable table = { 0 };
	const char *source;

	if (mounttable_read(&table, looking->proc, err) < 0)
		return -1;
	source = mounttable_source(&table, mount);
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

static int behind_facade(
	struct looking *looking, const char *directory, bool *facade, struct error *err)
{
	static const char *const runs[] = { "/run", "/var/run" };
	size_t i = strncmp(directory, "/var/", 5) == 0;

	if (looking->runs[i] == RUN_UNKNOWN) {
		if (is_facade(looking, runs[i], facade, err) < 0)
			return -1;
		looking->runs[i] = *facade ? RUN_FACADE : RUN_OTHER;
	}
	*facade = looking->runs[i] == RUN_FACADE;
	return 0;
}

/* The socket at the client's full path; *found is false when there is none. */
static int look_at_socket(const struct looking *looking, const struct channel_place *of,
	struct inode_info *info, bool *found, struct error *err)
{
	cleanup(lookup_clear) struct lookup at = LOOKUP_NOTHING;
	char path[PATH_MAX];

	*found = false;
	if (of->socket == NULL)
		return 0;
	snprintf(path, sizeof(path), "%s/%s", of->directory, of->socket);
	look_up(looking->root, path, 0, &at);
	if (at.problem != 0)
		return lookup_error(err, "its", path, at.problem);
	*found = at.fd >= 0;
	*info = at.info;
	return 0;
}

/* A mount of its own, unless the host's directory is one itself and came along with its parent. */
static bool is_named(const struct running_place *place, const struct inode_info *directory,
	const struct inode_info *parent)
{
	return directory->mount_root &&
		!(place->mounted && inode_same(&parent->inode, &place->parent));
}

/* The directory is there. kept: the socket alone, or the directory, or (NULL) neither. */
static enum reach judge(const struct running_place *place, const struct inode_info *directory,
	const struct inode_info *parent, const struct inode_info *socket, bool *socket_kept)
{
	const struct host_place *host = &place->host;
	bool hosts_directory = host->directory_there &&
		inode_same(&directory->inode, &host->directory);
	bool hosts_socket = socket != NULL && host->socket_there &&
		inode_same(&socket->inode, &host->socket);

	*socket_kept = hosts_socket && socket->mount_root;
	if (*socket_kept)
		return REACH_KEEP;
	if (hosts_directory && (hosts_socket || socket == NULL || !socket->mount_root))
		return is_named(place, directory, parent) ? REACH_KEEP : REACH_EXPOSED;
	if (hosts_socket)
		return REACH_EXPOSED;
	if (hosts_directory) /* something lies on the socket */
		return REACH_MASKED;
	/* the mount is not the user's: the container's /run around it is the host's */
	if (host->directory_there && directory->mount_root &&
		inode_same(&parent->inode, &place->parent))
		return REACH_MASKED;
	return REACH_CLEAR;
}

static int look_at_place(struct looking *looking, const struct running_place *place,
	enum reach *reach, struct running_keep *keep, struct error *err)
{
	const struct channel_place *of = place->channel_place;
	cleanup(lookup_clear) struct lookup directory = LOOKUP_NOTHING;
	struct inode_info parent, socket;
	bool found, socket_kept = false, facade;

	*reach = REACH_CLEAR;
	look_up(looking->root, of->directory, O_DIRECTORY, &directory);
	if (directory.problem != 0)
		return lookup_error(err, "its", of->directory, directory.problem);
	if (directory.fd >= 0) {
		if (stat_at(directory.fd, "..", 0, &parent) < 0)
			return error_errno(err, "looking at its \"%s\"", of->directory);
		if (look_at_socket(looking, of, &socket, &found, err) < 0)
			return -1;
		*reach = judge(
			place, &directory.info, &parent, found ? &socket : NULL, &socket_kept);
	}
	if (*reach == REACH_CLEAR) {
		if (behind_facade(looking, of->directory, &facade, err) < 0)
			return -1;
		*reach = facade ? REACH_MASKED : REACH_CLEAR;
	}
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
