/* SPDX-License-Identifier: Apache-2.0 */
/* scan: validates the grammar of RFC 8259, with one function for each rule.
 *
 * Each scan_ function takes the place where its rule begins and returns the place behind it, or
 * NULL with the error set. Nothing reads past the end: the text needs no NUL. */
#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "json/classes.h"
#include "json/json.h"
#include "json/keys.h"
#include "json/text.h"
#include "json/words.h"

struct scan {
	const char *text, *end;
	struct error *err;
	size_t depth;
	size_t escapes; /* seen so far: a key without any needs no decoding */
	/* members of the outermost object that are wanted */
	const char *const *names;
	struct json *found;
	size_t wanted;
	struct json odd; /* a key that is one of them but for case */
	struct json_notes *notes;
	struct json_keys keys;
};

static const char *scan_value(struct scan *scan, const char *at);

static const char *refuse(struct scan *scan, const char *at, const char *reason)
{
	struct json_position position = json_position(scan->text, at);

	error_at(scan->err, ERROR_INPUT, position.line, position.column, "%s", reason);
	return NULL;
}

static const char *refuse_missing(struct scan *scan, const char *at, const char *wanted)
{
	struct json_position position = json_position(scan->text, at);

	error_at(scan->err, ERROR_INPUT, position.line, position.column, "%s where %s is expected",
		at == scan->end ? "end of text" : "unexpected character", wanted);
	return NULL;
}

static const char *refuse_key(struct scan *scan, struct json key, enum json_keys_result result)
{
	struct json_position position = json_position(scan->text, key.text);
	int shown = key.length < sizeof(scan->err->text) ? (int)key.length
							 : (int)sizeof(scan->err->text);

	if (result == JSON_KEYS_NO_MEMORY)
		error_at(scan->err, ERROR_SYSTEM, position.line, position.column,
			"out of memory for the keys of an object");
	else
		error_at(scan->err, ERROR_INPUT, position.line, position.column,
			"duplicate key %.*s", shown, key.text);
	return NULL;
}

static inline const char *skip_space(const struct scan *scan, const char *at)
{
	while (at < scan->end && is(*at, SPACE))
		at++;
	return at;
}

/* What stands for itself in a string. */
static inline const char *skip_plain(const struct scan *scan, const char *at)
{
	at = json_skip_words(at, scan->end);
	while (at < scan->end && is(*at, PLAIN))
		at++;
	return at;
}

static bool is_hex(const struct scan *scan, const char *at)
{
	return scan->end - at >= 4 && is(at[0], HEX) && is(at[1], HEX) && is(at[2], HEX) &&
		is(at[3], HEX);
}

/* \uXXXX, with its second half where the first is half of a pair. */
static const char *scan_escape_code(struct scan *scan, const char *at)
{
	uint32_t code;

	if (!is_hex(scan, at + 2))
		return refuse(scan, at, "\\u without four hexadecimal digits");
	code = json_hex(at + 2);
	at += JSON_ESCAPE_LENGTH;
	if (code < 0xd800 || code > 0xdfff)
		return at;
	if (code <= 0xdbff && scan->end - at >= JSON_ESCAPE_LENGTH && at[0] == '\\' &&
		at[1] == 'u' && is_hex(scan, at + 2) && (json_hex(at + 2) & 0xfc00) == 0xdc00)
		return at + JSON_ESCAPE_LENGTH;
	return refuse(scan, at - JSON_ESCAPE_LENGTH, "half of a surrogate pair");
}

static const char *scan_escape(struct scan *scan, const char *at)
{
	scan->escapes++;
	if (scan->end - at >= 2 && is(at[1], ESCAPE))
		return at + 2;
	if (scan->end - at >= 2 && at[1] == 'u')
		return scan_escape_code(scan, at);
	return refuse(scan, at, "unknown escape in a string");
}

static const char *scan_foreign(struct scan *scan, const char *at)
{
	while (at < scan->end && (unsigned char)*at >= 0x80) {
		size_t length = utf8_length(at, (size_t)(scan->end - at));

		if (length == 0)
			return refuse(scan, at, "invalid UTF-8");
		at += length;
	}
	return at;
}

static const char *scan_special(struct scan *scan, const char *at)
{
	if (*at == '\\')
		return scan_escape(scan, at);
	if ((unsigned char)*at >= 0x80)
		return scan_foreign(scan, at);
	return refuse(scan, at, "control character in a string");
}

/* What is left of the string that begins at start, from something special on. */
static const char *scan_string_rest(struct scan *scan, const char *at, const char *start)
{
	for (;;) {
		if (at == scan->end)
			return refuse(scan, start, "string without an end");
		if (*at == '"')
			return at + 1;
		at = scan_special(scan, at);
		if (at == NULL)
			return NULL;
		at = skip_plain(scan, at);
	}
}

/* Small enough to become part of its callers: nearly every string has nothing special in it. */
static inline const char *scan_string(struct scan *scan, const char *at)
{
	const char *end = skip_plain(scan, at + 1);

	if (end < scan->end && *end == '"')
		return end + 1;
	return scan_string_rest(scan, end, at);
}

static const char *scan_digits(struct scan *scan, const char *at)
{
	if (at == scan->end || !is(*at, DIGIT))
		return refuse_missing(scan, at, "a digit");
	while (at < scan->end && is(*at, DIGIT))
		at++;
	return at;
}

static const char *scan_number(struct scan *scan, const char *at)
{
	const char *end = scan->end, *digits = *at == '-' ? at + 1 : at;

	at = scan_digits(scan, digits);
	if (at == NULL)
		return NULL;
	if (*digits == '0' && at - digits > 1)
		return refuse(scan, digits, "number with a leading zero");
	if (at < end && *at == '.') {
		at = scan_digits(scan, at + 1);
		if (at == NULL)
			return NULL;
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		at = scan_digits(scan, at);
	}
	return at;
}

static const char *scan_word(struct scan *scan, const char *at, const char *word, size_t length)
{
	if ((size_t)(scan->end - at) < length || memcmp(at, word, length) != 0)
		return refuse_missing(scan, at, "a value");
	return at + length;
}

static const char *scan_array(struct scan *scan, const char *at)
{
	at = skip_space(scan, at + 1);
	if (at < scan->end && *at == ']')
		return at + 1;
	for (;;) {
		at = scan_value(scan, at);
		if (at == NULL)
			return NULL;
		at = skip_space(scan, at);
		if (at == scan->end || *at != ',')
			break;
		at = skip_space(scan, at + 1);
	}
	if (at == scan->end || *at != ']')
		return refuse_missing(scan, at, "',' or ']'");
	return at + 1;
}

/* "key": with the white space around the colon. */
static inline const char *scan_key(
	struct scan *scan, const char *at, size_t first, struct json *found)
{
	struct json key = { .text = at };
	size_t escapes = scan->escapes;
	enum json_keys_result result;

	if (at == scan->end || *at != '"')
		return refuse_missing(scan, at, "a key in quotes");
	at = scan_string(scan, at);
	if (at == NULL)
		return NULL;
	key.length = (size_t)(at - key.text);
	result = json_keys_add(&scan->keys, first, scan->depth, key, scan->escapes > escapes);
	if (result != JSON_KEYS_NEW)
		return refuse_key(scan, key, result);
	at = skip_space(scan, at);
	if (at == scan->end || *at != ':')
		return refuse_missing(scan, at, "':'");
	*found = key;
	return skip_space(scan, at + 1);
}

static void note_member(struct scan *scan, struct json key, const char *value, const char *end)
{
	for (size_t i = 0; i < scan->wanted; i++)
		if (json_is(key, scan->names[i]))
			scan->found[i] = (struct json){ value, (size_t)(end - value), scan->notes };
		else if (json_is_folded(key, scan->names[i]))
			scan->odd = key;
}

static const char *scan_object(struct scan *scan, const char *at)
{
	size_t first = scan->keys.count;

	at = skip_space(scan, at + 1);
	if (at < scan->end && *at == '}')
		return at + 1;
	for (;;) {
		const char *value;
		struct json key;

		value = scan_key(scan, at, first, &key);
		if (value == NULL)
			return NULL;
		at = scan_value(scan, value);
		if (at == NULL)
			return NULL;
		if (scan->depth == 1)
			note_member(scan, key, value, at);
		at = skip_space(scan, at);
		if (at == scan->end || *at != ',')
			break;
		at = skip_space(scan, at + 1);
	}
	if (at == scan->end || *at != '}')
		return refuse_missing(scan, at, "',' or '}'");
	json_keys_drop(&scan->keys, first);
	return at + 1;
}

/* The note's place is taken where the container begins, so that notes are in order, and given back
 * when it turns out to be small: then none inside it has one. */
static const char *scan_noted(struct scan *scan, const char *at)
{
	struct json_notes *notes = scan->notes;
	size_t note = notes->count++;
	const char *end = *at == '{' ? scan_object(scan, at) : scan_array(scan, at);

	if (end == NULL)
		return NULL;
	if (end - at < JSON_NOTED_LENGTH) {
		notes->count = note;
		return end;
	}
	notes->containers[note].begin = (uint32_t)(at - scan->text);
	notes->containers[note].end = (uint32_t)(end - scan->text);
	return end;
}

/* The only way deeper: recursion ends at JSON_DEPTH_MAX. */
static const char *scan_container(struct scan *scan, const char *at)
{
	if (scan->depth == JSON_DEPTH_MAX)
		return refuse(scan, at, "nested too deeply");
	scan->depth++;
	if (scan->notes != NULL && scan->notes->count < JSON_NOTES_MAX)
		at = scan_noted(scan, at);
	else
		at = *at == '{' ? scan_object(scan, at) : scan_array(scan, at);
	scan->depth--;
	return at;
}

static const char *scan_value(struct scan *scan, const char *at)
{
	if (at == scan->end)
		return refuse_missing(scan, at, "a value");
	switch (*at) {
	case '"':
		return scan_string(scan, at);
	case '{':
	case '[':
		return scan_container(scan, at);
	case 't':
		return scan_word(scan, at, "true", 4);
	case 'f':
		return scan_word(scan, at, "false", 5);
	case 'n':
		return scan_word(scan, at, "null", 4);
	case '-':
	case '0' ... '9':
		return scan_number(scan, at);
	default:
		return refuse_missing(scan, at, "a value");
	}
}

static const char *scan_document(struct scan *scan, const char *at)
{
	const char *end;

	if (scan->end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		return refuse(scan, at, "byte-order mark");
	end = scan_value(scan, at);
	if (end == NULL)
		return NULL;
	at = skip_space(scan, end);
	if (at != scan->end)
		return refuse(scan, at, "something follows the value");
	return end;
}

int json_validate_members(const char *text, size_t length, struct json *document,
	struct json_wanted *wanted, struct error *err)
{
	struct scan scan;
	const char *start, *end;

	scan.text = text;
	scan.end = text + length;
	scan.err = err;
	scan.depth = 0;
	scan.escapes = 0;
	scan.names = wanted->names;
	scan.found = wanted->found;
	scan.wanted = wanted->count;
	scan.odd = (struct json){ 0 };
	scan.notes = length <= UINT32_MAX ? wanted->notes : NULL;
	if (scan.notes != NULL) {
		scan.notes->text = text;
		scan.notes->count = 0;
	}
	for (size_t i = 0; i < wanted->count; i++)
		wanted->found[i] = (struct json){ 0 };
	json_keys_init(&scan.keys, scan.end);
	start = skip_space(&scan, text);
	end = scan_document(&scan, start);
	json_keys_clear(&scan.keys);
	if (end == NULL)
		return -1;
	*document = (struct json){ start, (size_t)(end - start), scan.notes };
	wanted->odd = scan.odd;
	return 0;
}
