/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every plan. Each check returns a sentence that says what is wrong, or NULL. */
#pragma once

#include "plan_random.h"

#define HIDDEN_PREFIX HIDDEN_NAME "/"

static char complaint[1024];

#define complain(...) (snprintf(complaint, sizeof(complaint), __VA_ARGS__), complaint)

static inline const struct veil_entry *entry_before(
	const struct veil *veil, size_t end, const char *path, size_t length)
{
	for (size_t i = 0; i < end; i++)
		if (strlen(veil->entries[i].path) == length &&
			strncmp(veil->entries[i].path, path, length) == 0)
			return &veil->entries[i];
	return NULL;
}

/* Relative, without empty components or ways up. */
static inline bool path_is_tame(const char *path)
{
	for (const char *at = path;; at++) {
		size_t length = strcspn(at, "/");

		if (length == 0 || (length == 1 && at[0] == '.') ||
			(length == 2 && at[0] == '.' && at[1] == '.'))
			return false;
		at += length;
		if (*at == '\0')
			return true;
	}
}

static inline const char *check_path(const struct veil *veil, size_t index)
{
	const char *path = veil->entries[index].path, *slash = strrchr(path, '/');
	const struct veil_entry *parent;

	if (!path_is_tame(path))
		return complain("entry \"%s\" is not a path below the veil", path);
	if (entry_before(veil, index, path, strlen(path)) != NULL)
		return complain("entry \"%s\" is there twice", path);
	if (slash == NULL)
		return NULL;
	parent = entry_before(veil, index, path, (size_t)(slash - path));
	if (parent == NULL || parent->kind != VEIL_DIRECTORY)
		return complain("entry \"%s\" comes before its directory", path);
	return NULL;
}

/* The place that is to stay hidden and has this name in /run, is below it, or above it. */
static inline const struct seen_place *hidden_near(const struct observation *seen, const char *name)
{
	for (size_t i = 0; i < seen->place_count; i++)
		if (seen->places[i].sight != SIGHT_NAMED &&
			overlap(name_in_run(&seen->places[i]), name))
			return &seen->places[i];
	return NULL;
}

/* Where the link leads below HIDDEN_NAME; NULL when elsewhere. */
static inline const char *link_below_hidden(const struct veil_entry *entry)
{
	const char *target = entry->target;

	for (const char *at = entry->path; (at = strchr(at, '/')) != NULL; at++) {
		if (strncmp(target, "../", 3) != 0)
			return NULL;
		target += 3;
	}
	if (strncmp(target, HIDDEN_PREFIX, strlen(HIDDEN_PREFIX)) != 0)
		return NULL;
	target += strlen(HIDDEN_PREFIX);
	return path_is_tame(target) ? target : NULL;
}

static inline bool repeats_the_hosts(const struct veil *veil, const struct veil_entry *entry)
{
	const struct seen_place *run = veil->place;

	for (size_t i = 0; i < run->entry_count; i++)
		if (strcmp(run->entries[i].path, entry->path) == 0)
			return run->entries[i].link != NULL &&
				strcmp(run->entries[i].link, entry->target) == 0;
	return false;
}

/* One of the harmless names of a channel's directory. */
static inline bool is_shown(const struct seen_place *place, const char *name)
{
	const char *base = strrchr(name, '/');

	for (size_t i = 0; i < CHANNEL_SHOWS_MAX && place->channel_place->shows[i] != NULL; i++)
		if (strcmp(place->channel_place->shows[i], base == NULL ? name : base + 1) == 0)
			return true;
	return false;
}

static inline const char *check_facade_link(
	const struct observation *seen, const struct veil *veil, const struct veil_entry *entry)
{
	const char *below = link_below_hidden(entry);
	const struct seen_place *near = hidden_near(seen, entry->path);

	if (near != NULL &&
		!(strlen(entry->path) > strlen(name_in_run(near)) && is_shown(near, entry->path)))
		return complain("link \"%s\" is or leads to hidden %s", entry->path, near->path);
	if (repeats_the_hosts(veil, entry))
		return NULL;
	if (below == NULL)
		return complain("link \"%s\" leads out: %s", entry->path, entry->target);
	if (veil->underlay == UNDERLAY_REMOVED)
		return below[0] >= '0' && below[0] <= '9'
			? NULL
			: complain("link \"%s\" leads nowhere: %s", entry->path, entry->target);
	if (strcmp(below, entry->path) != 0)
		return complain("link \"%s\" leads elsewhere: %s", entry->path, entry->target);
	return NULL;
}

static inline const char *check_mask_link(const struct veil *veil, const struct veil_entry *entry)
{
	const char *below = link_below_hidden(entry);

	if (below == NULL || strcmp(below, entry->path) != 0 || !is_shown(veil->place, below))
		return complain("mask shows \"%s\" -> %s", entry->path, entry->target);
	return NULL;
}

static inline const char *check_entry(
	const struct observation *seen, const struct veil *veil, size_t index)
{
	const struct veil_entry *entry = &veil->entries[index];
	const char *wrong = check_path(veil, index);

	if (wrong != NULL)
		return wrong;
	if ((entry->kind == VEIL_LINK) != (entry->target != NULL))
		return complain("\"%s\": links, and only links, have targets", entry->path);
	if (veil->place->channel != NULL)
		return entry->kind == VEIL_LINK ? check_mask_link(veil, entry)
						: complain("mask makes \"%s\"", entry->path);
	if (veil->underlay == UNDERLAY_REATTACHED && strcmp(entry->path, HIDDEN_NAME) == 0)
		return complain("the hidden name is made twice");
	return entry->kind == VEIL_LINK ? check_facade_link(seen, veil, entry) : NULL;
}

/* A mount lies on an entry of the veil, or in the clone; no two at one place, none twice. */
static inline const char *check_mount(const struct veil *veil, size_t index)
{
	const struct veil_mount *mount = &veil->mounts[index];
	const struct veil_entry *at = entry_before(
		veil, veil->entry_count, mount->path, strlen(mount->path));
	bool in_clone = veil->underlay == UNDERLAY_REATTACHED && !veil->place->mount_root &&
		strncmp(mount->path, HIDDEN_PREFIX, strlen(HIDDEN_PREFIX)) == 0;

	if (!path_is_tame(mount->path) || mount->fd < 1000)
		return complain("mount \"%s\" of fd %d", mount->path, mount->fd);
	if (!in_clone && (at == NULL || at->kind == VEIL_LINK))
		return complain("mount \"%s\" has nothing to lie on", mount->path);
	for (size_t i = 0; i < index; i++)
		if (veil->mounts[i].fd == mount->fd ||
			strcmp(veil->mounts[i].path, mount->path) == 0)
			return complain("mount \"%s\" is moved twice", mount->path);
	return NULL;
}

/* Every mount that the runtime or the user made below a facade that shows a list stays in sight. */
static inline const char *check_children(const struct veil *veil)
{
	const struct seen_place *place = veil->place;
	bool whole = place->channel != NULL || veil->underlay == UNDERLAY_REATTACHED;

	for (size_t i = 0; i < place->child_count; i++) {
		bool carried = whole && place->mount_root; /* it moves along */

		for (size_t j = 0; j < veil->mount_count; j++)
			carried = carried || veil->mounts[j].fd == place->children[i].fd;
		if (!carried)
			return complain("mount \"%s\" is lost", place->children[i].path);
	}
	return NULL;
}

static inline const char *check_veil(const struct observation *seen, const struct veil *veil)
{
	const char *wrong = check_children(veil);

	for (size_t i = 0; wrong == NULL && i < veil->entry_count; i++)
		wrong = check_entry(seen, veil, i);
	for (size_t i = 0; wrong == NULL && i < veil->mount_count; i++)
		wrong = check_mount(veil, i);
	if (wrong == NULL && veil->underlay == UNDERLAY_REATTACHED &&
		veil->underlay_readonly != veil->place->readonly)
		return complain("what is re-attached is not as read-only as its bind");
	if (wrong == NULL && veil->place->channel != NULL &&
		(veil->underlay == UNDERLAY_REATTACHED) != (veil->entry_count > 0))
		return complain("a mask re-attaches just what it shows");
	return wrong;
}
