/* SPDX-License-Identifier: Apache-2.0 */
/* docker: inserts our keys into the text of daemon.json, and removes them. */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "json/json.h"
#include "setup/edit.h"

/* daemon.json as far as it matters here. */
struct config {
	const char *text;
	size_t length;
	struct json whole, runtimes, ours, default_runtime;
};

static int refuse(const struct config *config, struct json at, struct error *err,
	const char *sentence, const char *detail)
{
	struct json_position position = json_position(config->text, at.text);

	return error_set(err, ERROR_INPUT, "%zu:%zu: %s%s", position.line, position.column,
		sentence, detail);
}

static int parse(struct config *config, const char *text, size_t length, struct error *err)
{
	static const char *const names[] = { "runtimes", "default-runtime" };
	struct json found[2];
	struct json_wanted wanted = { .names = names, .found = found, .count = array_count(found) };

	*config = (struct config){ .text = text, .length = length };
	if (strspn(text, " \t\r\n") == length)
		return 0;
	if (json_validate_members(text, length, &config->whole, &wanted, err) < 0)
		return -1;
	if (json_kind(config->whole) != JSON_KIND_OBJECT)
		return refuse(config, config->whole, err, "the file must be an object", "");
	if (wanted.odd.text != NULL)
		return refuse(config, wanted.odd, err,
			"a key that differs from \"runtimes\" or \"default-runtime\" in case "
			"alone: "
			"dockerd does not start with it",
			"");
	config->runtimes = found[0];
	config->default_runtime = found[1];
	if (found[0].text != NULL && json_kind(found[0]) != JSON_KIND_OBJECT)
		return refuse(config, found[0], err, "\"runtimes\" must be an object", "");
	if (found[1].text != NULL && json_kind(found[1]) != JSON_KIND_STRING)
		return refuse(config, found[1], err, "\"default-runtime\" must be a string", "");
	json_member(config->runtimes, SETUP_RUNTIME, &config->ours);
	return 0;
}

/* Is the runtime's program the runtime door, or the hook that was named by mistake? */
static bool is_ours(struct json runtime, bool *right)
{
	struct json path;
	char program[512];

	*right = false;
	if (!json_member(runtime, "path", &path) || !json_word(path, program, sizeof(program)))
		return false;
	*right = strcmp(path_base(program), "oci-runmask-runtime") == 0;
	return *right || strcmp(path_base(program), "oci-runmask") == 0;
}

/* A default runtime of another name, but with our program, is as good. */
static bool default_is_ours(const struct config *config)
{
	struct json runtime;
	char name[256];
	bool right = false;

	return json_word(config->default_runtime, name, sizeof(name)) &&
		json_member(config->runtimes, name, &runtime) && is_ours(runtime, &right) && right;
}

static int check(const struct config *config, struct error *err)
{
	bool right;

	if (config->ours.text != NULL && !is_ours(config->ours, &right))
		return refuse(config, config->ours, err,
			"runtimes.runmask is there, and its path is not oci-runmask's: rename it",
			"");
	if (config->default_runtime.text != NULL && !json_is(config->default_runtime, "runc") &&
		!json_is(config->default_runtime, SETUP_RUNTIME))
		return refuse(config, config->default_runtime, err,
			"default-runtime is another runtime already: name that program in the "
			"policy's key \"runtime\", and take default-runtime out",
			"");
	return 0;
}

/* The white space between an object's brace and its first key. */
static size_t indent_of(struct json object)
{
	return strspn(object.text + 1, " \t\r\n");
}

/* Bytes of the text up to "end", from *at on, which moves there. */
static int copy_to(struct buffer *out, const char **at, const char *end, struct error *err)
{
	const char *from = *at;

	*at = end;
	return buffer_add(out, from, (size_t)(end - from), err);
}

/* A member at the front of an object, in the manner of the one behind it. */
static int insert(struct buffer *out, const char **at, struct json object, const char *member,
	struct error *err)
{
	size_t indent = indent_of(object);
	bool empty = object.text[1 + indent] == '}';

	if (copy_to(out, at, object.text + 1, err) < 0)
		return -1;
	if (empty)
		return buffer_print(out, err, " %s ", member);
	return buffer_print(out, err, "%.*s%s,", (int)indent, object.text + 1, member);
}

static int replace(
	struct buffer *out, const char **at, struct json value, const char *text, struct error *err)
{
	if (copy_to(out, at, value.text, err) < 0 || buffer_print(out, err, "%s", text) < 0)
		return -1;
	*at = value.text + value.length;
	return 0;
}

/* What goes to the front of the whole: the members that are not there yet. */
static int insert_missing(struct buffer *out, const char **at, const struct config *config,
	const char *runtime, struct error *err)
{
	cleanup(buffer_clear) struct buffer members = { 0 };
	size_t indent = indent_of(config->whole);
	bool runtimes = config->runtimes.text == NULL;

	if (runtimes && buffer_print(&members, err, "\"runtimes\": { %s }", runtime) < 0)
		return -1;
	if (config->default_runtime.text == NULL &&
		buffer_print(&members, err, "%s%.*s\"default-runtime\": \"%s\"",
			runtimes ? "," : "", runtimes ? (int)indent : 0, config->whole.text + 1,
			SETUP_RUNTIME) < 0)
		return -1;
	return members.length == 0 ? 0 : insert(out, at, config->whole, members.text, err);
}

struct change {
	const char *at; /* where in the text */
	int (*make)(struct buffer *out, const char **at, const struct config *config,
		const char *runtime, struct error *err);
};

static int change_runtimes(struct buffer *out, const char **at, const struct config *config,
	const char *runtime, struct error *err)
{
	bool right = false;

	if (config->runtimes.text == NULL)
		return 0;
	if (config->ours.text == NULL)
		return insert(out, at, config->runtimes, runtime, err);
	is_ours(config->ours, &right);
	/* behind "runmask": of our own text */
	return right ? 0 : replace(out, at, config->ours, strchr(runtime, '{'), err);
}

static int change_default(struct buffer *out, const char **at, const struct config *config,
	const char *runtime, struct error *err)
{
	(void)runtime;
	if (!json_is(config->default_runtime, "runc"))
		return 0;
	return replace(out, at, config->default_runtime, "\"" SETUP_RUNTIME "\"", err);
}

int edit_docker(
	struct buffer *out, const char *text, size_t length, const char *program, struct error *err)
{
	struct change changes[] = { { NULL, change_runtimes }, { NULL, change_default } };
	struct config config;
	const char *at = text;
	char runtime[640];

	snprintf(runtime, sizeof(runtime), "\"%s\": { \"path\": \"%s\" }", SETUP_RUNTIME, program);
	if (parse(&config, text, length, err) < 0)
		return -1;
	if (config.whole.text == NULL)
		return buffer_print(out, err,
			"{\n  \"runtimes\": { %s },\n  \"default-runtime\": \"%s\"\n}\n", runtime,
			SETUP_RUNTIME);
	if (default_is_ours(&config))
		return buffer_add(out, text, length, err);
	if (check(&config, err) < 0 || insert_missing(out, &at, &config, runtime, err) < 0)
		return -1;
	/* in the order in which they stand in the text */
	changes[0].at = config.runtimes.text;
	changes[1].at = config.default_runtime.text;
	for (size_t i = 0; i < 2; i++) {
		size_t turn = changes[0].at != NULL && changes[1].at != NULL &&
				changes[1].at < changes[0].at
			? 1 - i
			: i;

		if (changes[turn].make(out, &at, &config, runtime, err) < 0)
			return -1;
	}
	return copy_to(out, &at, text + length, err);
}

/* ---- undo ---- */

/* From where to where a member goes, with one comma and the white space in front of it. */
static void extent(const struct config *config, struct json object, const char *name,
	const char **from, const char **to)
{
	struct json_walk walk = json_walk(object);
	struct json key, value;
	const char *before = object.text + 1;

	*from = *to = NULL;
	while (json_next_member(&walk, &key, &value)) {
		if (json_is(key, name)) {
			*from = before;
			*to = value.text + value.length;
			break;
		}
		before = value.text + value.length;
	}
	if (*from == NULL || *from != object.text + 1)
		return;
	/* the first: the comma behind it goes instead of the one in front */
	before = *to + strspn(*to, " \t\r\n");
	if (before < config->text + config->length && *before == ',')
		*to = before + 1;
}

static int take_out(struct buffer *out, const char *text, size_t length, const char *outer,
	const char *name, struct error *err)
{
	struct config config;
	struct json object;
	const char *from, *to, *at = text;

	if (parse(&config, text, length, err) < 0)
		return -1;
	object = config.whole;
	if (outer != NULL && !json_member(config.whole, outer, &object))
		return buffer_add(out, text, length, err);
	extent(&config, object, name, &from, &to);
	if (from == NULL)
		return buffer_add(out, text, length, err);
	if (copy_to(out, &at, from, err) < 0)
		return -1;
	at = to;
	return copy_to(out, &at, text + length, err);
}

static bool is_empty(struct json object)
{
	struct json_walk walk = json_walk(object);
	struct json key, value;

	return object.text != NULL && !json_next_member(&walk, &key, &value);
}

int edit_docker_undo(struct buffer *out, const char *text, size_t length, struct error *err)
{
	cleanup(buffer_clear) struct buffer first = { 0 }, second = { 0 };
	struct config config;
	bool right;

	if (parse(&config, text, length, err) < 0)
		return -1;
	if (config.ours.text != NULL && !is_ours(config.ours, &right))
		return buffer_add(out, text, length, err);
	if ((json_is(config.default_runtime, SETUP_RUNTIME)
			    ? take_out(&first, text, length, NULL, "default-runtime", err)
			    : buffer_add(&first, text, length, err)) < 0 ||
		take_out(&second, first.text, first.length, "runtimes", SETUP_RUNTIME, err) < 0 ||
		parse(&config, second.text, second.length, err) < 0)
		return -1;
	if (is_empty(config.runtimes) && second.length != length)
		return take_out(out, second.text, second.length, NULL, "runtimes", err);
	return buffer_add(out, second.text, second.length, err);
}
