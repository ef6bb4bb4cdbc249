/* SPDX-License-Identifier: Apache-2.0 */
#include "check/remedy.h"

#include <string.h>

#include "base/path.h"
#include "check/remedy_table.h"
#include "check/mount_layout.h"

enum value {
	VALUE_NAME,
	VALUE_SOURCE,
	VALUE_DESTINATION,
	VALUE_OPTIONS, /* the bind's own: ":ro,rshared", or a JSON list's inside */
	VALUE_SLAVED,  /* the same with rslave */
	VALUE_ELSEWHERE,
	VALUE_MOVED,      /* the usual socket, below elsewhere */
	VALUE_DIRECTORY,  /* of the host, holding a socket and nothing else */
	VALUE_MOUNTPOINT, /* where that goes in the container */
	VALUE_BASE,       /* the socket's name in it */
	VALUE_LISTEN,
	VALUE_SLAVE,
	VALUE_MADE,
	VALUE_SKIP,
	VALUE_HOOK,
	VALUE_CHANNEL, /* of one turn of [each] */
	VALUE_VEIL,
	VALUE_COMMA, /* between the orders */
};

static const char *const value_names[] = {
	[VALUE_NAME] = "name",
	[VALUE_SOURCE] = "source",
	[VALUE_DESTINATION] = "destination",
	[VALUE_OPTIONS] = "options",
	[VALUE_SLAVED] = "slaved",
	[VALUE_ELSEWHERE] = "elsewhere",
	[VALUE_MOVED] = "moved",
	[VALUE_DIRECTORY] = "directory",
	[VALUE_MOUNTPOINT] = "mountpoint",
	[VALUE_BASE] = "base",
	[VALUE_LISTEN] = "listen",
	[VALUE_SLAVE] = "slave",
	[VALUE_MADE] = "made",
	[VALUE_SKIP] = "skip",
	[VALUE_HOOK] = "hook",
	[VALUE_CHANNEL] = "channel",
	[VALUE_VEIL] = "veil",
	[VALUE_COMMA] = "comma",
};

enum condition { IF_SHARED, IF_SLAVE, IF_READONLY, IF_API, IF_EACH };

static const char *const condition_names[] = {
	[IF_SHARED] = "[shared]",
	[IF_SLAVE] = "[slave]",
	[IF_READONLY] = "[readonly]",
	[IF_API] = "[api]",
	[IF_EACH] = "[each]",
};

struct values {
	const struct remedy_dialect *dialect;
	const struct remedy_case *asked;
	struct buffer texts[array_count(value_names)];
	char *host_source; /* the bind's source, all links followed */
	bool holds[array_count(condition_names)];
};

static void values_clear(struct values *values)
{
	for (size_t i = 0; i < array_count(values->texts); i++)
		buffer_clear(&values->texts[i]);
	text_clear(&values->host_source);
}

#define value_print(values, value, err, ...) buffer_print(&(values)->texts[value], err, __VA_ARGS__)

/* Without slashes at the end: "" for the root. */
static int bare_length(const char *path)
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

static int fill_elsewhere(struct values *values, struct error *err)
{
	const char *source = values->asked->mount->source;
	const char *socket = values->dialect->socket;
	int bare = bare_length(source);

	if (value_print(values, VALUE_ELSEWHERE, err, "/host%.*s", bare, source) < 0)
		return -1;
	if (values->asked->channels == 0)
		return 0;
	values->holds[IF_API] = path_within(socket, values->host_source);
	if (!values->holds[IF_API])
		return 0;
	return value_print(values, VALUE_MOVED, err, "%s%s", values->texts[VALUE_ELSEWHERE].text,
		socket + strlen(values->host_source));
}

static int values_fill(struct values *values, struct error *err)
{
	const struct planned_mount *mount = values->asked->mount;
	bool json = values->asked->container->kind == MANIFEST_OCI;

	values->host_source = malloc(strlen(mount->source) + 2);
	if (!values->host_source)
		return error_errno(err, "finding ways out");
	host_path(values->host_source, mount->source);
	values->holds[IF_SHARED] = values->asked->shares;
	values->holds[IF_SLAVE] = mount->propagation == PROPAGATION_SLAVE;
	values->holds[IF_READONLY] = mount->readonly;
	if (value_print(values, VALUE_NAME, err, "%s", values->asked->container->name) < 0 ||
		value_print(values, VALUE_SOURCE, err, "%s", mount->source) < 0 ||
		value_print(values, VALUE_DESTINATION, err, "%s", mount->destination) < 0 ||
		value_print(values, VALUE_HOOK, err, "%s", REMEDY_HOOK) < 0 ||
		print_options(&values->texts[VALUE_OPTIONS], mount, mount->propagation, json, err) <
			0 ||
		print_options(&values->texts[VALUE_SLAVED], mount, PROPAGATION_SLAVE, json, err) <
			0)
		return -1;
	if (fill_sentences(values, err) < 0 || fill_directory(values, err) < 0)
		return -1;
	return fill_elsewhere(values, err);
}

/* The value that {name} at the text's beginning means; NULL: just a brace. */
static const struct buffer *value_at(const struct values *values, const char **text)
{
	size_t length = strspn(*text + 1, "abcdefghijklmnopqrstuvwxyz");

	if ((*text)[length + 1] != '}')
		return NULL;
	for (size_t i = 0; i < array_count(value_names); i++)
		if (strlen(value_names[i]) == length &&
			memcmp(value_names[i], *text + 1, length) == 0) {
			*text += length + 2;
			return &values->texts[i];
		}
	return NULL;
}

static int expand(
	struct buffer *out, const struct values *values, const char *text, struct error *err)
{
	cleanup(buffer_clear) struct buffer inner = { 0 };
	struct buffer *into = out;

	while (*text) {
		const struct buffer *value = *text == '{' ? value_at(values, &text) : NULL;
		size_t run = 1;

		if (value) {
			if (value->length > 0 &&
				buffer_add(into, value->text, value->length, err) < 0)
				return -1;
			continue;
		}
		if (*text == '`' && into == out) {
			into = &inner;
			inner.length = 0;
		} else if (*text == '`') {
			into = out;
			if (dialect_add(out, values->dialect, inner.text ? inner.text : "", err) <
				0)
				return -1;
		} else {
			run = 1 + strcspn(text + 1, "{`");
			if (buffer_add(into, text, run, err) < 0)
				return -1;
		}
		text += run;
	}
	return 0;
}

/* A turn for each directory in which an exposed channel shows through the bind. */
static int expand_each(
	struct buffer *out, struct values *values, const char *text, struct error *err)
{
	const struct planned_mount *mount = values->asked->mount;
	char directory[PATH_MAX];

	for (size_t i = 0; i < channel_count * CHANNEL_PLACES_MAX; i++) {
		const struct channel *channel = &channels[i / CHANNEL_PLACES_MAX];
		const struct channel_place *place = &channel->places[i % CHANNEL_PLACES_MAX];
		bool asked = values->asked->channels & channel_bit(i / CHANNEL_PLACES_MAX);

		if (!asked || !place->directory)
			continue;
		host_path(directory, place->directory);
		if (!path_within(directory, values->host_source))
			continue;
		buffer_clear(&values->texts[VALUE_CHANNEL]);
		buffer_clear(&values->texts[VALUE_VEIL]);
		if (value_print(values, VALUE_CHANNEL, err, "%s", channel->name) < 0 ||
			value_print(values, VALUE_VEIL, err, "%.*s%s",
				bare_length(mount->destination), mount->destination,
				directory + strlen(values->host_source)) < 0 ||
			expand(out, values, text, err) < 0)
			return -1;
		buffer_clear(&values->texts[VALUE_COMMA]);
		if (value_print(values, VALUE_COMMA, err, ",\n") < 0)
			return -1;
	}
	return 0;
}

static int add_piece(
	struct buffer *out, struct values *values, const char *piece, struct error *err)
{
	for (size_t i = 0; i < array_count(condition_names); i++) {
		size_t length = strlen(condition_names[i]);

		if (strncmp(piece, condition_names[i], length) != 0)
			continue;
		if (i == IF_EACH)
			return expand_each(out, values, piece + length, err);
		return values->holds[i] ? expand(out, values, piece + length, err) : 0;
	}
	return expand(out, values, piece, err);
}

static int remedy_make(struct remedy *remedy, struct values *values, enum remedy_kind way,
	const char *text, struct error *err)
{
	const struct remedy_row *row = &values->dialect->rows[way];

	remedy->way = way;
	if (expand(&remedy->text, values, text ? text : row->text, err) < 0)
		return -1;
	if (way == WAY_HOOK && values->asked->container->requests_runmask)
		return 0; /* the lines are there already */
	for (size_t i = 0; i < REMEDY_PIECES_MAX && row->pieces[i]; i++)
		if (add_piece(&remedy->lines, values, row->pieces[i], err) < 0)
			return -1;
	return 0;
}

/* Another sentence than the table's where the case is another one; NULL: the table's. */
static const char *other_text(const struct remedy_case *asked, enum remedy_kind way)
{
	if (asked->channels == 0 && way == WAY_DIRECTORY)
		return "Bind a directory that holds the socket{listen}: names are looked up anew "
		       "in a "
		       "directory, and the new socket is found.";
	if (way == WAY_HOOK && asked->container->requests_runmask)
		return "It asks for oci-runmask by name: where that is installed as told in its "
		       "docs, "
		       "this is mended at every start, and \"runmask scan\" shows it masked.{skip}";
	return NULL;
}

int remedies_make(
	struct remedy *remedies, size_t *count, const struct remedy_case *asked, struct error *err)
{
	cleanup(values_clear) struct values values = {
		.dialect = &remedy_dialects[asked->container->kind],
		.asked = asked,
	};

	memset(remedies, 0, REMEDY_KINDS * sizeof(*remedies));
	*count = 0;
	if (values_fill(&values, err) < 0)
		return -1;
	for (enum remedy_kind way = 0; way < REMEDY_KINDS; way++) {
		bool fits = asked->channels != 0 || way == WAY_DIRECTORY;

		if (fits &&
			remedy_make(&remedies[(*count)++], &values, way, other_text(asked, way),
				err) < 0)
			return -1;
	}
	return 0;
}

void remedies_clear(struct remedy *remedies, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buffer_clear(&remedies[i].text);
		buffer_clear(&remedies[i].lines);
	}
}

const char *remedy_kind_name(enum remedy_kind way)
{
	static const char *const names[] = {
		[WAY_HOOK] = "hook",
		[WAY_DIRECTORY] = "directory",
		[WAY_TMPFS] = "tmpfs",
		[WAY_ELSEWHERE] = "elsewhere",
		[WAY_TCP] = "tcp",
	};

	return names[way];
}
