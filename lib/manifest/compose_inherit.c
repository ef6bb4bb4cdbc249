/* SPDX-License-Identifier: Apache-2.0 */
/* compose_inherit: volumes_from, what one service takes from another. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "manifest/compose.h"
#include "manifest/planned_mount.h"

#define INHERIT_DEPTH_MAX 100 /* services that take from services that take … */

bool compose_service(const struct cursor *services, const char *name, size_t *index)
{
	const struct node_pair *pair = node_pair(services->node, name);

	if (pair != NULL)
		*index = (size_t)(pair - services->node->pairs);
	return pair != NULL;
}

struct inheritance {
	struct compose *compose;
	struct manifest_container *containers; /* in the order of the services */
	enum { NOT_YET, NOW, DONE } * states;
	size_t depth;
};

static void inheritance_clear(struct inheritance *inheritance)
{
	free(inheritance->states);
}

static int inherit(struct inheritance *inheritance, size_t index, struct error *err);

/* "SERVICE", "SERVICE:ro"; containers from outside the file are unknown here. */
static int inherit_entry(struct inheritance *inheritance, size_t index, const struct cursor *entry,
	struct error *err)
{
	struct manifest_container *container = &inheritance->containers[index], *from;
	cleanup(text_clear) char *text = NULL;
	char *mode;
	size_t other;

	if (cursor_expect(entry, NODE_SCALAR, err) < 0 ||
		compose_text(inheritance->compose, entry, &text, err) < 0)
		return -1;
	mode = text;
	strsep(&mode, ":");
	if (!compose_service(&inheritance->compose->services, text, &other))
		return cursor_error(entry, err,
			"no service \"%s\" in this file, so its volumes are not known", text);
	if (inherit(inheritance, other, err) < 0)
		return -1;
	from = &inheritance->containers[other];
	for (size_t i = 0; i < from->mount_count; i++) {
		inheritance->compose->comparisons += container->mount_count + 1;
		if (inheritance->compose->comparisons > COMPARISONS_MAX)
			return cursor_error(entry, err, "volumes_from brings too many volumes");
		if (planned_mount_copy(container, &from->mounts[i],
			    mode != NULL && strcmp(mode, "ro") == 0, err) < 0)
			return -1;
	}
	return 0;
}

static int inherit(struct inheritance *inheritance, size_t index, struct error *err)
{
	struct cursor service = cursor_at(&inheritance->compose->services, index), list;

	if (inheritance->states[index] == DONE)
		return 0;
	if (inheritance->states[index] == NOW)
		return cursor_error(&service, err, "volumes_from goes round in a circle");
	if (inheritance->depth == INHERIT_DEPTH_MAX)
		return cursor_error(&service, err, "volumes_from goes through too many services");
	inheritance->states[index] = NOW;
	inheritance->depth++;
	if (cursor_get(&service, "volumes_from", NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor entry = cursor_at(&list, i);

		if (inherit_entry(inheritance, index, &entry, err) < 0)
			return -1;
	}
	inheritance->states[index] = DONE;
	inheritance->depth--;
	return 0;
}

int compose_inherit(struct compose *compose, size_t first, struct error *err)
{
	size_t count = cursor_count(&compose->services);
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
