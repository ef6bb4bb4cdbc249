/* SPDX-License-Identifier: Apache-2.0 */
/* crictl: reads the output of crictl inspect (the CRI's ContainerStatus) and of docker service
 * inspect. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "manifest/forms.h"
#include "manifest/inspect.h"
#include "manifest/request.h"

static const struct {
	const char *word;
	enum propagation propagation;
} propagations[] = {
	{ "PROPAGATION_PRIVATE", PROPAGATION_PRIVATE },
	{ "PROPAGATION_HOST_TO_CONTAINER", PROPAGATION_SLAVE },
	{ "PROPAGATION_BIDIRECTIONAL", PROPAGATION_SHARED },
};

static int read_mount(struct manifest_container *container, const struct manifest_context *context,
	const struct cursor *cursor, struct error *err)
{
	const char *destination, *source, *word;
	struct planned_mount *mount;

	if (cursor_expect(cursor, NODE_MAPPING, err) < 0 ||
		cursor_text(cursor, "containerPath", &destination, err) < 0 ||
		cursor_text(cursor, "hostPath", &source, err) < 0 ||
		cursor_text(cursor, "propagation", &word, err) < 0)
		return -1;
	if (destination == NULL || destination[0] != '/')
		return 0;
	mount = planned_mount_add(container, destination, "volume", cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	if (source != NULL && source[0] == '/' &&
		planned_mount_bind(mount, context, source, err) < 0)
		return -1;
	mount->propagation = PROPAGATION_PRIVATE;
	for (size_t i = 0; word != NULL && i < array_count(propagations); i++)
		if (strcmp(propagations[i].word, word) == 0)
			mount->propagation = propagations[i].propagation;
	return cursor_flag(cursor, "readonly", &mount->readonly, err);
}

static const char *scalar_at(const struct cursor *above, const char *key)
{
	struct cursor cursor = cursor_find(above, key);

	return cursor.node != NULL && cursor.node->kind == NODE_SCALAR ? cursor.node->text : NULL;
}

static int read_status(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *element, const struct cursor *status, struct error *err)
{
	struct cursor metadata = cursor_find(status, "metadata"),
		      labels = cursor_find(status, "labels");
	struct cursor annotations = cursor_find(status, "annotations"), mounts;
	struct cursor info = cursor_find(element, "info"), spec = cursor_find(&info, "runtimeSpec");
	struct cursor own = cursor_find(&spec, "annotations");
	const char *name = scalar_at(&metadata, "name");
	const char *pod = scalar_at(&labels, "io.kubernetes.pod.name");
	struct manifest_container *container;
	char object[300] = "";

	if (name == NULL)
		name = scalar_at(status, "id");
	if (name == NULL)
		return cursor_error(status, err, "neither \"metadata.name\" nor \"id\" is there");
	if (pod != NULL)
		snprintf(object, sizeof(object), "Pod %s", pod);
	if (cursor_get(status, "mounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	container = manifest_container_add(manifest, MANIFEST_KUBERNETES, name,
		pod != NULL ? object : NULL, element->line, err);
	if (container == NULL)
		return -1;
	request_annotations(container, &annotations);
	request_annotations(container, &own);
	for (size_t i = 0; i < cursor_count(&mounts); i++) {
		struct cursor mount = cursor_at(&mounts, i);

		if (read_mount(container, context, &mount, err) < 0)
			return -1;
	}
	return 0;
}

static int read_service(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *element, struct error *err)
{
	struct cursor specification = cursor_find(element, "Spec");
	struct cursor task = cursor_find(&specification, "TaskTemplate");
	struct cursor container_spec = cursor_find(&task, "ContainerSpec"), mounts;
	struct cursor labels = cursor_find(&container_spec, "Labels");
	const char *name = scalar_at(&specification, "Name");
	struct manifest_container *container;

	if (cursor_get(&container_spec, "Mounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	container = manifest_container_add(manifest, MANIFEST_INSPECT,
		name != NULL ? name : "service", NULL, element->line, err);
	if (container == NULL)
		return -1;
	request_labels(container, &labels);
	for (size_t i = 0; i < cursor_count(&mounts); i++) {
		struct cursor mount = cursor_at(&mounts, i);

		if (inspect_asked_mount(container, context, &mount, err) < 0)
			return -1;
	}
	return 0;
}

static int read_element(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *element, struct error *err)
{
	struct cursor status = cursor_find(element, "status");

	if (cursor_expect(element, NODE_MAPPING, err) < 0)
		return -1;
	if (status.node != NULL)
		return read_status(manifest, context, element, &status, err);
	return read_service(manifest, context, element, err);
}

int manifest_crictl(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	return inspect_elements(manifest, context, root, read_element, err);
}
