/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_quadlet: Podman's .container files: units of systemd with a section [Container].
 * Drop-ins and the .volume and .pod units that a file names are other files, and are not read. */
#include "manifest/quadlet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "manifest/quadlet_specifiers.h"
#include "base/mem.h"
#include "base/unit_file.h"

#define NAME_DEFAULT "systemd-%N"

enum { KEY_NAME, KEY_VOLUME, KEY_MOUNT, KEY_TMPFS, KEY_PODMAN_ARGS };

static const struct {
	const char *name;
	quadlet_value *read;
} keys[] = {
	[KEY_NAME] = { "ContainerName", NULL },
	[KEY_VOLUME] = { "Volume", quadlet_volume },
	[KEY_MOUNT] = { "Mount", quadlet_mount },
	[KEY_TMPFS] = { "Tmpfs", quadlet_tmpfs },
	[KEY_PODMAN_ARGS] = { "PodmanArgs", quadlet_podman_args },
};

/* One assignment of a key of the table; its value with the specifiers replaced. */
struct assignment {
	size_t key;
	char *value; /* NULL: taken back by a later empty one */
	size_t line;
};

struct unit {
	const struct manifest_context *context;
	struct unit_reader reader;
	bool container; /* inside [Container] */
	size_t section; /* the line of the first [Container]; 0: none yet */
	struct assignment *assignments;
	size_t count;
};

static void unit_clear(struct unit *unit)
{
	for (size_t i = 0; i < unit->count; i++)
		text_clear(&unit->assignments[i].value);
	free(unit->assignments);
}

/* Without white space around it; writes into the text. */
static char *trimmed(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

/* Without the quotes around all of it. */
static char *unquoted(char *text)
{
	size_t length = strlen(text);

	if (length < 2 || *text != '"' || strchr(text + 1, '"') != text + length - 1)
		return text;
	text[length - 1] = '\0';
	return text + 1;
}

static void take_back(struct unit *unit, size_t key)
{
	for (size_t i = 0; i < unit->count; i++)
		if (unit->assignments[i].key == key)
			text_clear(&unit->assignments[i].value);
}

static int assign(struct unit *unit, const char *name, const char *value, struct error *err)
{
	cleanup(buffer_clear) struct buffer expanded = { 0 };
	struct assignment *assignment;
	size_t key = 0;

	while (key < array_count(keys) && strcmp(keys[key].name, name) != 0)
		key++;
	if (key == array_count(keys))
		return 0;
	if (*value == '\0') {
		take_back(unit, key);
		return 0;
	}
	if (specifiers_expand(&expanded, value, unit->context, err) < 0)
		return -1;
	assignment = array_add(&unit->assignments, &unit->count, sizeof(*assignment), err);
	if (assignment == NULL)
		return -1;
	*assignment = (struct assignment){ key, take(expanded.text), unit->reader.line };
	return 0;
}

static int read_line(struct unit *unit, char *line, struct error *err)
{
	char *value;

	line = trimmed(line);
	if (*line == '\0')
		return 0;
	if (*line == '[') {
		if (line[strlen(line) - 1] != ']')
			return error_set(err, ERROR_INPUT,
				"%zu:1: the section has no closing bracket", unit->reader.line);
		unit->container = strcmp(line, "[Container]") == 0;
		if (unit->container && unit->section == 0)
			unit->section = unit->reader.line;
		return 0;
	}
	value = strchr(line, '=');
	if (value == NULL)
		return error_set(err, ERROR_INPUT,
			"%zu:1: neither a section nor KEY=VALUE nor a comment", unit->reader.line);
	*value++ = '\0';
	return unit->container ? assign(unit, trimmed(line), unquoted(trimmed(value)), err) : 0;
}

static int read_unit(struct unit *unit, struct error *err)
{
	cleanup(buffer_clear) struct buffer line = { 0 };
	bool more;

	for (;;) {
		if (unit_line(&unit->reader, &line, &more, err) < 0)
			return -1;
		if (!more)
			break;
		if (line.length > 0 && read_line(unit, line.text, err) < 0)
			return -1;
	}
	if (unit->section == 0)
		return error_set(err, ERROR_INPUT,
			"no section [Container]: of units only quadlet .container files are read");
	return 0;
}

static int container_name(const struct unit *unit, struct buffer *name, struct error *err)
{
	const char *last = NULL;

	for (size_t i = 0; i < unit->count; i++)
		if (unit->assignments[i].key == KEY_NAME && unit->assignments[i].value != NULL)
			last = unit->assignments[i].value;
	if (last != NULL)
		return buffer_add(name, last, strlen(last), err);
	return specifiers_expand(name, NAME_DEFAULT, unit->context, err);
}

int manifest_quadlet(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err)
{
	cleanup(unit_clear) struct unit unit = { .context = context,
		.reader = unit_reader(text, length) };
	cleanup(buffer_clear) struct buffer name = { 0 };
	struct manifest_container *container;

	if (read_unit(&unit, err) < 0 || container_name(&unit, &name, err) < 0)
		return -1;
	container = manifest_container_add(
		manifest, MANIFEST_QUADLET, name.text, NULL, unit.section, err);
	if (container == NULL)
		return -1;
	for (size_t i = 0; i < unit.count; i++) {
		const struct assignment *assignment = &unit.assignments[i];

		if (assignment->value == NULL || keys[assignment->key].read == NULL)
			continue;
		if (keys[assignment->key].read(
			    container, context, assignment->value, assignment->line, err) < 0)
			return error_wrap(
				err, "%zu:1: %s", assignment->line, keys[assignment->key].name);
	}
	return 0;
}
