/* SPDX-License-Identifier: Apache-2.0 */
/* json: walks through a validated document without checking it again: the grammar has been checked
 * (scan.c), so brackets, quotes and backslashes can be trusted. */
#include "json/json.h"

#include <string.h>

enum json_kind json_kind(struct json value)
{
	switch (value.length > 0 ? value.text[0] : 'n') {
	case '{':
		return JSON_KIND_OBJECT;
	case '[':
		return JSON_KIND_ARRAY;
	case '"':
		return JSON_KIND_STRING;
	case 't':
		return JSON_KIND_TRUE;
	case 'f':
		return JSON_KIND_FALSE;
	case 'n':
		return JSON_KIND_NULL;
	default:
		return JSON_KIND_NUMBER;
	}
}

static inline bool is_space(char character)
{
	return character == ' ' || character == '\n' || character == '\t' || character == '\r';
}

static inline const char *skip_space(const char *at)
{
	while (is_space(*at))
		at++;
	return at;
}

/* Behind the string that begins at the quote. */
static const char *skip_string(const char *at, const char *end)
{
	const char *quote = at;

	for (;;) {
		const char *before;

		quote = memchr(quote + 1, '"', (size_t)(end - quote - 1));
		for (before = quote; before[-1] == '\\';)
			before--;
		if ((quote - before) % 2 == 0)
			return quote + 1;
	}
}

/* The end of the container that begins there; NULL: it has no note. */
static const char *noted_end(const struct json_notes *notes, const char *at)
{
	size_t low = 0, high = notes == NULL ? 0 : notes->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *begin = notes->text + notes->containers[middle].begin;

		if (begin == at)
			return notes->text + notes->containers[middle].end;
		if (begin < at)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Behind the object or array that begins at the bracket. */
static const char *skip_container(const struct json_walk *walk)
{
	const char *at = walk->at, *noted = noted_end(walk->notes, at);
	size_t depth = 0;

	if (noted != NULL)
		return noted;
	do {
		switch (*at) {
		case '"':
			at = skip_string(at, walk->end);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			depth--;
			break;
		default:
			break;
		}
		at++;
	} while (depth > 0);
	return at;
}

static const char *skip_value(const struct json_walk *walk)
{
	const char *at = walk->at;

	switch (*at) {
	case '"':
		return skip_string(at, walk->end);
	case '{':
	case '[':
		return skip_container(walk);
	default:
		while (*at != ',' && *at != '}' && *at != ']' && !is_space(*at))
			at++;
		return at;
	}
}

struct json_walk json_walk(struct json container)
{
	enum json_kind kind = json_kind(container);

	if (kind != JSON_KIND_OBJECT && kind != JSON_KIND_ARRAY)
		return (struct json_walk){ 0 };
	return (struct json_walk){
		.at = container.text,
		.end = container.text + container.length,
		.notes = container.notes,
	};
}

/* Steps over the opening bracket or a comma, to what comes next in a container that is closed by
 * the given bracket; false at its end, or when it is the other kind. */
static bool walk_step(struct json_walk *walk, char bracket)
{
	if (walk->at == walk->end || walk->end[-1] != bracket)
		return false;
	walk->at = skip_space(walk->at + 1);
	if (*walk->at == bracket)
		walk->at = walk->end;
	return walk->at != walk->end;
}

static void walk_value(struct json_walk *walk, struct json *value)
{
	const char *end = skip_value(walk);

	*value = (struct json){ walk->at, (size_t)(end - walk->at), walk->notes };
	walk->at = skip_space(end);
	if (walk->at + 1 == walk->end) /* the closing bracket */
		walk->at = walk->end;
}

bool json_next_member(struct json_walk *walk, struct json *key, struct json *value)
{
	const char *end;

	if (!walk_step(walk, '}'))
		return false;
	end = skip_string(walk->at, walk->end);
	*key = (struct json){ .text = walk->at, .length = (size_t)(end - walk->at) };
	walk->at = skip_space(skip_space(end) + 1); /* the colon */
	walk_value(walk, value);
	return true;
}

bool json_next_element(struct json_walk *walk, struct json *value)
{
	if (!walk_step(walk, ']'))
		return false;
	walk_value(walk, value);
	return true;
}

bool json_member(struct json object, const char *name, struct json *value)
{
	struct json_walk walk = json_walk(object);
	struct json key, candidate;

	while (json_next_member(&walk, &key, &candidate)) {
		if (json_is(key, name)) {
			*value = candidate;
			return true;
		}
	}
	return false;
}

struct json json_members(
	struct json object, const char *const *names, struct json *found, size_t count)
{
	struct json_walk walk = json_walk(object);
	struct json key, value, odd = { 0 };

	for (size_t i = 0; i < count; i++)
		found[i] = (struct json){ 0 };
	while (json_next_member(&walk, &key, &value)) {
		for (size_t i = 0; i < count; i++)
			if (json_is(key, names[i]))
				found[i] = value;
			else if (json_is_folded(key, names[i]))
				odd = key;
	}
	return odd;
}

int json_validate(const char *text, size_t length, struct json *document, struct error *err)
{
	struct json_wanted nothing = { 0 };

	return json_validate_members(text, length, document, &nothing, err);
}

struct json_position json_position(const char *document, const char *at)
{
	struct json_position position = { .line = 1 };
	const char *line = document, *end;

	while ((end = memchr(line, '\n', (size_t)(at - line))) != NULL) {
		position.line++;
		line = end + 1;
	}
	position.column = (size_t)(at - line) + 1;
	return position;
}
