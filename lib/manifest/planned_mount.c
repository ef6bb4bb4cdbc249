/* SPDX-License-Identifier: Apache-2.0 */
/* planned_mount: appends containers and mounts to a manifest, and makes their paths absolute. */
#include "manifest/planned_mount.h"

#include <ctype.h>
#include <string.h>

#include "base/buffer.h"

struct manifest_container *manifest_container_add(struct manifest *manifest,
	enum manifest_kind kind, const char *name, const char *object, size_t line,
	struct error *err)
{
	struct manifest_container *container = array_add(
		&manifest->containers, &manifest->container_count, sizeof(*container), err);

	if (container == NULL)
		return NULL;
	container->kind = kind;
	container->line = line;
	container->name = text_copy(name, err);
	if (container->name == NULL)
		return NULL;
	if (object == NULL)
		return container;
	container->object = text_copy(object, err);
	return container->object == NULL ? NULL : container;
}

int manifest_problem_add(struct manifest *manifest, size_t line, size_t column,
	const char *sentence, struct error *err)
{
	struct error *problem = array_add(
		&manifest->problems, &manifest->problem_count, sizeof(*problem), err);

	if (problem == NULL)
		return -1;
	error_set(problem, ERROR_INPUT, "%s", sentence);
	error_locate(problem, line, column);
	return 0;
}

struct planned_mount *planned_mount_add(struct manifest_container *container,
	const char *destination, const char *type, struct mount_site site, struct error *err)
{
	struct planned_mount *mount = array_add(
		&container->mounts, &container->mount_count, sizeof(*mount), err);

	if (mount == NULL)
		return NULL;
	mount->line = site.line;
	mount->column = site.column;
	mount->list_line = site.list_line;
	mount->destination = text_copy(destination, err);
	mount->type = text_copy(type, err);
	return mount->destination == NULL || mount->type == NULL ? NULL : mount;
}

static bool has_destination(const struct manifest_container *container, const char *destination)
{
	for (size_t i = 0; i < container->mount_count; i++)
		if (strcmp(container->mounts[i].destination, destination) == 0)
			return true;
	return false;
}

int planned_mount_copy(struct manifest_container *container, const struct planned_mount *from,
	bool readonly, struct error *err)
{
	struct planned_mount *mount;

	if (has_destination(container, from->destination))
		return 0;
	mount = planned_mount_add(container, from->destination, from->type,
		(struct mount_site){ from->line, from->column, from->list_line }, err);
	if (mount == NULL)
		return -1;
	mount->source = from->source != NULL ? text_copy(from->source, err) : NULL;
	mount->bind = from->bind;
	mount->recursive = from->recursive;
	mount->propagation = from->propagation;
	mount->readonly = from->readonly || readonly;
	mount->source_line = from->source_line;
	return from->source != NULL && mount->source == NULL ? -1 : 0;
}

int planned_mount_bind(struct planned_mount *mount, const struct manifest_context *context,
	const char *source, struct error *err)
{
	text_clear(&mount->type);
	text_clear(&mount->source);
	mount->bind = mount->recursive = true;
	mount->type = text_copy("bind", err);
	mount->source = path_absolute(source, context, err);
	return mount->type == NULL || mount->source == NULL ? -1 : 0;
}

void planned_mount_options(struct planned_mount *mount, char *options)
{
	bool bind = mount->bind;
	char *rest = NULL;

	for (char *word = strtok_r(options, ",", &rest); word != NULL;
		word = strtok_r(NULL, ",", &rest))
		planned_mount_option(mount, word);
	mount->bind = bind;
	mount->recursive = mount->recursive && bind;
}

bool source_is_path(const char *source)
{
	return source[0] == '/' || source[0] == '.' || source[0] == '~';
}

/* Takes the last component off; the root has none. */
static void path_up(struct buffer *path)
{
	while (path->length > 0 && path->text[--path->length] != '/')
		;
	path->text[path->length] = '\0';
}

/* Adds the components of a path to one that is empty or ends without a slash. */
static int path_add(struct buffer *path, const char *more, struct error *err)
{
	while (*more != '\0') {
		size_t length;

		more += strspn(more, "/");
		length = strcspn(more, "/");
		if (length == 2 && memcmp(more, "..", 2) == 0)
			path_up(path);
		else if (length > 0 && !(length == 1 && *more == '.') &&
			(buffer_add(path, "/", 1, err) < 0 ||
				buffer_add(path, more, length, err) < 0))
			return -1;
		more += length;
	}
	return 0;
}

char *path_resolve(const char *path, const char *base, struct error *err)
{
	cleanup(buffer_clear) struct buffer absolute = { 0 };

	if (base == NULL || base[0] != '/') {
		error_set(err, ERROR_INPUT,
			"\"%s\": a relative path, and its base directory is not known here", path);
		return NULL;
	}
	/* an empty text first, so that there is one to go up in */
	if (buffer_add(&absolute, "", 0, err) < 0 || path_add(&absolute, base, err) < 0 ||
		path_add(&absolute, path, err) < 0)
		return NULL;
	if (absolute.length == 0 && buffer_add(&absolute, "/", 1, err) < 0)
		return NULL;
	return text_copy_bytes(absolute.text, absolute.length, err); /* no larger than it is */
}

char *path_absolute(const char *path, const struct manifest_context *context, struct error *err)
{
	if (path[0] == '/')
		return text_copy(path, err);
	if (path[0] == '~')
		return path_resolve(path + 1, context->home, err);
	return path_resolve(path, context->directory, err);
}

bool is_windows_path(const char *path)
{
	bool drive = isalpha((unsigned char)path[0]) && path[1] == ':' &&
		(path[2] == '\\' || path[2] == '/');

	return drive || path[0] == '\\' || strncmp(path, "//./", 4) == 0;
}

/* Behind a drive comes another path: "C:\\x:/y". "d:/x:rw" is a volume named d. */
static bool begins_with_drive(const char *text, bool last)
{
	const char *colon = is_windows_path(text) && text[1] == ':' ? strchr(text + 2, ':') : NULL;

	if (last && is_windows_path(text) && text[1] == ':')
		return true;
	return colon != NULL && (colon[1] == '/' || is_windows_path(colon + 1));
}

/* Up to the next colon that is not a drive's. */
static char *next_part(char **rest, bool last)
{
	char *part = *rest, *from = part;

	if (part != NULL && begins_with_drive(part, last))
		from += 2;
	if (from != NULL && strsep(&from, ":") != NULL)
		*rest = from;
	return part;
}

int volume_split(char *text, struct volume_words *words, struct error *err)
{
	char *rest = text;

	*words = (struct volume_words){ .destination = next_part(&rest, false) };
	if (rest != NULL) {
		words->source = words->destination;
		words->destination = next_part(&rest, true);
		words->options = rest;
	}
	if (words->source != NULL && words->source[0] == '\0')
		return error_set(err, ERROR_INPUT, "the source before the colon is empty");
	if (words->options != NULL && strchr(words->options, ':') != NULL)
		return error_set(err, ERROR_INPUT, "more than SOURCE:DESTINATION:OPTIONS");
	return is_windows_path(words->destination) ? 0 : destination_check(words->destination, err);
}

int destination_check(const char *destination, struct error *err)
{
	if (destination[0] == '/')
		return 0;
	return error_set(err, ERROR_INPUT, "the destination must be an absolute path, is \"%s\"",
		destination);
}
