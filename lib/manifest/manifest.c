/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: finds the kind of a text and hands its documents to the reader of that kind. */
#define _GNU_SOURCE 1 /* memmem */

#include "manifest/manifest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "manifest/claims.h"
#include "manifest/forms.h"
#include "manifest/kubernetes.h"
#include "manifest/manifest_kind.h"
#include "manifest/planned_mount.h"
#include "manifest/request.h"
#include "manifest/yaml/jsonc.h"

/* Does a template's bracket stand in that line or the one above? */
static bool is_template_line(const char *text, size_t length, size_t line)
{
	const char *end = text + length, *newline;

	for (size_t at = 1; text < end; at++, text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			newline = end - 1;
		if (at + 1 >= line && memmem(text, (size_t)(newline + 1 - text), "{{", 2) != NULL)
			return true;
		if (at >= line)
			break;
	}
	return false;
}

/* A text that is not YAML: is it ours, a template of ours, or nothing to us? */
static enum manifest_fit fit_of(const char *text, size_t length)
{
	bool ours = has_key_line(text, length, "services:") ||
		(has_key_line(text, length, "apiVersion:") && has_key_line(text, length, "kind:"));

	if (memmem(text, length, "{{", 2) != NULL)
		return ours ? FIT_RENDER : FIT_FOREIGN;
	return ours ? FIT_OURS : FIT_FOREIGN;
}

static int next_document(struct manifest *manifest, struct documents *documents,
	const struct node **root, struct error *err)
{
	struct error cause = { 0 };
	size_t length = (size_t)(documents->end - documents->text);

	if (documents_next(documents, root, &cause) == 0)
		return 0;
	if (manifest->container_count == 0)
		manifest->fit = fit_of(documents->text, length);
	if (cause.code == ERROR_INPUT && is_template_line(documents->text, length, cause.line)) {
		manifest->fit = FIT_RENDER;
		error_set(err, ERROR_INPUT, "%s (" RENDER_IT ")", error_sentence(&cause));
		return error_locate(err, cause.line, cause.column);
	}
	*err = cause;
	return -1;
}

static int read_document(struct manifest *manifest, const struct manifest_context *context,
	const struct form *form, const struct documents *documents, const struct node *root,
	struct error *err)
{
	const struct duplicate *duplicate = &documents->duplicate;
	const struct node *services = node_member(root, "services");

	manifest->fit = FIT_OURS;
	/* kubectl takes the last of two keys; engines refuse them */
	if (duplicate->key != NULL && form->read != manifest_kubernetes)
		return error_at(err, ERROR_INPUT, duplicate->line, duplicate->column,
			"the key \"%s\" is already there, at %u:%u", duplicate->key,
			duplicate->first_line, duplicate->first_column);
	if (form->read(manifest, context, root, err) == 0)
		return 0;
	/* a list of services stands in files of other programs */
	if (services != NULL && services->kind != NODE_MAPPING)
		manifest->fit = FIT_FOREIGN;
	if (strstr(err->text, RENDER_IT) != NULL)
		manifest->fit = FIT_RENDER;
	return -1;
}

static int read_documents(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	cleanup(documents_clear) struct documents documents = { 0 };
	const struct form *form = NULL;
	const struct node *root;

	if (documents_open(&documents, text, length, err) < 0)
		return -1;
	documents.pruning = &compose_pruning;
	for (;;) {
		bool first = form == NULL;

		if (next_document(manifest, &documents, &root, err) < 0)
			return -1;
		if (root == NULL)
			break;
		if (root->kind == NODE_NULL)
			continue;
		if (first && is_oci(root)) {
			manifest->fit = FIT_OURS;
			return manifest_oci(manifest, context, root, text, length, err);
		}
		if (first)
			form = form_find(root);
		if (form == NULL)
			return form_unknown(manifest, root, err);
		if (!first && !form->many)
			return error_at(err, ERROR_INPUT, root->line, root->column,
				"a second document to be merged into the first; pipe the result of "
				"\"docker compose config\" into \"runmask check -\"");
		if (read_document(manifest, context, form, &documents, root, err) < 0)
			return -1;
	}
	if (form == NULL)
		return error_set(err, ERROR_INPUT, "is empty");
	return claims_resolve(manifest, context, err);
}

static bool is_jsonc(const struct manifest_context *context)
{
	const char *name = context->file != NULL ? path_base(context->file) : "";
	const char *dot = strrchr(name, '.');

	return strcmp(name, "devcontainer.json") == 0 || strcmp(name, ".devcontainer.json") == 0 ||
		(dot != NULL && strcmp(dot, ".jsonc") == 0) ||
		(context->file != NULL && strstr(context->file, ".devcontainer/") != NULL);
}

static int read_jsonc(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	cleanup(text_clear) char *copy = text_copy_bytes(text, length, err);

	if (copy == NULL)
		return -1;
	blank_comments(copy, length);
	return read_documents(manifest, context, copy, length, err);
}

/* By its name or first line a script; by its brackets a unit; else documents of YAML or JSON, and
 * where those are not ours, a text with commands after all. */
static int read_by_kind(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	enum script_kind kind = script_kind(context->file, text, length);
	struct error cause = { 0 };

	manifest->fit = FIT_FOREIGN;
	if (kind != SCRIPT_NONE) {
		manifest->fit = FIT_OURS;
		return manifest_commands(manifest, context, kind, text, length, err);
	}
	if (is_unit(text, length)) {
		manifest->fit = FIT_OURS;
		if (is_service(text, length))
			return manifest_commands(manifest, context, SCRIPT_UNIT, text, length, err);
		return manifest_quadlet(manifest, context, text, length, err);
	}
	if (is_nomad(text, length)) {
		manifest->fit = FIT_RENDER;
		return error_set(err, ERROR_INPUT, NOMAD);
	}
	if (is_jsonc(context))
		return read_jsonc(manifest, context, text, length, err);
	if (read_documents(manifest, context, text, length, &cause) == 0)
		return 0;
	if (manifest->fit == FIT_FOREIGN && has_command_line(text, length)) {
		manifest->fit = FIT_OURS;
		return manifest_commands(manifest, context, SCRIPT_SHELL, text, length, err);
	}
	*err = cause;
	return -1;
}

static int read_text(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 with it */
	const char *nul = length > 0 ? memchr(text, '\0', length) : NULL;

	manifest->fit = FIT_FOREIGN;
	if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
		return error_at(err, ERROR_INPUT, 1, 1, "UTF-16: save it as UTF-8");
	if (nul != NULL) {
		struct json_position where = json_position(text, nul);

		return error_at(
			err, ERROR_INPUT, where.line, where.column, "a NUL byte: not a text file");
	}
	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
		text += strlen(mark);
		length -= strlen(mark);
	}
	return read_by_kind(manifest, context, text, length, err);
}

int manifest_parse(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	enum manifest_fit fit;

	if (read_text(manifest, context, text, length, err) == 0) {
		claims_clear(manifest);
		return 0;
	}
	fit = manifest->fit;
	manifest_clear(manifest);
	manifest->fit = fit;
	return -1;
}

void manifest_container_clear(struct manifest_container *container)
{
	for (size_t i = 0; i < container->mount_count; i++)
		planned_mount_clear(&container->mounts[i]);
	free(container->mounts);
	text_clear(&container->name);
	text_clear(&container->object);
	*container = (struct manifest_container){ 0 };
}

void manifest_clear(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->container_count; i++)
		manifest_container_clear(&manifest->containers[i]);
	claims_clear(manifest);
	free(manifest->containers);
	free(manifest->problems);
	*manifest = (struct manifest){ 0 };
}
