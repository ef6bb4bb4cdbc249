/* SPDX-License-Identifier: Apache-2.0 */
/* oci: the wanted members of state and config.json, by the decoders of lib/json. */
#include "spec/oci.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "json/decode.h"
#include "spec/annotations.h"

/* A slice that is longer than all known words is unknown. */
static void option_slice(struct planned_mount *mount, struct json option)
{
	char word[sizeof("copy-symlink") + 1];

	if (json_word(option, word, sizeof(word)))
		planned_mount_option(mount, word);
}

void state_clear(struct state *state)
{
	text_clear(&state->id);
	text_clear(&state->bundle);
	*state = (struct state){ 0 };
}

void spec_clear(struct spec *spec)
{
	for (size_t i = 0; i < spec->mount_count; i++)
		planned_mount_clear(&spec->mounts[i]);
	free(spec->mounts);
	text_clear(&spec->root_path);
	text_clear(&spec->mount_label);
	text_clear(&spec->strategy);
	text_clear(&spec->strategy_key);
	text_clear(&spec->unknown_annotation);
	*spec = (struct spec){ 0 };
}

/* crun knows a key by its very bytes up to a \u0000, the Go runtimes by all of it in any case: what
 * means one thing to one of them and nothing to another is refused. */
static int refuse_odd(const struct json_source *document, struct json key, struct error *err)
{
	if (key.text == NULL)
		return 0;
	return decode_error(document, key, err,
		"key %.*s: differs from a known key in case alone, or behind a \\u0000, which some "
		"runtimes take for that key and some do not; write it as the specification does",
		(int)key.length, key.text);
}

/* found: as many as there are names. */
#define WANTED(names_, found_)                                                                     \
	((struct json_wanted){ .names = (names_), .found = (found_), .count = array_count(names_) })

static int members(const struct json_source *document, struct json object,
	struct json_wanted wanted, struct error *err)
{
	return refuse_odd(
		document, json_members(object, wanted.names, wanted.found, wanted.count), err);
}

/* The members of a document. */
static int document_members(const struct json_source *document, size_t length, struct json *object,
	struct json_wanted wanted, struct error *err)
{
	if (length == 0)
		return error_set(err, ERROR_INPUT, "1:1: is empty");
	if (json_validate_members(document->text, length, object, &wanted, err) < 0 ||
		refuse_odd(document, wanted.odd, err) < 0)
		return -1;
	if (json_kind(*object) == JSON_KIND_NULL)
		return decode_error(document, *object, err, "must be an object, is null");
	return decode_kind(document, *object, JSON_KIND_OBJECT, "the document", err);
}

static int state_members(struct state *state, const char *text, size_t length, struct error *err)
{
	enum { ID, BUNDLE, PID };
	static const char *const names[] = { [ID] = "id", [BUNDLE] = "bundle", [PID] = "pid" };
	const struct json_source document = { .text = text, .code = ERROR_INPUT };
	struct json object, found[array_count(names)];

	if (document_members(&document, length, &object, WANTED(names, found), err) < 0)
		return -1;
	if (decode_text(&document, found[ID], "id", &state->id, err) < 0 ||
		decode_text(&document, found[BUNDLE], "bundle", &state->bundle, err) < 0 ||
		decode_integer(&document, found[PID], "pid", &state->pid, err) < 0)
		return -1;
	if (state->id == NULL)
		return decode_error(&document, object, err, "id is missing");
	if (state->bundle == NULL)
		return decode_error(&document, object, err, "bundle is missing");
	if (state->bundle[0] != '/')
		return decode_error(&document, found[BUNDLE], err,
			"bundle: must be an absolute path, is \"%s\"", state->bundle);
	return 0;
}

int state_parse(struct state *state, const char *text, size_t length, struct error *err)
{
	if (state_members(state, text, length, err) == 0)
		return 0;
	state_clear(state);
	return -1;
}

static int mount_texts(struct planned_mount *mount, const struct json_source *document,
	const struct json *found, const char *const *names, struct error *err)
{
	char **const into[] = { &mount->destination, &mount->source, &mount->type };

	for (size_t i = 0; i < array_count(into); i++)
		if (decode_text(document, found[i], names[i], into[i], err) < 0)
			return -1;
	mount->bind = mount->type != NULL && strcmp(mount->type, "bind") == 0;
	return 0;
}

static int mount_members(struct planned_mount *mount, const struct json_source *document,
	struct json object, struct error *err)
{
	enum { DESTINATION, SOURCE, TYPE, OPTIONS };
	static const char *const names[] = { [DESTINATION] = "destination",
		[SOURCE] = "source",
		[TYPE] = "type",
		[OPTIONS] = "options" };
	struct json found[array_count(names)], option;
	struct json_walk walk;

	if (decode_kind(document, object, JSON_KIND_OBJECT, "the entry", err) < 0)
		return -1;
	if (members(document, object, WANTED(names, found), err) < 0)
		return -1;
	if (mount_texts(mount, document, found, names, err) < 0)
		return -1;
	if (mount->destination == NULL)
		return decode_error(document, object, err, "destination is missing");
	if (decode_kind(document, found[OPTIONS], JSON_KIND_ARRAY, names[OPTIONS], err) < 0)
		return -1;
	walk = json_walk(found[OPTIONS]);
	while (json_next_element(&walk, &option)) {
		if (decode_word(document, option, "an option", err) < 0)
			return -1;
		option_slice(mount, option); /* null, which Go reads as "", is an unknown word */
	}
	return 0;
}

/* Counts lines from where it stopped last: one pass over the document for all mounts. */
struct line_counter {
	const char *at;
	size_t line;
};

static size_t line_of(struct line_counter *counter, const char *at)
{
	const char *newline;

	while ((newline = memchr(counter->at, '\n', (size_t)(at - counter->at))) != NULL) {
		counter->at = newline + 1;
		counter->line++;
	}
	counter->at = at;
	return counter->line;
}

static int spec_mounts(struct spec *spec, const struct json_source *document, struct json mounts,
	struct error *err)
{
	struct line_counter counter = { document->text, 1 };
	struct json_source entry = *document;
	struct json_walk walk;
	struct json object;

	if (decode_kind(document, mounts, JSON_KIND_ARRAY, "mounts", err) < 0)
		return -1;
	walk = json_walk(mounts);
	while (json_next_element(&walk, &object)) {
		struct planned_mount *mount = array_add(
			&spec->mounts, &spec->mount_count, sizeof(*mount), err);

		if (mount == NULL)
			return -1;
		mount->line = line_of(&counter, object.text);
		entry.list = "mounts";
		entry.index = spec->mount_count - 1;
		if (mount_members(mount, &entry, object, err) < 0)
			return -1;
	}
	return 0;
}

static int spec_root(
	struct spec *spec, const struct json_source *document, struct json root, struct error *err)
{
	enum { PATH };
	static const char *const names[] = { [PATH] = "path" };
	struct json found[array_count(names)];

	if (decode_kind(document, root, JSON_KIND_OBJECT, "root", err) < 0)
		return -1;
	if (members(document, root, WANTED(names, found), err) < 0)
		return -1;
	if (decode_text(document, found[PATH], "root.path", &spec->root_path, err) < 0)
		return -1;
	if (spec->root_path == NULL)
		return decode_error(document, root, err, "root.path is missing");
	return 0;
}

/* Is a new mount namespace asked for? One that is joined by path is not this container's own. */
static int spec_namespaces(struct spec *spec, const struct json_source *document,
	struct json namespaces, struct error *err)
{
	enum { TYPE, PATH };
	static const char *const names[] = { [TYPE] = "type", [PATH] = "path" };
	struct json_walk walk;
	struct json object;

	if (decode_kind(document, namespaces, JSON_KIND_ARRAY, "linux.namespaces", err) < 0)
		return -1;
	walk = json_walk(namespaces);
	while (json_next_element(&walk, &object)) {
		struct json found[array_count(names)];

		if (members(document, object, WANTED(names, found), err) < 0)
			return -1;
		if (found[TYPE].text == NULL)
			continue;
		if (decode_word(document, found[TYPE], "a namespace's type", err) < 0 ||
			decode_word(document, found[PATH], "a namespace's path", err) < 0)
			return -1;
		if (json_is(found[TYPE], "user"))
			spec->user_namespace = true;
		if (!json_is(found[TYPE], "mount"))
			continue;
		spec->mount_namespace = decode_missing(found[PATH]) || json_is(found[PATH], "");
	}
	return 0;
}

static int spec_linux(struct spec *spec, const struct json_source *document, struct json linux_,
	struct error *err)
{
	enum { NAMESPACES, PROPAGATION, LABEL };
	static const char *const names[] = { [NAMESPACES] = "namespaces",
		[PROPAGATION] = "rootfsPropagation",
		[LABEL] = "mountLabel" };
	struct json found[array_count(names)];
	struct planned_mount words = { 0 };

	if (decode_kind(document, linux_, JSON_KIND_OBJECT, "linux", err) < 0)
		return -1;
	if (members(document, linux_, WANTED(names, found), err) < 0)
		return -1;
	if (spec_namespaces(spec, document, found[NAMESPACES], err) < 0 ||
		decode_text(document, found[LABEL], "linux.mountLabel", &spec->mount_label, err) <
			0 ||
		decode_word(document, found[PROPAGATION], "linux.rootfsPropagation", err) < 0)
		return -1;
	if (spec->mount_label != NULL && spec->mount_label[0] == '\0')
		text_clear(&spec->mount_label);
	if (!decode_missing(found[PROPAGATION]))
		option_slice(&words, found[PROPAGATION]); /* the words are those of mount options */
	spec->rootfs_propagation = words.propagation;
	return 0;
}

/* Nothing of these is read here, but the doors that edit a config.json put their own in. */
static int spec_hooks(
	struct spec *spec, const struct json_source *document, struct json hooks, struct error *err)
{
	static const char *const names[] = { "createRuntime", "prestart", "createContainer",
		"startContainer", "poststart", "poststop" };
	struct json found[array_count(names)];

	(void)spec;
	return members(document, hooks, WANTED(names, found), err);
}

static int spec_process(struct spec *spec, const struct json_source *document, struct json process,
	struct error *err)
{
	static const char *const names[] = { "env" };
	struct json found[array_count(names)];

	(void)spec;
	return members(document, process, WANTED(names, found), err);
}

static int spec_members(struct spec *spec, const char *text, size_t length, struct error *err)
{
	static const struct {
		const char *name;
		int (*read)(struct spec *, const struct json_source *, struct json, struct error *);
	} parts[] = {
		{ "root", spec_root }, /* first: it may not be missing */
		{ "mounts", spec_mounts },
		{ "linux", spec_linux },
		{ "annotations", annotations_read },
		{ "hooks", spec_hooks },
		{ "process", spec_process },
	};
	const char *names[array_count(parts)];
	struct json object, found[array_count(parts)];
	const struct json_source document = { .text = text, .code = ERROR_INPUT };
	struct json_wanted wanted = WANTED(names, found);
	struct json_notes notes;

	wanted.notes = &notes;
	for (size_t i = 0; i < array_count(parts); i++)
		names[i] = parts[i].name;
	if (document_members(&document, length, &object, wanted, err) < 0)
		return -1;
	if (decode_missing(found[0]))
		return decode_error(&document, object, err, "root is missing");
	for (size_t i = 0; i < array_count(parts); i++)
		if (parts[i].read(spec, &document, found[i], err) < 0)
			return -1;
	return 0;
}

int spec_parse(struct spec *spec, const char *text, size_t length, struct error *err)
{
	if (spec_members(spec, text, length, err) == 0)
		return 0;
	spec_clear(spec);
	return -1;
}
