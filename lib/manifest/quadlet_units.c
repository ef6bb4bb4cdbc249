/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet_units: the units that a quadlet names: .volume and .pod files, read beside it. */
#include <string.h>

#include "base/buffer.h"
#include "base/unit_file.h"
#include "manifest/planned_mount.h"
#include "manifest/quadlet.h"
#include "manifest/quadlet_specifiers.h"
#include "manifest/request.h"

static bool ends_in(const char *text, const char *ending)
{
	size_t length = strlen(text), tail = strlen(ending);

	return length > tail && strcmp(text + length - tail, ending) == 0;
}

/* With its drop-ins. 1: read; 0: it does not exist or is empty. */
static int read_beside(const struct manifest_context *context, const char *name,
	struct buffer *text, struct error *err)
{
	struct error cause = { 0 };
	int found = context->beside != NULL ? context->beside(context->closure, name, text, &cause)
					    : 0;

	if (found < 0)
		return error_set(err, ERROR_INPUT, "\"%s\" beside it: %s", name, cause.text);
	if (found > 0 && text->length > 0 &&
		(buffer_add(text, "\n\n", 2, err) < 0 ||
			quadlet_drop_ins(context, name, text, err) < 0))
		return -1;
	return found > 0 && text->length > 0 && memchr(text->text, '\0', text->length) == NULL;
}

static bool has_bind(const char *options)
{
	for (const char *at = options; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		at += *at == 'r';
		if (strncmp(at, "bind", 4) == 0 && (at[4] == '\0' || at[4] == ','))
			return true;
	}
	return false;
}

int quadlet_volume_unit(struct planned_mount *mount, const struct manifest_context *context,
	const char *source, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, path = { 0 };
	cleanup(text_clear) char *device = NULL, *options = NULL;
	int found;

	if (!ends_in(source, ".volume") || strchr(source, '/') != NULL)
		return 0;
	found = read_beside(context, source, &text, err);
	if (found <= 0)
		return found;
	if (unit_value(text.text, "Volume", "Device", &device, err) < 0 ||
		unit_value(text.text, "Volume", "Options", &options, err) < 0)
		return -1;
	if (device == NULL || options == NULL || !has_bind(options))
		return 0;
	if (specifiers_expand(&path, device, context, err) < 0)
		return -1;
	return path.text[0] == '/' ? planned_mount_bind(mount, context, path.text, err) : 0;
}

/* All containers of a pod see its volumes. */
int quadlet_pod(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(text_list_clear) struct text_list volumes = { 0 };
	int found;

	if (!ends_in(value, ".pod") || strchr(value, '/') != NULL)
		return 0;
	found = read_beside(context, value, &text, err);
	if (found <= 0)
		return found;
	if (unit_values(text.text, "Pod", "Volume", &volumes, err) < 0)
		return -1;
	if (volumes.count > 0)
		container->beside = "its .pod file";
	for (size_t i = 0; i < volumes.count; i++) {
		cleanup(buffer_clear) struct buffer volume = { 0 };

		if (specifiers_expand(&volume, volumes.texts[i], context, err) < 0 ||
			quadlet_volume(container, context, volume.text, line, err) < 0)
			return -1;
	}
	return 0;
}

static int read_pair(
	struct manifest_container *container, char *value, bool annotation, struct error *err)
{
	cleanup(text_list_clear) struct text_list words = { 0 };

	if (unit_words(value, &words, err) < 0)
		return -1;
	for (size_t i = 0; i < words.count; i++) {
		char *rest = words.texts[i], *key = strsep(&rest, "=");

		if (rest == NULL)
			continue;
		if (annotation)
			request_annotation(container, key, rest);
		else
			request_label(container, key, rest);
	}
	return 0;
}

int quadlet_annotation(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	(void)context;
	(void)line;
	return read_pair(container, value, true, err);
}

int quadlet_label(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	(void)context;
	(void)line;
	return read_pair(container, value, false, err);
}

int quadlet_device(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	(void)context;
	(void)line;
	(void)err;
	request_device(container, value);
	return 0;
}

int quadlet_runtime(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	(void)context;
	(void)line;
	(void)err;
	request_runtime(container, value);
	return 0;
}
