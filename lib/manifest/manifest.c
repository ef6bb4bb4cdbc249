/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: finds out what kind of text it is, by what is in it. */
#define _GNU_SOURCE 1 /* memmem */

#include "manifest/manifest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/string.h"

struct form {
	bool (*is)(const struct node *root);
	bool many; /* a text may hold several such documents */
	int (*read)(struct manifest *manifest, const struct manifest_context *context,
		const struct node *root, struct error *err);
};

static bool has(const struct node *node, const char *key)
{
	return node_pair(node, key) != NULL;
}

static bool is_kubernetes(const struct node *root)
{
	return has(root, "apiVersion") || has(root, "kind");
}

static bool is_inspect(const struct node *root)
{
	if (root->kind == NODE_LIST)
		return root->count > 0 && is_inspect(root->elements[0]);
	return has(root, "HostConfig") || has(root, "Mounts");
}

/* Files of the first docker-compose had the services at the top. */
static bool is_first_compose(const struct node *root)
{
	if (root->kind != NODE_MAPPING || root->count == 0)
		return false;
	for (size_t i = 0; i < root->count; i++)
		if (!has(root->pairs[i].value, "image") && !has(root->pairs[i].value, "build"))
			return false;
	return true;
}

static bool is_compose(const struct node *root)
{
	return has(root, "services") || has(root, "include") || is_first_compose(root);
}

static bool is_oci(const struct node *root)
{
	return has(root, "ociVersion") || (has(root, "root") && has(root, "process"));
}

static const struct form forms[] = {
	{ is_kubernetes, true, manifest_kubernetes },
	{ is_compose, false, manifest_compose },
	{ is_inspect, true, manifest_inspect },
};

static const struct form *form_find(const struct node *root)
{
	for (size_t i = 0; i < array_count(forms); i++)
		if (forms[i].is(root))
			return &forms[i];
	return NULL;
}

static int form_unknown(const struct node *root, struct error *err)
{
	if (root->kind == NODE_LIST && root->count == 0)
		return error_set(err, ERROR_INPUT, "%u:%u: an empty list: no container was found",
			root->line, root->column);
	return error_set(err, ERROR_INPUT,
		"%u:%u: not a kind of file that is known here: compose (has \"services\"), "
		"Kubernetes "
		"(\"apiVersion\" and \"kind\"), docker inspect or podman inspect (\"HostConfig\" "
		"or "
		"\"Mounts\"), an OCI config.json (\"ociVersion\"), quadlet (\"[Container]\")",
		root->line, root->column);
}

/* Relative sources of binds are relative to the bundle. */
static int oci_sources(struct manifest_container *container, const struct manifest_context *context,
	struct error *err)
{
	for (size_t i = 0; i < container->mount_count; i++) {
		struct planned_mount *mount = &container->mounts[i];
		char *absolute;

		if (!mount->bind || mount->source == NULL || mount->source[0] == '/')
			continue;
		absolute = path_below(mount->source, context->directory, err);
		if (absolute == NULL)
			return error_wrap(err, "%zu:1: mounts[%zu].source", mount->line, i);
		text_clear(&mount->source);
		mount->source = absolute;
	}
	return 0;
}

/* The runtime names a container after nothing in its config.json; engines name the bundle's
 * directory after the container. */
static int manifest_oci(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	const char *name = context->directory != NULL ? path_base(context->directory) : "";
	cleanup(spec_clear) struct spec spec = { 0 };
	struct manifest_container *container;

	if (spec_parse(&spec, text, length, err) < 0)
		return -1;
	container = manifest_container_add(
		manifest, MANIFEST_OCI, name[0] != '\0' ? name : "container", NULL, 1, err);
	if (container == NULL)
		return -1;
	container->ordered = true;
	container->rootfs_propagation = spec.rootfs_propagation;
	container->mount_count = spec.mount_count;
	container->mounts = take(spec.mounts);
	spec.mount_count = 0;
	return oci_sources(container, context, err);
}

/* Is the first line that says anything a section's head, such as "[Unit]"? */
static bool is_unit(const char *text, size_t length)
{
	const char *end = text + length, *close;

	for (;;) {
		while (text < end && isspace((unsigned char)*text))
			text++;
		if (text == end || (*text != '#' && *text != ';'))
			break;
		text = memchr(text, '\n', (size_t)(end - text));
		if (text == NULL)
			return false;
	}
	if (text == end || *text != '[')
		return false;
	close = memchr(text, ']', (size_t)(end - text));
	if (close == NULL || !isalpha((unsigned char)text[1]))
		return false;
	while (++text < close)
		if (!isalnum((unsigned char)*text) && strchr("-_ ", *text) == NULL)
			return false;
	return close + 1 == end || isspace((unsigned char)close[1]);
}

static int next_document(struct documents *documents, const struct node **root, struct error *err)
{
	struct error cause = { 0 };
	size_t length = (size_t)(documents->end - documents->text);

	if (documents_next(documents, root, &cause) == 0)
		return 0;
	if (cause.code == ERROR_INPUT && memmem(documents->text, length, "{{", 2) != NULL)
		return error_set(
			err, ERROR_INPUT, "%s (a template must be rendered first)", cause.text);
	return error_set(err, (enum error_code)cause.code, "%s", cause.text);
}

static int read_documents(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	cleanup(documents_clear) struct documents documents = { 0 };
	const struct form *form = NULL;
	const struct node *root;

	if (documents_open(&documents, text, length, err) < 0)
		return -1;
	for (;;) {
		bool first = form == NULL;

		if (next_document(&documents, &root, err) < 0)
			return -1;
		if (root == NULL)
			break;
		if (root->kind == NODE_NULL)
			continue;
		if (first && is_oci(root))
			return manifest_oci(manifest, context, text, length, err);
		if (first)
			form = form_find(root);
		if (form == NULL)
			return form_unknown(root, err);
		if (!first && !form->many)
			return error_set(err, ERROR_INPUT,
				"%u:%u: a second document to be merged into the first; pipe the "
				"result of "
				"\"docker compose config\" into \"runmask check -\"",
				root->line, root->column);
		if (form->read(manifest, context, root, err) < 0)
			return -1;
	}
	return form != NULL ? 0 : error_set(err, ERROR_INPUT, "is empty");
}

static int read_text(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 with it */
	const char *nul = length > 0 ? memchr(text, '\0', length) : NULL;

	if (nul != NULL) {
		struct json_position where = json_position(text, nul);

		return error_set(err, ERROR_INPUT, "%zu:%zu: a NUL byte: not a text file",
			where.line, where.column);
	}
	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
		text += strlen(mark);
		length -= strlen(mark);
	}
	if (is_unit(text, length))
		return manifest_quadlet(manifest, context, text, length, err);
	return read_documents(manifest, context, text, length, err);
}

int manifest_parse(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	if (read_text(manifest, context, text, length, err) == 0)
		return 0;
	manifest_clear(manifest);
	return -1;
}

void manifest_clear(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->container_count; i++) {
		struct manifest_container *container = &manifest->containers[i];

		for (size_t j = 0; j < container->mount_count; j++)
			planned_mount_clear(&container->mounts[j]);
		free(container->mounts);
		text_clear(&container->name);
		text_clear(&container->object);
	}
	free(manifest->containers);
	*manifest = (struct manifest){ 0 };
}
