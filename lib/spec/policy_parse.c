/* SPDX-License-Identifier: Apache-2.0 */
/* policy_parse: a policy file's text into a struct policy; every key is a row of a table. */
#include <stddef.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "json/decode.h"
#include "spec/policy.h"
#include "spec/policy_syntax.h"

#define POLICY_VERSION 1

/* One key of an object of the policy, and what reads its value into the struct at `into`: the
 * whole struct for most, its member at offset for those that are one. */
struct field {
	const char *key;
	int (*read)(void *into, const struct json_source *document, struct json value,
		const struct field *field, struct error *err);
	size_t offset;
	const struct enum_words *words;
};

static void *member_of(void *into, const struct field *field)
{
	return (char *)into + field->offset;
}

static int wrong_kind(const struct json_source *document, struct json value, enum json_kind kind,
	const char *key, struct error *err)
{
	if (json_kind(value) == kind)
		return 0;
	if (decode_missing(value))
		return decode_error(document, value, err, "%s: must not be null", key);
	return decode_kind(document, value, kind, key, err);
}

/* An object of the policy: what messages call it, and its keys. */
struct shape {
	const char *name;
	const struct field *fields;
	size_t count;
};

static int unknown_key(const struct json_source *document, struct json key,
	const struct shape *shape, struct error *err)
{
	const char *known[16];
	const char *near;
	cleanup(text_clear) char *typed = NULL;

	for (size_t i = 0; i < shape->count; i++)
		known[i] = shape->fields[i].key;
	if (decode_text(document, key, "key", &typed, err) < 0)
		return -1;
	near = error_nearest(typed, known, shape->count);
	if (near != NULL)
		return decode_error(document, key, err, "unknown key \"%s\" (did you mean \"%s\"?)",
			typed, near);
	return decode_error(document, key, err, "unknown key \"%s\"", typed);
}

static int read_object(void *into, const struct json_source *document, struct json object,
	const struct shape *shape, struct error *err)
{
	struct json_walk walk;
	struct json name, value;

	if (wrong_kind(document, object, JSON_KIND_OBJECT, shape->name, err) < 0)
		return -1;
	walk = json_walk(object);
	while (json_next_member(&walk, &name, &value)) {
		size_t i = 0;

		while (i < shape->count && !json_is(name, shape->fields[i].key))
			i++;
		if (i == shape->count)
			return unknown_key(document, name, shape, err);
		if (shape->fields[i].read(into, document, value, &shape->fields[i], err) < 0)
			return -1;
	}
	return 0;
}

/* The words that the value of a key may be. */
struct choice {
	const char *key;
	const char *const *words;
	size_t count;
};

/* *index: which of the words the value is. */
static int read_word(const struct json_source *document, struct json value,
	const struct choice *choice, int *index, struct error *err)
{
	cleanup(text_clear) char *word = NULL;
	char all[160];

	if (wrong_kind(document, value, JSON_KIND_STRING, choice->key, err) < 0 ||
		decode_text(document, value, choice->key, &word, err) < 0)
		return -1;
	*index = word_find(word, choice->words, choice->count);
	if (*index >= 0)
		return 0;
	return decode_error(document, value, err, "%s: must be %s, is \"%s\"", choice->key,
		words_join(all, sizeof(all), choice->words, choice->count), word);
}

static int read_text(const struct json_source *document, struct json value, const char *key,
	char **text, struct error *err)
{
	if (wrong_kind(document, value, JSON_KIND_STRING, key, err) < 0)
		return -1;
	text_clear(text);
	return decode_text(document, value, key, text, err);
}

static int read_path(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	char **path = member_of(into, field);

	if (read_text(document, value, field->key, path, err) < 0)
		return -1;
	if ((*path)[0] != '/')
		return decode_error(document, value, err, "%s: must be an absolute path, is \"%s\"",
			field->key, *path);
	if (path_steps_up(*path))
		return decode_error(document, value, err, "%s: must not contain \"..\", is \"%s\"",
			field->key, *path);
	return 0;
}

#define PATH(key_, type, member)                                                                   \
	{ .key = (key_), .read = read_path, .offset = offsetof(type, member) }

/* An enumeration is as big as an int (gcc and clang, without -fshort-enums). */
_Static_assert(sizeof(enum strategy) == sizeof(int), "one reader for all enumerations");

static int read_enum(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	struct choice choice = { field->key, field->words->word, 0 };
	int index;

	while (choice.words[choice.count] != NULL)
		choice.count++;
	if (read_word(document, value, &choice, &index, err) < 0)
		return -1;
	memcpy(member_of(into, field), &index, sizeof(index));
	return 0;
}

static int read_flag(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	enum json_kind kind = json_kind(value);

	if (kind != JSON_KIND_TRUE && kind != JSON_KIND_FALSE)
		return decode_error(document, value, err, "%s: must be true or false", field->key);
	*(bool *)member_of(into, field) = kind == JSON_KIND_TRUE;
	return 0;
}

static int read_version(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	int64_t version = 0;

	((struct policy *)into)->has_version = true;
	if (wrong_kind(document, value, JSON_KIND_NUMBER, field->key, err) < 0 ||
		decode_integer(document, value, field->key, &version, err) < 0)
		return -1;
	if (version > POLICY_VERSION)
		return decode_error(document, value, err,
			"version: %lld is newer than what this program reads (%d)",
			(long long)version, POLICY_VERSION);
	if (version != POLICY_VERSION)
		return decode_error(document, value, err, "version: must be %d, is %lld",
			POLICY_VERSION, (long long)version);
	return 0;
}

static int read_channels(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	struct policy *policy = into;
	const char *names[CHANNELS_MAX];
	const struct choice choice = { field->key, names, channel_count };
	struct json_walk walk;
	struct json element;
	int index;

	if (wrong_kind(document, value, JSON_KIND_ARRAY, field->key, err) < 0)
		return -1;
	for (size_t i = 0; i < channel_count; i++)
		names[i] = channels[i].name;
	policy->channels = 0;
	walk = json_walk(value);
	while (json_next_element(&walk, &element)) {
		if (read_word(document, element, &choice, &index, err) < 0)
			return -1;
		policy->channels |= channel_bit((size_t)index);
	}
	return 0;
}

/* A list of names at the top of /run; what is the list's key with the object's in front. */
static int read_names(char ***names, size_t *count, const struct json_source *document,
	struct json list, const char *what, struct error *err)
{
	struct json_walk walk = json_walk(list);
	struct json element;

	while (json_next_element(&walk, &element)) {
		char **name = array_add(names, count, sizeof(*name), err);

		if (name == NULL || read_text(document, element, what, name, err) < 0)
			return -1;
		if (!name_is_plain(*name) || strcmp(*name, HIDDEN_NAME) == 0)
			return decode_error(document, element, err,
				"%s: must be a name in /run without \"/\" and not "
				"\"" HIDDEN_NAME "\", is \"%s\"",
				what, *name);
	}
	return 0;
}

static int read_expose(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	struct policy *policy = into;

	policy->expose_all = json_kind(value) == JSON_KIND_STRING && json_is(value, "all");
	if (policy->expose_all)
		return 0;
	if (json_kind(value) != JSON_KIND_ARRAY)
		return decode_error(document, value, err,
			"facade.%s: must be \"all\" or a list of names", field->key);
	return read_names(
		&policy->expose, &policy->expose_count, document, value, "facade.expose", err);
}

static int read_later(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	struct policy *policy = into;

	(void)field;
	if (wrong_kind(document, value, JSON_KIND_ARRAY, "facade.later", err) < 0)
		return -1;
	return read_names(
		&policy->later, &policy->later_count, document, value, "facade.later", err);
}

/* A list shows its names also when they are made later. */
static int read_facade(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	static const struct field fields[] = {
		{ .key = "expose", .read = read_expose },
		{ .key = "later", .read = read_later },
	};
	const struct shape shape = { field->key, fields, array_count(fields) };
	const struct policy *policy = into;

	if (read_object(into, document, value, &shape, err) < 0)
		return -1;
	if (policy->later_count > 0 && !policy->expose_all)
		return decode_error(document, value, err,
			"facade.later: is for \"expose\": \"all\"; write its names into the list "
			"facade.expose");
	return 0;
}

static int read_socket_tcp(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	struct policy_socket *socket = into;

	if (read_text(document, value, field->key, &socket->tcp, err) < 0)
		return -1;
	if (strncmp(socket->tcp, "tcp://", 6) != 0 || strchr(socket->tcp + 6, ':') == NULL)
		return decode_error(document, value, err,
			"tcp: must be \"tcp://HOST:PORT\", is \"%s\"", socket->tcp);
	return 0;
}

static int read_socket(struct policy *policy, const struct json_source *document, struct json value,
	struct error *err)
{
	static const struct field fields[] = {
		PATH("path", struct policy_socket, path),
		PATH("directory", struct policy_socket, directory),
		{ .key = "tcp", .read = read_socket_tcp },
		PATH("certificates", struct policy_socket, certificates),
	};
	static const struct shape shape = { "sockets: each entry", fields, array_count(fields) };
	struct policy_socket *socket = array_add(
		&policy->sockets, &policy->socket_count, sizeof(*socket), err);

	if (socket == NULL || read_object(socket, document, value, &shape, err) < 0)
		return -1;
	if (socket->path == NULL || !name_is_plain(path_base(socket->path)))
		return decode_error(document, value, err,
			"sockets: each entry needs a \"path\" that names a socket");
	path_normalise(socket->path, socket->path);
	if ((socket->directory == NULL) == (socket->tcp == NULL))
		return decode_error(document, value, err,
			"sockets: each entry needs either \"directory\" or \"tcp\"");
	if ((socket->tcp == NULL) != (socket->certificates == NULL))
		return decode_error(
			document, value, err, "sockets: \"tcp\" and \"certificates\" go together");
	return 0;
}

static int read_sockets(void *into, const struct json_source *document, struct json value,
	const struct field *field, struct error *err)
{
	struct json_walk walk;
	struct json element;

	if (wrong_kind(document, value, JSON_KIND_ARRAY, field->key, err) < 0)
		return -1;
	walk = json_walk(value);
	while (json_next_element(&walk, &element))
		if (read_socket(into, document, element, err) < 0)
			return -1;
	return 0;
}

#define WORD(key_, member, words_)                                                                 \
	{ .key = (key_),                                                                           \
		.read = read_enum,                                                                 \
		.offset = offsetof(struct policy, member),                                         \
		.words = &(words_) }

static const struct field policy_fields[] = {
	{ .key = "version", .read = read_version },
	WORD("strategy", strategy, strategy_words),
	{ .key = "channels", .read = read_channels },
	{ .key = "facade", .read = read_facade },
	{ .key = "sockets", .read = read_sockets },
	WORD("onNamed", on_named, on_named_words),
	WORD("onShared", on_shared, on_shared_words),
	WORD("onForeign", on_foreign, on_foreign_words),
	WORD("onError", on_error, on_error_words),
	WORD("annotations", annotations, annotations_words),
	{ .key = "dryRun", .read = read_flag, .offset = offsetof(struct policy, dry_run) },
	PATH("runtime", struct policy, runtime),
	WORD("log", log, log_words),
};

static const struct shape policy_shape = { "the policy", policy_fields,
	array_count(policy_fields) };

int policy_parse(
	struct policy *policy, const char *file, const char *text, size_t length, struct error *err)
{
	struct json_source document = { .text = text, .code = ERROR_POLICY };
	struct error syntax = { 0 };
	struct json object;

	if (length == 0)
		return error_set(err, ERROR_POLICY, "%s:1:1: is empty (" POLICY_MUST_BE ")", file);
	if (json_validate(text, length, &object, &syntax) < 0)
		return policy_syntax_error(file, text, length, &syntax, err);
	if (policy_begin(policy, file, err) == 0 &&
		read_object(policy, &document, object, &policy_shape, err) == 0)
		return 0;
	policy_clear(policy);
	return err->code == ERROR_POLICY ? error_in_file(err, file) : error_wrap(err, "%s", file);
}
