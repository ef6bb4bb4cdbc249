/* SPDX-License-Identifier: Apache-2.0 */
/* containerd: adds our tables to config.toml between two marked lines, and removes them. */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "doctor/containerd.h"
#include "doctor/toml_file.h"
#include "setup/edit.h"

#define BEGIN "# begin oci-runmask: written by runmask setup containerd; --undo takes it out\n"
#define END "# end oci-runmask\n"

static const char *find_begin(const char *text)
{
	const char *at = strstr(text, BEGIN);

	return at != NULL && (at == text || at[-1] == '\n') ? at : NULL;
}

static const struct containerd_runtime *find_runtime(
	const struct containerd_config *config, const char *name)
{
	for (size_t i = 0; i < config->count; i++)
		if (strcmp(config->runtimes[i].name, name) == 0 &&
			containerd_heeds(config, &config->runtimes[i]))
			return &config->runtimes[i];
	return NULL;
}

/* runc's cgroup driver is the kubelet's: ours must have the same. */
static int add_table(struct buffer *out, const struct containerd_config *config, int version,
	const char *program, struct error *err)
{
	const struct containerd_runtime *runc = find_runtime(config, "runc");
	const char *plugin =
		containerd_plugins[version == 2 ? CONTAINERD_TABLE_2 : CONTAINERD_TABLE_3];

	if (buffer_print(out, err,
		    BEGIN "[plugins.\"%s\".containerd.runtimes." SETUP_RUNTIME "]\n"
			  "  runtime_type = \"io.containerd.runc.v2\"\n"
			  "  pod_annotations = [\"io.github.oci-runmask.strategy\", "
			  "\"io.github.oci-runmask.strategy/"
			  "*\"]\n"
			  "[plugins.\"%s\".containerd.runtimes." SETUP_RUNTIME ".options]\n"
			  "  BinaryName = \"%s\"\n",
		    plugin, plugin, program) < 0)
		return -1;
	if (runc != NULL && runc->cgroup != NULL &&
		buffer_print(out, err, "  SystemdCgroup = %s\n", runc->cgroup) < 0)
		return -1;
	return buffer_add(out, END, strlen(END), err);
}

int edit_containerd(
	struct buffer *out, const char *text, int version, const char *program, struct error *err)
{
	cleanup(containerd_clear) struct containerd_config config = { 0 };
	const struct containerd_runtime *ours;
	size_t length = strlen(text);
	bool empty = text[strspn(text, " \t\r\n")] == '\0';

	if (containerd_parse(&config, text, err) < 0)
		return -1;
	ours = find_runtime(&config, SETUP_RUNTIME);
	if (ours != NULL && ours->program != NULL &&
		strcmp(path_base(ours->program), "oci-runmask-runtime") == 0)
		return buffer_add(out, text, length, err);
	if (ours != NULL || find_begin(text) != NULL)
		return error_set(err, ERROR_INPUT,
			"the table of the runtime \"runmask\" is there already, and its "
			"options.BinaryName is not oci-runmask-runtime: correct it, or take it "
			"out");
	if (!empty && config.version != 2 && config.version != 3)
		return error_set(err, ERROR_INPUT,
			"its version is %d; 2 and 3 are understood (containerd config migrate)",
			config.version);
	if (config.cri_off)
		return error_set(err, ERROR_INPUT,
			"disabled_plugins has the CRI plugin: no pods run by this containerd");
	if (buffer_add(out, text, length, err) < 0 ||
		(length > 0 && text[length - 1] != '\n' && buffer_add(out, "\n", 1, err) < 0) ||
		(empty && buffer_print(out, err, "version = %d\n", version) < 0))
		return -1;
	return add_table(out, &config, empty ? version : config.version, program, err);
}

int edit_containerd_undo(struct buffer *out, const char *text, struct error *err)
{
	const char *begin = find_begin(text);
	const char *end = begin == NULL ? NULL : strstr(begin, END);

	if (begin == NULL)
		return buffer_add(out, text, strlen(text), err);
	if (end == NULL)
		return error_set(
			err, ERROR_INPUT, "\"%.16s\" has no \"%.17s\" behind it", BEGIN, END);
	if (buffer_add(out, text, (size_t)(begin - text), err) < 0)
		return -1;
	end += strlen(END);
	return buffer_add(out, end, strlen(end), err);
}

/* ---- config dump ---- */

struct lines {
	struct text_list list;
	const char *file; /* that was dumped */
};

static void lines_clear(struct lines *lines)
{
	text_list_clear(&lines->list);
}

/* "a.b.c v w", but not what is below our handler. The file itself is one of the "imports". */
static int add_line(void *context, const struct text_list *path, const struct text_list *values,
	struct error *err)
{
	static const char *const ours[] = { "plugins", NULL, "containerd", "runtimes",
		SETUP_RUNTIME };
	const struct text_list front = { path->texts, path->count < 5 ? path->count : 5 };
	cleanup(buffer_clear) struct buffer line = { 0 };
	struct lines *lines = context;

	if (values == NULL || toml_path_is(&front, ours, array_count(ours)))
		return 0;
	for (size_t i = 0; i < path->count; i++)
		if (buffer_print(&line, err, "%s%s", i > 0 ? "." : "", path->texts[i]) < 0)
			return -1;
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->texts[i], lines->file) != 0 &&
			buffer_print(&line, err, " %s", values->texts[i]) < 0)
			return -1;
	return text_list_add(&lines->list, line.text, line.length, err);
}

/* The first of these that the others do not have; NULL: all are there. */
static const char *missing(const struct lines *these, const struct lines *others)
{
	for (size_t i = 0; i < these->list.count; i++)
		if (!text_list_has(&others->list, these->list.texts[i]))
			return these->list.texts[i];
	return NULL;
}

int edit_containerd_compare(const struct containerd_dump *before,
	const struct containerd_dump *after, struct error *err)
{
	cleanup(lines_clear) struct lines old = { .file = before->file };
	cleanup(lines_clear) struct lines new = { .file = after->file };
	const char *line;

	if (toml_walk(before->text, add_line, &old, err) < 0 ||
		toml_walk(after->text, add_line, &new, err) < 0)
		return -1;
	if (old.list.count == 0)
		return error_set(err, ERROR_SYSTEM, "containerd config dump says nothing");
	line = missing(&old, &new);
	if (line != NULL)
		return error_set(
			err, ERROR_SYSTEM, "containerd would no longer have \"%s\" with it", line);
	line = missing(&new, &old);
	return line == NULL
		? 0
		: error_set(err, ERROR_SYSTEM, "containerd would have \"%s\" as well", line);
}
