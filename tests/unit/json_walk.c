/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with a document that is known to be good. */
#include "json_test.h"

static struct json document_of(const char *text)
{
	struct json document = { 0 };
	struct error err = { 0 };

	cr_assert_eq(
		json_validate(text, strlen(text), &document, &err), 0, "%s: %s", text, err.text);
	return document;
}

static bool slice_is(struct json slice, const char *text)
{
	return slice.length == strlen(text) && memcmp(slice.text, text, slice.length) == 0;
}

static const struct {
	const char *text;
	enum json_kind kind;
} kinds[] = {
	{ "{}", JSON_KIND_OBJECT },
	{ "[]", JSON_KIND_ARRAY },
	{ "\"\"", JSON_KIND_STRING },
	{ "\"true\"", JSON_KIND_STRING },
	{ "0", JSON_KIND_NUMBER },
	{ "-1.5e3", JSON_KIND_NUMBER },
	{ "18446744073709551615", JSON_KIND_NUMBER },
	{ "true", JSON_KIND_TRUE },
	{ "false", JSON_KIND_FALSE },
	{ "null", JSON_KIND_NULL },
};

Test(json_walk, tells_kinds)
{
	for (size_t i = 0; i < array_count(kinds); i++) {
		enum json_kind kind = json_kind(document_of(kinds[i].text));

		cr_expect_eq(kind, kinds[i].kind, "%s", kinds[i].text);
	}
	cr_expect_eq(json_kind((struct json){ 0 }), JSON_KIND_NULL, "an absent value");
}

/* What a walk finds, written one a line: KEY=VALUE or VALUE. */
static const struct {
	const char *text, *members, *elements, *because;
} walks[] = {
	{ "{}", "", "", "an empty object" },
	{ "[]", "", "", "an empty array" },
	{ "{ \n }", "", "", "an empty object with white space" },
	{ "[ \n ]", "", "", "an empty array with white space" },
	{ "{\"a\":1}", "\"a\"=1\n", "", "one member, and no element of an object" },
	{ "[1]", "", "1\n", "one element, and no member of an array" },
	{ "[ 1 , \"a\" , null ]", "", "1\n\"a\"\nnull\n", "slices have no white space around" },
	{ "[1,2,-3.5e+7]", "", "1\n2\n-3.5e+7\n", "numbers end at a comma and at the bracket" },
	{ "{\"a\" : 1 , \"b\"\t:\n\"c\" }", "\"a\"=1\n\"b\"=\"c\"\n", "",
		"white space around the colon" },
	{ "[[],[[]],{}]", "", "[]\n[[]]\n{}\n", "containers are elements as a whole" },
	{ "[[1,[2]],{\"a\":[3]}]", "", "[1,[2]]\n{\"a\":[3]}\n",
		"commas inside count for nothing" },
	{ "{\"a\":{\"b\":{}},\"c\":[]}", "\"a\"={\"b\":{}}\n\"c\"=[]\n", "",
		"inner members are not found" },
	{ "[\"]\",\"[\",\"}{\",\",\"]", "", "\"]\"\n\"[\"\n\"}{\"\n\",\"\n",
		"brackets in strings are letters" },
	{ "[[\"]\"],1]", "", "[\"]\"]\n1\n", "in an inner string too" },
	{ "[\"\\\"\",\"\\\\\",\"\\\\\\\"\",1]", "", "\"\\\"\"\n\"\\\\\"\n\"\\\\\\\"\"\n1\n",
		"escaped quotes do not end a string, escaped backslashes do not escape" },
	{ "{\"\\\"\":\"\\\\\",\"}\":\"{\"}", "\"\\\"\"=\"\\\\\"\n\"}\"=\"{\"\n", "",
		"neither in a key" },
	{ "[{\"\\\\\":\"\\\"}]\"},2]", "", "{\"\\\\\":\"\\\"}]\"}\n2\n", "nor in what is skipped" },
	{ "{\"\":\"\"}", "\"\"=\"\"\n", "", "empty strings" },
	{ "[true,false,null]", "", "true\nfalse\nnull\n", "words" },
	{ "[true ,false\n,null\t]", "", "true\nfalse\nnull\n", "words before white space" },
	{ "\"]\"", "", "", "a string that ends like an array has no elements" },
	{ "\"{\\\"a\\\":1}\"", "", "", "nor one that looks like an object members" },
	{ "1", "", "", "a number" },
	{ "null", "", "", "a word" },
};

Test(json_walk, finds_members_and_elements)
{
	for (size_t i = 0; i < array_count(walks); i++) {
		struct json document = document_of(walks[i].text), key, value;
		cleanup(buffer_clear) struct buffer members = { 0 }, elements = { 0 };
		struct json_walk walk;
		struct error err = { 0 };

		cr_assert_eq(buffer_add(&members, "", 0, &err), 0);
		cr_assert_eq(buffer_add(&elements, "", 0, &err), 0);
		for (walk = json_walk(document); json_next_member(&walk, &key, &value);)
			cr_assert_eq(buffer_print(&members, &err, "%.*s=%.*s\n", (int)key.length,
					     key.text, (int)value.length, value.text),
				0);
		cr_expect_not(json_next_member(&walk, &key, &value), "the end is the end");
		for (walk = json_walk(document); json_next_element(&walk, &value);)
			cr_assert_eq(buffer_print(&elements, &err, "%.*s\n", (int)value.length,
					     value.text),
				0);
		cr_expect_not(json_next_element(&walk, &value), "the end is the end");
		cr_expect_str_eq(members.text, walks[i].members, "%s", walks[i].because);
		cr_expect_str_eq(elements.text, walks[i].elements, "%s", walks[i].because);
		buffer_clear(&elements);
	}
}

Test(json_walk, finds_nothing_in_an_absent_value)
{
	struct json_walk walk = json_walk((struct json){ 0 });
	struct json key, value;

	cr_expect_not(json_next_member(&walk, &key, &value));
	cr_expect_not(json_next_element(&walk, &value));
	cr_expect_not(json_member((struct json){ 0 }, "a", &value));
	cr_expect_not(json_is((struct json){ 0 }, ""));
}

static const struct {
	const char *text, *is;
	bool answer;
	const char *because;
} texts[] = {
	{ "\"\"", "", true, "nothing is nothing" },
	{ "\"\"", "a", false, "and not something" },
	{ "\"a\"", "", false, "nor something nothing" },
	{ "\"nscd\"", "nscd", true, "letters" },
	{ "\"nscd\"", "nsc", false, "a beginning is not enough" },
	{ "\"nscd\"", "nscd2", false, "nor a text that goes on" },
	{ "\"nscd\"", "nscd\"", false, "the quote does not belong to it" },
	{ "\"nscd\"", "NSCD", false, "case counts" },
	{ "\"\\u006escd\"", "nscd", true, "an escape at the beginning" },
	{ "\"nsc\\u0064\"", "nscd", true, "an escape at the end" },
	{ "\"nsc\\u0064\"", "nsc", false, "an escape at the end is not nothing" },
	{ "\"\\u006E\\u0073\\u0063\\u0064\"", "nscd", true, "nothing but escapes" },
	{ "\"\\u006E\\u0073\\u0063\\u0064\"", "nscd!", false, "the text goes on" },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", true, "each short escape" },
	{ "\"\\n\"", "\\n", false, "an escape is not its own letters" },
	{ "\"\\\\n\"", "\\n", true, "an escaped backslash before a letter is" },
	{ "\"\\/run\"", "/run", true, "an escaped slash" },
	{ "\"\\u007f\"", "\x7f", true, "the last of one byte" },
	{ "\"\\u0080\"", "\xc2\x80", true, "the first of two" },
	{ "\"\\u00e9\"", "é", true, "two bytes" },
	{ "\"\\u07ff\"", "\xdf\xbf", true, "the last of two" },
	{ "\"\\u0800\"", "\xe0\xa0\x80", true, "the first of three" },
	{ "\"\\u65e5\\u672c\"", "日本", true, "three bytes, twice" },
	{ "\"\\uffff\"", "\xef\xbf\xbf", true, "the last of three" },
	{ "\"\\ud800\\udc00\"", "\xf0\x90\x80\x80", true, "the first of four" },
	{ "\"\\ud83d\\ude00\"", "😀", true, "a pair" },
	{ "\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf", true, "the last of four" },
	{ "\"\\ud83d\\ude00\"", "😁", false, "another pair" },
	{ "\"\\ud83d\\ude00\"", "\xf0\x9f\x98", false, "a part of a character" },
	{ "\"😀\"", "😀", true, "a character that is not escaped" },
	{ "\"\xc3\xa9\\u00e9\"", "éé", true, "one escaped, one not" },
	{ "\"e\\u0301\"", "é", false, "nothing is normalised" },
	{ "\"\\u0000\"", "", false, "a NUL is not the end" },
	{ "\"a\\u0000\"", "a", false, "a NUL behind it neither" },
	{ "\"a\\u0000b\"", "a", false, "nor one in the middle" },
	{ "1", "1", false, "a number equals no text" },
	{ "true", "true", false, "nor a word" },
	{ "null", "", false, "nor null" },
	{ "[]", "[]", false, "nor an array" },
	{ "{}", "{}", false, "nor an object" },
};

Test(json_walk, compares_decoded)
{
	for (size_t i = 0; i < array_count(texts); i++)
		cr_expect_eq(json_is(document_of(texts[i].text), texts[i].is), texts[i].answer,
			"%s and \"%s\": %s", texts[i].text, texts[i].is, texts[i].because);
}

static const char config[] = "{\n"
			     "  \"ociVersion\": \"1.0.2\",\n"
			     "  \"process\": { \"root\": 1, \"env\": [\"mounts\"] },\n"
			     "  \"r\\u006fot\": { \"path\": \"rootfs\" },\n"
			     "  \"mounts\": [ { \"destination\": \"/run\" }, { } ],\n"
			     "  \"linux\": null\n"
			     "}\n";

Test(json_walk, finds_a_member)
{
	struct json document = document_of(config), value = { 0 }, path = { 0 };

	cr_expect(json_member(document, "mounts", &value));
	cr_expect(slice_is(value, "[ { \"destination\": \"/run\" }, { } ]"));
	cr_expect_not(json_member(value, "destination", &path), "an array has no members");
	cr_expect(json_member(document, "root", &value), "by its decoded name");
	cr_expect(json_member(value, "path", &path));
	cr_expect(json_is(path, "rootfs"));
	cr_expect_not(json_member(document, "env", &path), "members of members are not found");
	cr_expect_not(json_member(document, "", &path));
	cr_expect(json_is(path, "rootfs"), "what is not found leaves the result untouched");
}

Test(json_walk, finds_several_members_at_once)
{
	static const char *const names[] = { "linux", "absent", "root", "mounts", "root" };
	struct json document = document_of(config), found[5], value;

	memset(found, 0xff, sizeof(found));
	json_members(document, names, found, array_count(names));
	cr_expect(slice_is(found[0], "null"), "null is a value");
	cr_expect(found[1].text == NULL && found[1].length == 0, "an absent member has no slice");
	cr_expect(json_member(document, "root", &value) && found[2].text == value.text);
	cr_expect_eq(json_kind(found[3]), JSON_KIND_ARRAY);
	cr_expect_eq(found[4].text, found[2].text, "a name that is asked for twice");
	json_members(found[3], names, found, array_count(names));
	for (size_t i = 0; i < array_count(names); i++)
		cr_expect_null(found[i].text, "an array has no members");
}

Test(json_walk, tells_positions)
{
	struct json document = document_of(config), value;
	struct json_position position = json_position(config, config);

	cr_expect(position.line == 1 && position.column == 1, "the first byte is 1:1");
	position = json_position(config, strchr(config, '\n'));
	cr_expect(position.line == 1 && position.column == 2, "a line end ends its own line");
	position = json_position(config, strchr(config, '\n') + 1);
	cr_expect(position.line == 2 && position.column == 1, "what follows begins the next");
	cr_assert(json_member(document, "mounts", &value));
	position = json_position(config, value.text);
	cr_expect(position.line == 5 && position.column == 13, "a value");
	cr_assert(json_member(document, "linux", &value));
	position = json_position(config, value.text + value.length);
	cr_expect(position.line == 6 && position.column == 16, "behind a value");
	position = json_position(config, config + strlen(config));
	cr_expect(position.line == 8 && position.column == 1, "the end of the text");
}

/* Each value below the container is the same slice with notes and without. */
static void compare_walks(struct json noted, struct json plain)
{
	struct json_walk left = json_walk(noted), right = json_walk(plain);
	struct json a = { 0 }, b = { 0 }, key;
	bool object = json_kind(noted) == JSON_KIND_OBJECT;

	for (;;) {
		bool more = object ? json_next_member(&left, &key, &a)
				   : json_next_element(&left, &a);

		cr_assert_eq(more,
			object ? json_next_member(&right, &key, &b)
			       : json_next_element(&right, &b));
		if (!more)
			return;
		cr_assert(a.text == b.text && a.length == b.length);
		compare_walks(a, b);
	}
}

/* One level of a document: long and short containers, in objects and in arrays, and more of them
 * than there are notes. */
static void add_level(struct buffer *text, int depth)
{
	struct error err = { 0 };

	cr_assert_eq(
		buffer_print(text, &err,
			"{\"short\": [1, {\"a\": []}], \"long\": [\"%070d\", {}], \"list\": [", 0),
		0);
	for (int i = 0; depth > 0 && i < 7; i++) {
		cr_assert_eq(buffer_print(text, &err, "%s", i > 0 ? " , " : ""), 0);
		add_level(text, depth - 1);
	}
	cr_assert_eq(buffer_print(text, &err, "]\n}"), 0);
}

Test(json_walk, notes)
{
	for (int depth = 0; depth < 5; depth++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct json noted, plain;
		struct json_notes notes;
		struct json_wanted wanted = { .notes = &notes };
		struct error err = { 0 };

		add_level(&text, depth);
		cr_assert_eq(json_validate(text.text, text.length, &plain, &err), 0);
		cr_assert_eq(
			json_validate_members(text.text, text.length, &noted, &wanted, &err), 0);
		cr_assert(noted.text == plain.text && noted.length == plain.length);
		cr_expect_eq(notes.count == JSON_NOTES_MAX, depth > 2, "depth %d: %zu", depth,
			notes.count);
		for (size_t i = 1; i < notes.count; i++)
			cr_assert_lt(notes.containers[i - 1].begin, notes.containers[i].begin);
		compare_walks(noted, plain);
	}
}

/* The notes are what is believed: without a second look at what is inside. */
Test(json_walk, noted_is_not_walked)
{
	char text[200] = "{\"a\": [";
	struct json_notes notes;
	struct json_wanted wanted = { .notes = &notes };
	struct error err = { 0 };
	struct json document, value;

	memset(text + 7, '1', 100);
	strcpy(text + 107, "], \"b\": 2}");
	cr_assert_eq(json_validate_members(text, strlen(text), &document, &wanted, &err), 0);
	memset(text + 7, '[', 100);
	cr_assert(json_member(document, "b", &value));
	cr_expect_eq(value.text[0], '2');
}
