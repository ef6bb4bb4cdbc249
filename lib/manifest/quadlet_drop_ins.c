/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet_drop_ins: reads the drop-ins beside a quadlet, as Podman merges them since 5.0
 * (podman-systemd.unit(5)): the files *.conf of its directories, in the order of their names; of
 * two files of one name that of the more special directory. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text_list.h"
#include "manifest/quadlet.h"

#define DROP_INS_MAX 100

/* A file NAME.conf and its path. */
struct drop_in {
	char *name, *path;
};

struct drop_ins {
	struct drop_in *files;
	size_t count;
};

static void drop_ins_clear(struct drop_ins *drop_ins)
{
	for (size_t i = 0; i < drop_ins->count; i++) {
		text_clear(&drop_ins->files[i].name);
		text_clear(&drop_ins->files[i].path);
	}
	free(drop_ins->files);
}

static bool has_name(const struct drop_ins *drop_ins, const char *name)
{
	for (size_t i = 0; i < drop_ins->count; i++)
		if (strcmp(drop_ins->files[i].name, name) == 0)
			return true;
	return false;
}

static int add_file(
	struct drop_ins *drop_ins, const char *directory, const char *name, struct error *err)
{
	cleanup(buffer_clear) struct buffer path = { 0 };
	struct drop_in *file = NULL;
	const char *dot = strrchr(name, '.');

	if (dot == NULL || strcmp(dot, ".conf") != 0 || has_name(drop_ins, name))
		return 0;
	if (drop_ins->count == DROP_INS_MAX)
		return error_set(err, ERROR_INPUT, "more than %d drop-ins", DROP_INS_MAX);
	if (buffer_print(&path, err, "%s/%s", directory, name) == 0)
		file = array_add(&drop_ins->files, &drop_ins->count, sizeof(*file), err);
	if (file == NULL)
		return -1;
	file->path = take(path.text);
	file->name = text_copy(name, err);
	return file->name == NULL ? -1 : 0;
}

/* The first bytes of the name, then ".TYPE.d". */
static int add_directory(struct drop_ins *drop_ins, const struct manifest_context *context,
	const char *name, size_t length, const char *type, struct error *err)
{
	cleanup(buffer_clear) struct buffer directory = { 0 };
	cleanup(text_list_clear) struct text_list names = { 0 };
	struct error cause = { 0 };

	if (buffer_print(&directory, err, "%.*s%s.d", (int)length, name, type) < 0)
		return -1;
	if (context->list_beside(context->closure, directory.text, &names, &cause) < 0)
		return error_set(
			err, ERROR_INPUT, "drop-ins (\"%s\"): %s", directory.text, cause.text);
	for (size_t i = 0; i < names.count; i++)
		if (add_file(drop_ins, directory.text, names.texts[i], err) < 0)
			return -1;
	return 0;
}

/* The first bytes of the name, which end in "-"; of a template with "@" behind them, too. */
static int add_truncated(struct drop_ins *drop_ins, const struct manifest_context *context,
	const char *name, size_t length, const char *type, struct error *err)
{
	cleanup(buffer_clear) struct buffer template = { 0 };

	if (memchr(name, '@', (size_t)(type - name)) != NULL &&
		(buffer_print(&template, err, "@%s", type) < 0 ||
			add_directory(drop_ins, context, name, length, template.text, err) < 0))
		return -1;
	return add_directory(drop_ins, context, name, length, type, err);
}

/* "a-b@c.container" has "a-b@c.container.d", "a-b@.container.d", "a-@.container.d",
 * "a-.container.d", "container.d". */
static int find(struct drop_ins *drop_ins, const struct manifest_context *context, const char *name,
	struct error *err)
{
	const char *type = strrchr(name, '.'),
		   *at = type != NULL ? memchr(name, '@', (size_t)(type - name)) : NULL;
	const char *end = at != NULL ? at : type;

	if (type == NULL || type == name)
		return 0;
	if (add_directory(drop_ins, context, name, (size_t)(type - name), type, err) < 0 ||
		(at != NULL && at + 1 < type &&
			add_directory(drop_ins, context, name, (size_t)(at - name) + 1, type, err) <
				0))
		return -1;
	while (--end > name)
		if (*end == '-' &&
			add_truncated(
				drop_ins, context, name, (size_t)(end - name) + 1, type, err) < 0)
			return -1;
	return add_directory(drop_ins, context, "", 0, type + 1, err);
}

static int by_name(const void *a, const void *b)
{
	const struct drop_in *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int add_text(const struct drop_in *file, const struct manifest_context *context,
	struct buffer *text, struct error *err)
{
	cleanup(buffer_clear) struct buffer one = { 0 };
	struct error cause = { 0 };

	if (context->beside(context->closure, file->path, &one, &cause) < 0)
		return error_set(err, ERROR_INPUT, "drop-in \"%s\": %s", file->path, cause.text);
	if (one.length > 0 && memchr(one.text, '\0', one.length) != NULL)
		return error_set(err, ERROR_INPUT, "drop-in \"%s\": a NUL byte", file->path);
	/* a line that is continued in nothing ends here; so does the last section */
	return buffer_print(text, err, "%s\n\n[]\n", one.text != NULL ? one.text : "");
}

int quadlet_drop_ins(const struct manifest_context *context, const char *name, struct buffer *text,
	struct error *err)
{
	cleanup(drop_ins_clear) struct drop_ins drop_ins = { 0 };

	if (context->beside == NULL || context->list_beside == NULL ||
		find(&drop_ins, context, name, err) < 0)
		return -(err->code != ERROR_NONE);
	if (drop_ins.count > 0)
		qsort(drop_ins.files, drop_ins.count, sizeof(*drop_ins.files), by_name);
	for (size_t i = 0; i < drop_ins.count; i++)
		if (add_text(&drop_ins.files[i], context, text, err) < 0)
			return -1;
	return 0;
}
