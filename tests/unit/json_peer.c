/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner and jansson must agree on what is JSON: on documents made from a grammar, whole and
 * damaged. Left out is where they differ on purpose: numbers beyond a double or 64 bits, keys with
 * a NUL, nesting beyond JSON_DEPTH_MAX; and NUL bytes, since jansson 2.14 overlooks one that
 * follows a number or a word. */
#define _GNU_SOURCE 1 /* memmem */

#include "json_test.h"

#include <ctype.h>
#include <jansson.h>
#include <stdint.h>

#define DOCUMENTS 20000
#define DEPTH 6

static uint64_t state = 0x9e3779b97f4a7c15;

/* From 0 to below - 1: the same ones in every run. */
static unsigned choose(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % below;
}

static void add(struct buffer *text, const char *more)
{
	struct error err = { 0 };

	cr_assert_eq(buffer_add(text, more, strlen(more), &err), 0);
}

static void add_one(struct buffer *text, const char *const *choices, size_t count)
{
	add(text, choices[choose((unsigned)count)]);
}

static void add_space(struct buffer *text)
{
	static const char *const spaces[] = { "", "", "", " ", "\n", "\t", "\r\n", "  \n  " };

	add_one(text, spaces, array_count(spaces));
}

/* Few letters, so that keys meet, escaped or not. */
static void add_string(struct buffer *text)
{
	static const char *const pieces[] = { "a", "b", "\\u0061", "\\u0062", "\\n", "\\\"", "\\\\",
		"\\/", "/", "é", "\\u00e9", "\\u00E9", "日", "\\u65e5", "😀", "\\ud83d\\ude00",
		"\\uD83D\\uDE00", "abcdefgh", "\x7f", "{", "]" };

	add(text, "\"");
	for (unsigned length = choose(4); length > 0; length--)
		add_one(text, pieces, array_count(pieces));
	add(text, "\"");
}

static void add_scalar(struct buffer *text)
{
	static const char *const scalars[] = { "0", "-0", "1", "-12", "1.5", "-0.25", "1e2", "1E-3",
		"2.5e+10", "123456789012", "true", "false", "null" };

	if (choose(2) == 0)
		add_string(text);
	else
		add_one(text, scalars, array_count(scalars));
}

static void add_value(struct buffer *text, int depth)
{
	unsigned kind = depth < DEPTH ? choose(4) : 3;

	add_space(text);
	if (kind >= 2) {
		add_scalar(text);
		add_space(text);
		return;
	}
	add(text, kind == 0 ? "{" : "[");
	add_space(text);
	for (unsigned i = 0, count = choose(5); i < count; i++) {
		add(text, i > 0 ? "," : "");
		add_space(text);
		if (kind == 0) {
			add_string(text);
			add_space(text);
			add(text, ":");
		}
		add_value(text, depth + 1);
	}
	add(text, kind == 0 ? "}" : "]");
	add_space(text);
}

/* Changes, drops or doubles a byte; every second one becomes one that means something. */
static void damage(struct buffer *text)
{
	static const char marks[] = "{}[],:\"\\ u0159deE+-.tnf\n\x80\xc3\xed\xf4";
	size_t at = choose((unsigned)text->length);
	size_t rest = text->length - at;

	switch (choose(4)) {
	case 0:
		text->text[at] = (char)choose(256);
		break;
	case 1:
		text->text[at] = marks[choose(sizeof(marks) - 1)];
		break;
	case 2:
		memmove(text->text + at, text->text + at + 1, rest - 1);
		text->length--;
		break;
	default:
		add(text, "x");
		memmove(text->text + at + 1, text->text + at, rest);
		break;
	}
}

/* Could damage have made a number that jansson does not keep, or a NUL? */
static bool is_meant_to_differ(const struct buffer *text)
{
	size_t digits = 0;

	if (memmem(text->text, text->length, "u0000", 5) != NULL ||
		memchr(text->text, '\0', text->length) != NULL)
		return true;
	for (size_t i = 0; i < text->length; i++) {
		bool exponent = i > 0 && digits == 0 && strchr("eE+-", text->text[i - 1]) != NULL;

		digits = isdigit((unsigned char)text->text[i]) ? digits + 1 : 0;
		if (digits > 18 ||
			(exponent && digits > 0 && i + 2 < text->length &&
				isdigit((unsigned char)text->text[i + 1]) &&
				isdigit((unsigned char)text->text[i + 2])))
			return true;
	}
	return false;
}

static bool jansson_accepts(const struct buffer *text)
{
	json_t *value = json_loadb(text->text, text->length,
		JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	json_decref(value);
	return value != NULL;
}

static bool we_accept(const struct buffer *text, struct error *err)
{
	struct json document;

	return validate(text->text, text->length, &document, err) == 0;
}

Test(json_peer, agrees_with_jansson)
{
	size_t accepted = 0, refused = 0, duplicates = 0;

	for (int i = 0; i < DOCUMENTS; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error err = { 0 };
		bool ours;

		add_value(&text, 0);
		for (unsigned damages = choose(3); damages > 0 && text.length > 1; damages--)
			damage(&text);
		if (is_meant_to_differ(&text))
			continue;
		ours = we_accept(&text, &err);
		cr_expect_eq(ours, jansson_accepts(&text), "document %d, %s: %.*s", i,
			ours ? "accepted" : err.text, (int)text.length, text.text);
		accepted += ours;
		refused += !ours;
		duplicates += strstr(err.text, "duplicate key") != NULL;
	}
	cr_expect_gt(accepted, 5000, "%zu", accepted);
	cr_expect_gt(refused, 5000, "%zu", refused);
	cr_expect_gt(duplicates, 500, "%zu", duplicates);
	cr_log_info("%zu accepted, %zu refused, %zu of them for a duplicate key", accepted, refused,
		duplicates);
}
