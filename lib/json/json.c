/* SPDX-License-Identifier: Apache-2.0 */
/* json: what can be done with a validated document. The grammar has been checked (json_scan.c), so
 * here a quote, a bracket or a backslash is what it looks like. */
#include "json/json.h"

#include <string.h>

#include "json/text.h"

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

const char *json_kind_name(enum json_kind kind)
{
	static const char *const names[] = {
		[JSON_KIND_OBJECT] = "object",
		[JSON_KIND_ARRAY] = "array",
		[JSON_KIND_STRING] = "string",
		[JSON_KIND_NUMBER] = "number",
		[JSON_KIND_TRUE] = "boolean",
		[JSON_KIND_FALSE] = "boolean",
		[JSON_KIND_NULL] = "null",
	};

	return names[kind];
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

uint32_t json_hex(const char *digits)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) /* '1' is 0x31, 'A' 0x41, 'a' 0x61 */
		value = value << 4 | (uint32_t)((digits[i] & 0xf) + (digits[i] > '9' ? 9 : 0));
	return value;
}

struct json_text json_text(struct json string)
{
	return (struct json_text){
		.at = string.text + 1,
		.end = string.text + string.length - 1,
	};
}

/* The code point of the \u escape that begins at the backslash, which it steps over: both halves
 * where it takes two. */
static uint32_t text_code(struct json_text *text)
{
	uint32_t code = json_hex(text->at + 2);

	text->at += JSON_ESCAPE_LENGTH;
	if (code < 0xd800 || code > 0xdfff)
		return code;
	code = 0x10000 + ((code & 0x3ff) << 10) + (json_hex(text->at + 2) & 0x3ff);
	text->at += JSON_ESCAPE_LENGTH;
	return code;
}

/* Puts the code point's UTF-8 into pending. */
static void text_encode(struct json_text *text, uint32_t code)
{
	unsigned count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	uint32_t pending = 0;

	for (unsigned i = 1; i < count; i++, code >>= 6)
		pending = (pending | 0x80 | (code & 0x3f)) << 8;
	if (count > 1)
		code |= (0xf00u >> count) & 0xff;
	text->pending = pending | code;
	text->pending_count = count;
}

int json_text_next(struct json_text *text)
{
	static const char escapes[][2] = { { 'b', '\b' }, { 'f', '\f' }, { 'n', '\n' },
		{ 'r', '\r' }, { 't', '\t' } };
	int byte;

	if (text->pending_count == 0) {
		if (text->at == text->end)
			return -1;
		if (*text->at != '\\')
			return (unsigned char)*text->at++;
		if (text->at[1] != 'u') {
			char letter = text->at[1];

			text->at += 2;
			for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
				if (escapes[i][0] == letter)
					return escapes[i][1];
			return letter; /* a quote, a slash, a backslash */
		}
		text_encode(text, text_code(text));
	}
	byte = (int)(text->pending & 0xff);
	text->pending >>= 8;
	text->pending_count--;
	return byte;
}

static bool has_escapes(struct json string)
{
	return memchr(string.text, '\\', string.length) != NULL;
}

bool json_text_same(struct json a, struct json b)
{
	struct json_text left = json_text(a), right = json_text(b);
	int byte;

	if (!has_escapes(a) && !has_escapes(b))
		return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
	do {
		byte = json_text_next(&left);
		if (byte != json_text_next(&right))
			return false;
	} while (byte >= 0);
	return true;
}

bool json_is(struct json string, const char *text)
{
	struct json_text decoded;
	size_t same = 0;
	int byte;

	if (json_kind(string) != JSON_KIND_STRING)
		return false;
	/* most names differ in their first byte, and hardly one has an escape */
	while (same < string.length - 2 && string.text[1 + same] != '\\') {
		if (string.text[1 + same] != text[same])
			return false;
		same++;
	}
	if (same == string.length - 2)
		return text[same] == '\0';
	decoded = json_text(string);
	while ((byte = json_text_next(&decoded)) > 0)
		if (byte != (unsigned char)*text++)
			return false;
	return byte < 0 && *text == '\0'; /* \u0000 is in no C string */
}

static int lower(int byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* The next byte of the string, folded: two characters beyond ASCII fold into it. */
static int next_folded(struct json_text *text)
{
	static const struct {
		const char *bytes;
		char letter;
	} folds[] = { { "\xc5\xbf", 's' }, { "\xe2\x84\xaa", 'k' } };
	struct json_text ahead = *text;
	int byte = json_text_next(text);

	for (size_t i = 0; byte >= 0x80 && i < sizeof(folds) / sizeof(folds[0]); i++) {
		struct json_text at = ahead;
		const char *bytes = folds[i].bytes;

		while (*bytes != '\0' && json_text_next(&at) == (unsigned char)*bytes)
			bytes++;
		if (*bytes == '\0') {
			*text = at;
			return folds[i].letter;
		}
	}
	return lower(byte);
}

bool json_is_folded(struct json string, const char *text)
{
	struct json_text decoded = json_text(string);
	int first = string.length > 2 ? (unsigned char)*decoded.at : 0;
	int byte;

	/* nearly all differ in their first byte */
	if (first < 0x80 && first != '\\' && lower(first) != lower((unsigned char)*text))
		return false;
	while ((byte = next_folded(&decoded)) > 0)
		if (byte != lower((unsigned char)*text++))
			return false;
	return byte < 0 && *text == '\0';
}

bool json_word(struct json string, char *text, size_t size)
{
	struct json_text decoded;
	size_t length = 0;
	int byte;

	if (json_kind(string) != JSON_KIND_STRING)
		return false;
	decoded = json_text(string);
	while ((byte = json_text_next(&decoded)) > 0 && length + 1 < size)
		text[length++] = (char)byte;
	text[length] = '\0';
	return byte < 0; /* \u0000 is in no C string */
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
	struct json odd;

	return json_validate_members(text, length, document, NULL, NULL, NULL, 0, &odd, err);
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
