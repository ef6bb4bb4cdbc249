/* SPDX-License-Identifier: Apache-2.0 */
/* mount_layout: a hash of places; the sequence numbers say which mount hides which. */
#include "check/mount_layout.h"

#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"

/* A host's and an image's own link. It is absolute: met anywhere, it leads back to the container's
 * own root. */
#define LINK "/var/run"
#define LINK_NAME "run"
#define DETOURS_MAX 40 /* the kernel's limit for links; here for ".." as well */

/* The position of a mount in the order of mounting. */
struct mount_order {
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

static size_t *layout_slot(const struct mount_layout *layout, const char *place, size_t hash)
{
	size_t at = hash & (layout->slot_count - 1);

	while (layout->slots[at] != 0 &&
		strcmp(layout->laid_mounts[layout->slots[at] - 1].place, place) != 0)
		at = (at + 1) & (layout->slot_count - 1);
	return &layout->slots[at];
}

/* Looks what is mounted right here, in the open. */
static void location_settle(const struct mount_layout *layout, struct location *location)
{
	size_t found = *layout_slot(layout, location->place, location->hash);
	const struct laid_mount *laid = found > 0 ? &layout->laid_mounts[found - 1] : NULL;

	if (!laid || laid->sequence < location->newest)
		return;
	if (layout->beneath && path_within(location->place, layout->beneath))
		return;
	location->laid = laid;
	location->newest = laid->sequence;
}

static void location_root(const struct mount_layout *layout, struct location *location)
{
	location->place[0] = '\0';
	location->length = 0;
	location->hash = HASH_EMPTY;
	location->laid = NULL;
	location->newest = 0;
	location_settle(layout, location);
}

/* Is this location the path of the file system that is seen here: the host's, or the image's? */
static bool location_is(const struct location *location, const char *path)
{
	const char *source = location->laid ? location->laid->source : "";
	size_t mount_point = location->laid ? strlen(location->laid->place) : 0;
	size_t length;

	if (!source)
		return false;
	length = strlen(source);
	return strncmp(path, source, length) == 0 &&
		strcmp(path + length, location->place + mount_point) == 0;
}

bool location_is_host(const struct location *location, const char *path)
{
	return location->laid && location_is(location, path);
}

/* Into one directory below, through the link if it is one. False: the path is too long, or its
 * links go round in circles. */
static bool location_enter(const struct mount_layout *layout, struct location *location,
	const char *name, size_t length)
{
	if (location->length + length + 2 > sizeof(location->place))
		return false;
	location->place[location->length] = '/';
	memcpy(location->place + location->length + 1, name, length);
	location->place[location->length + 1 + length] = '\0';
	location->hash = hash_add(location->hash, location->place + location->length, length + 1);
	location->length += length + 1;
	location_settle(layout, location);
	if (!location_is(location, LINK))
		return true;
	if (location->detours++ >= DETOURS_MAX)
		return false;
	location_root(layout, location);
	return location_enter(layout, location, LINK_NAME, strlen(LINK_NAME));
}

/* "..": the place is resolved, so its parent is its text without the last name. */
static bool location_leave(const struct mount_layout *layout, struct location *location)
{
	char parent[PATH_MAX];
	const char *last = strrchr(location->place, '/');
	size_t length = last ? (size_t)(last - location->place) : 0;

	if (location->detours++ >= DETOURS_MAX)
		return false;
	memcpy(parent, location->place, length);
	parent[length] = '\0';
	location_root(layout, location);
	return layout_walk_on(layout, parent, location);
}

bool layout_walk_on(const struct mount_layout *layout, const char *path, struct location *location)
{
	const char *name;
	size_t length;

	while ((name = path_next(&path, &length))) {
		bool found = true;

		if (slice_is(name, length, ".."))
			found = location_leave(layout, location);
		else if (!slice_is(name, length, "."))
			found = location_enter(layout, location, name, length);
		if (!found)
			return false;
	}
	return true;
}

bool layout_walk(const struct mount_layout *layout, const char *path, struct location *location)
{
	location->detours = 0;
	location_root(layout, location);
	return layout_walk_on(layout, path, location);
}

/* Engines sort before they mount, by the depth of the destination as it is written; what is equally
 * deep comes in any order. */
static int by_depth(const struct mount_order *a, const struct mount_order *b)
{
	if (a->written_depth != b->written_depth)
		return a->written_depth < b->written_depth ? -1 : 1;
	return 0;
}

static int by_index(const struct mount_order *a, const struct mount_order *b)
{
	return a->mount < b->mount ? -1 : a->mount > b->mount;
}

/* Of what is equally deep, covers come last. */
static int best_first(const void *left, const void *right)
{
	const struct mount_order *a = left, *b = right;
	int order = by_depth(a, b);

	if (order != 0)
		return order;
	return a->depth != b->depth ? (a->depth < b->depth ? -1 : 1) : by_index(a, b);
}

/* Of what is equally deep, what hides the most comes last. */
static int worst_first(const void *left, const void *right)
{
	const struct mount_order *a = left, *b = right;
	int order = by_depth(a, b);

	if (order != 0)
		return order;
	return a->depth != b->depth ? (a->depth > b->depth ? -1 : 1) : by_index(a, b);
}

/* The kernel takes no longer ones: such a mount never comes about. */
static bool path_fits(const char *path)
{
	return strnlen(path, PATH_MAX) < PATH_MAX;
}

/* Sources on the host, and the orders in the order of writing. */
static void layout_prepare(struct mount_layout *layout)
{
	char *text = layout->text;

	for (size_t i = 0; i < layout->count; i++) {
		const struct planned_mount *mount = &layout->mounts[i];
		struct laid_mount *laid = &layout->laid_mounts[i];

		laid->place = text;
		if (!path_fits(mount->destination)) {
			layout->orders[i].mount = i;
			continue;
		}
		host_path(laid->place, mount->destination);
		layout->orders[i] = (struct mount_order){
			.depth = path_depth(laid->place),
			.written_depth = path_depth(mount->destination),
			.mount = i,
		};
		laid->place[0] = '\0';
		text += strlen(mount->destination) + 2;
		if (!mount->bind || !mount->source || mount->source[0] != '/' ||
			!path_fits(mount->source))
			continue;
		laid->source = text;
		host_path(laid->source, mount->source);
		text += strlen(mount->source) + 2;
	}
}

/* Mounts one after the other; a destination is followed through what is mounted already, as the
 * runtimes do. */
static void layout_lay(struct mount_layout *layout)
{
	struct location location;

	memset(layout->slots, 0, layout->slot_count * sizeof(*layout->slots));
	for (size_t i = 0; i < layout->count; i++)
		layout->laid_mounts[i].sequence = 0;
	for (size_t i = 0; i < layout->count; i++) {
		size_t mount = layout->orders[i].mount;
		struct laid_mount *laid = &layout->laid_mounts[mount];
		const char *destination = layout->mounts[mount].destination;

		if (laid->lifted || !path_fits(destination) ||
			!layout_walk(layout, destination, &location) ||
			location.length > strlen(destination) + 1)
			continue;
		memcpy(laid->place, location.place, location.length + 1);
		laid->sequence = i + 1;
		*layout_slot(layout, laid->place, location.hash) = mount + 1;
	}
}

void layout_clear(struct mount_layout *layout)
{
	free(layout->laid_mounts);
	free(layout->orders);
	free(layout->slots);
	free(layout->text);
	*layout = (struct mount_layout){ 0 };
}

int layout_open(
	struct mount_layout *layout, const struct manifest_container *container, struct error *err)
{
	size_t bytes = 1;

	layout->mounts = container->mounts;
	layout->count = container->mount_count;
	for (size_t i = 0; i < layout->count; i++) {
		const struct planned_mount *mount = &layout->mounts[i];

		bytes += strnlen(mount->destination, PATH_MAX) + 2;
		bytes += mount->source ? strnlen(mount->source, PATH_MAX) + 2 : 0;
	}
	for (layout->slot_count = 8; layout->slot_count < 2 * layout->count;)
		layout->slot_count *= 2;
	layout->laid_mounts = calloc(layout->count + 1, sizeof(*layout->laid_mounts));
	layout->orders = calloc(layout->count + 1, sizeof(*layout->orders));
	layout->slots = calloc(layout->slot_count, sizeof(*layout->slots));
	layout->text = calloc(bytes, 1);
	if (!layout->laid_mounts || !layout->orders || !layout->slots || !layout->text) {
		layout_clear(layout);
		return error_errno(err, "judging %zu mounts", container->mount_count);
	}
	layout_prepare(layout);
	layout->ordered = container->ordered;
	layout_arrange(layout, ORDER_BEST);
	return 0;
}

void layout_arrange(struct mount_layout *layout, enum layout_order order)
{
	if (!layout->ordered)
		qsort(layout->orders, layout->count, sizeof(*layout->orders),
			order == ORDER_BEST ? best_first : worst_first);
	layout_lay(layout);
}

bool layout_is_certain(const struct mount_layout *layout)
{
	for (size_t i = 1; !layout->ordered && i < layout->count; i++)
		if (by_depth(&layout->orders[i - 1], &layout->orders[i]) == 0 &&
			layout->orders[i - 1].depth != layout->orders[i].depth)
			return false;
	return true;
}

void layout_lift(struct mount_layout *layout, size_t mount)
{
	layout->laid_mounts[mount].lifted = true;
	layout_lay(layout);
}

void layout_restore(struct mount_layout *layout)
{
	for (size_t i = 0; i < layout->count; i++)
		layout->laid_mounts[i].lifted = false;
	layout_lay(layout);
}

bool layout_shows(const struct mount_layout *layout, const struct laid_mount *laid)
{
	struct location location;

	return laid->sequence > 0 && layout_walk(layout, laid->place, &location) &&
		location.laid == laid;
}
