/* SPDX-License-Identifier: Apache-2.0 */
/* request: compares annotations, labels, runtimes and devices with the names of oci-runmask, and
 * keeps the answer in the container. */
#include "manifest/request.h"

#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"

void request_mask(struct manifest_container *container)
{
	if (container->request != REQUEST_NONE)
		return;
	container->request = REQUEST_MASK;
}

void request_runtime(struct manifest_container *container, const char *runtime)
{
	if (strcmp(runtime, OWN_RUNTIME) == 0 ||
		strcmp(path_base(runtime), "oci-runmask-runtime") == 0)
		request_mask(container);
}

void request_device(struct manifest_container *container, const char *device)
{
	if (strncmp(device, OWN_DEVICE, strlen(OWN_DEVICE)) == 0)
		request_mask(container);
}

/* Behind ANNOTATION_STRATEGY: nothing, or "/" and this container's name. */
static bool is_for(const struct manifest_container *container, const char *rest, bool *own)
{
	*own = rest[0] == '/';
	return rest[0] == '\0' || (*own && strcmp(rest + 1, container->name) == 0);
}

void request_annotation(struct manifest_container *container, const char *key, const char *value)
{
	size_t length = strlen(ANNOTATION_STRATEGY);
	bool own;

	request_label(container, key, value);
	if (strncmp(key, ANNOTATION_STRATEGY, length) != 0 ||
		!is_for(container, key + length, &own))
		return;
	if (container->request_is_own && !own)
		return;
	if (strcmp(value, "off") == 0)
		container->request = REQUEST_OFF;
	else if (strcmp(value, "mask") == 0 || strcmp(value, "facade") == 0)
		container->request = REQUEST_MASK;
	else
		return;
	container->request_is_own = own;
}

void request_label(struct manifest_container *container, const char *key, const char *value)
{
	if (strcmp(key, ANNOTATION_CHECK) == 0 && strcmp(value, "ignore") == 0)
		container->ignored = true;
}

static void read_pairs(
	struct manifest_container *container, const struct cursor *pairs, bool annotations)
{
	for (size_t i = 0; pairs->node != NULL && i < cursor_count(pairs); i++) {
		struct cursor pair = cursor_at(pairs, i);
		char copy[256], *value = copy;
		const char *key = pair.key;

		if (pair.node == NULL || pair.node->kind != NODE_SCALAR ||
			strlen(pair.node->text) >= sizeof(copy))
			continue;
		strcpy(copy, pair.node->text);
		if (key == NULL) {
			key = strsep(&value, "=");
			if (value == NULL)
				continue;
		}
		if (annotations)
			request_annotation(container, key, value);
		else
			request_label(container, key, value);
	}
}

static bool has_pairs(const struct cursor *cursor)
{
	return cursor->node != NULL &&
		(cursor->node->kind == NODE_MAPPING || cursor->node->kind == NODE_LIST);
}

void request_annotations(struct manifest_container *container, const struct cursor *annotations)
{
	if (has_pairs(annotations))
		read_pairs(container, annotations, true);
}

void request_labels(struct manifest_container *container, const struct cursor *labels)
{
	if (has_pairs(labels))
		read_pairs(container, labels, false);
}
