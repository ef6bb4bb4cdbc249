/* SPDX-License-Identifier: Apache-2.0 */
/* fix_quadlet: adds Tmpfs= or an annotation to a quadlet. */
#include <string.h>

#include "base/unit_file.h"
#include "check/fix_internal.h"

/* The line behind the one that begins there and all in which it goes on. */
static int line_behind(const struct fix *fix, size_t line, size_t *behind, struct error *err)
{
	struct unit_reader reader = unit_reader(fix->text, fix->length);
	cleanup(buffer_clear) struct buffer text = { 0 };
	bool found = true;

	while (found) {
		if (unit_line(&reader, &text, &found, err) < 0)
			return -1;
		*behind = reader.next;
		if (reader.line >= line)
			break;
	}
	return 0;
}

/* A word that makes the bind share mounts, in the lines that ask for it. */
static int make_slave(struct fix *fix, const struct fix_target *target, size_t line, size_t behind,
	struct error *err)
{
	static const char *const words[][2] = { { "rshared", "rslave" }, { "shared", "slave" } };
	size_t last_length, length;
	const char *start = edits_line(&fix->edits, line, &length);
	const char *last = edits_line(&fix->edits, behind - 1, &last_length);

	for (size_t i = 0; i < array_count(words); i++) {
		cleanup(buffer_clear) struct buffer with = { 0 };
		const char *found = memmem(start, (size_t)(last + last_length - start), words[i][0],
			strlen(words[i][0]));

		if (!found)
			continue;
		if (buffer_print(&with, err, "%s", words[i][1]) < 0)
			return -1;
		return edits_add(
			&fix->edits, (size_t)(found - fix->text), strlen(words[i][0]), &with, err);
	}
	return fix_refuse(fix, target, line, 1, err,
		"the bind is shared, and the word that says so is not in its line: make it rslave "
		"by hand");
}

static int print_lines(struct buffer *lines, const struct fix *fix, const struct fix_target *target,
	struct error *err)
{
	if (fix->way == WAY_HOOK)
		return buffer_print(lines, err, "Annotation=" ANNOTATION_STRATEGY "=mask");
	for (size_t i = 0; i < target->veils.count; i++)
		if (buffer_print(lines, err, "%sTmpfs=", i > 0 ? "\n" : "") < 0 ||
			dialect_add(lines, remedy_dialect_of(MANIFEST_QUADLET),
				target->veils.texts[i], err) < 0)
			return -1;
	return 0;
}

static int fix_unit(struct fix *fix, struct fix_target *target, struct error *err)
{
	const struct manifest_container *container = target->container;
	cleanup(buffer_clear) struct buffer lines = { 0 };
	size_t behind, last = container->line;

	if (container->object)
		return fix_refuse(fix, target, container->line, 1, err,
			"a .pod file has no key for it: give --fix the pod's .container files");
	for (size_t i = 0; i < target->asked.mount_count; i++) {
		const struct planned_mount *mount = &container->mounts[target->mounts[i]];

		if (line_behind(fix, mount->line, &behind, err) < 0)
			return -1;
		last = mount->line > last ? mount->line : last;
		if (fix->way == WAY_TMPFS &&
			planned_mount_shares(mount, container->rootfs_propagation) &&
			make_slave(fix, target, mount->line, behind, err) < 0)
			return -1;
	}
	if (line_behind(fix, last, &behind, err) < 0 || print_lines(&lines, fix, target, err) < 0)
		return -1;
	return edits_add_lines(&fix->edits, behind, &lines, err);
}

int fix_quadlet(struct fix *fix, struct error *err)
{
	for (size_t i = 0; i < fix->count; i++) {
		fix->targets[i].done = true;
		if (fix_unit(fix, &fix->targets[i], err) < 0)
			return -1;
	}
	return 0;
}
