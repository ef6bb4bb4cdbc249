/* SPDX-License-Identifier: Apache-2.0 */
/* spec_entries: makes the entries of hooks, mounts and environment with jansson, and recognises
 * those that an earlier run has put in. */
#include "rewrite/spec_entries.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "json/decode.h"
#include "plan/veil.h"

#define HOOK_TIMEOUT 30 /* seconds; without one a runtime waits for ever */

static void json_clear(json_t **value)
{
	json_decref(*value);
}

/* Puts a jansson value in as text. Taken over; NULL where it could not be made: memory ran out,
 * or a path from the command line is not UTF-8. */
static int insert(struct rewrite *rewrite, enum rewrite_list list, size_t behind, json_t *value,
	struct error *err)
{
	cleanup(json_clear) json_t *owned = value;
	cleanup(text_clear) char *text = owned == NULL
		? NULL
		: json_dumps(owned, JSON_COMPACT | JSON_ENCODE_ANY);

	if (text == NULL)
		return error_set(err, ERROR_SYSTEM,
			"an entry of config.json cannot be made (no memory, or a path that is not "
			"UTF-8)");
	return rewrite_insert(rewrite, list, behind, text, err);
}

/* Is the element one of our hooks: this program, with a door's word? */
static bool is_hook(struct json hook, const char *path)
{
	static const char *const doors[] = { "createRuntime", "prestart", "createContainer" };
	struct json found, argument;
	struct json_walk walk;

	if (!json_member(hook, "path", &found) || !json_is(found, path) ||
		!json_member(hook, "args", &found))
		return false;
	walk = json_walk(found);
	if (!json_next_element(&walk, &argument) || !json_next_element(&walk, &argument))
		return false;
	for (size_t i = 0; i < array_count(doors); i++)
		if (json_is(argument, doors[i]))
			return true;
	return false;
}

/* At any stage: it may be there by a hooks.d file or a device. */
static bool has_hook(const struct rewrite *rewrite, const char *path)
{
	struct json hooks, stage, list, hook;
	struct json_walk stages, elements;

	if (!json_member(rewrite->document, "hooks", &hooks))
		return false;
	stages = json_walk(hooks);
	while (json_next_member(&stages, &stage, &list)) {
		elements = json_walk(list);
		while (json_next_element(&elements, &hook))
			if (is_hook(hook, path))
				return true;
	}
	return false;
}

int rewrite_hook(struct rewrite *rewrite, const struct rewrite_hook *hook, struct error *err)
{
	const char *const words[][2] = {
		{ "--policy", hook->policy },
		{ "--strategy", hook->strategy },
	};
	json_t *arguments;
	bool made = true;

	if (has_hook(rewrite, hook->path))
		return 0;
	arguments = json_pack("[s, s]", "oci-runmask", "createRuntime");
	for (size_t i = 0; i < array_count(words); i++)
		if (words[i][1] != NULL)
			made = made &&
				json_array_append_new(arguments, json_string(words[i][0])) == 0 &&
				json_array_append_new(arguments, json_string(words[i][1])) == 0;
	if (!made) {
		json_decref(arguments);
		arguments = NULL;
	}
	/* one harmless variable: engines written in Go drop an empty list, and the hook would get
	 * its caller's environment */
	return insert(rewrite, REWRITE_HOOKS, REWRITE_END,
		json_pack("{s:s, s:o, s:[s], s:i}", "path", hook->path, "args", arguments, "env",
			"LC_ALL=C", "timeout", HOOK_TIMEOUT),
		err);
}

int rewrite_mask(struct rewrite *rewrite, size_t behind, const char *directory, struct error *err)
{
	return insert(rewrite, REWRITE_MOUNTS, behind,
		json_pack("{s:s, s:s, s:s, s:[s, s, s, s, o, o]}", "destination", directory, "type",
			"tmpfs", "source", "oci-runmask", "options", "nosuid", "nodev", "noexec",
			"mode=0755", json_sprintf("size=%zum", (size_t)MASK_BYTES >> 20),
			json_sprintf("nr_inodes=%zu", (size_t)MASK_INODES)),
		err);
}

int rewrite_bind(
	struct rewrite *rewrite, const char *source, const char *destination, struct error *err)
{
	return insert(rewrite, REWRITE_MOUNTS, REWRITE_END,
		json_pack("{s:s, s:s, s:s, s:[s, s, s, s, s, s]}", "destination", destination,
			"type", "bind", "source", source, "options", "bind", "ro", "nosuid",
			"nodev", "noexec", "rprivate"),
		err);
}

/* Is the variable of that name? */
static bool names_variable(const char *variable, const char *name)
{
	size_t length = strlen(name);

	return variable != NULL && strncmp(variable, name, length) == 0 && variable[length] == '=';
}

int rewrite_variable(
	struct rewrite *rewrite, const char *name, const char *value, struct error *err)
{
	const struct json_source document = { .text = rewrite->text, .code = ERROR_INPUT };
	struct json_walk walk = json_walk(rewrite_list(rewrite, REWRITE_ENV));
	cleanup(buffer_clear) struct buffer wanted = { 0 };
	struct json element;
	size_t index = 0;
	bool there = false;

	if (buffer_print(&wanted, err, "%s=%s", name, value) < 0)
		return -1;
	for (; json_next_element(&walk, &element); index++) {
		cleanup(text_clear) char *variable = NULL;

		if (decode_text(&document, element, "process.env", &variable, err) < 0)
			return -1;
		if (!names_variable(variable, name))
			continue;
		if (!there && strcmp(variable, wanted.text) == 0) {
			there = true;
			continue;
		}
		if (rewrite_remove(rewrite, REWRITE_ENV, index, err) < 0)
			return -1;
		if (!there &&
			insert(rewrite, REWRITE_ENV, index + 1, json_string(wanted.text), err) < 0)
			return -1;
		there = true;
	}
	if (there)
		return 0;
	return insert(rewrite, REWRITE_ENV, REWRITE_END, json_string(wanted.text), err);
}
