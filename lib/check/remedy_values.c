/* SPDX-License-Identifier: Apache-2.0 */
/* remedy_values: the text for each {name} of the table, computed from one case. */
#include "check/remedy_values.h"

#include <limits.h>
#include <string.h>

#include "base/path.h"

void values_clear(struct values *values)
{
	for (size_t i = 0; i < array_count(values->texts); i++)
		buffer_clear(&values->texts[i]);
}

/* Without slashes at the end: "" for the root. */
int bare_length(const char *path)
{
	size_t length = strlen(path);

	while (length > 0 && path[length - 1] == '/')
		length--;
	return (int)length;
}

static int print_options(struct buffer *options, const struct planned_mount *mount,
	enum propagation propagation, bool json, struct error *err)
{
	static const char *const words[] = {
		[PROPAGATION_PRIVATE] = "rprivate",
		[PROPAGATION_SLAVE] = "rslave",
		[PROPAGATION_SHARED] = "rshared",
	};
	const char *word = propagation < array_count(words) ? words[propagation] : NULL;
	const char *readonly = mount->readonly ? "ro" : NULL;

	if (json)
		return buffer_print(options, err, "\"rbind\"%s%s%s%s", readonly ? ", \"ro\"" : "",
			word ? ", \"" : "", word ? word : "", word ? "\"" : "");
	return buffer_print(options, err, "%s%s%s%s", readonly || word ? ":" : "",
		readonly ? readonly : "", readonly && word ? "," : "", word ? word : "");
}

/* What the way out needs to be told, sentence by sentence. */
static int fill_sentences(struct values *values, struct error *err)
{
	const struct planned_mount *mount = values->asked->mount;

	if (values->asked->shares &&
		(value_print(values, VALUE_SLAVE, err,
			 " The bind is shared: a tmpfs below it would cover the host's own "
			 "directory as well. So make it rslave: mounts of the host still arrive, "
			 "none go back.") < 0 ||
			value_print(values, VALUE_SKIP, err,
				" The bind is shared: then the hook only warns, unless the policy "
				"says \"onShared\": \"slave\".") < 0))
		return -1;
	return value_print(values, VALUE_MADE, err,
		mount->readonly ? " The host must have that directory: it cannot be made through a "
				  "read-only bind."
				: " Where the host has no such directory, it is made there.");
}

static bool stem_is(const char *base, int length, const char *word)
{
	return (size_t)length == strlen(word) && memcmp(base, word, (size_t)length) == 0;
}

/* A directory that holds the socket and nothing else: the one it has, or in /run, where everything
 * is, one that the daemon is still to be told of. */
static int fill_directory(struct values *values, struct error *err)
{
	bool single = values->asked->channels == 0;
	const struct planned_mount *mount = values->asked->mount;
	const char *socket = single ? mount->source : values->dialect->socket;
	const char *slash = strrchr(socket, '/'), *base = slash ? slash + 1 : socket;
	const char *target = single ? strrchr(mount->destination, '/') : NULL;
	int length = slash ? (int)(slash - socket) : 0, stem = (int)strcspn(base, ".");
	bool crowded = length == 0 || (length == 4 && strncmp(socket, "/run", 4) == 0) ||
		(length == 8 && strncmp(socket, "/var/run", 8) == 0);
	bool docker = stem_is(base, stem, "docker");

	values->holds[IF_API] = docker || stem_is(base, stem, "podman");
	if (value_print(values, VALUE_BASE, err, "%s", base) < 0)
		return -1;
	if (!crowded && value_print(values, VALUE_DIRECTORY, err, "%.*s", length, socket) < 0)
		return -1;
	if (crowded &&
		(value_print(values, VALUE_DIRECTORY, err, "/run/%.*s-api", stem, base) < 0 ||
			value_print(values, VALUE_LISTEN, err,
				", and have the daemon listen there as well%s%s%s",
				docker ? " (dockerd -H unix:///run/docker-api/" : "",
				docker ? base : "", docker ? ")" : "") < 0))
		return -1;
	/* under the same name elsewhere in the container: its directory can take that place */
	if (!crowded && target && strcmp(target + 1, base) == 0 && target - mount->destination > 8)
		return value_print(values, VALUE_MOUNTPOINT, err, "%.*s",
			(int)(target - mount->destination), mount->destination);
	return value_print(
		values, VALUE_MOUNTPOINT, err, "%s", values->texts[VALUE_DIRECTORY].text);
}

/* What is said of one bind; it takes the place of what was said of another. */
int fill_mount(
	struct values *values, const struct planned_mount *mount, size_t nth, struct error *err)
{
	static const enum value own[] = { VALUE_SOURCE, VALUE_DESTINATION, VALUE_OPTIONS,
		VALUE_SLAVED, VALUE_ELSEWHERE, VALUE_NTH };
	bool json = values->asked->container->kind == MANIFEST_OCI;

	for (size_t i = 0; i < array_count(own); i++)
		values->texts[own[i]].length = 0;
	values->holds[IF_SLAVE] = mount->propagation == PROPAGATION_SLAVE;
	values->holds[IF_BIDIRECTIONAL] = mount->propagation == PROPAGATION_SHARED;
	values->holds[IF_READONLY] = mount->readonly;
	if (nth > 0 && value_print(values, VALUE_NTH, err, "-%zu", nth + 1) < 0)
		return -1;
	if (value_print(values, VALUE_SOURCE, err, "%s", mount->source) < 0 ||
		value_print(values, VALUE_DESTINATION, err, "%s", mount->destination) < 0 ||
		value_print(values, VALUE_ELSEWHERE, err, "/host%.*s", bare_length(mount->source),
			mount->source) < 0 ||
		print_options(&values->texts[VALUE_OPTIONS], mount, mount->propagation, json, err) <
			0)
		return -1;
	return print_options(&values->texts[VALUE_SLAVED], mount, PROPAGATION_SLAVE, json, err);
}

const struct planned_mount *asked_mount(const struct values *values, size_t index)
{
	return &values->asked->container->mounts[values->asked->mounts[index]];
}

/* Where the kind's usual socket goes when the bind that holds it goes elsewhere. Where no bind
 * holds it, nothing is said of it. */
static int fill_moved(struct values *values, struct error *err)
{
	const char *socket = values->dialect->socket;

	for (size_t i = 0; i < values->asked->mount_count; i++) {
		const struct planned_mount *mount = asked_mount(values, i);
		cleanup(text_clear) char *source = malloc(strlen(mount->source) + 2);

		if (!source)
			return error_errno(err, "computing the remedies");
		host_path(source, mount->source);
		if (!path_within(socket, source))
			continue;
		values->holds_socket = true;
		return value_print(values, VALUE_MOVED, err, "/host%.*s%s",
			bare_length(mount->source), mount->source, socket + strlen(source));
	}
	return 0;
}

static int fill_sources(struct values *values, struct error *err)
{
	size_t count = values->asked->mount_count;

	for (size_t i = 0; i < count; i++)
		if (value_print(values, VALUE_SOURCES, err, "%s%s",
			    i == 0                   ? ""
				    : i + 1 == count ? " and "
						     : ", ",
			    asked_mount(values, i)->source) < 0)
			return -1;
	return 0;
}

int values_fill(struct values *values, struct error *err)
{
	values->holds[IF_SHARED] = values->holds[IF_ANY_SHARED] = values->asked->shares;
	if (value_print(values, VALUE_NAME, err, "%s", values->asked->container->name) < 0 ||
		value_print(values, VALUE_HOOK, err, "%s", REMEDY_HOOK) < 0 ||
		fill_mount(values, values->asked->mount, 0, err) < 0 ||
		fill_sources(values, err) < 0 || fill_sentences(values, err) < 0 ||
		fill_directory(values, err) < 0)
		return -1;
	if (values->asked->channels != 0 && fill_moved(values, err) < 0)
		return -1;
	values->holds[IF_API] = values->asked->channels == 0 ? values->holds[IF_API]
							     : values->holds_socket;
	return 0;
}

bool names_channel(const struct values *values)
{
	for (size_t i = 0; i < values->asked->mount_count; i++) {
		char source[PATH_MAX], directory[PATH_MAX];

		host_path(source, asked_mount(values, i)->source);
		for_each_place(channel, place, values->asked->channels)
		{
			host_path(directory, place->directory);
			if (path_within(source, directory))
				return true;
		}
	}
	return false;
}
