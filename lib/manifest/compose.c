/* SPDX-License-Identifier: Apache-2.0 */
/* compose: reads compose files (the compose specification, and those of the first docker-compose).
 * "include" and "extends" are refused; the override file of the default name is read beside it. */
#include "manifest/compose.h"

#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "manifest/request.h"

#define API_SOCKET "/var/run/docker.sock" /* what use_api_socket binds */

/* What is asked of a service below; note_lines asks where "environment" stands. */
static const struct kept_key kept_keys[] = {
	{ "volumes", KEPT_WHOLE },
	{ "tmpfs", KEPT_WHOLE },
	{ "volumes_from", KEPT_WHOLE },
	{ "use_api_socket", KEPT_WHOLE },
	{ "runtime", KEPT_WHOLE },
	{ "devices", KEPT_WHOLE },
	{ "deploy", KEPT_WHOLE },
	{ "extends", KEPT_WHOLE },
	{ "environment", KEPT_PLACE },
	{ "annotations", KEPT_WHOLE },
	{ "labels", KEPT_NAMED },
};
const struct pruning compose_pruning = {
	.top = "services",
	.name = ANNOTATION_PREFIX,
	.keys = kept_keys,
	.count = array_count(kept_keys),
};

typedef int entry_reader(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err);

static int refuse(const struct cursor *cursor, struct error *err)
{
	return cursor_error(cursor, err, "uses include, extends or a merge tag: " MERGE_IT);
}

/* A list of entries, or one alone where that is allowed. */
static int entries(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, bool alone, entry_reader *read, struct error *err)
{
	if (cursor->at->tag != TAG_NONE) /* it means something where files are merged */
		return refuse(cursor, err);
	if (cursor->node == NULL)
		return 0;
	if (alone && cursor->node->kind == NODE_SCALAR)
		return read(compose, container, cursor, err);
	if (cursor_expect(cursor, NODE_LIST, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(cursor); i++) {
		struct cursor each = cursor_at(cursor, i);

		if (read(compose, container, &each, err) < 0)
			return -1;
	}
	return 0;
}

static int api_socket(struct compose *compose, struct manifest_container *container,
	const struct cursor *service, struct error *err)
{
	struct cursor cursor = cursor_find(service, "use_api_socket");
	struct planned_mount *mount;
	bool wanted = false;

	if (cursor_flag(service, "use_api_socket", &wanted, err) < 0)
		return -1;
	if (!wanted)
		return 0;
	mount = planned_mount_add(container, API_SOCKET, "bind", cursor_site(&cursor), err);
	return mount == NULL ? -1 : planned_mount_bind(mount, compose->context, API_SOCKET, err);
}

/* By its runtime, by a device in either spelling, by annotations and labels. Swarm, which reads
 * "deploy", ignores "devices". */
static void read_requests(struct manifest_container *container, const struct cursor *service)
{
	static const char *const keys[] = { "deploy", "resources", "reservations", "devices" };
	struct cursor runtime = cursor_find(service, "runtime");
	struct cursor devices = cursor_find(service, "devices");
	struct cursor annotations = cursor_find(service, "annotations");
	struct cursor labels = cursor_find(service, "labels");
	struct cursor ways[array_count(keys) + 1] = { *service };

	for (size_t i = 0; i < array_count(keys); i++)
		ways[i + 1] = cursor_find(&ways[i], keys[i]);
	if (cursor_says(&runtime, OWN_RUNTIME))
		request_mask(container);
	if (cursor_says(&devices, OWN_DEVICE) && ways[1].node == NULL)
		request_mask(container);
	if (cursor_list_says(&ways[array_count(keys)], "device_ids", OWN_DEVICE))
		request_mask(container);
	request_annotations(container, &annotations);
	request_labels(container, &labels);
	if (annotations.node != NULL)
		container->annotations_line = annotations.line;
}

/* Where the keys stand that a way out adds to. */
static void note_lines(struct manifest_container *container, const struct cursor *service)
{
	struct cursor tmpfs = cursor_find(service, "tmpfs");
	struct cursor environment = cursor_find(service, "environment");

	container->tmpfs_line = tmpfs.node != NULL ? tmpfs.line : 0;
	container->environment_line = environment.node != NULL ? environment.line : 0;
}

static int read_service(struct compose *compose, const struct cursor *service, struct error *err)
{
	static const struct {
		const char *key;
		bool alone;
		entry_reader *read;
	} lists[] = {
		{ "volumes", false, compose_volume },
		{ "tmpfs", true, compose_tmpfs },
	};
	struct manifest_container *container;
	struct cursor cursor;

	container = manifest_container_add(
		compose->manifest, MANIFEST_COMPOSE, service->key, NULL, service->line, err);
	if (container == NULL)
		return -1;
	if (service->node == NULL)
		return 0;
	if (cursor_expect(service, NODE_MAPPING, err) < 0)
		return -1;
	cursor = cursor_find(service, "extends");
	if (cursor.node != NULL)
		return refuse(&cursor, err);
	read_requests(container, service);
	note_lines(container, service);
	for (size_t i = 0; i < array_count(lists); i++) {
		cursor = cursor_find(service, lists[i].key);
		if (entries(compose, container, &cursor, lists[i].alone, lists[i].read, err) < 0)
			return -1;
	}
	return api_socket(compose, container, service, err);
}

static int read_services(struct compose *compose, const struct cursor *top, struct error *err)
{
	struct cursor include = cursor_find(top, "include");

	if (cursor_expect(top, NODE_MAPPING, err) < 0)
		return -1;
	if (include.node != NULL)
		return refuse(&include, err);
	compose->services = *top; /* as in the first docker-compose, which had no named volumes */
	if (node_pair(top->node, "services") != NULL) {
		compose->services = cursor_find(top, "services");
		if (cursor_get(top, "volumes", NODE_MAPPING, &compose->volumes, err) < 0)
			return -1;
	}
	if (cursor_expect(&compose->services, NODE_MAPPING, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&compose->services); i++) {
		struct cursor service = cursor_at(&compose->services, i);

		if (read_service(compose, &service, err) < 0)
			return -1;
	}
	return 0;
}

/* A destination is the same whatever slashes it ends in. */
static bool is_same_place(const char *one, const char *other)
{
	size_t length = strlen(one), same = strlen(other);

	while (length > 1 && one[length - 1] == '/')
		length--;
	while (same > 1 && other[same - 1] == '/')
		same--;
	return length == same && memcmp(one, other, length) == 0;
}

/* The second file's entry for a destination takes the first's place; all else is added. */
static int merge_mounts(struct compose *compose, struct manifest_container *container,
	struct manifest_container *from, struct error *err)
{
	for (size_t i = 0; i < from->mount_count; i++) {
		struct planned_mount *mount = NULL;

		compose->comparisons += container->mount_count + 1;
		if (compose->comparisons > COMPARISONS_MAX)
			return error_set(err, ERROR_INPUT, "brings too many volumes");
		for (size_t j = 0; j < container->mount_count && mount == NULL; j++)
			if (is_same_place(
				    container->mounts[j].destination, from->mounts[i].destination))
				mount = &container->mounts[j];
		if (mount == NULL)
			mount = array_add(
				&container->mounts, &container->mount_count, sizeof(*mount), err);
		if (mount == NULL)
			return -1;
		planned_mount_clear(mount);
		*mount = from->mounts[i];
		mount->line = mount->column = mount->list_line = mount->source_line = 0;
		from->mounts[i] = (struct planned_mount){ 0 };
	}
	return 0;
}

/* A service of the second file goes into that of the first of its name. */
static int merge_service(struct compose *compose, struct manifest_container *container,
	struct manifest_container *from, const char *beside, struct error *err)
{
	if (from->mount_count > 0)
		container->beside = beside;
	if (from->request != REQUEST_NONE)
		container->request = from->request;
	container->ignored = container->ignored || from->ignored;
	if (merge_mounts(compose, container, from, err) < 0)
		return -1;
	manifest_container_clear(from);
	return 0;
}

/* The containers of the second file, from last on; first is where those of the first begin. */
static int merge_services(struct compose *compose, const struct cursor *services, size_t first,
	size_t last, const char *beside, struct error *err)
{
	struct manifest *manifest = compose->manifest;
	size_t kept = last, index;

	for (size_t i = last; i < manifest->container_count; i++) {
		struct manifest_container *from = &manifest->containers[i];

		if (!compose_service(services, from->name, &index)) {
			from->beside = beside;
			from->line = 0;
			manifest->containers[kept++] = *from;
		} else if (merge_service(compose, &manifest->containers[first + index], from,
				   beside, err) < 0) {
			return -1;
		}
		if (kept <= i)
			manifest->containers[i] = (struct manifest_container){ 0 };
	}
	manifest->container_count = kept;
	return 0;
}

static int read_override(struct compose *compose, size_t first, const char *name,
	const struct buffer *text, struct error *err)
{
	cleanup(documents_clear) struct documents documents = { 0 };
	struct cursor top, services = compose->services;
	size_t last = compose->manifest->container_count;
	const struct node *root;

	if (documents_open(&documents, text->text, text->length, err) < 0 ||
		documents_next(&documents, &root, err) < 0)
		return -1;
	if (root == NULL || node_pair(root, "services") == NULL)
		return 0;
	top = cursor_root(root);
	compose->other_volumes = compose->volumes;
	compose->volumes = (struct cursor){ 0 };
	if (read_services(compose, &top, err) < 0)
		return -1;
	return merge_services(compose, &services, first, last, name, err);
}

/* "docker compose" reads such a file together with the one of its default name. */
static int compose_override(struct compose *compose, size_t first, struct error *err)
{
	static const char *const bases[] = { "compose.yaml", "compose.yml", "docker-compose.yml",
		"docker-compose.yaml" };
	static const char *const names[] = { "compose.override.yml", "compose.override.yaml",
		"docker-compose.override.yml", "docker-compose.override.yaml" };
	const struct manifest_context *context = compose->context;
	bool found = false;

	if (context->beside == NULL || context->file == NULL ||
		word_find(path_base(context->file), bases, array_count(bases)) < 0)
		return 0;
	for (size_t i = 0; i < array_count(names) && !found; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error cause = { 0 };
		int result = context->beside(context->closure, names[i], &text, &cause);

		found = result > 0;
		if (found && text.length > 0 && memchr(text.text, '\0', text.length) == NULL)
			result = read_override(compose, first, names[i], &text, &cause);
		if (result < 0)
			return error_set(err, ERROR_INPUT,
				"%s beside it, which docker compose reads with it: %s", names[i],
				cause.line > 0 ? "could not be read" : cause.text);
	}
	return 0;
}

static void compose_clear(struct compose *compose)
{
	dotenv_clear(&compose->dotenv);
}

int manifest_compose(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	cleanup(compose_clear) struct compose compose = {
		.manifest = manifest,
		.context = context,
		.variables = { .variable = compose_variable, .closure = &compose },
	};
	struct cursor top = cursor_root(root);
	size_t first = manifest->container_count;

	if (read_services(&compose, &top, err) < 0 || compose_inherit(&compose, first, err) < 0)
		return -1;
	return compose_override(&compose, first, err);
}
