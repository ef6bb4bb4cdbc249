/* SPDX-License-Identifier: Apache-2.0 */
/* apply: attaches each veil of a plan with the mounts on its entries and verifies it, then routes
 * the sockets. */
#include "apply/apply.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "apply/build.h"
#include "apply/socket_link.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "kernel/capabilities.h"
#include "kernel/mount.h"
#include "kernel/open.h"

#define STACKED_MAX 16 /* binds on one another at one place */

/* One veil on its way into the container. */
struct work {
	const struct veil *plan;
	const struct target *target;
	int veil;       /* its mount */
	bool *attached; /* something of ours is in the container's tree now */
};

/* A path below the veil's root; no link on it is followed. */
static int open_below(int veil, const char *path)
{
	return open_beneath(veil, path, O_PATH | O_NOFOLLOW);
}

static int attach_below(const struct work *work, const char *path, int mount)
{
	cleanup(fd_close) int at = open_below(work->veil, path);

	return at < 0 ? -1 : mount_move(mount, at);
}

static int attach(const struct work *work, int at)
{
	if (mount_move(work->veil, at) < 0)
		return -1;
	*work->attached = true;
	return 0;
}

/* The name under which the bind is mounted in the directory above it: the place's own, or behind a
 * link of the image another, which the kernel tells. (What it has to make up for an answer takes
 * longer than a mount.) */
static int name_of(const struct work *work, int up, char *name, size_t size, struct error *err)
{
	const struct seen_place *place = work->plan->place;
	char path[PATH_MAX];
	const char *base = path_base(place->path);
	cleanup(fd_close) int there = openat(up, base, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct inode_info info;

	if (there < 0 || stat_at(there, "", AT_EMPTY_PATH, &info) < 0 || !info.mount_root ||
		info.mount != place->mount_id) {
		if (fd_path(work->target->proc, place->fd, path, sizeof(path)) < 0)
			return error_errno(err, "asking where the bind is mounted");
		base = path_base(path);
	}
	if (base[0] == '\0' || (size_t)snprintf(name, size, "%s", base) >= size)
		return error_set(err, ERROR_SYSTEM, "the bind is mounted on \"%s\"", base);
	return 0;
}

/* Puts the veil in the bind's place and the bind below the veil. The bind is moved, not cloned:
 * crun makes it read-only later through an fd that it kept, and its child mounts come along. In
 * this order it works on every kernel since 5.10, before and after pivot_root, with binds stacked
 * on one another: the veil waits on the directory that holds the place; the bind moves into it;
 * the veil moves to where the bind was. (A path lookup in between would end in the veil.) */
static int swap(const struct work *work, struct error *err)
{
	const struct target *target = work->target;
	int bind = work->plan->place->fd;
	cleanup(fd_close) int up = openat(bind, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(fd_close) int uncovered = -1, hidden = -1;
	char name[NAME_MAX + 1];

	if (up < 0)
		return error_errno(err, "opening the directory above the bind");
	if (name_of(work, up, name, sizeof(name), err) < 0)
		return -1;
	if (mount_make_slave(work->plan->place->above, false, target->proc) < 0)
		return error_errno(err, "taking the mount above out of its peer group");
	if (attach(work, up) < 0)
		return error_errno(err, "attaching the veil");
	hidden = open_below(work->veil, HIDDEN_NAME);
	if (hidden < 0 || mount_move_out(bind, hidden, target->root, target->proc) < 0)
		return error_errno(err, "moving the bind below the veil");
	uncovered = openat(up, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (uncovered < 0 || attach(work, uncovered) < 0)
		return error_errno(err, "moving the veil to the bind's place");
	/* where it came along with a bigger bind, no runtime makes it what config.json says */
	if (work->plan->underlay_readonly && mount_readonly(bind, target->proc) < 0)
		return error_errno(err, "making \"" HIDDEN_NAME "\" read-only");
	return 0;
}

/* The place is a part of a bigger bind: what is there is cloned with all that is mounted below it,
 * covered, and attached again below the veil. */
static int cover_and_clone(const struct work *work, struct error *err)
{
	const struct target *target = work->target;
	cleanup(fd_close) int clone = mount_clone(work->plan->place->fd);

	if (clone < 0)
		return error_errno(err, "cloning what is there");
	if (attach(work, work->plan->place->fd) < 0)
		return error_errno(err, "attaching the veil");
	if (attach_below(work, HIDDEN_NAME, clone) < 0)
		return error_errno(err, "attaching \"" HIDDEN_NAME "\"");
	if (work->plan->underlay_readonly && mount_readonly(clone, target->proc) < 0)
		return error_errno(err, "making \"" HIDDEN_NAME "\" read-only");
	return 0;
}

/* Takes away the bind, and those below it at the same place, and puts the veil there. They are
 * parked, not unmounted: crun will make them read-only through fds that it kept, and fails if they
 * are gone; pivot_root takes them out of the container's reach. */
static int take_away(const struct work *work, struct error *err)
{
	const struct target *target = work->target;
	const struct seen_place *place = work->plan->place;
	struct inode_info host, found;

	if (mount_make_slave(place->park_mount, false, target->proc) < 0 ||
		stat_at(place->fd, "", AT_EMPTY_PATH, &host) < 0)
		return error_errno(err, "taking the host's /run away");
	for (int i = 0; i < STACKED_MAX; i++) {
		cleanup(fd_close) int at = open_in_root(
			target->root, place->path, O_PATH | O_DIRECTORY);

		if (at < 0 || stat_at(at, "", AT_EMPTY_PATH, &found) < 0)
			return error_errno(err, "looking below the bind");
		if (!found.mount_root || !inode_same(&found.inode, &host.inode)) {
			if (attach(work, at) < 0)
				return error_errno(err, "attaching the veil");
			return 0;
		}
		if (mount_make_slave(at, true, target->proc) < 0 ||
			mount_move_out(at, place->park, target->root, target->proc) < 0)
			return error_errno(err, "taking the host's /run away");
		*work->attached = true;
	}
	return error_set(err, ERROR_FINAL, "more than %d binds lie on one another", STACKED_MAX);
}

static int cover(const struct work *work, struct error *err)
{
	if (attach(work, work->plan->place->fd) < 0)
		return error_errno(err, "attaching the veil");
	return 0;
}

/* Without a place to park it, as after pivot_root, the bind stays, covered. */
static int take_away_or_cover(const struct work *work, struct error *err)
{
	const struct seen_place *place = work->plan->place;

	return place->park >= 0 && place->mount_root ? take_away(work, err) : cover(work, err);
}

static int reattach(const struct work *work, struct error *err)
{
	return work->plan->place->mount_root ? swap(work, err) : cover_and_clone(work, err);
}

static int (*const underlay[])(const struct work *work, struct error *err) = {
	[UNDERLAY_COVERED] = cover,
	[UNDERLAY_REATTACHED] = reattach,
	[UNDERLAY_REMOVED] = take_away_or_cover,
};

/* The sockets of a directory that the veil's links lead to. */
static int attach_sockets(
	const struct work *work, const struct veil_mount *directory, struct error *err)
{
	for (size_t i = 0; i < work->plan->entry_count; i++) {
		const struct veil_entry *entry = &work->plan->entries[i];

		if (entry->kind == VEIL_LINK && path_is_below(entry->target, directory->path) &&
			bind_socket_on_itself(directory->fd, path_base(entry->target),
				work->plan->readonly || entry->readonly, work->target, err) < 0)
			return -1;
	}
	return 0;
}

static int attach_mounts(const struct work *work, struct error *err)
{
	for (size_t i = 0; i < work->plan->mount_count; i++) {
		const struct veil_mount *mount = &work->plan->mounts[i];

		if (attach_below(work, mount->path, mount->fd) < 0)
			return error_errno(err, "attaching \"%s\"", mount->path);
		if (!mount->guarded)
			continue;
		/* private first: what is mounted on a peer of the host's shows on the host */
		if (mount_lock_down(mount->fd, false, work->target->proc) < 0)
			return error_errno(err, "making \"%s\" private", mount->path);
		if (attach_sockets(work, mount, err) < 0)
			return -1;
		if (mount_readonly(mount->fd, work->target->proc) < 0)
			return error_errno(err, "making \"%s\" read-only", mount->path);
	}
	if (work->plan->readonly && mount_readonly(work->veil, work->target->proc) < 0)
		return error_errno(err, "making the veil read-only");
	return 0;
}

/* Whether what was there is below the veil now. */
static int verify_hidden(const struct work *work, struct error *err)
{
	cleanup(fd_close) int hidden = open_below(work->veil, HIDDEN_NAME);
	struct inode_info found;

	if (hidden < 0 || stat_at(hidden, "", AT_EMPTY_PATH, &found) < 0)
		return error_errno(err, "verifying");
	if (!found.mount_root)
		return error_set(
			err, ERROR_FINAL, "verifying: nothing is mounted on \"" HIDDEN_NAME "\"");
	return 0;
}

/* Whether the client's path leads to the veil now. */
static int verify(const struct work *work, struct error *err)
{
	const struct seen_place *place = work->plan->place;
	cleanup(fd_close) int fd = open_in_root(
		work->target->root, place->path, O_PATH | O_DIRECTORY);
	struct inode_info veil, found;

	if (fd < 0 || stat_at(fd, "", AT_EMPTY_PATH, &found) < 0 ||
		stat_at(work->veil, "", AT_EMPTY_PATH, &veil) < 0)
		return error_errno(err, "verifying");
	if (found.mount != veil.mount || !inode_same(&found.inode, &veil.inode))
		return error_set(err, ERROR_FINAL, "verifying: the mount did not take hold");
	return work->plan->underlay == UNDERLAY_REATTACHED ? verify_hidden(work, err) : 0;
}

static int apply_veil(const struct veil *plan, const struct target *target, const char *label,
	bool *attached, struct error *err)
{
	cleanup(fd_close) int veil = -1;
	struct work work = { .plan = plan, .target = target, .attached = attached };

	if (veil_build(&veil, plan, target, label, err) < 0)
		return -1;
	work.veil = veil;
	/* an image's own directory is on the root's mount: what else is mounted there stays */
	if (mount_make_slave(plan->place->mount, !plan->place->by_socket, target->proc) < 0)
		return error_errno(err, "taking its mount out of the peer group");
	if (underlay[plan->underlay](&work, err) < 0 || attach_mounts(&work, err) < 0)
		return -1;
	return verify(&work, err);
}

static int apply_veils(const struct plan *plan, const struct target *target, const char *label,
	bool *attached, struct error *err)
{
	for (size_t i = 0; i < plan->veil_count; i++) {
		const struct veil *veil = &plan->veils[i];
		const struct channel *channel = veil->place->channel;

		if (apply_veil(veil, target, label, attached, err) == 0)
			continue;
		if (channel == NULL)
			return error_wrap(err, "facade \"%s\"", veil->place->path);
		return error_wrap(
			err, "mask \"%s\" (channel %s)", veil->place->path, channel->name);
	}
	return 0;
}

static int apply_links(const struct plan *plan, const struct target *target, const char *label,
	bool *attached, struct error *err)
{
	for (size_t i = 0; i < plan->link_count; i++) {
		const struct socket_link_job job = { plan->links[i], i, target, label };

		if (socket_link(&job, attached, err) < 0)
			return error_wrap(err, "route \"%s\" through \"%s\"",
				job.socket->mount->destination, job.socket->policy->directory);
	}
	return 0;
}

int apply(
	const struct plan *plan, const struct target *target, const char *label, struct error *err)
{
	bool attached = false;

	if (plan->veil_count + plan->link_count == 0)
		return 0;
	if (privilege_step(PRIVILEGE_MOUNT, err) < 0)
		return -1;
	if (apply_veils(plan, target, label, &attached, err) == 0 &&
		apply_links(plan, target, label, &attached, err) == 0 &&
		privilege_step(PRIVILEGE_VERIFY, err) == 0)
		return 0;
	if (attached)
		err->code = ERROR_FINAL;
	return -1;
}
