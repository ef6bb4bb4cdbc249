/* SPDX-License-Identifier: Apache-2.0 */
/* compose_volumes: reads the entries of a service's volumes, in short and long syntax, and of its
 * tmpfs. */
#include <stddef.h>
#include <string.h>

#include "base/buffer.h"
#include "base/string.h"
#include "manifest/compose.h"
#include "manifest/planned_mount.h"

/* An entry of the long syntax; NULL: not there. */
struct long_volume {
	char *type, *source, *target, *readonly, *propagation, *recursive, *subpath;
};

static const struct {
	const char *block; /* NULL: the entry itself */
	const char *key;
	size_t offset;
} long_keys[] = {
	{ NULL, "type", offsetof(struct long_volume, type) },
	{ NULL, "source", offsetof(struct long_volume, source) },
	{ NULL, "target", offsetof(struct long_volume, target) },
	{ NULL, "read_only", offsetof(struct long_volume, readonly) },
	{ "bind", "propagation", offsetof(struct long_volume, propagation) },
	{ "bind", "recursive", offsetof(struct long_volume, recursive) },
	{ "volume", "subpath", offsetof(struct long_volume, subpath) },
};

static char **long_text(struct long_volume *volume, size_t key)
{
	return (char **)((char *)volume + long_keys[key].offset);
}

static void long_volume_clear(struct long_volume *volume)
{
	for (size_t i = 0; i < array_count(long_keys); i++)
		text_clear(long_text(volume, i));
}

/* Puts the place in front of a reason, and the variable that may be behind it. */
static int blame(const struct compose *compose, const struct cursor *cursor, struct error *err)
{
	if (compose->unset[0] != '\0')
		error_wrap(err, "the variable %s is not set", compose->unset);
	return cursor_wrap(cursor, err);
}

static void dotenv_load(struct compose *compose)
{
	const struct manifest_context *context = compose->context;
	cleanup(buffer_clear) struct buffer text = { 0 };

	compose->dotenv_asked = true;
	if (context->beside == NULL ||
		context->beside(context->closure, ".env", &text, &compose->dotenv_failure) <= 0 ||
		text.length == 0)
		return;
	if (dotenv_parse(&compose->dotenv, context, text.text, text.length,
		    &compose->dotenv_failure) < 0)
		dotenv_clear(&compose->dotenv);
}

const char *compose_variable(void *closure, const char *name)
{
	struct compose *compose = closure;
	const struct manifest_context *context = compose->context;
	const char *value = context->variable != NULL ? context->variable(context->closure, name)
						      : NULL;

	if (value == NULL && !compose->dotenv_asked)
		dotenv_load(compose);
	return value != NULL ? value : dotenv_find(&compose->dotenv, name);
}

int compose_text(
	struct compose *compose, const struct cursor *cursor, char **text, struct error *err)
{
	cleanup(buffer_clear) struct buffer buffer = { 0 };

	*text = NULL;
	compose->unset[0] = '\0';
	if (cursor->node == NULL)
		return 0;
	if (variables_expand(
		    &buffer, cursor->node->text, &compose->variables, compose->unset, err) < 0)
		return cursor_wrap(cursor, err);
	if (compose->dotenv_failure.code != ERROR_NONE) {
		error_set(err, ERROR_INPUT, ".env beside it: %s", compose->dotenv_failure.text);
		return cursor_wrap(cursor, err);
	}
	*text = take(buffer.text);
	return 0;
}

static int expanded_member(struct compose *compose, const struct cursor *above, const char *key,
	char **text, struct error *err)
{
	struct cursor cursor;

	if (cursor_get(above, key, NODE_SCALAR, &cursor, err) < 0)
		return -1;
	return compose_text(compose, &cursor, text, err);
}

/* A named volume may be a bind in disguise: the local driver mounts any device with any option. */
static int volume_device(struct compose *compose, const char *name, const char *subpath,
	struct planned_mount *mount, struct error *err)
{
	cleanup(text_clear) char *device = NULL, *words = NULL, *path = NULL;
	struct cursor volume, options;

	volume = cursor_find(&compose->volumes, name);
	if (volume.node == NULL)
		volume = cursor_find(&compose->other_volumes, name);
	if ((volume.node != NULL && cursor_expect(&volume, NODE_MAPPING, err) < 0) ||
		cursor_get(&volume, "driver_opts", NODE_MAPPING, &options, err) < 0 ||
		expanded_member(compose, &options, "o", &words, err) < 0 ||
		expanded_member(compose, &options, "device", &device, err) < 0)
		return -1;
	if (device == NULL || (!words_have(words, "bind") && !words_have(words, "rbind")))
		return 0;
	if (device[0] == '\0')
		error_set(err, ERROR_INPUT, "device is empty");
	else
		path = path_absolute(device, compose->context, err);
	if (path != NULL && subpath != NULL) {
		char *below = path_resolve(subpath, path, err);

		text_clear(&path);
		path = below;
	}
	if (path == NULL || planned_mount_bind(mount, compose->context, path, err) < 0)
		return blame(compose, &options, err);
	mount->recursive = words_have(words, "rbind");
	mount->readonly = words_have(words, "ro");
	mount->source_line = (unsigned int)volume.line;
	return 0;
}

static int short_volume(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err)
{
	cleanup(text_clear) char *text = NULL;
	struct planned_mount *mount;
	struct volume_words words;

	if (compose_text(compose, cursor, &text, err) < 0)
		return -1;
	if (volume_split(text, &words, err) < 0)
		return blame(compose, cursor, err);
	if (is_windows_path(words.destination)) /* a container of Windows */
		return 0;
	mount = planned_mount_add(container, words.destination, "volume", cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	if (words.source != NULL && source_is_path(words.source)) {
		if (planned_mount_bind(mount, compose->context, words.source, err) < 0)
			return blame(compose, cursor, err);
	} else if (words.source != NULL) {
		if (volume_device(compose, words.source, NULL, mount, err) < 0)
			return -1;
	}
	if (words.options != NULL)
		planned_mount_options(mount, words.options);
	return 0;
}

static int long_words(struct compose *compose, const struct cursor *cursor,
	struct long_volume *volume, struct error *err)
{
	char unset[sizeof(compose->unset)] = "";

	for (size_t i = 0; i < array_count(long_keys); i++) {
		const char *block = long_keys[i].block;
		struct cursor inner = *cursor;

		if (block != NULL && cursor_get(cursor, block, NODE_MAPPING, &inner, err) < 0)
			return -1;
		if (expanded_member(compose, &inner, long_keys[i].key, long_text(volume, i), err) <
			0)
			return -1;
		if (unset[0] == '\0')
			memcpy(unset, compose->unset, sizeof(unset));
	}
	memcpy(compose->unset, unset, sizeof(unset));
	return 0;
}

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* What the types have in common is checked; what else each needs, its own rules say. */
static int long_check(const struct long_volume *volume, struct error *err)
{
	static const char *const types[] = { "bind", "volume", "tmpfs", "npipe", "cluster",
		"image" };
	bool flag;

	if (!is_given(volume->type))
		return error_set(err, ERROR_INPUT, "type is missing");
	if (word_find(volume->type, types, array_count(types)) < 0)
		return error_set(err, ERROR_INPUT, "unknown volume type \"%s\"", volume->type);
	if (!is_given(volume->target))
		return error_set(err, ERROR_INPUT, "target is missing");
	if (strcmp(volume->type, "bind") == 0 && !is_given(volume->source))
		return error_set(err, ERROR_INPUT, "source is missing");
	if (volume->readonly != NULL && flag_read(volume->readonly, &flag) < 0)
		return error_set(err, ERROR_INPUT, "read_only must be true or false, is \"%s\"",
			volume->readonly);
	return destination_check(volume->target, err);
}

static int long_volume(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err)
{
	cleanup(long_volume_clear) struct long_volume volume = { 0 };
	struct planned_mount *mount;
	bool readonly = false;

	if (long_words(compose, cursor, &volume, err) < 0)
		return -1;
	if (is_given(volume.target) && is_windows_path(volume.target))
		return 0;
	if (long_check(&volume, err) < 0)
		return blame(compose, cursor, err);
	mount = planned_mount_add(container, volume.target, volume.type, cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	if (strcmp(volume.type, "bind") == 0) {
		if (!is_windows_path(volume.source) &&
			planned_mount_bind(mount, compose->context, volume.source, err) < 0)
			return blame(compose, cursor, err);
	} else if (strcmp(volume.type, "volume") == 0 && is_given(volume.source)) {
		if (volume_device(compose, volume.source, volume.subpath, mount, err) < 0)
			return -1;
	}
	/* long_check has seen that it is a flag; a device that is itself "ro" stays so */
	if (volume.readonly != NULL && flag_read(volume.readonly, &readonly) == 0)
		mount->readonly = mount->readonly || readonly;
	if (volume.propagation != NULL)
		planned_mount_options(mount, volume.propagation);
	if (volume.recursive != NULL && strcmp(volume.recursive, "disabled") == 0)
		mount->recursive = false;
	return 0;
}

/* "PATH:OPTIONS" */
int compose_tmpfs(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err)
{
	cleanup(text_clear) char *text = NULL;
	struct planned_mount *mount;
	char *options;

	if (cursor_expect(cursor, NODE_SCALAR, err) < 0 ||
		compose_text(compose, cursor, &text, err) < 0)
		return -1;
	options = text;
	strsep(&options, ":");
	if (destination_check(text, err) < 0)
		return blame(compose, cursor, err);
	mount = planned_mount_add(container, text, "tmpfs", cursor_site(cursor), err);
	if (mount == NULL)
		return -1;
	if (options != NULL)
		planned_mount_options(mount, options);
	return 0;
}

int compose_volume(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err)
{
	if (cursor->node != NULL && cursor->node->kind == NODE_SCALAR)
		return short_volume(compose, container, cursor, err);
	if (cursor->node != NULL && cursor->node->kind == NODE_MAPPING)
		return long_volume(compose, container, cursor, err);
	return cursor_error(
		cursor, err, "must be a string or a mapping, is %s", node_kind_words(cursor->at));
}
