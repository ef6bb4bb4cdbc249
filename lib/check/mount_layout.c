/* SPDX-License-Identifier: Apache-2.0 */
#include "check/mount_layout.h"

#include <string.h>

#include "base/mem.h"

/* /var/run is a link to /run in every image and host that has a systemd, and by the Filesystem
 * Hierarchy Standard 3.0 in all others. It is absolute: met anywhere, it leads back to the
 * container's own root. */
#define LINK "/var/run"
#define LINK_NAME "run"
#define LINK_TARGET "/" LINK_NAME
#define DETOURS_MAX 40 /* the kernel's limit for links; here for ".." as well */

/* Whose turn it is to be mounted. */
struct turn {
	size_t depth, written_depth; /* of the destination: on the host, and as written */
	size_t mount;
};

#define HASH_EMPTY ((size_t)14695981039346656037u)

static size_t hash_add(size_t hash, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * (size_t)1099511628211u;
	return hash;
}

bool path_within(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 &&
		(path[length] == '\0' || path[length] == '/');
}

/* The next component of a path; NULL at its end. */
static const char *component(const char **path, size_t *length)
{
	const char *start = *path + strspn(*path, "/");

	*length = strcspn(start, "/");
	*path = start + *length;
	return *length > 0 ? start : NULL;
}

static bool is_word(const char *bytes, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(bytes, word, length) == 0;
}

const char *path_last(const char *path, size_t *length)
{
	const char *name = NULL, *next;
	size_t rest;

	for (*length = 0; (next = component(&path, &rest)); *length = rest)
		name = next;
	return name;
}

void host_path(char *resolved, const char *path)
{
	const char *name;
	size_t length, end = 0;

	while ((name = component(&path, &length))) {
		if (is_word(name, length, "."))
			continue;
		if (is_word(name, length, "..")) {
			while (end > 0 && resolved[--end] != '/')
				;
			continue;
		}
		resolved[end++] = '/';
		memmove(resolved + end, name, length);
		end += length;
		if (is_word(resolved, end, LINK)) {
			end = strlen(LINK_TARGET);
			memcpy(resolved, LINK_TARGET, end);
		}
	}
	resolved[end] = '\0';
}

static size_t *sheet_slot(const struct sheet *sheet, const char *place, size_t hash)
{
	size_t at = hash & (sheet->slot_count - 1);

	while (sheet->slots[at] != 0 &&
		strcmp(sheet->layers[sheet->slots[at] - 1].place, place) != 0)
		at = (at + 1) & (sheet->slot_count - 1);
	return &sheet->slots[at];
}

/* Looks what is mounted right here, in the open. */
static void spot_settle(const struct sheet *sheet, struct spot *spot)
{
	size_t found = *sheet_slot(sheet, spot->place, spot->hash);
	const struct layer *layer = found > 0 ? &sheet->layers[found - 1] : NULL;

	if (!layer || layer->sequence < spot->newest)
		return;
	if (sheet->beneath && path_within(spot->place, sheet->beneath))
		return;
	spot->layer = layer;
	spot->newest = layer->sequence;
}

static void spot_root(const struct sheet *sheet, struct spot *spot)
{
	spot->place[0] = '\0';
	spot->length = 0;
	spot->hash = HASH_EMPTY;
	spot->layer = NULL;
	spot->newest = 0;
	spot_settle(sheet, spot);
}

/* Is this spot the path of the file system that is seen here: the host's, or the image's? */
static bool spot_is(const struct spot *spot, const char *path)
{
	const char *source = spot->layer ? spot->layer->source : "";
	size_t mount_point = spot->layer ? strlen(spot->layer->place) : 0;
	size_t length;

	if (!source)
		return false;
	length = strlen(source);
	return strncmp(path, source, length) == 0 &&
		strcmp(path + length, spot->place + mount_point) == 0;
}

bool spot_is_host(const struct spot *spot, const char *path)
{
	return spot->layer && spot_is(spot, path);
}

/* Into one directory below, through the link if it is one. False: the path is too long, or its
 * links go round in circles. */
static bool spot_enter(
	const struct sheet *sheet, struct spot *spot, const char *name, size_t length)
{
	if (spot->length + length + 2 > sizeof(spot->place))
		return false;
	spot->place[spot->length] = '/';
	memcpy(spot->place + spot->length + 1, name, length);
	spot->place[spot->length + 1 + length] = '\0';
	spot->hash = hash_add(spot->hash, spot->place + spot->length, length + 1);
	spot->length += length + 1;
	spot_settle(sheet, spot);
	if (!spot_is(spot, LINK))
		return true;
	if (spot->detours++ >= DETOURS_MAX)
		return false;
	spot_root(sheet, spot);
	return spot_enter(sheet, spot, LINK_NAME, strlen(LINK_NAME));
}

/* "..": the place is resolved, so its parent is its text without the last name. */
static bool spot_leave(const struct sheet *sheet, struct spot *spot)
{
	char parent[PATH_MAX];
	const char *last = strrchr(spot->place, '/');
	size_t length = last ? (size_t)(last - spot->place) : 0;

	if (spot->detours++ >= DETOURS_MAX)
		return false;
	memcpy(parent, spot->place, length);
	parent[length] = '\0';
	spot_root(sheet, spot);
	return sheet_walk_on(sheet, parent, spot);
}

bool sheet_walk_on(const struct sheet *sheet, const char *path, struct spot *spot)
{
	const char *name;
	size_t length;

	while ((name = component(&path, &length))) {
		bool found = true;

		if (is_word(name, length, ".."))
			found = spot_leave(sheet, spot);
		else if (!is_word(name, length, "."))
			found = spot_enter(sheet, spot, name, length);
		if (!found)
			return false;
	}
	return true;
}

bool sheet_walk(const struct sheet *sheet, const char *path, struct spot *spot)
{
	spot->detours = 0;
	spot_root(sheet, spot);
	return sheet_walk_on(sheet, path, spot);
}

static size_t depth_of(const char *path)
{
	size_t depth = 0, length;

	while (component(&path, &length))
		depth++;
	return depth;
}

/* Engines sort before they mount: parents first. Where /run and /var/run are both planned, they
 * land on one place, and the one written deeper comes last. */
static int by_depth(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	if (a->written_depth != b->written_depth)
		return a->written_depth < b->written_depth ? -1 : 1;
	return a->mount < b->mount ? -1 : a->mount > b->mount;
}

/* The kernel takes no longer ones: such a mount never comes about. */
static bool path_fits(const char *path)
{
	return strnlen(path, PATH_MAX) < PATH_MAX;
}

/* Sources on the host, and the turns in the order of writing. */
static void sheet_prepare(struct sheet *sheet)
{
	char *text = sheet->text;

	for (size_t i = 0; i < sheet->count; i++) {
		const struct planned_mount *mount = &sheet->mounts[i];
		struct layer *layer = &sheet->layers[i];

		layer->place = text;
		if (!path_fits(mount->destination)) {
			sheet->turns[i].mount = i;
			continue;
		}
		host_path(layer->place, mount->destination);
		sheet->turns[i] = (struct turn){
			.depth = depth_of(layer->place),
			.written_depth = depth_of(mount->destination),
			.mount = i,
		};
		layer->place[0] = '\0';
		text += strlen(mount->destination) + 2;
		if (!mount->bind || !mount->source || mount->source[0] != '/' ||
			!path_fits(mount->source))
			continue;
		layer->source = text;
		host_path(layer->source, mount->source);
		text += strlen(mount->source) + 2;
	}
}

/* Mounts one after the other; a destination is followed through what is mounted already, as the
 * runtimes do. */
static void sheet_lay(struct sheet *sheet)
{
	struct spot spot;

	for (size_t i = 0; i < sheet->count; i++) {
		size_t mount = sheet->turns[i].mount;
		struct layer *layer = &sheet->layers[mount];
		const char *destination = sheet->mounts[mount].destination;

		if (!path_fits(destination) || !sheet_walk(sheet, destination, &spot) ||
			spot.length > strlen(destination) + 1)
			continue;
		memcpy(layer->place, spot.place, spot.length + 1);
		layer->sequence = i + 1;
		*sheet_slot(sheet, layer->place, spot.hash) = mount + 1;
	}
}

void sheet_clear(struct sheet *sheet)
{
	free(sheet->layers);
	free(sheet->turns);
	free(sheet->slots);
	free(sheet->text);
	*sheet = (struct sheet){ 0 };
}

int sheet_open(struct sheet *sheet, const struct manifest_container *container, struct error *err)
{
	size_t bytes = 1;

	sheet->mounts = container->mounts;
	sheet->count = container->mount_count;
	for (size_t i = 0; i < sheet->count; i++) {
		const struct planned_mount *mount = &sheet->mounts[i];

		bytes += strnlen(mount->destination, PATH_MAX) + 2;
		bytes += mount->source ? strnlen(mount->source, PATH_MAX) + 2 : 0;
	}
	for (sheet->slot_count = 8; sheet->slot_count < 2 * sheet->count;)
		sheet->slot_count *= 2;
	sheet->layers = calloc(sheet->count + 1, sizeof(*sheet->layers));
	sheet->turns = calloc(sheet->count + 1, sizeof(*sheet->turns));
	sheet->slots = calloc(sheet->slot_count, sizeof(*sheet->slots));
	sheet->text = calloc(bytes, 1);
	if (!sheet->layers || !sheet->turns || !sheet->slots || !sheet->text) {
		sheet_clear(sheet);
		return error_errno(err, "judging %zu mounts", container->mount_count);
	}
	sheet_prepare(sheet);
	if (!container->ordered)
		qsort(sheet->turns, sheet->count, sizeof(*sheet->turns), by_depth);
	sheet_lay(sheet);
	return 0;
}

bool sheet_shows(const struct sheet *sheet, const struct layer *layer)
{
	struct spot spot;

	return layer->sequence > 0 && sheet_walk(sheet, layer->place, &spot) && spot.layer == layer;
}
