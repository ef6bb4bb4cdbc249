/* SPDX-License-Identifier: Apache-2.0 */
/* build: makes a detached tmpfs with the directories, links and files of one veil. */
#include "apply/build.h"

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "kernel/mount.h"
#include "kernel/open.h"
#include "kernel/tmpfs.h"
#include "plan/veil.h"

static int make_entry(int veil, const struct veil_entry *entry)
{
	switch (entry->kind) {
	case VEIL_DIRECTORY:
		return mkdirat(veil, entry->path, 0755);
	case VEIL_LINK:
		return symlinkat(entry->target, veil, entry->path);
	case VEIL_FILE:
		break;
	}
	/* not opened: a file that is open for writing keeps the mount from becoming read-only */
	return mknodat(veil, entry->path, S_IFREG | 0644, 0);
}

static int make_entries(int veil, const struct veil *plan, struct error *err)
{
	if (plan->underlay == UNDERLAY_REATTACHED && mkdirat(veil, HIDDEN_NAME, 0755) < 0)
		return error_errno(err, "making \"" HIDDEN_NAME "\"");
	for (size_t i = 0; i < plan->entry_count; i++)
		if (make_entry(veil, &plan->entries[i]) < 0)
			return error_errno(err, "making \"%s\"", plan->entries[i].path);
	return 0;
}

/* Where the file that a link of the veil leads to can be looked at now, before anything is
 * attached: *path below the fd. */
static int look_behind(const struct veil *plan, const struct veil_entry *link, const char **path)
{
	const char *target = link->target;

	while (strncmp(target, "../", 3) == 0)
		target += 3;
	*path = link->path; /* a link of the host's that is repeated as it is */
	if (!path_is_below(target, HIDDEN_NAME))
		return plan->place->fd;
	for (size_t i = 0; i < plan->mount_count; i++) {
		if (!path_is_below(target, plan->mounts[i].path))
			continue;
		*path = target + strlen(plan->mounts[i].path) + 1;
		return plan->mounts[i].fd;
	}
	*path = target + strlen(HIDDEN_NAME "/");
	return plan->place->fd;
}

/* The link gets the owner and group of what it leads to, for programs that look at the link itself
 * (lstat(2)). Where nothing is there yet, root of the container owns it. */
static int give_link(int veil, const struct veil *plan, const struct veil_entry *link,
	const struct target *target, struct error *err)
{
	struct inode_info info;
	const char *path;
	int from = look_behind(plan, link, &path);
	uid_t uid;
	gid_t gid;

	if (stat_at(from, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, &info) < 0)
		return 0;
	target_ids(target, &info, &uid, &gid);
	if (uid == target->owner && gid == target->group)
		return 0;
	if (fchownat(veil, link->path, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "giving \"%s\" to %u:%u", link->path, uid, gid);
	return 0;
}

static int fill(int veil, const struct veil *plan, const struct target *target, struct error *err)
{
	int result;

	if (plan->entry_count == 0 && plan->underlay != UNDERLAY_REATTACHED)
		return 0;
	if (fsuid_enter(target->owner, target->group) < 0)
		return error_errno(err, "becoming %u:%u", target->owner, target->group);
	result = make_entries(veil, plan, err);
	fsuid_leave(target->owner, target->group);
	for (size_t i = 0; i < plan->entry_count && result == 0; i++)
		if (plan->entries[i].kind == VEIL_LINK)
			result = give_link(veil, plan, &plan->entries[i], target, err);
	return result;
}

int veil_build(int *veil, const struct veil *plan, const struct target *target, const char *label,
	struct error *err)
{
	struct tmpfs_options options;
	struct tmpfs_room room;
	bool facade = plan->place->channel == NULL;

	veil_room(plan, &room.bytes, &room.inodes);
	tmpfs_options(&options, &room, target->owner, target->group, label);
	if (mount_tmpfs(veil, &options, facade && !plan->place->noexec, err) < 0)
		return -1;
	return fill(*veil, plan, target, err);
}
