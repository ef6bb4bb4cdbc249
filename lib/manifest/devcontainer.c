/* SPDX-License-Identifier: Apache-2.0 */
/* devcontainer: devcontainer.json, as its specification has it: mounts, workspaceMount, runArgs
 * (the options of docker run), and dockerComposeFile, which is read beside it. */
#include <string.h>

#include "base/buffer.h"
#include "manifest/command_options.h"
#include "manifest/cursor.h"
#include "manifest/forms.h"
#include "manifest/quadlet.h"

struct devcontainer {
	struct manifest *manifest;
	const struct manifest_context *context;
	struct shell_word *words; /* as for docker run; texts are owned */
	size_t count;
};

static void devcontainer_clear(struct devcontainer *devcontainer)
{
	for (size_t i = 0; i < devcontainer->count; i++)
		text_clear(&devcontainer->words[i].text);
	free(devcontainer->words);
}

/* "${localWorkspaceFolder}" and its kind are directories of the developer's, "${localEnv:X}" is not
 * known: what holds them is marked as the options of a script are. */
static int add_text(struct buffer *text, const struct devcontainer *devcontainer, const char *from,
	struct error *err)
{
	const char *workspace = devcontainer->context->directory;

	while (*from) {
		const char *end = strncmp(from, "${", 2) == 0 ? strchr(from, '}') : NULL;
		size_t run = 1;

		if (end && strncmp(from, "${localWorkspaceFolder}", 23) == 0 && workspace) {
			if (buffer_print(text, err, "%s", workspace) < 0)
				return -1;
		} else if (end) {
			if (buffer_print(text, err, "%c%c", WORD_UNKNOWN, WORD_KNOWN) < 0)
				return -1;
		} else if (buffer_add(text, from, run, err) < 0) {
			return -1;
		}
		from = end ? end + 1 : from + run;
	}
	return buffer_add(text, "", 0, err);
}

static int add_word(struct devcontainer *devcontainer, const char *text,
	const struct cursor *cursor, struct error *err)
{
	cleanup(buffer_clear) struct buffer expanded = { 0 };
	struct shell_word *word;

	if (add_text(&expanded, devcontainer, text, err) < 0)
		return -1;
	word = array_add(&devcontainer->words, &devcontainer->count, sizeof(*word), err);
	if (!word)
		return -1;
	*word = (struct shell_word){
		.text = take(expanded.text),
		.line = cursor->line,
		.column = cursor->at->column,
		.quoted = true,
	};
	return 0;
}

static int add_mount_member(
	struct buffer *text, const struct cursor *mount, const char *key, struct error *err)
{
	const char *value;

	if (cursor_text(mount, key, &value, err) < 0)
		return -1;
	if (!value)
		return 0;
	return buffer_print(text, err, "%s%s=%s", text->length > 0 ? "," : "", key, value);
}

/* A string as --mount takes it, or { type, source, target }. */
static int add_mount(
	struct devcontainer *devcontainer, const struct cursor *cursor, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (add_word(devcontainer, "--mount", cursor, err) < 0)
		return -1;
	if (cursor->node && cursor->node->kind == NODE_SCALAR)
		return add_word(devcontainer, cursor->node->text, cursor, err);
	if (cursor_expect(cursor, NODE_MAPPING, err) < 0 ||
		add_mount_member(&text, cursor, "type", err) < 0 ||
		add_mount_member(&text, cursor, "source", err) < 0 ||
		add_mount_member(&text, cursor, "target", err) < 0)
		return -1;
	return add_word(devcontainer, text.text ? text.text : "", cursor, err);
}

static int add_list(struct devcontainer *devcontainer, const struct cursor *top, const char *key,
	bool mounts, struct error *err)
{
	struct cursor list;

	if (cursor_get(top, key, NODE_LIST, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < cursor_count(&list); i++) {
		struct cursor each = cursor_at(&list, i);

		if (mounts) {
			if (add_mount(devcontainer, &each, err) < 0)
				return -1;
			continue;
		}
		if (cursor_expect(&each, NODE_SCALAR, err) < 0 ||
			add_word(devcontainer, each.node->text, &each, err) < 0)
			return -1;
	}
	return 0;
}

static int read_run(struct devcontainer *devcontainer, const struct cursor *top, const char *name,
	struct error *err)
{
	struct shell_word begins = { .line = 1, .column = 1 };
	const struct shell_word *blamed = &begins;
	struct manifest *manifest = devcontainer->manifest;
	struct command_run run = {
		.manifest = manifest,
		.context = devcontainer->context,
		.first = manifest->container_count,
		.begins = &begins,
	};
	struct error cause = { 0 };
	struct cursor workspace = cursor_find(top, "workspaceMount");

	if (workspace.node && workspace.node->kind == NODE_SCALAR &&
		workspace.node->text[0] != '\0' && add_mount(devcontainer, &workspace, err) < 0)
		return -1;
	if (add_list(devcontainer, top, "mounts", true, err) < 0 ||
		add_list(devcontainer, top, "runArgs", false, err) < 0 ||
		add_word(devcontainer, name, top, err) < 0)
		return -1;
	run.words = devcontainer->words;
	run.count = devcontainer->count;
	begins.line = top->line;
	if (command_run_read(&run, &blamed, &cause) == 0)
		return 0;
	error_set(err, (enum error_code)cause.code, "%s", cause.text);
	return error_locate(err, blamed->line, blamed->column);
}

/* One of dockerComposeFile, as if it were named. */
static int read_compose(
	struct devcontainer *devcontainer, const struct cursor *cursor, struct error *err)
{
	const struct manifest_context *context = devcontainer->context;
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(documents_clear) struct documents documents = { 0 };
	struct manifest_context inner = *context;
	struct error cause = { 0 };
	const struct node *root = NULL;
	size_t first = devcontainer->manifest->container_count;
	int found;

	if (cursor_expect(cursor, NODE_SCALAR, err) < 0)
		return -1;
	found = context->beside
		? context->beside(context->closure, cursor->node->text, &text, &cause)
		: 0;
	if (found <= 0)
		return cursor_error(cursor, err,
			"%s; give \"runmask check\" that compose file by its name",
			found < 0 ? cause.text : "it could not be found beside this file");
	inner.file = NULL; /* no override is merged into it */
	if (text.length == 0 || documents_open(&documents, text.text, text.length, &cause) < 0 ||
		documents_next(&documents, &root, &cause) < 0 || root == NULL ||
		manifest_compose(devcontainer->manifest, &inner, root, &cause) < 0)
		return cursor_error(cursor, err,
			"that compose file could not be read; give it to "
			"\"runmask check\" by its name");
	for (size_t i = first; i < devcontainer->manifest->container_count; i++) {
		struct manifest_container *container = &devcontainer->manifest->containers[i];

		container->line = cursor->line;
		container->beside = "its compose file";
		for (size_t j = 0; j < container->mount_count; j++)
			container->mounts[j].line = container->mounts[j].column =
				container->mounts[j].list_line = 0;
	}
	return 0;
}

int manifest_devcontainer(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, struct error *err)
{
	cleanup(devcontainer_clear) struct devcontainer devcontainer = { .manifest = manifest,
		.context = context };
	struct cursor top = cursor_root(root), files = cursor_find(&top, "dockerComposeFile"), name;

	if (cursor_get(&top, "name", NODE_SCALAR, &name, err) < 0)
		return -1;
	if (files.node && files.node->kind == NODE_LIST) {
		for (size_t i = 0; i < cursor_count(&files); i++) {
			struct cursor each = cursor_at(&files, i);

			if (read_compose(&devcontainer, &each, err) < 0)
				return -1;
		}
		return 0;
	}
	if (files.node)
		return read_compose(&devcontainer, &files, err);
	return read_run(&devcontainer, &top, name.node ? name.node->text : "devcontainer", err);
}
