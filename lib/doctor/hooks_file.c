/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_file: checks each key as the engines do, and says the first reason why they would
 * refuse the file. */
#include "doctor/hooks_file.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "json/json.h"

static const char *const stage_words[] = { "prestart", "createRuntime", "createContainer",
	"startContainer", "poststart", "poststop", "precreate" };

/* Which of our doors serves which stage. */
static const struct {
	const char *stage, *doors[2];
} served[] = {
	{ "prestart", { "prestart", "createRuntime" } },
	{ "createRuntime", { "createRuntime", "prestart" } },
	{ "createContainer", { "createContainer", NULL } },
	{ "precreate", { "precreate", NULL } },
};

static void decref(json_t **value)
{
	json_decref(*value);
}

static int problem(struct hooks_file *file, bool fatal, struct error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The first one counts. */
static int problem(struct hooks_file *file, bool fatal, struct error *err, const char *format, ...)
{
	char sentence[512];
	va_list arguments;

	if (file->problem != NULL)
		return 0;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	file->fatal = fatal;
	file->problem = text_copy(sentence, err);
	return file->problem == NULL ? -1 : 0;
}

static bool serves(const char *door, const char *stage)
{
	for (size_t i = 0; i < array_count(served); i++)
		if (strcmp(served[i].stage, stage) == 0)
			return strcmp(door, served[i].doors[0]) == 0 ||
				(served[i].doors[1] != NULL &&
					strcmp(door, served[i].doors[1]) == 0);
	return false;
}

static int read_stages(struct hooks_file *file, const json_t *stages, struct error *err)
{
	size_t i;
	json_t *stage;

	if (!json_is_array(stages) || json_array_size(stages) == 0)
		return problem(file, true, err, "it names no stages");
	json_array_foreach((json_t *)stages, i, stage)
	{
		const char *word = json_string_value(stage);

		if (word == NULL || word_find(word, stage_words, array_count(stage_words)) < 0)
			return problem(file, true, err, "unknown stage \"%s\"", word ? word : "");
		file->precreate = file->precreate || strcmp(word, "precreate") == 0;
	}
	return 0;
}

static int read_args(struct hooks_file *file, const json_t *args, struct error *err)
{
	for (size_t i = 0; i < json_array_size(args); i++) {
		const char *word = json_string_value(json_array_get(args, i));

		if (word != NULL && text_list_add(&file->args, word, strlen(word), err) < 0)
			return -1;
	}
	return 0;
}

/* Engines run what is in args, and nothing of their own: the door has to be there. */
static int read_door(
	struct hooks_file *file, const json_t *args, const json_t *stages, struct error *err)
{
	const char *door = json_string_value(json_array_get(args, 1));
	size_t i;
	json_t *stage;

	if (read_args(file, args, err) < 0)
		return -1;
	if (door == NULL)
		return problem(file, false, err, "hook.args names no door of the hook");
	json_array_foreach((json_t *)stages, i, stage)
	{
		const char *word = json_string_value(stage);

		if (word != NULL && !serves(door, word))
			return problem(file, false, err,
				"the door \"%s\" in hook.args does not serve the stage %s", door,
				word);
	}
	return 0;
}

static bool is_limited(const json_t *when)
{
	return json_object_size(json_object_get(when, "annotations")) > 0 ||
		json_array_size(json_object_get(when, "commands")) > 0;
}

static bool can_match(const json_t *when)
{
	return json_is_true(json_object_get(when, "always")) ||
		json_is_true(json_object_get(when, "hasBindMounts")) || is_limited(when);
}

/* What is never true makes the whole never true: conditions are joined by "and". */
static bool never_matches(const json_t *when)
{
	return json_is_false(json_object_get(when, "always")) ||
		json_is_false(json_object_get(when, "hasBindMounts")) || !can_match(when);
}

static int read_whole(struct hooks_file *file, const json_t *whole, struct error *err)
{
	const json_t *hook = json_object_get(whole, "hook");
	const json_t *stages = json_object_get(whole, "stages");
	const char *version = json_string_value(json_object_get(whole, "version"));
	const char *path = json_string_value(json_object_get(hook, "path"));

	if (version == NULL || strcmp(version, "1.0.0") != 0)
		return problem(file, true, err, "the key version must be \"1.0.0\"");
	if (path == NULL || path[0] != '/')
		return problem(file, true, err, "hook.path must be an absolute path");
	file->program = text_copy(path, err);
	if (file->program == NULL || read_stages(file, stages, err) < 0)
		return -1;
	file->ours = strcmp(path_base(path), "oci-runmask") == 0;
	if (strcmp(path_base(path), "oci-runmask-runtime") == 0) {
		file->ours = true;
		return problem(file, false, err,
			"hook.path is the runtime door; the hook is called oci-runmask");
	}
	if (!json_is_object(json_object_get(whole, "when")))
		return problem(file, true, err, "\"when\" is missing");
	if (!file->ours || file->problem != NULL)
		return 0;
	if (never_matches(json_object_get(whole, "when")))
		return problem(file, false, err, "\"when\" is never true");
	file->limited = is_limited(json_object_get(whole, "when"));
	return read_door(file, json_object_get(hook, "args"), stages, err);
}

int hooks_file_read(struct hooks_file *file, const char *text, size_t length, struct error *err)
{
	cleanup(decref) json_t *whole = NULL;
	struct error why = { 0 };
	struct json document;

	if (json_validate(text, length, &document, &why) < 0)
		return problem(file, true, err, "%s", why.text);
	whole = json_loadb(text, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
	if (whole == NULL || !json_is_object(whole))
		return problem(file, true, err, "it must be a JSON object");
	return read_whole(file, whole, err);
}

void hooks_file_clear(struct hooks_file *file)
{
	text_clear(&file->program);
	text_list_clear(&file->args);
	text_clear(&file->problem);
	*file = (struct hooks_file){ 0 };
}
