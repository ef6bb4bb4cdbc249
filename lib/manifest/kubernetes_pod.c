/* SPDX-License-Identifier: Apache-2.0 */
/* kubernetes_pod: reads the volumes of a pod, and resolves its containers' volumeMounts to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "manifest/claims.h"
#include "manifest/kubernetes.h"
#include "manifest/planned_mount.h"
#include "manifest/request.h"

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

static int need_text(
	const struct cursor *above, const char *key, const char **text, struct error *err)
{
	if (cursor_text(above, key, text, err) < 0)
		return -1;
	if (*text == NULL || **text == '\0')
		return cursor_error(above, err, "%s is missing", key);
	return 0;
}

/* kustomize takes it away. */
static bool is_deleted(const struct cursor *cursor)
{
	struct cursor patch = cursor_find(cursor, "$patch");

	return cursor_says(&patch, "delete");
}

static bool has_name(const struct cursor *cursor)
{
	struct cursor name = cursor_find(cursor, "name");

	return name.node != NULL && name.node->kind == NODE_SCALAR && name.node->text[0] != '\0';
}

/* { name, KIND: { … } }; without a kind it is an emptyDir. */
static int read_volume(struct pod *pod, const struct cursor *cursor, struct error *err)
{
	struct volume *volume = add_volume(pod, "emptyDir", err);
	struct cursor host;

	if (volume == NULL || cursor_expect(cursor, NODE_MAPPING, err) < 0)
		return -1;
	if (need_text(cursor, "name", &volume->name, err) < 0 ||
		cursor_get(cursor, "hostPath", NODE_MAPPING, &host, err) < 0)
		return -1;
	volume->line = (unsigned int)cursor->line;
	{
		struct cursor claim = cursor_find(cursor, "persistentVolumeClaim");

		claim = cursor_find(&claim, "claimName");
		if (claim.node != NULL && claim.node->kind == NODE_SCALAR)
			volume->claim = claim.node->text;
	}
	for (size_t i = 0; i < cursor_count(cursor); i++)
		if (strcmp(cursor->node->pairs[i].key->text, "name") != 0 &&
			cursor->node->pairs[i].value->kind != NODE_NULL)
			volume->type = cursor->node->pairs[i].key->text;
	if (host.node == NULL)
		return 0;
	volume->type = "hostPath";
	if (need_text(&host, "path", &volume->host_path, err) < 0)
		return -1;
	if (strstr(volume->host_path, "{{") != NULL)
		return cursor_error(&host, err, "path: " RENDER_IT);
	if (volume->host_path[0] != '/') /* a Windows node's */
		volume->host_path = NULL;
	return 0;
}

int pod_volumes(struct pod *pod, const struct cursor *specification, struct error *err)
{
	struct cursor list;

	if (cursor_get(specification, "volumes", NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor cursor = cursor_at(&list, i);

		if (is_deleted(&cursor) || (!pod->builtin && !has_name(&cursor)))
			continue;
		if (read_volume(pod, &cursor, err) < 0)
			return -1;
	}
	sort_volumes(pod);
	return 0;
}

int pod_claims(struct pod *pod, const struct cursor *object, struct error *err)
{
	struct cursor specification = cursor_find(object, "spec"), list, metadata;

	list = cursor_find(&specification, "volumeClaimTemplates");
	if (list.node == NULL || list.node->kind != NODE_LIST)
		return 0;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor claim = cursor_at(&list, i);
		struct volume *volume = add_volume(pod, "persistentVolumeClaim", err);

		if (volume == NULL || cursor_expect(&claim, NODE_MAPPING, err) < 0 ||
			cursor_get(&claim, "metadata", NODE_MAPPING, &metadata, err) < 0 ||
			need_text(&metadata, "name", &volume->name, err) < 0)
			return -1;
	}
	return 0;
}

static int read_propagation(
	const struct cursor *cursor, struct planned_mount *mount, struct error *err)
{
	const char *word;

	if (cursor_text(cursor, "mountPropagation", &word, err) < 0)
		return -1;
	mount->propagation = PROPAGATION_PRIVATE;
	if (word == NULL)
		return 0;
	for (size_t i = 0; i < array_count(propagations); i++)
		if (strcmp(propagations[i].word, word) == 0) {
			mount->propagation = propagations[i].propagation;
			return 0;
		}
	return cursor_error(cursor, err,
		"mountPropagation must be None, HostToContainer or Bidirectional, is \"%s\"", word);
}

/* The kubelet binds a part of the volume by itself; it is the host's directory of that name. What
 * a subPathExpr with variables stands for is known on the node only. */
static int bind_host(const struct pod *pod, const struct cursor *cursor,
	const struct volume *volume, struct planned_mount *mount, struct error *err)
{
	const char *part, *expression;
	cleanup(text_clear) char *path = NULL;

	if (cursor_text(cursor, "subPath", &part, err) < 0 ||
		cursor_text(cursor, "subPathExpr", &expression, err) < 0)
		return -1;
	if (part == NULL && expression != NULL && strstr(expression, "$(") == NULL)
		part = expression;
	if (part == NULL && expression != NULL)
		return 0;
	path = part == NULL ? text_copy(volume->host_path, err)
			    : path_resolve(part, volume->host_path, err);
	return path == NULL ? -1 : planned_mount_bind(mount, pod->context, path, err);
}

static const struct volume unknown_volume = { .type = "volume" };

static int volume_of(const struct pod *pod, const struct cursor *cursor,
	const struct volume **volume, struct error *err)
{
	struct volume wanted = { 0 };

	if (need_text(cursor, "name", &wanted.name, err) < 0)
		return -1;
	*volume = NULL;
	if (pod->volume_count > 0)
		*volume = bsearch(
			&wanted, pod->volumes, pod->volume_count, sizeof(wanted), by_name);
	if (*volume != NULL)
		return 0;
	*volume = &unknown_volume; /* the controller of the custom resource may add it */
	return !pod->builtin ? 0
			     : cursor_error(cursor, err,
				       "no volume of this pod has the name \"%s\"", wanted.name);
}

/* What the claim is bound to may stand elsewhere in the text. */
static int claim_mount(const struct pod *pod, struct manifest_container *container,
	const struct volume *volume, const struct cursor *cursor, struct error *err)
{
	struct cursor part = cursor_find(cursor, "subPath");
	const char *below = part.node != NULL && part.node->kind == NODE_SCALAR ? part.node->text
										: NULL;

	return claims_use(pod->manifest, container, pod->name_space, volume->claim, below, err);
}

static int read_mount(const struct pod *pod, struct manifest_container *container,
	const struct cursor *cursor, struct error *err)
{
	cleanup(text_clear) char *destination = NULL;
	const struct volume *volume;
	struct planned_mount *mount;
	const char *path;

	if (cursor_expect(cursor, NODE_MAPPING, err) < 0 ||
		volume_of(pod, cursor, &volume, err) < 0 ||
		need_text(cursor, "mountPath", &path, err) < 0)
		return -1;
	if (path[0] != '/') { /* as the kubelet does */
		destination = path_resolve(path, "/", err);
		if (destination == NULL)
			return -1;
	}
	mount = planned_mount_add(container, destination != NULL ? destination : path, volume->type,
		cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	mount->source_line = volume->line;
	if (volume->host_path != NULL && bind_host(pod, cursor, volume, mount, err) < 0)
		return -1;
	if (volume->claim != NULL && claim_mount(pod, container, volume, cursor, err) < 0)
		return -1;
	if (cursor_flag(cursor, "readOnly", &mount->readonly, err) < 0)
		return -1;
	return read_propagation(cursor, mount, err);
}

static int container_name(const struct pod *pod, const struct cursor *cursor, size_t index,
	char *made, size_t size, const char **name, struct error *err)
{
	if (pod->builtin)
		return need_text(cursor, "name", name, err);
	if (cursor_text(cursor, "name", name, err) < 0)
		return -1;
	if (*name != NULL && **name != '\0')
		return 0;
	if (cursor->key != NULL && cursor->above != NULL) {
		struct cursor outer = cursor_find(cursor->above, "name"); /* of Argo's template */

		*name = outer.node != NULL && outer.node->kind == NODE_SCALAR ? outer.node->text
									      : cursor->key;
		return 0;
	}
	snprintf(made, size, "%s[%zu]",
		cursor->above != NULL && cursor->above->key != NULL ? cursor->above->key
								    : "container",
		index);
	*name = made;
	return 0;
}

static void read_requests(const struct pod *pod, struct manifest_container *container)
{
	if (pod->runtime_class != NULL &&
		strncmp(pod->runtime_class, OWN_RUNTIME, strlen(OWN_RUNTIME)) == 0)
		request_mask(container);
	for (size_t i = 0; pod->annotations.node != NULL && i < cursor_count(&pod->annotations);
		i++) {
		struct cursor pair = cursor_at(&pod->annotations, i);

		if (strncmp(pair.key, "cdi.k8s.io/", strlen("cdi.k8s.io/")) == 0 &&
			cursor_says(&pair, OWN_DEVICE))
			request_mask(container);
	}
	request_annotations(container, &pod->annotations);
	if (pod->annotations.node != NULL)
		container->annotations_line = pod->annotations.line;
}

int pod_container(struct pod *pod, const struct cursor *cursor, size_t index, struct error *err)
{
	struct manifest_container *container;
	struct cursor mounts;
	const char *name;
	char made[64];

	if (is_deleted(cursor))
		return 0;
	if (cursor_expect(cursor, NODE_MAPPING, err) < 0 ||
		container_name(pod, cursor, index, made, sizeof(made), &name, err) < 0 ||
		cursor_get(cursor, "volumeMounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	container = manifest_container_add(
		pod->manifest, MANIFEST_KUBERNETES, name, pod->object, cursor->line, err);
	if (container == NULL)
		return -1;
	read_requests(pod, container);
	for (size_t i = 0; i < cursor_count(&mounts); i++) {
		struct cursor mount = cursor_at(&mounts, i);

		if (!is_deleted(&mount) && read_mount(pod, container, &mount, err) < 0)
			return -1;
	}
	return 0;
}

void pod_runtime_class(struct pod *pod, const struct cursor *specification)
{
	struct cursor runtime = cursor_find(specification, "runtimeClassName");

	if (runtime.node == NULL || runtime.node->kind != NODE_SCALAR)
		return;
	pod->runtime_class = runtime.node->text;
}

int pod_read(struct pod *pod, const struct cursor *specification, struct error *err)
{
	static const char *const lists[] = { "initContainers", "containers",
		"ephemeralContainers" };
	struct cursor list;

	if (specification->node == NULL)
		return cursor_error(specification, err,
			"is missing; a patch must be applied first (kubectl kustomize)");
	pod_runtime_class(pod, specification);
	if (pod_volumes(pod, specification, err) < 0)
		return -1;
	for (size_t i = 0; i < array_count(lists); i++) {
		if (cursor_get(specification, lists[i], NODE_LIST, &list, err) < 0)
			return -1;
		for (size_t j = 0; j < cursor_count(&list); j++) {
			struct cursor cursor = cursor_at(&list, j);

			if (pod_container(pod, &cursor, j, err) < 0)
				return -1;
		}
	}
	return 0;
}
