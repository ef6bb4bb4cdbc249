/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet_mounts: reads the values of Volume=, Mount=, Tmpfs= and PodmanArgs=
 * (podman-systemd.unit(5)). */
#include <ctype.h>
#include <string.h>

#include "base/buffer.h"
#include "manifest/cursor.h"
#include "manifest/planned_mount.h"
#include "manifest/quadlet.h"

/* What Mount= can say, whatever the spelling. */
enum mount_word {
	TYPE,
	SOURCE,
	DESTINATION,
	READONLY,
	WRITABLE,
	PROPAGATION,
	FLAT,
	OPTION,
	DEVICE,
	BIND,
	MOUNT_WORDS
};

static const struct {
	const char *key;
	enum mount_word word;
} mount_keys[] = {
	{ "type", TYPE }, { "src", SOURCE }, { "source", SOURCE }, { "dst", DESTINATION },
	{ "dest", DESTINATION }, { "destination", DESTINATION }, { "target", DESTINATION },
	{ "ro", READONLY }, { "readonly", READONLY }, { "rw", WRITABLE },
	{ "bind-propagation", PROPAGATION }, { "bind-nonrecursive", FLAT },
	{ "volume-opt", OPTION }, /* Docker's: "volume-opt=device=/run", "volume-opt=o=bind" */
};

int quadlet_volume(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	struct planned_mount *mount;
	struct volume_words words;

	if (volume_split(value, &words, err) < 0)
		return -1;
	if (is_windows_path(words.destination))
		return 0;
	mount = planned_mount_add(container, words.destination, "volume",
		(struct mount_site){ .line = line, .column = 1 }, err);
	if (mount == NULL)
		return -1;
	if (words.source != NULL && source_is_path(words.source) &&
		planned_mount_bind(mount, context, words.source, err) < 0)
		return -1;
	if (words.source != NULL && quadlet_volume_unit(mount, context, words.source, err) < 0)
		return -1;
	if (words.options != NULL)
		planned_mount_options(mount, words.options);
	return 0;
}

int quadlet_tmpfs(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	struct planned_mount *mount;
	char *options = value;

	(void)context;
	strsep(&options, ":");
	if (destination_check(value, err) < 0)
		return -1;
	mount = planned_mount_add(
		container, value, "tmpfs", (struct mount_site){ .line = line, .column = 1 }, err);
	if (mount == NULL)
		return -1;
	if (options != NULL)
		planned_mount_options(mount, options);
	return 0;
}

/* The next word, up to the separator or white space (separator NUL); quotes are taken off, and
 * hide separators. NULL at the end. */
static char *next_word(char **rest, char separator)
{
	char *from = *rest, *to, *word, quote = '\0';

	while (separator == '\0' && from != NULL && isspace((unsigned char)*from))
		from++;
	if (from == NULL || *from == '\0')
		return NULL;
	for (to = word = from; *from != '\0'; from++) {
		if (quote == '\0' &&
			(separator == '\0' ? isspace((unsigned char)*from) : *from == separator))
			break;
		if (*from == quote)
			quote = '\0';
		else if (quote == '\0' && (*from == '"' || (*from == '\'' && separator == '\0')))
			quote = *from;
		else
			*to++ = *from;
	}
	*rest = *from != '\0' ? from + 1 : NULL;
	*to = '\0';
	return word;
}

static void volume_option(char *text, const char *words[MOUNT_WORDS])
{
	if (strncmp(text, "device=", strlen("device=")) == 0)
		words[DEVICE] = text + strlen("device=");
	if (strncmp(text, "o=", 2) == 0 && strstr(text, "bind") != NULL)
		words[BIND] = text;
}

/* Sorts "key=value,key,…" into words[]; what is not in the table goes to *mount, as "rshared" may.
 */
static void mount_words(char *value, const char *words[MOUNT_WORDS], struct planned_mount *mount)
{
	char *key;

	while ((key = next_word(&value, ',')) != NULL) {
		char *text = strchr(key, '=');
		size_t i = 0;

		if (text != NULL)
			*text++ = '\0';
		while (i < array_count(mount_keys) && strcasecmp(mount_keys[i].key, key) != 0)
			i++;
		if (i < array_count(mount_keys) && mount_keys[i].word == OPTION)
			volume_option(text != NULL ? text : "", words);
		else if (i < array_count(mount_keys))
			words[mount_keys[i].word] = text != NULL ? text : "true";
		else
			planned_mount_option(mount, key);
	}
}

static int mount_flag(
	const char *words[MOUNT_WORDS], enum mount_word word, bool *flag, struct error *err)
{
	if (words[word] == NULL || flag_read(words[word], flag) == 0)
		return 0;
	return error_set(err, ERROR_INPUT, "\"%s\" is neither true nor false", words[word]);
}

int quadlet_mount(struct manifest_container *container, const struct manifest_context *context,
	char *value, size_t line, struct error *err)
{
	const char *words[MOUNT_WORDS] = { [TYPE] = "volume" };
	bool readonly, writable, flat = false, bind;
	struct planned_mount said = { 0 }, *mount;

	mount_words(value, words, &said);
	readonly = said.readonly;
	if (mount_flag(words, READONLY, &readonly, err) < 0)
		return -1;
	writable = !readonly;
	if (mount_flag(words, WRITABLE, &writable, err) < 0 ||
		mount_flag(words, FLAT, &flat, err) < 0)
		return -1;
	if (strcmp(words[TYPE], "glob") == 0)
		return error_set(
			err, ERROR_INPUT, "what type=glob finds is known on the host only");
	if (words[DESTINATION] == NULL)
		return error_set(err, ERROR_INPUT, "destination is missing");
	bind = strcasecmp(words[TYPE], "bind") == 0;
	if (bind && words[SOURCE] == NULL)
		return error_set(err, ERROR_INPUT, "source is missing");
	if (destination_check(words[DESTINATION], err) < 0)
		return -1;
	mount = planned_mount_add(container, words[DESTINATION], words[TYPE],
		(struct mount_site){ .line = line, .column = 1 }, err);
	if (mount == NULL ||
		(bind && !is_windows_path(words[SOURCE]) &&
			planned_mount_bind(mount, context, words[SOURCE], err) < 0))
		return -1;
	if (!bind && words[DEVICE] != NULL && words[DEVICE][0] == '/' && words[BIND] != NULL &&
		planned_mount_bind(mount, context, words[DEVICE], err) < 0)
		return -1;
	if (!bind && words[SOURCE] != NULL &&
		quadlet_volume_unit(mount, context, words[SOURCE], err) < 0)
		return -1;
	mount->propagation = said.propagation;
	mount->readonly = !writable;
	mount->recursive = mount->bind && !flat;
	if (words[PROPAGATION] != NULL) {
		said = (struct planned_mount){ 0 };
		planned_mount_option(&said, words[PROPAGATION]);
		mount->propagation = said.propagation;
	}
	return 0;
}

struct podman_option {
	const char *word;
	quadlet_value *read;
};

/* The options of podman run that matter: "--volume=X", "--volume X", "-v X", "-vX". *text is what
 * stands in the same word, or NULL. */
static const struct podman_option *podman_option(char *word, char **text)
{
	static const struct podman_option options[] = {
		{ "--volume", quadlet_volume },
		{ "--mount", quadlet_mount },
		{ "--tmpfs", quadlet_tmpfs },
		{ "-v", quadlet_volume },
		{ "--runtime", quadlet_runtime },
		{ "--device", quadlet_device },
		{ "--annotation", quadlet_annotation },
		{ "--label", quadlet_label },
		{ "-l", quadlet_label },
	};

	for (size_t i = 0; i < array_count(options); i++) {
		size_t length = strlen(options[i].word);
		bool letter = length == 2;

		if (strncmp(word, options[i].word, length) != 0 ||
			(!letter && word[length] != '=' && word[length] != '\0'))
			continue;
		*text = word[length] == '\0' ? NULL : word + length + (word[length] == '=');
		return &options[i];
	}
	return NULL;
}

int quadlet_podman_args(struct manifest_container *container,
	const struct manifest_context *context, char *value, size_t line, struct error *err)
{
	char *word, *text;

	while ((word = next_word(&value, '\0')) != NULL) {
		const struct podman_option *option = podman_option(word, &text);

		if (option == NULL)
			continue;
		if (text == NULL)
			text = next_word(&value, '\0');
		if (text == NULL)
			return error_set(err, ERROR_INPUT, "%s has no value", option->word);
		if (option->read(container, context, text, line, err) < 0)
			return -1;
	}
	return 0;
}
