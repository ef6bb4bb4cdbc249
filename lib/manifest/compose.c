/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_compose: compose files, as the compose specification has them, and those of the first
 * docker-compose. Files that take parts from other files are refused: nothing is opened here. */
#include "manifest/compose.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "base/mem.h"
#include "base/string.h"

#define API_SOCKET "/var/run/docker.sock" /* what use_api_socket binds */
#define INHERIT_DEPTH_MAX 100             /* services that take from services that take … */
#define INHERIT_MAX 1000000u              /* comparisons for volumes_from, in one file */

typedef int entry_reader(struct compose *compose, struct manifest_container *container,
	const struct place *place, struct error *err);

static int refuse(const struct place *place, struct error *err)
{
	return place_error(place, err, "is to be merged with something else first; " MERGE_IT);
}

/* Tags that only mean something when several files are merged. */
static bool is_for_merging(const struct node *node)
{
	static const char *const tags[] = { "!reset", "!override" };

	return node->tag != NULL && word_find(node->tag, tags, array_count(tags)) >= 0;
}

/* A list of entries, or one alone where that is allowed. */
static int entries(struct compose *compose, struct manifest_container *container,
	const struct place *place, bool alone, entry_reader *read, struct error *err)
{
	if (is_for_merging(place->at))
		return refuse(place, err);
	if (place->node == NULL)
		return 0;
	if (alone && place->node->kind == NODE_SCALAR)
		return read(compose, container, place, err);
	if (place_expect(place, NODE_LIST, err) < 0)
		return -1;
	for (size_t i = 0; i < place_count(place); i++) {
		struct place each = place_at(place, i);

		if (read(compose, container, &each, err) < 0)
			return -1;
	}
	return 0;
}

static int api_socket(struct compose *compose, struct manifest_container *container,
	const struct place *service, struct error *err)
{
	struct place place = place_find(service, "use_api_socket");
	struct planned_mount *mount;
	bool wanted = false;

	if (place_flag(service, "use_api_socket", &wanted, err) < 0)
		return -1;
	if (!wanted)
		return 0;
	mount = manifest_mount_add(container, API_SOCKET, "bind", place.line, err);
	return mount == NULL ? -1 : mount_bind(mount, compose->context, API_SOCKET, err);
}

/* In both spellings of a device. */
static bool requests_runmask(const struct place *service)
{
	static const char *const keys[] = { "resources", "reservations", "devices" };
	struct place runtime = place_find(service, "runtime");
	struct place devices = place_find(service, "devices");
	struct place at = place_find(service, "deploy");

	if (place_says(&runtime, OWN_RUNTIME) || place_says(&devices, OWN_DEVICE))
		return true;
	for (size_t i = 0; i < array_count(keys); i++) {
		struct place above = at;

		at = place_find(&above, keys[i]);
	}
	return place_list_says(&at, "device_ids", OWN_DEVICE);
}

static int read_service(struct compose *compose, const struct place *service, struct error *err)
{
	static const struct {
		const char *key;
		bool alone;
		entry_reader *read;
	} lists[] = {
		{ "volumes", false, compose_volume },
		{ "tmpfs", true, compose_tmpfs },
	};
	struct manifest_container *container;
	struct place place;

	container = manifest_container_add(
		compose->manifest, MANIFEST_COMPOSE, service->key, NULL, service->line, err);
	if (container == NULL)
		return -1;
	if (service->node == NULL)
		return 0;
	if (place_expect(service, NODE_MAPPING, err) < 0)
		return -1;
	place = place_find(service, "extends");
	if (place.node != NULL)
		return refuse(&place, err);
	container->requests_runmask = requests_runmask(service);
	for (size_t i = 0; i < array_count(lists); i++) {
		place = place_find(service, lists[i].key);
		if (entries(compose, container, &place, lists[i].alone, lists[i].read, err) < 0)
			return -1;
	}
	return api_socket(compose, container, service, err);
}

/* volumes_from: what one service takes from another, after all have been read. */
struct inheritance {
	struct compose *compose;
	struct manifest_container *containers; /* in the order of the services */
	enum { NOT_YET, NOW, DONE } * states;
	size_t comparisons;
	size_t depth;
};

static void inheritance_clear(struct inheritance *inheritance)
{
	free(inheritance->states);
}

static bool has_destination(const struct manifest_container *container, const char *destination)
{
	for (size_t i = 0; i < container->mount_count; i++)
		if (strcmp(container->mounts[i].destination, destination) == 0)
			return true;
	return false;
}

/* A service's own mounts win over those it takes. */
static int take_mount(struct manifest_container *container, const struct planned_mount *from,
	bool readonly, struct error *err)
{
	struct planned_mount *mount;

	if (has_destination(container, from->destination))
		return 0;
	mount = manifest_mount_add(container, from->destination, from->type, from->line, err);
	if (mount == NULL)
		return -1;
	mount->source = from->source != NULL ? text_copy(from->source, err) : NULL;
	mount->bind = from->bind;
	mount->recursive = from->recursive;
	mount->propagation = from->propagation;
	mount->readonly = from->readonly || readonly;
	return from->source != NULL && mount->source == NULL ? -1 : 0;
}

static int inherit(struct inheritance *inheritance, size_t index, struct error *err);

static bool service_find(const struct place *services, const char *name, size_t *index)
{
	const struct node_pair *pair = node_pair(services->node, name);

	if (pair != NULL)
		*index = (size_t)(pair - services->node->pairs);
	return pair != NULL;
}

/* "SERVICE", "SERVICE:ro"; containers from outside the file are unknown here. */
static int inherit_entry(
	struct inheritance *inheritance, size_t index, const struct place *entry, struct error *err)
{
	struct manifest_container *container = &inheritance->containers[index], *from;
	cleanup(text_clear) char *text = NULL;
	char *mode;
	size_t other;

	if (place_expect(entry, NODE_SCALAR, err) < 0 ||
		compose_text(inheritance->compose, entry, &text, err) < 0)
		return -1;
	mode = text;
	strsep(&mode, ":");
	if (!service_find(&inheritance->compose->services, text, &other))
		return place_error(entry, err,
			"\"%s\" is no service of this file, so its volumes are not known", text);
	if (inherit(inheritance, other, err) < 0)
		return -1;
	from = &inheritance->containers[other];
	for (size_t i = 0; i < from->mount_count; i++) {
		inheritance->comparisons += container->mount_count + 1;
		if (inheritance->comparisons > INHERIT_MAX)
			return place_error(entry, err, "volumes_from brings too many volumes");
		if (take_mount(container, &from->mounts[i], mode != NULL && strcmp(mode, "ro") == 0,
			    err) < 0)
			return -1;
	}
	return 0;
}

static int inherit(struct inheritance *inheritance, size_t index, struct error *err)
{
	struct place service = place_at(&inheritance->compose->services, index), list;

	if (inheritance->states[index] == DONE)
		return 0;
	if (inheritance->states[index] == NOW)
		return place_error(&service, err, "volumes_from goes round in a circle");
	if (inheritance->depth == INHERIT_DEPTH_MAX)
		return place_error(&service, err, "volumes_from goes through too many services");
	inheritance->states[index] = NOW;
	inheritance->depth++;
	if (place_get(&service, "volumes_from", NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < place_count(&list); i++) {
		struct place entry = place_at(&list, i);

		if (inherit_entry(inheritance, index, &entry, err) < 0)
			return -1;
	}
	inheritance->states[index] = DONE;
	inheritance->depth--;
	return 0;
}

static int inherit_all(struct compose *compose, size_t first, struct error *err)
{
	size_t count = place_count(&compose->services);
	cleanup(inheritance_clear) struct inheritance inheritance = { .compose = compose };

	if (count == 0)
		return 0;
	inheritance.containers = &compose->manifest->containers[first];
	inheritance.states = calloc(count, sizeof(*inheritance.states));
	if (inheritance.states == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		if (inherit(&inheritance, i, err) < 0)
			return -1;
	return 0;
}

int manifest_compose(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	struct compose compose = { .manifest = manifest, .context = context };
	struct place top = place_root(root), include = place_find(&top, "include");
	size_t first = manifest->container_count;

	if (include.node != NULL)
		return refuse(&include, err);
	compose.services = top; /* as in the first docker-compose, which had no named volumes */
	if (node_pair(root, "services") != NULL) {
		compose.services = place_find(&top, "services");
		if (place_get(&top, "volumes", NODE_MAPPING, &compose.volumes, err) < 0)
			return -1;
	}
	if (place_expect(&compose.services, NODE_MAPPING, err) < 0)
		return -1;
	for (size_t i = 0; i < place_count(&compose.services); i++) {
		struct place service = place_at(&compose.services, i);

		if (read_service(&compose, &service, err) < 0)
			return -1;
	}
	return inherit_all(&compose, first, err);
}
