/* SPDX-License-Identifier: Apache-2.0 */
/* docker: reads daemon.json and the words of dockerd's command line into one value. */
#include "doctor/docker.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/string.h"
#include "base/unit_file.h"
#include "doctor/process.h"
#include "json/json.h"

#define HOOK_NAME "oci-runmask"
#define RUNTIME_NAME "oci-runmask-runtime"

static const char *const signs[] = { DOCKER_CONFIG, "/usr/bin/dockerd", "/usr/sbin/dockerd",
	"/usr/local/bin/dockerd" };

int docker_option(const struct text_list *words, const char *const *names, size_t count,
	struct text_list *values, struct error *err)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->texts[i], *value = NULL;
		size_t length = strcspn(word, "=");

		for (size_t j = 0; j < count && value == NULL; j++) {
			if (strlen(names[j]) != length || strncmp(word, names[j], length) != 0)
				continue;
			value = word[length] == '='    ? word + length + 1
				: i + 1 < words->count ? words->texts[++i]
						       : NULL;
		}
		/* "-Hfd://" */
		if (value == NULL && strncmp(word, names[0], 2) == 0 && names[0][2] == '\0' &&
			word[2] != '\0')
			value = word + 2;
		if (value != NULL && text_list_add(values, value, strlen(value), err) < 0)
			return -1;
	}
	return 0;
}

static int set_text(char **text, const char *value, struct error *err)
{
	text_clear(text);
	*text = text_copy(value, err);
	return *text == NULL ? -1 : 0;
}

/* The running daemon's words count; a unit's only where none runs. */
static int read_words(const struct doctor *doctor, struct docker *docker, struct error *err)
{
	cleanup(text_list_clear) struct text_list lines = { 0 };
	cleanup(buffer_clear) struct buffer unit = { 0 };
	bool there;

	if (process_find(doctor, "dockerd", NULL, &docker->pid, err) < 0)
		return -1;
	if (docker->pid != 0 && process_words(docker->pid, &docker->words, err) < 0)
		return -1;
	if (docker->words.count > 0)
		return 0;
	if (host_unit(doctor->root, "docker.service", &unit, &there, err) < 0 ||
		(there && unit_values(unit.text, "Service", "ExecStart", &lines, err) < 0))
		return -1;
	for (size_t i = 0; i < lines.count; i++)
		if (unit_words(lines.texts[i], &docker->words, err) < 0)
			return -1;
	return 0;
}

static int read_config(const struct doctor *doctor, struct docker *docker, struct error *err)
{
	static const char *const names[] = { "--config-file" };
	cleanup(text_list_clear) struct text_list files = { 0 };
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error wrong = { 0 };
	struct json document;
	bool there;

	if (docker_option(&docker->words, names, 1, &files, err) < 0 ||
		set_text(&docker->config_path,
			files.count > 0 ? files.texts[files.count - 1] : DOCKER_CONFIG, err) < 0)
		return -1;
	if (host_read_bytes(doctor->root, docker->config_path, &text, &there, &wrong) < 0)
		return set_text(&docker->config_problem, wrong.text, err);
	if (!there || strspn(text.text, " \t\r\n") == text.length)
		return 0;
	if (json_validate(text.text, text.length, &document, &wrong) < 0) {
		error_in_file(&wrong, docker->config_path);
		return set_text(&docker->config_problem, wrong.text, err);
	}
	docker->config = json_loadb(text.text, text.length, JSON_DECODE_INT_AS_REAL, NULL);
	return 0;
}

static bool is_ours(const char *program)
{
	return strcmp(path_base(program), RUNTIME_NAME) == 0 ||
		strcmp(path_base(program), HOOK_NAME) == 0;
}

/* A better door takes the place of a lesser one. */
static int note_runtime(struct docker *docker, const char *name, const char *program,
	const struct text_list *args, struct error *err)
{
	bool is_default = docker->default_runtime != NULL &&
		strcmp(docker->default_runtime, name) == 0;

	docker->default_is_defined = docker->default_is_defined || is_default;
	if (program == NULL || !is_ours(program) || docker->door == DOCKER_DEFAULT)
		return 0;
	docker->door = is_default ? DOCKER_DEFAULT : DOCKER_RUNTIME;
	text_list_clear(&docker->args);
	for (size_t i = 0; i < args->count; i++)
		if (text_list_add(&docker->args, args->texts[i], strlen(args->texts[i]), err) < 0)
			return -1;
	return set_text(&docker->runtime, name, err) < 0 ||
			set_text(&docker->program, program, err) < 0
		? -1
		: 0;
}

/* path and runtimeArgs, or options.BinaryName. */
static int read_runtime(
	struct docker *docker, const char *name, const json_t *runtime, struct error *err)
{
	cleanup(text_list_clear) struct text_list args = { 0 };
	const json_t *words = json_object_get(runtime, "runtimeArgs");
	const char *program = json_string_value(json_object_get(runtime, "path"));

	if (program == NULL)
		program = json_string_value(
			json_object_get(json_object_get(runtime, "options"), "BinaryName"));
	if (doctor_strings(&args, words, err) < 0)
		return -1;
	return note_runtime(docker, name, program, &args, err);
}

/* --add-runtime NAME=PATH */
static int read_flags(struct docker *docker, struct error *err)
{
	static const char *const names[] = { "--add-runtime" };
	cleanup(text_list_clear) struct text_list values = { 0 };
	const struct text_list none = { 0 };

	if (docker_option(&docker->words, names, 1, &values, err) < 0)
		return -1;
	for (size_t i = 0; i < values.count; i++) {
		char *path = strchr(values.texts[i], '=');

		if (path == NULL)
			continue;
		*path++ = '\0';
		if (note_runtime(docker, values.texts[i], path, &none, err) < 0)
			return -1;
	}
	return 0;
}

static int read_default(struct docker *docker, struct error *err)
{
	static const char *const names[] = { "--default-runtime" };
	cleanup(text_list_clear) struct text_list values = { 0 };
	const char *name = json_string_value(json_object_get(docker->config, "default-runtime"));

	if (docker_option(&docker->words, names, 1, &values, err) < 0)
		return -1;
	if (name == NULL && values.count > 0)
		name = values.texts[values.count - 1];
	if (name == NULL)
		return 0;
	/* dockerd has these without being told */
	docker->default_is_defined = strcmp(name, "runc") == 0 || strncmp(name, "io.", 3) == 0;
	return set_text(&docker->default_runtime, name, err);
}

static int read_runtimes(struct docker *docker, struct error *err)
{
	const char *name;
	json_t *runtime;

	if (read_default(docker, err) < 0 || read_flags(docker, err) < 0)
		return -1;
	json_object_foreach(json_object_get(docker->config, "runtimes"), name,
		runtime) if (read_runtime(docker, name, runtime, err) < 0) return -1;
	return 0;
}

int docker_read(const struct doctor *doctor, struct docker *docker, struct error *err)
{
	bool any;

	if (read_words(doctor, docker, err) < 0 || read_config(doctor, docker, err) < 0 ||
		doctor_any_there(doctor, signs, array_count(signs), &any, err) < 0 ||
		read_runtimes(docker, err) < 0 || docker_find_device(doctor, docker, err) < 0)
		return -1;
	docker->there = any || docker->words.count > 0;
	if (docker->door == DOCKER_NO_DOOR && docker->device != NULL)
		docker->door = DOCKER_DEVICE;
	return 0;
}

void docker_clear(struct docker *docker)
{
	text_list_clear(&docker->words);
	text_list_clear(&docker->args);
	text_clear(&docker->config_path);
	text_clear(&docker->config_problem);
	text_clear(&docker->default_runtime);
	text_clear(&docker->runtime);
	text_clear(&docker->program);
	text_clear(&docker->device);
	text_clear(&docker->device_file);
	json_decref(docker->device_hook);
	json_decref(docker->config);
	*docker = (struct docker){ 0 };
}
