/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: reads the output of docker inspect and podman inspect. "Mounts" has all mounts but the
 * tmpfs of --tmpfs; "HostConfig" has that, and the binds of a container that never ran. */
#include "manifest/inspect.h"

#include <string.h>

#include "base/buffer.h"
#include "manifest/cursor.h"
#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "manifest/request.h"

/* One word of Podman's Options or of Propagation. */
static void apply_word(struct planned_mount *mount, const char *word)
{
	bool bind = mount->bind;

	planned_mount_option(mount, word);
	mount->bind = bind;
	mount->recursive = mount->recursive && bind;
}

static int read_options(const struct cursor *cursor, struct planned_mount *mount, struct error *err)
{
	struct cursor options;
	const char *word;

	if (cursor_get(cursor, "Options", NODE_LIST, &options, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&options); i++) {
		struct cursor option = cursor_at(&options, i);

		if (cursor_expect(&option, NODE_SCALAR, err) < 0)
			return -1;
		apply_word(mount, option.node->text);
	}
	if (cursor_text(cursor, "Propagation", &word, err) < 0)
		return -1;
	if (word != NULL)
		apply_word(mount, word);
	return 0;
}

/* Engines before Docker 1.13 say no Type, but volumes have a Name. */
static int read_type(const struct cursor *cursor, const char **type, struct error *err)
{
	const char *name;

	if (cursor_text(cursor, "Type", type, err) < 0 ||
		cursor_text(cursor, "Name", &name, err) < 0)
		return -1;
	if (*type == NULL || **type == '\0')
		*type = name != NULL && *name != '\0' ? "volume" : "bind";
	return 0;
}

static int read_mount(struct manifest_container *container, const struct manifest_context *context,
	const struct cursor *cursor, struct error *err)
{
	const char *type, *source, *destination;
	struct planned_mount *mount;
	bool writable = true;

	if (cursor_expect(cursor, NODE_MAPPING, err) < 0 || read_type(cursor, &type, err) < 0 ||
		cursor_text(cursor, "Source", &source, err) < 0 ||
		cursor_text(cursor, "Destination", &destination, err) < 0 ||
		cursor_flag(cursor, "RW", &writable, err) < 0)
		return -1;
	if (destination == NULL)
		return cursor_error(cursor, err, "Destination is missing");
	if (is_windows_path(destination))
		return 0;
	if (destination_check(destination, err) < 0)
		return cursor_wrap(cursor, err);
	mount = planned_mount_add(container, destination, type, cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	/* another source, such as a drive of Windows, cannot be the host's /run */
	if (strcmp(type, "bind") == 0 && source != NULL && source[0] == '/' &&
		planned_mount_bind(mount, context, source, err) < 0)
		return -1;
	if (read_options(cursor, mount, err) < 0)
		return -1;
	mount->readonly = !writable;
	return 0;
}

static struct planned_mount *mount_at(
	const struct manifest_container *container, const char *destination)
{
	for (size_t i = 0; i < container->mount_count; i++)
		if (strcmp(container->mounts[i].destination, destination) == 0)
			return &container->mounts[i];
	return NULL;
}

/* HostConfig.Binds: "SOURCE:DESTINATION:OPTIONS", where Mounts does not have the destination (a
 * container that never ran). */
static int read_bind(struct manifest_container *container, const struct manifest_context *context,
	const struct cursor *cursor, struct error *err)
{
	cleanup(text_clear) char *text = NULL;
	struct planned_mount *mount;
	struct volume_words words;

	if (cursor_expect(cursor, NODE_SCALAR, err) < 0)
		return -1;
	text = text_copy(cursor->node->text, err);
	if (text == NULL)
		return -1;
	if (volume_split(text, &words, err) < 0)
		return cursor_wrap(cursor, err);
	if (words.source == NULL || words.source[0] != '/' || is_windows_path(words.source) ||
		is_windows_path(words.destination) ||
		mount_at(container, words.destination) != NULL)
		return 0;
	mount = planned_mount_add(container, words.destination, "bind", cursor_site(cursor), err);
	if (mount == NULL || planned_mount_bind(mount, context, words.source, err) < 0)
		return -1;
	if (words.options != NULL)
		planned_mount_options(mount, words.options);
	return 0;
}

/* The directory of a volume that is a bind in disguise: DriverConfig.Options { device, o }. */
static const char *volume_device(const struct cursor *cursor)
{
	static const char *const keys[] = { "VolumeOptions", "DriverConfig", "Options" };
	struct cursor ways[array_count(keys) + 1] = { *cursor }, device, words;

	for (size_t i = 0; i < array_count(keys); i++)
		ways[i + 1] = cursor_find(&ways[i], keys[i]);
	device = cursor_find(&ways[array_count(keys)], "device");
	words = cursor_find(&ways[array_count(keys)], "o");
	if (device.node == NULL || device.node->kind != NODE_SCALAR || words.node == NULL ||
		words.node->kind != NODE_SCALAR || strstr(words.node->text, "bind") == NULL)
		return NULL;
	return device.node->text[0] == '/' ? device.node->text : NULL;
}

/* HostConfig.Mounts, and ContainerSpec.Mounts of Swarm: { Type, Source, Target, ReadOnly,
 * BindOptions, VolumeOptions }. */
int inspect_asked_mount(struct manifest_container *container,
	const struct manifest_context *context, const struct cursor *cursor, struct error *err)
{
	const char *type, *source, *target, *device, *propagation;
	struct planned_mount *mount;
	struct cursor options = cursor_find(cursor, "BindOptions");

	if (cursor_expect(cursor, NODE_MAPPING, err) < 0 ||
		cursor_text(cursor, "Type", &type, err) < 0 ||
		cursor_text(cursor, "Source", &source, err) < 0 ||
		cursor_text(cursor, "Target", &target, err) < 0 ||
		cursor_text(&options, "Propagation", &propagation, err) < 0)
		return -1;
	if (target == NULL || target[0] != '/')
		return 0;
	device = volume_device(cursor);
	mount = mount_at(container, target);
	if (mount != NULL && device == NULL)
		return 0;
	if (mount == NULL)
		mount = planned_mount_add(container, target, type != NULL ? type : "volume",
			cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	if (device == NULL && type != NULL && strcmp(type, "bind") == 0 && source != NULL &&
		source[0] == '/')
		device = source;
	if (device != NULL && planned_mount_bind(mount, context, device, err) < 0)
		return -1;
	if (propagation != NULL)
		apply_word(mount, propagation);
	return cursor_flag(cursor, "ReadOnly", &mount->readonly, err);
}

static int read_host_config(struct manifest_container *container,
	const struct manifest_context *context, const struct cursor *element, struct error *err)
{
	struct cursor configuration, list;

	if (cursor_get(element, "HostConfig", NODE_MAPPING, &configuration, err) < 0 ||
		cursor_get(&configuration, "Binds", NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor cursor = cursor_at(&list, i);

		if (read_bind(container, context, &cursor, err) < 0)
			return -1;
	}
	if (cursor_get(&configuration, "Mounts", NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor cursor = cursor_at(&list, i);

		if (inspect_asked_mount(container, context, &cursor, err) < 0)
			return -1;
	}
	return 0;
}

/* Tmpfs: { "/path": "options" } */
static int read_tmpfs(
	struct manifest_container *container, const struct cursor *element, struct error *err)
{
	struct cursor configuration, list;

	if (cursor_get(element, "HostConfig", NODE_MAPPING, &configuration, err) < 0 ||
		cursor_get(&configuration, "Tmpfs", NODE_MAPPING, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor cursor = cursor_at(&list, i);
		cleanup(text_clear) char *options = NULL;
		struct planned_mount *mount;

		if (destination_check(cursor.key, err) < 0)
			return cursor_wrap(&cursor, err);
		mount = planned_mount_add(
			container, cursor.key, "tmpfs", cursor_site(&cursor), err);
		if (mount == NULL)
			return -1;
		if (cursor.node == NULL)
			continue;
		if (cursor_expect(&cursor, NODE_SCALAR, err) < 0)
			return -1;
		options = text_copy(cursor.node->text, err);
		if (options == NULL)
			return -1;
		planned_mount_options(mount, options);
	}
	return 0;
}

static void read_requests(struct manifest_container *container, const struct cursor *element)
{
	struct cursor host = cursor_find(element, "HostConfig");
	struct cursor config = cursor_find(element, "Config");
	struct cursor runtime = cursor_find(&host, "Runtime");
	struct cursor requests = cursor_find(&host, "DeviceRequests");
	struct cursor annotations = cursor_find(&host, "Annotations");
	struct cursor others = cursor_find(&config, "Annotations"); /* Podman's */
	struct cursor labels = cursor_find(&config, "Labels");

	if (cursor_says(&runtime, OWN_RUNTIME))
		request_mask(container);
	if (cursor_list_says(&requests, "DeviceIDs", OWN_DEVICE))
		request_mask(container);
	request_annotations(container, &annotations);
	request_annotations(container, &others);
	request_labels(container, &labels);
}

static int read_element(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *element, struct error *err)
{
	struct manifest_container *container;
	struct cursor mounts;
	const char *name;

	if (cursor_expect(element, NODE_MAPPING, err) < 0)
		return -1;
	if (node_pair(element->node, "HostConfig") == NULL &&
		node_pair(element->node, "Mounts") == NULL)
		return cursor_error(element, err,
			"not a container: neither \"HostConfig\" nor \"Mounts\" is there");
	if (cursor_text(element, "Name", &name, err) < 0 ||
		cursor_get(element, "Mounts", NODE_LIST, &mounts, err) < 0)
		return -1;
	if (name == NULL && cursor_text(element, "Id", &name, err) < 0)
		return -1;
	if (name == NULL)
		return cursor_error(element, err, "neither \"Name\" nor \"Id\" is there");
	container = manifest_container_add(
		manifest, MANIFEST_INSPECT, name + (name[0] == '/'), NULL, element->line, err);
	if (container == NULL)
		return -1;
	read_requests(container, element);
	for (size_t i = 0; i < cursor_count(&mounts); i++) {
		struct cursor cursor = cursor_at(&mounts, i);

		if (read_mount(container, context, &cursor, err) < 0)
			return -1;
	}
	if (read_host_config(container, context, element, err) < 0)
		return -1;
	return read_tmpfs(container, element, err);
}

int inspect_elements(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, inspect_element *read, struct error *err)
{
	struct cursor top = cursor_root(root);

	if (root->kind != NODE_LIST)
		return read(manifest, context, &top, err);
	for (size_t i = 0; i < cursor_count(&top); i++) {
		struct cursor element = cursor_at(&top, i);

		if (read(manifest, context, &element, err) < 0)
			return -1;
	}
	return 0;
}

int manifest_inspect(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	return inspect_elements(manifest, context, root, read_element, err);
}
