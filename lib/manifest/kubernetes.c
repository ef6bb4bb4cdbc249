/* SPDX-License-Identifier: Apache-2.0 */
/* kubernetes: finds the pod's specification in objects of the built-in kinds, alone or in lists;
 * hands objects of unknown kinds to kubernetes_shape.c. */
#define _GNU_SOURCE 1 /* asprintf */

#include "manifest/kubernetes.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/string.h"
#include "manifest/claims.h"
#include "manifest/forms.h"

/* Where the built-in kinds keep the pod's specification. In all others it is found by its shape. */
static const struct workload {
	const char *kind;
	const char *const way[CURSOR_STEPS_MAX];
} workloads[] = {
	{ "Pod", { "spec" } },
	{ "PodTemplate", { "template", "spec" } },
	{ "ReplicationController", { "spec", "template", "spec" } },
	{ "ReplicaSet", { "spec", "template", "spec" } },
	{ "Deployment", { "spec", "template", "spec" } },
	{ "DaemonSet", { "spec", "template", "spec" } },
	{ "StatefulSet", { "spec", "template", "spec" } },
	{ "Job", { "spec", "template", "spec" } },
	{ "CronJob", { "spec", "jobTemplate", "spec", "template", "spec" } },
};

/* Kinds that hold no pod, and need no word about it. */
static const char *const podless[] = { "ClusterRole", "ClusterRoleBinding", "ConfigMap",
	"CustomResourceDefinition", "Ingress", "Namespace", "NetworkPolicy", "PersistentVolume",
	"PersistentVolumeClaim", "PodDisruptionBudget", "Role", "RoleBinding", "Secret", "Service",
	"ServiceAccount", "StorageClass", "HorizontalPodAutoscaler", "LimitRange", "ResourceQuota",
	"PriorityClass", "RuntimeClass", "Endpoints" };

/* Groups of Kubernetes' own end so, too; others use its kinds' names for other things, such as
 * Knative's Service, which holds a pod. */
static bool is_podless(const char *kind, const char *version)
{
	static const char suffix[] = ".k8s.io";
	size_t group = version != NULL ? strcspn(version, "/") : 0;
	bool own = version == NULL || memchr(version, '.', group) == NULL ||
		(group >= strlen(suffix) &&
			memcmp(version + group - strlen(suffix), suffix, strlen(suffix)) == 0);

	return own && word_find(kind, podless, array_count(podless)) >= 0;
}

/* "v1" and "GROUP/v1" with a group of one word are Kubernetes' own; all others have dots. */
static bool is_builtin(const char *version)
{
	return version == NULL || memchr(version, '.', strcspn(version, "/")) == NULL;
}

static const char *const *way_of(const char *kind, bool builtin)
{
	for (size_t i = 0; builtin && i < array_count(workloads); i++)
		if (strcmp(workloads[i].kind, kind) == 0)
			return workloads[i].way;
	return NULL;
}

static int object_words(
	const struct cursor *object, const char *kind, char **words, struct error *err)
{
	struct cursor metadata;
	const char *name, *generated;

	if (cursor_get(object, "metadata", NODE_MAPPING, &metadata, err) < 0 ||
		cursor_text(&metadata, "name", &name, err) < 0 ||
		cursor_text(&metadata, "generateName", &generated, err) < 0)
		return -1;
	if (name == NULL)
		name = generated;
	if (asprintf(words, "%s%s%s", kind, name != NULL ? " " : "", name != NULL ? name : "") <
		0) {
		*words = NULL;
		return error_set(err, ERROR_SYSTEM, "out of memory");
	}
	return 0;
}

/* The metadata beside the specification, which is the pod's. */
static struct cursor annotations_of(
	const struct cursor *object, const struct cursor *specification, struct cursor *metadata)
{
	const struct cursor *above = specification->above != NULL ? specification->above : object;

	*metadata = cursor_find(above, "metadata");
	return cursor_find(metadata, "annotations");
}

/* Any other object: pods are found by their shape. */
static int read_other(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *object, const char *kind, const char *words, struct error *err)
{
	const char *version;
	size_t found;

	if (claims_object(manifest, object, kind, err) < 0 ||
		cursor_text(object, "apiVersion", &version, err) < 0)
		return -1;
	if (is_podless(kind, version))
		return 0;
	if (pods_by_shape(manifest, context, object, words, &found, err) < 0)
		return -1;
	if (found == 0 && manifest->unread[0] == '\0')
		snprintf(manifest->unread, sizeof(manifest->unread), "%s", kind);
	return 0;
}

static int read_workload(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *object, const char *kind, struct error *err)
{
	cleanup(pod_clear) struct pod pod = { .manifest = manifest, .context = context };
	cleanup(text_clear) char *words = NULL;
	const struct cursor *specification;
	const char *const *keys;
	struct cursor_way way;
	struct cursor metadata, name_space;
	const char *version;

	if (cursor_text(object, "apiVersion", &version, err) < 0 ||
		object_words(object, kind, &words, err) < 0)
		return -1;
	pod.builtin = is_builtin(version);
	keys = way_of(kind, pod.builtin);
	if (keys == NULL)
		return read_other(manifest, context, object, kind, words, err);
	if (cursor_follow(object, keys, NODE_MAPPING, &way, &specification, err) < 0)
		return -1;
	pod.object = words;
	metadata = cursor_find(object, "metadata");
	name_space = cursor_find(&metadata, "namespace");
	pod.name_space = name_space.node != NULL && name_space.node->kind == NODE_SCALAR
		? name_space.node->text
		: "";
	pod.annotations = annotations_of(object, specification, &metadata);
	if (pod_claims(&pod, object, err) < 0)
		return -1;
	return pod_read(&pod, specification, err);
}

/* An object, or a list of objects, which in a DeploymentList need not say again what they are. */
static int read_object(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *object, const char *kind, struct error *err)
{
	static const char suffix[] = "List";
	char element[64] = "";
	struct cursor items;
	const char *own;
	size_t length;

	if (cursor_expect(object, NODE_MAPPING, err) < 0 ||
		cursor_text(object, "kind", &own, err) < 0)
		return -1;
	kind = own != NULL ? own : kind;
	if (kind == NULL || kind[0] == '\0')
		return cursor_error(object, err, "kind is missing");
	length = strlen(kind);
	items = cursor_find(object, "items");
	if (items.node == NULL || items.node->kind != NODE_LIST || length < strlen(suffix) ||
		strcmp(kind + length - strlen(suffix), suffix) != 0)
		return read_workload(manifest, context, object, kind, err);
	snprintf(element, sizeof(element), "%.*s", (int)(length - strlen(suffix)), kind);
	for (size_t i = 0; i < cursor_count(&items); i++) {
		struct cursor item = cursor_at(&items, i);

		if (read_object(manifest, context, &item, element, err) < 0)
			return -1;
	}
	return 0;
}

int manifest_kubernetes(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	struct cursor object = cursor_root(root), version = cursor_find(&object, "apiVersion");

	if (root->kind == NODE_MAPPING && version.node == NULL &&
		cursor_find(&object, "kind").node != NULL)
		return cursor_error(&object, err, "apiVersion is missing");
	return read_object(manifest, context, &object, NULL, err);
}
