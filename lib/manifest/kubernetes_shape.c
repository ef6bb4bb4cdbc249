/* SPDX-License-Identifier: Apache-2.0 */
/* kubernetes_shape: finds pods in objects of unknown kinds: Argo's workflows, Tekton's tasks,
 * OpenShift's templates, operators' resources. A mapping with a list "volumes" declares
 * volumes for all below it; a mapping with "volumeMounts", or in a list of containers, is a
 * container. */
#include <limits.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "manifest/kubernetes.h"

#define VOLUMES_MAX 200000u

struct shape {
	struct manifest *manifest;
	const struct manifest_context *context;
	const char *words; /* of the object */
	size_t found;
	size_t volumes; /* read so far, those read again included */
};

/* What lies around a place: the volumes declared there, the annotations of the nearest metadata. */
struct scope {
	const struct scope *outer;
	const struct cursor *volumes_of; /* the mapping with "volumes", or NULL */
	struct cursor annotations;
	const struct cursor *pod; /* for runtimeClassName */
};

static bool is_list_of_containers(const char *key)
{
	static const char *const keys[] = { "containers", "initContainers", "ephemeralContainers",
		"steps", "sidecars" };

	return key != NULL && word_find(key, keys, array_count(keys)) >= 0;
}

static bool is_list(const struct cursor *cursor)
{
	return cursor->node != NULL && cursor->node->kind == NODE_LIST;
}

static bool is_container(const struct cursor *cursor)
{
	struct cursor mounts = cursor_find(cursor, "volumeMounts");
	struct cursor image = cursor_find(cursor, "image");

	if (is_list(&mounts))
		return true;
	return image.node != NULL && cursor->key == NULL && cursor->above != NULL &&
		is_list_of_containers(cursor->above->key);
}

/* Adds the volumes of the inner scopes first: of two with the same name the first one is kept. */
static int add_volumes(struct pod *pod, const struct scope *scope, struct error *err)
{
	for (; scope != NULL; scope = scope->outer)
		if (scope->volumes_of != NULL && pod_volumes(pod, scope->volumes_of, err) < 0)
			return -1;
	return 0;
}

static int read_container(struct shape *shape, const struct scope *scope,
	const struct cursor *cursor, struct error *err)
{
	cleanup(pod_clear) struct pod pod = {
		.manifest = shape->manifest,
		.context = shape->context,
		.object = shape->words,
		.name_space = "",
	};

	for (const struct scope *at = scope; at != NULL; at = at->outer) {
		if (pod.annotations.node == NULL)
			pod.annotations = at->annotations;
		if (pod.runtime_class == NULL && at->pod != NULL)
			pod_runtime_class(&pod, at->pod);
	}
	if (add_volumes(&pod, scope, err) < 0)
		return -1;
	shape->found++;
	shape->volumes += pod.volume_count;
	if (shape->volumes > VOLUMES_MAX)
		return cursor_error(cursor, err, "too many containers with too many volumes");
	return pod_container(&pod, cursor, cursor->index, err);
}

/* Can the path be the host's /run, lie on the way to it, or be one that is known later only? */
bool may_lead_to_run(const char *path)
{
	char resolved[PATH_MAX + 2];

	if (strchr(path, '$') != NULL || strstr(path, "{{") != NULL)
		return true;
	if (path[0] != '/' || strlen(path) >= PATH_MAX) /* the kernel takes none that is longer */
		return false;
	host_path(resolved, path);
	return path_within("/run", resolved) || strcmp(resolved, "/var") == 0 ||
		path_within(resolved, "/run");
}

/* A hostPath that no container is seen to mount. */
static int refuse_unread(const struct shape *shape, const struct cursor *cursor, struct error *err)
{
	struct cursor path = *cursor;

	if (cursor->key == NULL || strcmp(cursor->key, "hostPath") != 0 || cursor->node == NULL)
		return 0;
	if (cursor->node->kind == NODE_MAPPING)
		path = cursor_find(cursor, "path");
	if (path.node == NULL || path.node->kind != NODE_SCALAR ||
		!may_lead_to_run(path.node->text))
		return 0;
	return cursor_error(cursor, err,
		"it is not known here which containers of a %s get this directory of the host",
		shape->words);
}

static int visit(struct shape *shape, const struct scope *scope, const struct cursor *cursor,
	struct error *err);

static int visit_children(struct shape *shape, const struct scope *scope,
	const struct cursor *cursor, struct error *err)
{
	for (size_t i = 0; i < cursor_count(cursor); i++) {
		struct cursor child = cursor_at(cursor, i);

		if (visit(shape, scope, &child, err) < 0)
			return -1;
	}
	return 0;
}

/* The volumes of a mapping, below which no container was found: they belong to something else. */
static int check_volumes(
	struct shape *shape, const struct cursor *volumes, size_t before, struct error *err)
{
	if (shape->found > before)
		return 0;
	for (size_t i = 0; i < cursor_count(volumes); i++) {
		struct cursor volume = cursor_at(volumes, i),
			      host = cursor_find(&volume, "hostPath");

		if (refuse_unread(shape, &host, err) < 0)
			return -1;
	}
	return 0;
}

static int visit_mapping(struct shape *shape, const struct scope *outer,
	const struct cursor *cursor, struct error *err)
{
	struct cursor metadata = cursor_find(cursor, "metadata");
	struct cursor volumes = cursor_find(cursor, "volumes");
	struct scope scope = {
		.outer = outer,
		.annotations = cursor_find(&metadata, "annotations"),
		.pod = cursor,
		.volumes_of = is_list(&volumes) ? cursor : NULL,
	};
	size_t before = shape->found;

	if (is_container(cursor) && read_container(shape, &scope, cursor, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(cursor); i++) {
		struct cursor child = cursor_at(cursor, i);

		if (scope.volumes_of != NULL && strcmp(child.key, "volumes") == 0)
			continue;
		if (visit(shape, &scope, &child, err) < 0)
			return -1;
	}
	return scope.volumes_of != NULL ? check_volumes(shape, &volumes, before, err) : 0;
}

static int visit(struct shape *shape, const struct scope *scope, const struct cursor *cursor,
	struct error *err)
{
	int result = 0;

	if (cursor->node == NULL || refuse_unread(shape, cursor, err) < 0)
		return cursor->node == NULL ? 0 : -1;
	if (cursor->node->kind == NODE_MAPPING)
		result = visit_mapping(shape, scope, cursor, err);
	else if (cursor->node->kind == NODE_LIST)
		result = visit_children(shape, scope, cursor, err);
	return result;
}

int pods_by_shape(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *object, const char *words, size_t *found, struct error *err)
{
	struct shape shape = { .manifest = manifest, .context = context, .words = words };

	if (visit(&shape, NULL, object, err) < 0)
		return -1;
	*found = shape.found;
	return 0;
}
