/* SPDX-License-Identifier: Apache-2.0 */
/* fix_kubernetes: adds an emptyDir or the annotation to containers of any object. It finds them by
 * their lines, and their pod by its shape, as the reader does. */
#include <stdio.h>
#include <string.h>

#include "check/fix_internal.h"

/* The volumes that were added to one pod, for all its containers. */
struct pod_volumes {
	const struct node *pod;
	struct text_list names;
	bool annotated;
};

struct pods {
	struct fix *fix;
	struct pod_volumes *list;
	size_t count;
};

static void pods_clear(struct pods *pods)
{
	for (size_t i = 0; i < pods->count; i++)
		text_list_clear(&pods->list[i].names);
	free(pods->list);
}

/* The mapping around a container that has the volumes; else the one that holds its list. */
static const struct cursor *pod_of(const struct cursor *container)
{
	const struct cursor *nearest = NULL;

	for (const struct cursor *at = container; at; at = at->above) {
		struct cursor volumes = cursor_find(at, "volumes");

		if (!at->node || at->node->kind != NODE_MAPPING)
			continue;
		if (volumes.node && volumes.node->kind == NODE_LIST)
			return at;
		if (!nearest && at != container)
			nearest = at;
	}
	return nearest;
}

static struct pod_volumes *volumes_for(
	struct pods *pods, const struct cursor *pod, struct error *err)
{
	struct pod_volumes *added;

	for (size_t i = 0; i < pods->count; i++)
		if (pods->list[i].pod == pod->node)
			return &pods->list[i];
	added = array_add(&pods->list, &pods->count, sizeof(*added), err);
	if (added)
		added->pod = pod->node;
	return added;
}

static bool has_volume(const struct cursor *pod, const char *name)
{
	struct cursor volumes = cursor_find(pod, "volumes");

	for (size_t i = 0; i < cursor_count(&volumes); i++) {
		struct cursor volume = cursor_at(&volumes, i), own = cursor_find(&volume, "name");

		if (own.node && own.node->kind == NODE_SCALAR && strcmp(own.node->text, name) == 0)
			return true;
	}
	return false;
}

static bool is_listed(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->texts[i], text) == 0)
			return true;
	return false;
}

/* Adds an entry to a list that may be missing: KEY with it alone then. */
static int add_to_list(struct fix *fix, const struct fix_target *target,
	const struct cursor *mapping, const char *key, const char *const words[2],
	struct error *err)
{
	cleanup(fix_entry_clear) struct fix_entry entry = { 0 };
	struct cursor list = fix_member(mapping, key);
	char block[64], flow[64];
	bool added;

	if (!node_pair(mapping->node, key)) {
		snprintf(block, sizeof(block), "%s:\n- ", key);
		snprintf(flow, sizeof(flow), "\"%s\": [", key);
		if (fix_entry_add(&entry, block, flow, err) < 0 ||
			fix_entry_add(&entry, words[0], words[1], err) < 0 ||
			fix_entry_add(&entry, "", "]", err) < 0)
			return -1;
		return fix_add_member(fix, target, mapping, "volumeMounts", &entry, err);
	}
	if (!fix_is_own(&list))
		return fix_refuse_shared(fix, target, &list, err);
	if (fix_entry_add(&entry, words[0], words[1], err) < 0 ||
		fix_add_element(fix, &list, &entry, &added, err) < 0)
		return -1;
	return added
		? 0
		: fix_refuse(fix, target, list.line, 1, err,
			  "%s is written in a way that is not edited: add the lines by hand", key);
}

/* The pod's volume that covers the channel: a new one, of a name that is free. */
static int need_volume(struct pods *pods, const struct fix_target *target, const struct cursor *pod,
	const char *channel, char name[80], struct error *err)
{
	struct pod_volumes *volumes = volumes_for(pods, pod, err);
	char block[160], flow[160];

	if (!volumes)
		return -1;
	snprintf(name, 80, "no-%s", channel);
	if (is_listed(&volumes->names, name))
		return 0;
	for (size_t i = 2; has_volume(pod, name) && !is_listed(&volumes->names, name); i++)
		snprintf(name, 80, "no-%s-%zu", channel, i);
	if (is_listed(&volumes->names, name))
		return 0;
	snprintf(block, sizeof(block), "name: %s\n  emptyDir:\n    medium: Memory", name);
	snprintf(flow, sizeof(flow), "{\"name\": \"%s\", \"emptyDir\": {\"medium\": \"Memory\"}}",
		name);
	if (text_list_add(&volumes->names, name, strlen(name), err) < 0)
		return -1;
	return add_to_list(
		pods->fix, target, pod, "volumes", (const char *const[]){ block, flow }, err);
}

static int add_cover(struct pods *pods, const struct fix_target *target,
	const struct cursor *container, const struct cursor *pod, size_t veil, struct error *err)
{
	cleanup(fix_entry_clear) struct fix_entry entry = { 0 };
	char name[80], block[128], flow[128];

	if (need_volume(pods, target, pod, target->names.texts[veil], name, err) < 0)
		return -1;
	snprintf(block, sizeof(block), "name: %s\n  mountPath: ", name);
	snprintf(flow, sizeof(flow), "{\"name\": \"%s\", \"mountPath\": ", name);
	if (fix_entry_add(&entry, block, flow, err) < 0 ||
		fix_entry_value(&entry, MANIFEST_KUBERNETES, target->veils.texts[veil], err) < 0 ||
		fix_entry_add(&entry, "", "}", err) < 0)
		return -1;
	return add_to_list(pods->fix, target, container, "volumeMounts",
		(const char *const[]){ entry.block.text, entry.flow.text }, err);
}

static int make_slave(struct fix *fix, const struct fix_target *target,
	const struct cursor *container, const struct planned_mount *mount, struct error *err)
{
	struct cursor mounts = fix_member(container, "volumeMounts");
	bool changed = false;

	for (size_t i = 0; i < cursor_count(&mounts); i++) {
		struct cursor entry = cursor_at(&mounts, i);
		struct cursor word = fix_member(&entry, "mountPropagation");

		if (entry.line != mount->line || entry.at->column != mount->column || !word.node)
			continue;
		if (!fix_is_own(&word))
			return fix_refuse_shared(fix, target, &word, err);
		if (fix_slave(fix, word.node, &changed, err) < 0)
			return -1;
	}
	return changed ? 0
		       : fix_refuse(fix, target, mount->line, 1, err,
				 "the mount is Bidirectional: make it HostToContainer by hand");
}

static int add_tmpfs(struct pods *pods, const struct fix_target *target,
	const struct cursor *container, struct error *err)
{
	const struct manifest_container *planned = target->container;
	const struct cursor *pod = pod_of(container);

	if (!pod || !fix_is_own(pod))
		return fix_refuse_shared(pods->fix, target, pod ? pod : container, err);
	for (size_t i = 0; i < target->asked.mount_count; i++) {
		const struct planned_mount *mount = &planned->mounts[target->mounts[i]];

		if (planned_mount_shares(mount, planned->rootfs_propagation) &&
			make_slave(pods->fix, target, container, mount, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < target->veils.count; i++)
		if (add_cover(pods, target, container, pod, i, err) < 0)
			return -1;
	return 0;
}

/* The annotation in the metadata beside the pod's specification; each of them may be missing. */
static int add_annotation(struct fix *fix, const struct fix_target *target,
	const struct cursor *object, struct error *err)
{
	static const char *const lines[2] = { ANNOTATION_STRATEGY ": mask",
		"\"" ANNOTATION_STRATEGY "\": \"mask\"" };
	struct cursor metadata = fix_member(object, "metadata");
	struct cursor annotations = fix_member(&metadata, "annotations"), into = annotations;
	cleanup(fix_entry_clear) struct fix_entry entry = { 0 };
	const char *block = "", *flow = "", *end = "";

	if (!annotations.node) {
		block = "annotations:\n  ";
		flow = "\"annotations\": {";
		end = "}";
		into = metadata;
	}
	if (!metadata.node) {
		block = "metadata:\n  annotations:\n    ";
		flow = "\"metadata\": {\"annotations\": {";
		end = "}}";
		into = *object;
	}
	if ((into.node == metadata.node && node_pair(metadata.node, "annotations")) ||
		(into.node == object->node && node_pair(object->node, "metadata")) || !into.node ||
		into.node->kind != NODE_MAPPING)
		return fix_refuse(fix, target, into.line, 1, err,
			"its metadata or annotations are empty: remove that line first");
	if (!fix_is_own(&into))
		return fix_refuse_shared(fix, target, &into, err);
	if (fix_entry_add(&entry, block, flow, err) < 0 ||
		fix_entry_add(&entry, lines[0], lines[1], err) < 0 ||
		fix_entry_add(&entry, "", end, err) < 0)
		return -1;
	return fix_add_member(fix, target, &into, "annotations", &entry, err);
}

static int annotate(struct pods *pods, const struct fix_target *target,
	const struct cursor *container, struct error *err)
{
	const struct cursor *pod = container->above ? container->above->above : NULL;
	struct pod_volumes *known;

	if (container->key || !pod || !pod->key || strcmp(pod->key, "spec") != 0 || !pod->above)
		return fix_refuse(pods->fix, target, target->container->line, 1, err,
			"where the annotations of its pod stand is not known: add it by hand");
	if (!fix_is_own(pod))
		return fix_refuse_shared(pods->fix, target, pod, err);
	known = volumes_for(pods, pod, err);
	if (!known)
		return -1;
	if (known->annotated)
		return 0;
	known->annotated = true;
	return add_annotation(pods->fix, target, pod->above, err);
}

static int fix_container(struct pods *pods, struct fix_target *target,
	const struct cursor *container, struct error *err)
{
	if (target->done)
		return fix_refuse(pods->fix, target, target->container->line, 1, err,
			"more than one container is in its line: write them in lines of their own");
	target->done = true;
	if (!fix_is_own(container))
		return fix_refuse_shared(pods->fix, target, container, err);
	return pods->fix->way == WAY_HOOK ? annotate(pods, target, container, err)
					  : add_tmpfs(pods, target, container, err);
}

static struct fix_target *find_target(const struct fix *fix, const struct cursor *cursor)
{
	struct cursor mounts = cursor_find(cursor, "volumeMounts"),
		      name = cursor_find(cursor, "name");

	if (!mounts.node || mounts.node->kind != NODE_LIST)
		return NULL;
	for (size_t low = 0, high = fix->count; low < high;) {
		size_t middle = (low + high) / 2;
		struct fix_target *target = &fix->targets[middle];

		if (target->container->line == cursor->line)
			return !name.node || name.node->kind != NODE_SCALAR ||
					strcmp(name.node->text, target->container->name) == 0
				? target
				: NULL;
		if (target->container->line < cursor->line)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int visit(struct pods *pods, const struct cursor *cursor, struct error *err)
{
	struct fix_target *target = NULL;

	if (cursor->node && cursor->node->kind == NODE_MAPPING)
		target = find_target(pods->fix, cursor);
	if (target && fix_container(pods, target, cursor, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(cursor); i++) {
		struct cursor child = cursor_at(cursor, i);

		if (visit(pods, &child, err) < 0)
			return -1;
	}
	return 0;
}

int fix_kubernetes(struct fix *fix, const struct node *root, struct error *err)
{
	cleanup(pods_clear) struct pods pods = { .fix = fix };
	struct cursor top = cursor_root(root);

	return visit(&pods, &top, err);
}
