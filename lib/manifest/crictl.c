/* SPDX-License-Identifier: Apache-2.0 */
/* crictl: what crictl inspect says of a container (the CRI's ContainerStatus), and docker service
 * inspect of a Swarm service. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
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
	const struct place *place, struct error *err)
{
	const char *destination, *source, *word;
	struct planned_mount *mount;

	if (place_expect(place, NODE_MAPPING, err) < 0 ||
		place_text(place, "containerPath", &destination, err) < 0 ||
		place_text(place, "hostPath", &source, err) < 0 ||
		place_text(place, "propagation", &word, err) < 0)
		return -1;
	if (destination == NULL || destination[0] != '/')
		return 0;
	mount = manifest_mount_add(container, destination, "volume", place_site(place), err);
	if (mount == NULL)
		return -1;
	if (source != NULL && source[0] == '/' && mount_bind(mount, context, source, err) < 0)
		return -1;
	mount->propagation = PROPAGATION_PRIVATE;
	for (size_t i = 0; word != NULL && i < array_count(propagations); i++)
		if (strcmp(propagations[i].word, word) == 0)
			mount->propagation = propagations[i].propagation;
	return place_flag(place, "readonly", &mount->readonly, err);
}

static const char *scalar_at(const struct place *above, const char *key)
{
	struct place place = place_find(above, key);

	return place.node != NULL && place.node->kind == NODE_SCALAR ? place.node->text : NULL;
}

static int read_status(struct manifest *manifest, const struct manifest_context *context,
	const struct place *element, const struct place *status, struct error *err)
{
	struct place metadata = place_find(status, "metadata"),
		     labels = place_find(status, "labels");
	struct place annotations = place_find(status, "annotations"), mounts;
	struct place info = place_find(element, "info"), spec = place_find(&info, "runtimeSpec");
	struct place own = place_find(&spec, "annotations");
	const char *name = scalar_at(&metadata, "name");
	const char *pod = scalar_at(&labels, "io.kubernetes.pod.name");
	struct manifest_container *container;
	char object[300] = "";

	if (name == NULL)
		name = scalar_at(status, "id");
	if (name == NULL)
		return place_error(status, err, "neither \"metadata.name\" nor \"id\" is there");
	if (pod != NULL)
		snprintf(object, sizeof(object), "Pod %s", pod);
	if (place_get(status, "mounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	container = manifest_container_add(manifest, MANIFEST_KUBERNETES, name,
		pod != NULL ? object : NULL, element->line, err);
	if (container == NULL)
		return -1;
	request_annotations(container, &annotations);
	request_annotations(container, &own);
	for (size_t i = 0; i < place_count(&mounts); i++) {
		struct place mount = place_at(&mounts, i);

		if (read_mount(container, context, &mount, err) < 0)
			return -1;
	}
	return 0;
}

static int read_service(struct manifest *manifest, const struct manifest_context *context,
	const struct place *element, struct error *err)
{
	struct place specification = place_find(element, "Spec");
	struct place task = place_find(&specification, "TaskTemplate");
	struct place container_spec = place_find(&task, "ContainerSpec"), mounts;
	struct place labels = place_find(&container_spec, "Labels");
	const char *name = scalar_at(&specification, "Name");
	struct manifest_container *container;

	if (place_get(&container_spec, "Mounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	container = manifest_container_add(manifest, MANIFEST_INSPECT,
		name != NULL ? name : "service", NULL, element->line, err);
	if (container == NULL)
		return -1;
	request_labels(container, &labels);
	for (size_t i = 0; i < place_count(&mounts); i++) {
		struct place mount = place_at(&mounts, i);

		if (inspect_asked_mount(container, context, &mount, err) < 0)
			return -1;
	}
	return 0;
}

static int read_element(struct manifest *manifest, const struct manifest_context *context,
	const struct place *element, struct error *err)
{
	struct place status = place_find(element, "status");

	if (place_expect(element, NODE_MAPPING, err) < 0)
		return -1;
	if (status.node != NULL)
		return read_status(manifest, context, element, &status, err);
	return read_service(manifest, context, element, err);
}

int manifest_crictl(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	struct place top = place_root(root);

	if (root->kind != NODE_LIST)
		return read_element(manifest, context, &top, err);
	for (size_t i = 0; i < place_count(&top); i++) {
		struct place element = place_at(&top, i);

		if (read_element(manifest, context, &element, err) < 0)
			return -1;
	}
	return 0;
}
