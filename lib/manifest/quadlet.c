/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet: Podman's .container, .pod and .kube files: units of systemd with such a section. The
 * .volume and .pod units and the YAML that a file names, and drop-ins, are read beside it. */
#include "manifest/quadlet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/unit_file.h"
#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "manifest/quadlet_specifiers.h"

#define NAME_DEFAULT "systemd-%N"

enum {
	KEY_NAME,
	KEY_POD_NAME,
	KEY_VOLUME,
	KEY_MOUNT,
	KEY_TMPFS,
	KEY_PODMAN_ARGS,
	KEY_GLOBAL_ARGS,
	KEY_DEVICE,
	KEY_ANNOTATION,
	KEY_LABEL,
	KEY_POD,
	KEY_YAML
};

/* Sections that a file of ours has one of. */
static const struct section {
	const char *head;
	const char *object;
} sections[] = {
	{ "[Container]", NULL },
	{ "[Pod]", "Pod" },
	{ "[Kube]", "Kube" },
};

static const struct {
	const char *name;
	quadlet_value *read;
} keys[] = {
	[KEY_NAME] = { "ContainerName", NULL },
	[KEY_VOLUME] = { "Volume", quadlet_volume },
	[KEY_MOUNT] = { "Mount", quadlet_mount },
	[KEY_TMPFS] = { "Tmpfs", quadlet_tmpfs },
	[KEY_POD_NAME] = { "PodName", NULL },
	[KEY_PODMAN_ARGS] = { "PodmanArgs", quadlet_podman_args },
	[KEY_GLOBAL_ARGS] = { "GlobalArgs", quadlet_podman_args },
	[KEY_DEVICE] = { "AddDevice", quadlet_device },
	[KEY_ANNOTATION] = { "Annotation", quadlet_annotation },
	[KEY_LABEL] = { "Label", quadlet_label },
	[KEY_POD] = { "Pod", quadlet_pod },
	[KEY_YAML] = { "Yaml", NULL },
};

/* One assignment of a key of the table; its value with the specifiers replaced. */
struct assignment {
	size_t key;
	char *value; /* NULL: taken back by a later empty one */
	size_t line; /* 0: of a drop-in */
};

struct unit {
	const struct manifest_context *context;
	struct unit_reader reader;
	bool beside;                 /* the reader's text is that of the drop-ins */
	bool inside;                 /* of a section of ours */
	const struct section *found; /* the first of them; NULL: none yet */
	size_t section;              /* its line */
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
	*assignment = (struct assignment){ key, take(expanded.text),
		unit->beside ? 0 : unit->reader.line };
	return 0;
}

static void enter_section(struct unit *unit, const char *head)
{
	unit->inside = false;
	for (size_t i = 0; i < array_count(sections); i++) {
		if (strcmp(sections[i].head, head) != 0)
			continue;
		if (unit->found == NULL) {
			unit->found = &sections[i];
			unit->section = unit->reader.line;
		}
		unit->inside = unit->found == &sections[i];
	}
}

static int read_line(struct unit *unit, char *line, struct error *err)
{
	char *value;

	line = trimmed(line);
	if (*line == '\0')
		return 0;
	if (*line == '[') {
		if (line[strlen(line) - 1] != ']')
			return error_at(err, ERROR_INPUT, unit->reader.line, 1,
				"the section has no closing bracket");
		enter_section(unit, line);
		return 0;
	}
	value = strchr(line, '=');
	if (value == NULL)
		return error_at(err, ERROR_INPUT, unit->reader.line, 1,
			"neither a section nor KEY=VALUE nor a comment");
	*value++ = '\0';
	return unit->inside ? assign(unit, trimmed(line), unquoted(trimmed(value)), err) : 0;
}

static int read_lines(struct unit *unit, struct error *err)
{
	cleanup(buffer_clear) struct buffer line = { 0 };
	bool more;

	for (;;) {
		if (unit_line(&unit->reader, &line, &more, err) < 0)
			return -1;
		if (!more)
			return 0;
		if (line.length > 0 && read_line(unit, line.text, err) < 0)
			return -1;
	}
}

static int read_drop_ins(struct unit *unit, struct error *err)
{
	const struct manifest_context *context = unit->context;
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error cause = { 0 };

	if (context->file == NULL)
		return 0;
	if (quadlet_drop_ins(context, path_base(context->file), &text, &cause) < 0)
		return error_at(err, ERROR_INPUT, unit->section, 1, "%s", cause.text);
	if (text.length == 0)
		return 0;
	unit->reader = unit_reader(text.text, text.length);
	unit->beside = true;
	unit->inside = false;
	if (read_lines(unit, &cause) < 0)
		return error_at(err, ERROR_INPUT, unit->section, 1,
			"its drop-ins could not be read: a line of them is wrong");
	return 0;
}

static int read_unit(struct unit *unit, struct error *err)
{
	if (read_lines(unit, err) < 0)
		return -1;
	if (unit->section == 0)
		return error_set(err, ERROR_INPUT,
			"no section [Container], [Pod] or [Kube]: of units only these quadlets "
			"are read");
	return read_drop_ins(unit, err);
}

static int container_name(const struct unit *unit, struct buffer *name, struct error *err)
{
	const char *last = NULL;

	for (size_t i = 0; i < unit->count; i++)
		if ((unit->assignments[i].key == KEY_NAME ||
			    unit->assignments[i].key == KEY_POD_NAME) &&
			unit->assignments[i].value != NULL)
			last = unit->assignments[i].value;
	if (last != NULL)
		return buffer_add(name, last, strlen(last), err);
	return specifiers_expand(name, NAME_DEFAULT, unit->context, err);
}

static int read_yaml(struct manifest *manifest, const struct manifest_context *context,
	const struct buffer *text, struct error *err)
{
	cleanup(documents_clear) struct documents documents = { 0 };
	const struct node *root;

	if (documents_open(&documents, text->text, text->length, err) < 0)
		return -1;
	for (;;) {
		if (documents_next(&documents, &root, err) < 0)
			return -1;
		if (root == NULL)
			return 0;
		if (root->kind == NODE_MAPPING &&
			manifest_kubernetes(manifest, context, root, err) < 0)
			return -1;
	}
}

/* Yaml=: the objects of that file; their mounts are said to stand in this line. */
static int read_kube(struct manifest *manifest, const struct manifest_context *context,
	const struct assignment *yaml, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error cause = { 0 };
	size_t first = manifest->container_count;
	int found = context->beside != NULL
		? context->beside(context->closure, yaml->value, &text, &cause)
		: 0;

	if (found <= 0)
		return error_at(err, ERROR_INPUT, yaml->line, 1,
			"Yaml: %s; give \"runmask check\" that file by its name",
			found < 0 ? cause.text : "it could not be found beside this file");
	if (text.length == 0)
		return 0;
	if (memchr(text.text, '\0', text.length) != NULL ||
		read_yaml(manifest, context, &text, &cause) < 0)
		return error_at(err, ERROR_INPUT, yaml->line, 1,
			"Yaml: that file could not be read; give it to \"runmask check\" by its "
			"name");
	for (size_t i = first; i < manifest->container_count; i++) {
		struct manifest_container *container = &manifest->containers[i];

		container->beside = "its YAML";
		container->line = yaml->line;
		for (size_t j = 0; j < container->mount_count; j++) {
			struct planned_mount *mount = &container->mounts[j];

			mount->line = mount->column = mount->list_line = mount->source_line = 0;
		}
	}
	return 0;
}

/* Nothing of a drop-in is quoted. */
static int blame(const struct unit *unit, const struct assignment *assignment, struct error *cause,
	struct error *err)
{
	const char *key = keys[assignment->key].name;

	if (assignment->line == 0)
		return error_at(err, ERROR_INPUT, unit->section, 1,
			"its drop-ins could not be read: %s= is wrong", key);
	*err = *cause;
	error_wrap(err, "%s", key);
	return error_locate(err, assignment->line, 1);
}

static int read_assignments(
	struct manifest_container *container, const struct unit *unit, struct error *err)
{
	struct error cause = { 0 };

	for (size_t i = 0; i < unit->count; i++) {
		const struct assignment *assignment = &unit->assignments[i];

		if (assignment->value == NULL || keys[assignment->key].read == NULL)
			continue;
		if (keys[assignment->key].read(container, unit->context, assignment->value,
			    assignment->line, &cause) < 0)
			return blame(unit, assignment, &cause, err);
		if (assignment->line == 0)
			container->beside = "its drop-ins";
	}
	return 0;
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
	for (size_t i = 0; i < unit.count; i++)
		if (unit.assignments[i].key == KEY_YAML && unit.assignments[i].value != NULL &&
			read_kube(manifest, context, &unit.assignments[i], err) < 0)
			return -1;
	if (strcmp(unit.found->head, "[Kube]") == 0)
		return 0;
	container = manifest_container_add(
		manifest, MANIFEST_QUADLET, name.text, unit.found->object, unit.section, err);
	if (container == NULL)
		return -1;
	return read_assignments(container, &unit, err);
}
