/* SPDX-License-Identifier: Apache-2.0 */
/* veil: adds entries, parents first, and the mounts that go onto them; sizes the tmpfs. */
#include "plan/veil.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#define FACADE_BYTES ((size_t)64 << 20)
#define FACADE_INODES 16384

/* A tmpfs keeps a shorter link in its inode; a longer one takes a page, which may be of 64 KiB
 * (shmem_symlink in mm/shmem.c). */
#define LINK_SHORT 127
#define PAGE_LARGEST ((size_t)64 << 10)

void veil_clear(struct veil *veil)
{
	for (size_t i = 0; i < veil->entry_count; i++) {
		text_clear(&veil->entries[i].path);
		text_clear(&veil->entries[i].target);
	}
	for (size_t i = 0; i < veil->mount_count; i++)
		text_clear(&veil->mounts[i].path);
	free(veil->entries);
	free(veil->mounts);
	*veil = (struct veil){ 0 };
}

static struct veil_entry *add(
	struct veil *veil, enum veil_entry_kind kind, const char *path, struct error *err)
{
	struct veil_entry *entry = array_add(
		&veil->entries, &veil->entry_count, sizeof(*entry), err);

	if (entry == NULL)
		return NULL;
	entry->kind = kind;
	entry->path = text_copy(path, err);
	return entry->path == NULL ? NULL : entry;
}

int veil_add(struct veil *veil, enum veil_entry_kind kind, const char *path, const char *target,
	struct error *err)
{
	struct veil_entry *entry = add(veil, kind, path, err);

	if (entry == NULL || target == NULL)
		return entry == NULL ? -1 : 0;
	entry->target = text_copy(target, err);
	return entry->target == NULL ? -1 : 0;
}

int veil_link(struct veil *veil, const char *path, struct error *err)
{
	cleanup(buffer_clear) struct buffer target = { 0 };
	struct veil_entry *entry;

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
		if (buffer_add(&target, "../", strlen("../"), err) < 0)
			return -1;
	if (buffer_add(&target, HIDDEN_NAME "/", strlen(HIDDEN_NAME "/"), err) < 0 ||
		buffer_add(&target, path, strlen(path), err) < 0)
		return -1;
	entry = add(veil, VEIL_LINK, path, err);
	if (entry == NULL)
		return -1;
	entry->target = take(target.text);
	return 0;
}

int veil_add_visible(struct veil *veil, const char *directory, const char *const *shows,
	enum veil_underlay *underlay, struct error *err)
{
	for (size_t i = 0; i < CHANNEL_SHOWS_MAX && shows[i] != NULL; i++) {
		cleanup(buffer_clear) struct buffer path = { 0 };

		if (buffer_print(&path, err, "%s%s%s", directory, directory[0] ? "/" : "",
			    shows[i]) < 0 ||
			veil_link(veil, path.text, err) < 0)
			return -1;
		*underlay = UNDERLAY_REATTACHED;
	}
	return 0;
}

struct veil_mount *veil_carry(struct veil *veil, const char *path, int fd, struct error *err)
{
	struct veil_mount *mount = array_add(
		&veil->mounts, &veil->mount_count, sizeof(*mount), err);

	if (mount == NULL)
		return NULL;
	mount->fd = fd;
	mount->path = text_copy(path, err);
	return mount->path == NULL ? NULL : mount;
}

static bool carried(const struct veil *veil, const char *path)
{
	for (size_t i = 0; i < veil->mount_count; i++)
		if (strcmp(veil->mounts[i].path, path) == 0)
			return true;
	return false;
}

int veil_carry_into_clone(struct veil *veil, struct error *err)
{
	const struct seen_place *place = veil->place;

	if (veil->underlay != UNDERLAY_REATTACHED || place->mount_root)
		return 0;
	for (size_t i = 0; i < place->child_count; i++) {
		cleanup(buffer_clear) struct buffer path = { 0 };

		if (carried(veil, place->children[i].path))
			continue;
		if (buffer_print(&path, err, HIDDEN_NAME "/%s", place->children[i].path) < 0 ||
			veil_carry(veil, path.text, place->children[i].fd, err) == NULL)
			return -1;
	}
	return 0;
}

int veil_parents(struct veil *veil, const char *path, struct error *err)
{
	char parent[PATH_MAX];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
		if (veil_find(veil, parent) == NULL &&
			veil_add(veil, VEIL_DIRECTORY, parent, NULL, err) < 0)
			return -1;
	}
	return 0;
}

void veil_room(const struct veil *veil, size_t *bytes, size_t *inodes)
{
	bool facade = veil->place->channel == NULL;

	*bytes = facade ? FACADE_BYTES : MASK_BYTES;
	*inodes = (facade ? FACADE_INODES : MASK_INODES) + veil->entry_count;
	for (size_t i = 0; i < veil->entry_count; i++)
		if (veil->entries[i].target != NULL && strlen(veil->entries[i].target) > LINK_SHORT)
			*bytes += PAGE_LARGEST;
}

const struct veil_entry *veil_find(const struct veil *veil, const char *path)
{
	for (size_t i = 0; i < veil->entry_count; i++)
		if (strcmp(veil->entries[i].path, path) == 0)
			return &veil->entries[i];
	return NULL;
}
