/* SPDX-License-Identifier: Apache-2.0 */
/* command_options: a table of the options of docker, podman and nerdctl, and what each means
 * for mounts. */
#define _GNU_SOURCE 1 /* strcasestr */

#include "manifest/command_options.h"

#include <string.h>

#include "base/path.h"
#include "base/string.h"
#include "manifest/planned_mount.h"
#include "manifest/quadlet.h"
#include "manifest/request.h"

/* What an option's value means here. */
enum meaning {
	NOTHING,
	VOLUME,
	MOUNT,
	TMPFS,
	VOLUMES_FROM,
	RUNTIME,
	DEVICE,
	ANNOTATION,
	LABEL,
	NAME
};

static const struct {
	const char *name;
	char letter;
	enum meaning meaning;
} options[] = {
	{ "volume", 'v', VOLUME },
	{ "mount", '\0', MOUNT },
	{ "tmpfs", '\0', TMPFS },
	{ "volumes-from", '\0', VOLUMES_FROM },
	{ "runtime", '\0', RUNTIME },
	{ "device", '\0', DEVICE },
	{ "annotation", '\0', ANNOTATION },
	{ "label", 'l', LABEL },
	{ "name", '\0', NAME },
};

/* Options that take no value but in the same word. */
static const char *const flags[] = { "detach", "interactive", "tty", "rm", "init", "privileged",
	"publish-all", "read-only", "no-healthcheck", "oom-kill-disable", "sig-proxy", "quiet",
	"disable-content-trust", "tls-verify", "replace", "env-host", "no-hosts", "no-hostname",
	"rmi", "read-only-tmpfs", "http-proxy", "passwd", "help", "rootfs", "use-api-socket",
	"unsetenv-all" };
static const char flag_letters[] = "ditPqh";

struct reading {
	struct command_run *run;
	struct manifest_container *container;
	size_t at;
	const struct shell_word **blamed;
};

static bool is_unknown(const char *text)
{
	return strchr(text, WORD_UNKNOWN) != NULL;
}

/* Could a mount there matter: is it on the way to a channel's place, or below it? */
static bool destination_matters(const char *destination)
{
	cleanup(text_clear) char *path = malloc(strlen(destination) + 2);

	if (!path || destination[0] != '/' || is_unknown(destination))
		return true;
	host_path(path, destination);
	return path_within(path, "/run") || path_within("/run", path) || path_within("/var", path);
}

static int refuse_unknown(struct error *err, const char *option)
{
	return error_set(err, ERROR_INPUT,
		"could not be judged: --%s holds a variable that is not known here", option);
}

/* A mount with an unknown source is ignored where its destination does not matter. */
static int unknown_volume(const char *value, struct error *err)
{
	cleanup(text_clear) char *copy = text_copy(value, err);
	struct volume_words words;
	struct error ignored = { 0 };

	if (!copy)
		return -1;
	if (volume_split(copy, &words, &ignored) == 0 && !destination_matters(words.destination))
		return 0;
	return refuse_unknown(err, "volume");
}

static int unknown_mount(const char *value, struct error *err)
{
	static const char *const keys[] = { "target=", "destination=", "dst=", "dest=" };

	for (const char *at = value; at; at = strchr(at, ',')) {
		at += *at == ',';
		for (size_t i = 0; i < array_count(keys); i++) {
			size_t length = strlen(keys[i]);
			cleanup(text_clear) char *path = NULL;

			if (strncmp(at, keys[i], length) != 0)
				continue;
			path = text_copy_bytes(at + length, strcspn(at + length, ","), err);
			if (!path)
				return -1;
			if (!destination_matters(path))
				return 0;
		}
	}
	return refuse_unknown(err, "mount");
}

static int take_mount(struct reading *reading, quadlet_value *read, const char *value,
	const struct shell_word *word, struct error *err)
{
	struct manifest_container *container = reading->container;
	cleanup(text_clear) char *copy = text_copy(value, err);
	size_t before = container->mount_count;

	if (!copy || read(container, reading->run->context, copy, word->line, err) < 0)
		return -1;
	for (size_t i = before; i < container->mount_count; i++)
		container->mounts[i].column = word->column;
	return 0;
}

static int copy_mounts(struct manifest_container *container, const struct manifest_container *from,
	bool readonly, struct error *err)
{
	for (size_t i = 0; i < from->mount_count; i++)
		if (planned_mount_copy(container, &from->mounts[i], readonly, err) < 0)
			return -1;
	return 0;
}

/* "NAME", "NAME:ro": one that the same text starts. */
static int volumes_from(struct reading *reading, const char *value, struct error *err)
{
	struct command_run *run = reading->run;
	cleanup(text_clear) char *name = text_copy(value, err);
	char *mode = name;

	if (!name)
		return -1;
	strsep(&mode, ":");
	for (size_t i = run->manifest->container_count - 1; i-- > run->first;)
		if (strcmp(run->manifest->containers[i].name, name) == 0)
			return copy_mounts(reading->container, &run->manifest->containers[i],
				mode && strncmp(mode, "ro", 2) == 0, err);
	return error_set(err, ERROR_INPUT,
		"could not be judged: --volumes-from \"%s\": no container of that name is started "
		"here",
		is_unknown(name) ? "$…" : name);
}

static void pair(struct reading *reading, const char *value, bool annotation)
{
	char copy[256], *rest = copy, *key;

	if (strlen(value) >= sizeof(copy))
		return;
	strcpy(copy, value);
	key = strsep(&rest, "=");
	if (rest && annotation)
		request_annotation(reading->container, key, rest);
	else if (rest)
		request_label(reading->container, key, rest);
}

static int take_name(struct reading *reading, const char *value, struct error *err)
{
	char *name = text_copy(is_unknown(value) ? "container" : value, err);

	if (!name)
		return -1;
	text_clear(&reading->container->name);
	reading->container->name = name;
	return 0;
}

/* read: how a value of known words is read; unknown: what is said of another. */
struct mount_option {
	int (*as_bind)(struct buffer *text, const struct variable_set *volumes, const char *value,
		struct error *err);
	quadlet_value *read;
	int (*unknown)(const char *value, struct error *err);
};

static int take_mount_option(struct reading *reading, const struct mount_option *option,
	const char *value, const struct shell_word *word, struct error *err)
{
	cleanup(buffer_clear) struct buffer bind = { 0 };
	const struct variable_set *volumes = reading->run->volumes;

	if (volumes != NULL && option->as_bind(&bind, volumes, value, err) < 0)
		return -1;
	if (bind.length > 0)
		value = bind.text;
	return is_unknown(value) ? option->unknown(value, err)
				 : take_mount(reading, option->read, value, word, err);
}

static int take_option(struct reading *reading, enum meaning meaning, const char *value,
	const struct shell_word *word, struct error *err)
{
	bool unknown = is_unknown(value);

	*reading->blamed = word;
	switch (meaning) {
	case NOTHING:
		return 0;
	case VOLUME:
		return take_mount_option(reading,
			&(struct mount_option){ volume_as_bind, quadlet_volume, unknown_volume },
			value, word, err);
	case MOUNT:
		return take_mount_option(reading,
			&(struct mount_option){
				volume_mount_as_bind, quadlet_mount, unknown_mount },
			value, word, err);
	case TMPFS:
		if (unknown && destination_matters(value))
			return refuse_unknown(err, "tmpfs");
		return unknown ? 0 : take_mount(reading, quadlet_tmpfs, value, word, err);
	case VOLUMES_FROM:
		return volumes_from(reading, value, err);
	case RUNTIME:
		request_runtime(reading->container, value);
		return 0;
	case DEVICE:
		request_device(reading->container, value);
		return 0;
	case ANNOTATION:
		pair(reading, value, true);
		return 0;
	case LABEL:
		pair(reading, value, false);
		return 0;
	case NAME:
		return take_name(reading, value, err);
	}
	return 0;
}

static int need_value(struct reading *reading, const char **value, struct error *err)
{
	struct command_run *run = reading->run;

	if (reading->at + 1 >= run->count)
		return error_set(err, ERROR_INPUT, "%s has no value", run->words[reading->at].text);
	*value = run->words[++reading->at].text;
	return 0;
}

static int long_option(struct reading *reading, const struct shell_word *word, struct error *err)
{
	const char *name = word->text + 2, *value = strchr(name, '=');
	size_t length = value ? (size_t)(value - name) : strlen(name);
	enum meaning meaning = NOTHING;

	for (size_t i = 0; !value && i < array_count(flags); i++)
		if (slice_is(name, length, flags[i]))
			return 0;
	for (size_t i = 0; i < array_count(options); i++)
		if (slice_is(name, length, options[i].name))
			meaning = options[i].meaning;
	if (value)
		value++;
	else if (need_value(reading, &value, err) < 0)
		return -1;
	return take_option(reading, meaning, value, word, err);
}

/* "-itv VALUE": letters up to the first that takes a value, which follows at once or in the next
 * word. */
static int short_options(struct reading *reading, const struct shell_word *word, struct error *err)
{
	for (const char *letter = word->text + 1; *letter; letter++) {
		const char *value = letter + 1;
		enum meaning meaning = NOTHING;

		/* -h with something behind it is the host's name */
		if (strchr(flag_letters, *letter) && *letter != 'h')
			continue;
		for (size_t i = 0; i < array_count(options); i++)
			if (options[i].letter == *letter)
				meaning = options[i].meaning;
		value += *value == '=';
		if (*value == '\0' && need_value(reading, &value, err) < 0)
			return -1;
		return take_option(reading, meaning, value, word, err);
	}
	return 0;
}

/* The image's name without its registry and tag. */
static int name_by_image(struct reading *reading, const char *image, struct error *err)
{
	const char *base = path_base(image);
	cleanup(text_clear) char *name = text_copy_bytes(base, strcspn(base, ":@"), err);

	return name ? take_name(reading, name, err) : -1;
}

/* A word that is one unknown variable stands for the image, unless its name says otherwise. */
static bool may_hold_options(const struct shell_word *word)
{
	static const char *const parts[] = { "opt", "arg", "flag", "param", "vol", "mount", "@",
		"*" };

	if (word->text[0] != WORD_UNKNOWN)
		return false;
	for (size_t i = 0; i < array_count(parts); i++)
		if (strcasestr(word->text, parts[i]))
			return true;
	return false;
}

/* An option that mounts, and behind it or in it a path. */
static bool is_mount_option(const struct shell_word *word)
{
	static const char *const names[] = { "--volume", "--mount", "--tmpfs" };
	const char *text = word->text;
	bool mounts = text[0] == '-' && text[1] != '-' && strchr(text, 'v') != NULL;

	for (size_t i = 0; i < array_count(names); i++)
		mounts = mounts || strncmp(text, names[i], strlen(names[i])) == 0;
	return mounts && (strchr(text, '/') != NULL || strchr(word[1].text, '/') != NULL);
}

/* "docker run $X -v /run:/run image": X is empty or an option, not the image. */
static bool stands_before_mounts(const struct command_run *run, size_t at)
{
	const struct shell_word *word = &run->words[at];

	if (word->quoted || word->text[0] != WORD_UNKNOWN ||
		strchr(word->text, WORD_KNOWN) != word->text + strlen(word->text) - 1)
		return false;
	for (size_t i = at + 1; i + 1 < run->count && run->words[at + 1].text[0] == '-'; i++)
		if (is_mount_option(&run->words[i]))
			return true;
	return false;
}

static int read_word(struct reading *reading, const struct shell_word *word, struct error *err)
{
	*reading->blamed = word;
	if (strncmp(word->text, "--", 2) == 0)
		return long_option(reading, word, err);
	return short_options(reading, word, err);
}

int command_run_read(struct command_run *run, const struct shell_word **blamed, struct error *err)
{
	struct reading reading = { .run = run, .blamed = blamed };
	bool named;

	reading.container = manifest_container_add(
		run->manifest, MANIFEST_COMMAND, "", NULL, run->begins->line, err);
	if (!reading.container)
		return -1;
	for (; reading.at < run->count; reading.at++) {
		const struct shell_word *word = &run->words[reading.at];
		bool option = word->text[0] == '-' && word->text[1] != '\0';

		if (strcmp(word->text, "--") == 0) {
			reading.at++;
			break;
		}
		if (may_hold_options(word) || stands_before_mounts(run, reading.at)) {
			*blamed = word;
			return error_set(err, ERROR_INPUT,
				"could not be judged: a variable that is not known here may hold "
				"options");
		}
		if (!option)
			break;
		if (read_word(&reading, word, err) < 0)
			return -1;
	}
	named = reading.container->name[0] != '\0';
	if (named)
		return 0;
	return name_by_image(
		&reading, reading.at < run->count ? run->words[reading.at].text : "container", err);
}
