/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_kubernetes_pod: the volumes of a pod, and its containers' mounts of them. */
#include "manifest/kubernetes.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/planned_mount.h"
#include "base/mem.h"

static const struct {
	const char *word;
	enum propagation propagation;
} propagations[] = {
	{ "None", PROPAGATION_PRIVATE },
	{ "HostToContainer", PROPAGATION_SLAVE },
	{ "Bidirectional", PROPAGATION_SHARED },
};

void pod_clear(struct pod *pod)
{
	free(pod->volumes);
}

static int by_name(const void *a, const void *b)
{
	const struct volume *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int by_name_and_order(const void *a, const void *b)
{
	const struct volume *left = a, *right = b;
	int order = by_name(a, b);

	return order != 0 ? order : left->order < right->order ? -1 : 1;
}

/* A volume without a name yet. */
static struct volume *add_volume(struct pod *pod, const char *type, struct error *err)
{
	struct volume *volume = array_add(&pod->volumes, &pod->volume_count, sizeof(*volume), err);

	if (volume != NULL)
		*volume = (struct volume){ .name = "", .type = type, .order = pod->volume_count };
	return volume;
}

/* Sorts by name, and keeps the first of each. */
static void sort_volumes(struct pod *pod)
{
	size_t kept = 0;

	if (pod->volume_count == 0)
		return;
	qsort(pod->volumes, pod->volume_count, sizeof(*pod->volumes), by_name_and_order);
	for (size_t i = 1; i < pod->volume_count; i++)
		if (by_name(&pod->volumes[kept], &pod->volumes[i]) != 0)
			pod->volumes[++kept] = pod->volumes[i];
	pod->volume_count = kept + 1;
}

int need_text(const struct place *above, const char *key, const char **text, struct error *err)
{
	if (place_text(above, key, text, err) < 0)
		return -1;
	if (*text == NULL || **text == '\0')
		return place_error(above, err, "%s is missing", key);
	return 0;
}

/* { name, KIND: { … } }; without a kind it is an emptyDir. */
static int read_volume(struct pod *pod, const struct place *place, struct error *err)
{
	struct volume *volume = add_volume(pod, "emptyDir", err);
	struct place host;

	if (volume == NULL || place_expect(place, NODE_MAPPING, err) < 0)
		return -1;
	if (need_text(place, "name", &volume->name, err) < 0 ||
		place_get(place, "hostPath", NODE_MAPPING, &host, err) < 0)
		return -1;
	for (size_t i = 0; i < place_count(place); i++)
		if (strcmp(place->node->pairs[i].key->text, "name") != 0 &&
			place->node->pairs[i].value->kind != NODE_NULL)
			volume->type = place->node->pairs[i].key->text;
	if (host.node == NULL)
		return 0;
	volume->type = "hostPath";
	if (need_text(&host, "path", &volume->host_path, err) < 0)
		return -1;
	if (volume->host_path[0] != '/') /* a Windows node's */
		volume->host_path = NULL;
	return 0;
}

static int read_volumes(struct pod *pod, const struct place *specification, struct error *err)
{
	struct place list;

	if (place_get(specification, "volumes", NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < place_count(&list); i++) {
		struct place place = place_at(&list, i);

		if (read_volume(pod, &place, err) < 0)
			return -1;
	}
	sort_volumes(pod);
	return 0;
}

int pod_claims(struct pod *pod, const struct place *object, struct error *err)
{
	struct place specification = place_find(object, "spec"), list, metadata;

	list = place_find(&specification, "volumeClaimTemplates");
	if (list.node == NULL || list.node->kind != NODE_LIST)
		return 0;
	for (size_t i = 0; i < place_count(&list); i++) {
		struct place claim = place_at(&list, i);
		struct volume *volume = add_volume(pod, "persistentVolumeClaim", err);

		if (volume == NULL || place_expect(&claim, NODE_MAPPING, err) < 0 ||
			place_get(&claim, "metadata", NODE_MAPPING, &metadata, err) < 0 ||
			need_text(&metadata, "name", &volume->name, err) < 0)
			return -1;
	}
	return 0;
}

static int read_propagation(
	const struct place *place, struct planned_mount *mount, struct error *err)
{
	const char *word;

	if (place_text(place, "mountPropagation", &word, err) < 0)
		return -1;
	mount->propagation = PROPAGATION_PRIVATE;
	if (word == NULL)
		return 0;
	for (size_t i = 0; i < array_count(propagations); i++)
		if (strcmp(propagations[i].word, word) == 0) {
			mount->propagation = propagations[i].propagation;
			return 0;
		}
	return place_error(place, err,
		"mountPropagation must be None, HostToContainer or Bidirectional, is \"%s\"", word);
}

/* The kubelet binds a part of the volume by itself; it is the host's directory of that name. What
 * a subPathExpr with variables stands for is known on the node only. */
static int bind_host(const struct pod *pod, const struct place *place, const struct volume *volume,
	struct planned_mount *mount, struct error *err)
{
	const char *part, *expression;
	cleanup(text_clear) char *path = NULL;

	if (place_text(place, "subPath", &part, err) < 0 ||
		place_text(place, "subPathExpr", &expression, err) < 0)
		return -1;
	if (part == NULL && expression != NULL && strstr(expression, "$(") == NULL)
		part = expression;
	if (part == NULL && expression != NULL)
		return 0;
	path = part == NULL ? text_copy(volume->host_path, err)
			    : path_below(part, volume->host_path, err);
	return path == NULL ? -1 : mount_bind(mount, pod->context, path, err);
}

static const struct volume unknown_volume = { .type = "volume" };

static int volume_of(const struct pod *pod, const struct place *place, const struct volume **volume,
	struct error *err)
{
	struct volume wanted = { 0 };

	if (need_text(place, "name", &wanted.name, err) < 0)
		return -1;
	*volume = NULL;
	if (pod->volume_count > 0)
		*volume = bsearch(
			&wanted, pod->volumes, pod->volume_count, sizeof(wanted), by_name);
	if (*volume != NULL)
		return 0;
	*volume = &unknown_volume; /* whoever handles the custom resource may add it */
	return !pod->builtin
		? 0
		: place_error(place, err, "no volume of this pod has the name \"%s\"", wanted.name);
}

static int read_mount(const struct pod *pod, struct manifest_container *container,
	const struct place *place, struct error *err)
{
	cleanup(text_clear) char *destination = NULL;
	const struct volume *volume;
	struct planned_mount *mount;
	const char *path;

	if (place_expect(place, NODE_MAPPING, err) < 0 || volume_of(pod, place, &volume, err) < 0 ||
		need_text(place, "mountPath", &path, err) < 0)
		return -1;
	if (path[0] != '/') { /* as the kubelet does */
		destination = path_below(path, "/", err);
		if (destination == NULL)
			return -1;
	}
	mount = manifest_mount_add(container, destination != NULL ? destination : path,
		volume->type, place->line, err);
	if (mount == NULL)
		return -1;
	if (volume->host_path != NULL && bind_host(pod, place, volume, mount, err) < 0)
		return -1;
	if (place_flag(place, "readOnly", &mount->readonly, err) < 0)
		return -1;
	return read_propagation(place, mount, err);
}

static int read_container(const struct pod *pod, const struct place *place, struct error *err)
{
	struct manifest_container *container;
	struct place mounts;
	const char *name;

	if (place_expect(place, NODE_MAPPING, err) < 0 ||
		need_text(place, "name", &name, err) < 0 ||
		place_get(place, "volumeMounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	container = manifest_container_add(
		pod->manifest, MANIFEST_KUBERNETES, name, pod->object, place->line, err);
	if (container == NULL)
		return -1;
	for (size_t i = 0; i < place_count(&mounts); i++) {
		struct place mount = place_at(&mounts, i);

		if (read_mount(pod, container, &mount, err) < 0)
			return -1;
	}
	return 0;
}

int pod_read(struct pod *pod, const struct place *specification, struct error *err)
{
	static const char *const lists[] = { "initContainers", "containers",
		"ephemeralContainers" };
	struct place list;

	if (specification->node == NULL)
		return place_error(specification, err,
			"is missing; a patch must be applied first (kubectl kustomize)");
	if (read_volumes(pod, specification, err) < 0)
		return -1;
	for (size_t i = 0; i < array_count(lists); i++) {
		if (place_get(specification, lists[i], NODE_LIST, &list, err) < 0)
			return -1;
		for (size_t j = 0; j < place_count(&list); j++) {
			struct place place = place_at(&list, j);

			if (read_container(pod, &place, err) < 0)
				return -1;
		}
	}
	return 0;
}
