/* SPDX-License-Identifier: Apache-2.0 */
/* commands_volume: "docker volume create -o device=/run -o o=bind NAME" makes of a named volume a
 * bind, for the commands behind it in the same text. */
#include <string.h>

#include "base/string.h"
#include "manifest/command_options.h"
#include "manifest/commands.h"

/* What the words behind "volume create" say. */
struct named_volume {
	const char *name, *device, *driver;
	bool bind;
};

/* Behind "volume create"; 0: the command is another one. */
static size_t behind_create(const struct shell_command *command, size_t engine)
{
	for (size_t i = engine + 1; i + 1 < command->count; i++)
		if (strcmp(command->words[i].text, "volume") == 0 &&
			strcmp(command->words[i + 1].text, "create") == 0)
			return i + 2;
	return 0;
}

/* "device=/run", "o=bind,ro", "type=none". */
static void take_driver_option(struct named_volume *volume, const char *value)
{
	if (strncmp(value, "device=", 7) == 0)
		volume->device = value + 7;
	else if (strncmp(value, "o=", 2) == 0)
		volume->bind = words_have(value + 2, "bind") || words_have(value + 2, "rbind") ||
			strchr(value, WORD_UNKNOWN) != NULL;
}

static void take_option(struct named_volume *volume, const char *option, const char *value)
{
	if (strncmp(option, "--opt", 5) == 0 || strncmp(option, "-o", 2) == 0)
		take_driver_option(volume, value);
	else if (strncmp(option, "--driver", 8) == 0 || strncmp(option, "-d", 2) == 0)
		volume->driver = value;
	else if (strncmp(option, "--name", 6) == 0)
		volume->name = value;
}

/* What the option at *at is given: behind its "=", or the next word. */
static const char *value_of(const struct shell_command *command, size_t *at)
{
	const char *word = command->words[*at].text, *equals = strchr(word, '=');

	if (strncmp(word, "-o", 2) == 0 && word[2] != '\0' && word[2] != '=')
		return word + 2;
	if (equals != NULL)
		return equals + 1;
	return strcmp(word, "--ignore") != 0 && *at + 1 < command->count
		? command->words[++*at].text
		: "";
}

int script_volume(struct script *script, const struct shell_command *command, size_t engine,
	bool *created, struct error *err)
{
	struct named_volume volume = { .driver = "local" };
	size_t at = behind_create(command, engine);

	*created = at > 0;
	if (!*created)
		return 0;
	for (; at < command->count; at++) {
		const char *word = command->words[at].text;

		if (word[0] == '-')
			take_option(&volume, word, value_of(command, &at));
		else
			volume.name = word;
	}
	if (volume.name == NULL || volume.device == NULL || !volume.bind ||
		strcmp(volume.driver, "local") != 0)
		return 0;
	return variable_set(&script->volumes, volume.name, volume.device, err);
}

static int add_part(struct buffer *text, const char *part, size_t length, struct error *err)
{
	if (text->length > 0 && buffer_add(text, ",", 1, err) < 0)
		return -1;
	return buffer_add(text, part, length, err);
}

int volume_as_bind(struct buffer *text, const struct variable_set *volumes, const char *value,
	struct error *err)
{
	size_t length = strcspn(value, ":");
	cleanup(text_clear) char *name = text_copy_bytes(value, length, err);
	const char *device = name == NULL ? NULL : variable_find(volumes, name);

	if (device == NULL || value[length] == '\0')
		return name == NULL ? -1 : 0;
	return buffer_print(text, err, "%s%s", device, value + length);
}

/* The device of the volume that the part names; NULL: it names none. */
static const char *device_of(
	const struct variable_set *volumes, const char *part, size_t length, struct error *err)
{
	size_t key = strncmp(part, "src=", 4) == 0 ? 4 : strncmp(part, "source=", 7) == 0 ? 7 : 0;
	cleanup(text_clear) char *name = key > 0 ? text_copy_bytes(part + key, length - key, err)
						 : NULL;

	return name == NULL ? NULL : variable_find(volumes, name);
}

int volume_mount_as_bind(struct buffer *text, const struct variable_set *volumes, const char *value,
	struct error *err)
{
	const char *device = NULL;

	for (const char *at = value; *at != '\0'; at += *at == ',') {
		size_t length = strcspn(at, ",");
		const char *found = device_of(volumes, at, length, err);

		if (found != NULL) {
			device = found;
			if (buffer_print(text, err, "%ssource=%s", text->length > 0 ? "," : "",
				    device) < 0)
				return -1;
		} else if (!slice_is(at, length, "type=volume") &&
			add_part(text, at, length, err) < 0) {
			return -1;
		}
		at += length;
	}
	if (device == NULL) {
		buffer_clear(text);
		return 0;
	}
	return add_part(text, "type=bind", strlen("type=bind"), err);
}
