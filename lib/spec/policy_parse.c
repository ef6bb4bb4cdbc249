/* SPDX-License-Identifier: Apache-2.0 */
/* policy_parse: a policy file's text into a struct policy; every key is a row of a table. */
#include "spec/policy.h"

#include <string.h>

#include "json/decode.h"
#include "base/mem.h"
#include "spec/policy_words.h"
#include "base/path.h"
#include "base/string.h"

#define POLICY_VERSION 1

/* One key of an object of the policy, and who reads its value into the struct at `into`. */
struct field {
	const char *key;
	int (*read)(void *into, const struct json_source *document, struct json value,
		const char *key, struct error *err);
};

static int wrong_kind(const struct json_source *document, struct json value, enum json_kind kind,
	const char *key, struct error *err)
{
	if (json_kind(value) == kind)
		return 0;
	if (decode_missing(value))
		return decode_error(document, value, err, "%s: must not be null", key);
	return decode_kind(document, value, kind, key, err);
}

static int unknown_key(const struct json_source *document, struct json key,
	const struct field *fields, size_t count, struct error *err)
{
	const char *known[16];
	const char *near;
	cleanup(text_clear) char *typed = NULL;

	for (size_t i = 0; i < count; i++)
		known[i] = fields[i].key;
	if (decode_text(document, key, "key", &typed, err) < 0)
		return -1;
	near = error_nearest(typed, known, count);
	if (near != NULL)
		return decode_error(document, key, err, "unknown key \"%s\" (did you mean \"%s\"?)",
			typed, near);
	return decode_error(document, key, err, "unknown key \"%s\"", typed);
}

static int read_object(void *into, const struct json_source *document, struct json object,
	const char *key, const struct field *fields, size_t count, struct error *err)
{
	struct json_walk walk;
	struct json name, value;

	if (wrong_kind(document, object, JSON_KIND_OBJECT, key, err) < 0)
		return -1;
	walk = json_walk(object);
	while (json_next_member(&walk, &name, &value)) {
		size_t i = 0;

		while (i < count && !json_is(name, fields[i].key))
			i++;
		if (i == count)
			return unknown_key(document, name, fields, count, err);
		if (fields[i].read(into, document, value, fields[i].key, err) < 0)
			return -1;
	}
	return 0;
}

/* *index: which of the words the value is. */
static int read_word(const struct json_source *document, struct json value, const char *key,
	const char *const *words, size_t count, int *index, struct error *err)
{
	cleanup(text_clear) char *word = NULL;
	char all[160];

	if (wrong_kind(document, value, JSON_KIND_STRING, key, err) < 0 ||
		decode_text(document, value, key, &word, err) < 0)
		return -1;
	*index = word_find(word, words, count);
	if (*index >= 0)
		return 0;
	return decode_error(document, value, err, "%s: must be %s, is \"%s\"", key,
		words_join(all, sizeof(all), words, count), word);
}

static int read_text(const struct json_source *document, struct json value, const char *key,
	char **text, struct error *err)
{
	if (wrong_kind(document, value, JSON_KIND_STRING, key, err) < 0)
		return -1;
	text_clear(text);
	return decode_text(document, value, key, text, err);
}

static int read_path(const struct json_source *document, struct json value, const char *key,
	char **path, struct error *err)
{
	if (read_text(document, value, key, path, err) < 0)
		return -1;
	if ((*path)[0] != '/')
		return decode_error(document, value, err, "%s: must be an absolute path, is \"%s\"",
			key, *path);
	if (path_steps_up(*path))
		return decode_error(
			document, value, err, "%s: must not contain \"..\", is \"%s\"", key, *path);
	return 0;
}

#define WORD_READER(name, member, words)                                                           \
	static int name(void *into, const struct json_source *document, struct json value,         \
		const char *key, struct error *err)                                                \
	{                                                                                          \
		struct policy *policy = into;                                                      \
		int index;                                                                         \
                                                                                                   \
		if (read_word(document, value, key, words, array_count(words), &index, err) < 0)   \
			return -1;                                                                 \
		policy->member = (__typeof__(policy->member))index;                                \
		return 0;                                                                          \
	}

WORD_READER(read_strategy, strategy, strategy_words)
WORD_READER(read_on_shared, on_shared, on_shared_words)
WORD_READER(read_on_foreign, on_foreign, on_foreign_words)
WORD_READER(read_on_error, on_error, on_error_words)
WORD_READER(read_annotations, annotations, annotations_words)
WORD_READER(read_log, log, log_words)

static int read_version(void *into, const struct json_source *document, struct json value,
	const char *key, struct error *err)
{
	int64_t version = 0;

	(void)into;
	if (wrong_kind(document, value, JSON_KIND_NUMBER, key, err) < 0 ||
		decode_integer(document, value, key, &version, err) < 0)
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
	const char *key, struct error *err)
{
	struct policy *policy = into;
	const char *names[CHANNELS_MAX];
	struct json_walk walk;
	struct json element;
	int index;

	if (wrong_kind(document, value, JSON_KIND_ARRAY, key, err) < 0)
		return -1;
	for (size_t i = 0; i < channel_count; i++)
		names[i] = channels[i].name;
	policy->channels = 0;
	walk = json_walk(value);
	while (json_next_element(&walk, &element)) {
		if (read_word(document, element, key, names, channel_count, &index, err) < 0)
			return -1;
		policy->channels |= channel_bit((size_t)index);
	}
	return 0;
}

static int read_expose(void *into, const struct json_source *document, struct json value,
	const char *key, struct error *err)
{
	struct policy *policy = into;
	struct json_walk walk;
	struct json element;

	policy->expose_all = json_kind(value) == JSON_KIND_STRING && json_is(value, "all");
	if (policy->expose_all)
		return 0;
	if (json_kind(value) != JSON_KIND_ARRAY)
		return decode_error(
			document, value, err, "facade.%s: must be \"all\" or a list of names", key);
	walk = json_walk(value);
	while (json_next_element(&walk, &element)) {
		char **name = array_add(&policy->expose, &policy->expose_count, sizeof(*name), err);

		if (name == NULL || read_text(document, element, "facade.expose", name, err) < 0)
			return -1;
		if (!name_is_plain(*name) || strcmp(*name, HIDDEN_NAME) == 0)
			return decode_error(document, element, err,
				"facade.expose: must be a name in /run without \"/\" and not "
				"\"" HIDDEN_NAME "\", is \"%s\"",
				*name);
	}
	return 0;
}

static int read_facade(void *into, const struct json_source *document, struct json value,
	const char *key, struct error *err)
{
	static const struct field fields[] = { { "expose", read_expose } };

	return read_object(into, document, value, key, fields, array_count(fields), err);
}

#define PATH_READER(name, type, member)                                                            \
	static int name(void *into, const struct json_source *document, struct json value,         \
		const char *key, struct error *err)                                                \
	{                                                                                          \
		type *owner = into;                                                                \
                                                                                                   \
		return read_path(document, value, key, &owner->member, err);                       \
	}

PATH_READER(read_runtime, struct policy, runtime)
PATH_READER(read_socket_path, struct policy_socket, path)
PATH_READER(read_socket_directory, struct policy_socket, directory)
PATH_READER(read_socket_certificates, struct policy_socket, certificates)

static int read_socket_tcp(void *into, const struct json_source *document, struct json value,
	const char *key, struct error *err)
{
	struct policy_socket *socket = into;

	if (read_text(document, value, key, &socket->tcp, err) < 0)
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
		{ "path", read_socket_path },
		{ "directory", read_socket_directory },
		{ "tcp", read_socket_tcp },
		{ "certificates", read_socket_certificates },
	};
	struct policy_socket *socket = array_add(
		&policy->sockets, &policy->socket_count, sizeof(*socket), err);

	if (socket == NULL ||
		read_object(socket, document, value, "sockets: each entry", fields,
			array_count(fields), err) < 0)
		return -1;
	if (socket->path == NULL || !name_is_plain(path_base(socket->path)))
		return decode_error(document, value, err,
			"sockets: each entry needs a \"path\" that names a socket");
	if ((socket->directory == NULL) == (socket->tcp == NULL))
		return decode_error(document, value, err,
			"sockets: each entry needs either \"directory\" or \"tcp\"");
	if ((socket->tcp == NULL) != (socket->certificates == NULL))
		return decode_error(
			document, value, err, "sockets: \"tcp\" and \"certificates\" go together");
	return 0;
}

static int read_sockets(void *into, const struct json_source *document, struct json value,
	const char *key, struct error *err)
{
	struct json_walk walk;
	struct json element;

	if (wrong_kind(document, value, JSON_KIND_ARRAY, key, err) < 0)
		return -1;
	walk = json_walk(value);
	while (json_next_element(&walk, &element))
		if (read_socket(into, document, element, err) < 0)
			return -1;
	return 0;
}

static const struct field policy_fields[] = {
	{ "version", read_version },
	{ "strategy", read_strategy },
	{ "channels", read_channels },
	{ "facade", read_facade },
	{ "sockets", read_sockets },
	{ "onShared", read_on_shared },
	{ "onForeign", read_on_foreign },
	{ "onError", read_on_error },
	{ "annotations", read_annotations },
	{ "runtime", read_runtime },
	{ "log", read_log },
};

int policy_parse(
	struct policy *policy, const char *file, const char *text, size_t length, struct error *err)
{
	struct json_source document = { .text = text, .code = ERROR_POLICY };
	struct json object;

	if (length == 0)
		return error_set(err, ERROR_POLICY, "%s:1:1: is empty", file);
	if (json_validate(text, length, &object, err) < 0) {
		err->code = ERROR_POLICY;
		return error_place(err, "%s", file);
	}
	if (policy_begin(policy, file, err) == 0 &&
		read_object(policy, &document, object, "the policy", policy_fields,
			array_count(policy_fields), err) == 0)
		return 0;
	policy_clear(policy);
	return err->code == ERROR_POLICY ? error_place(err, "%s", file)
					 : error_wrap(err, "%s", file);
}
