/* SPDX-License-Identifier: Apache-2.0 */
/* What is not JSON by its strings: escapes, UTF-8, keys that are there twice. */
#include "json_test.h"

static const struct refused refused[] = {
	{ TEXT("\""), "1:1: string without an end", "a quote alone" },
	{ TEXT("\"a"), "1:1: string without an end", "a string without its end" },
	{ TEXT("[\"a]"), "1:2: string without an end", "an array swallowed by a string" },
	{ TEXT("{\"a"), "1:2: string without an end", "a key without its end" },
	{ TEXT("[\"a\\\"]"), "1:2: string without an end", "its end is escaped" },
	{ TEXT("[1,\"0123456789abcdef"), "1:4: string without an end",
		"a long one without its end" },
	{ TEXT("\"\\"), "1:2: unknown escape in a string", "a backslash at the end of the text" },
	{ TEXT("[\"a\nb\"]"), "1:4: control character in a string", "a line end" },
	{ TEXT("[\"a\tb\"]"), "1:4: control character in a string", "a tab" },
	{ TEXT("[\"\r\"]"), "1:3: control character in a string", "a carriage return" },
	{ TEXT("[\"\x1f\"]"), "1:3: control character in a string", "the last control character" },
	{ TEXT("{\"a\tb\":1}"), "1:4: control character in a string", "a tab in a key" },
	{ TEXT("[\"\\a\"]"), "1:3: unknown escape in a string", "an escape of C" },
	{ TEXT("[\"\\v\"]"), "1:3: unknown escape in a string", "another" },
	{ TEXT("[\"\\0\"]"), "1:3: unknown escape in a string", "an octal escape" },
	{ TEXT("[\"\\x41\"]"), "1:3: unknown escape in a string", "a hexadecimal escape of C" },
	{ TEXT("[\"\\'\"]"), "1:3: unknown escape in a string", "an escaped single quote" },
	{ TEXT("[\"\\U0041\"]"), "1:3: unknown escape in a string", "a capital U" },
	{ TEXT("[\"\\B\"]"), "1:3: unknown escape in a string", "a capital B" },
	{ TEXT("[\"\\ \"]"), "1:3: unknown escape in a string", "an escaped space" },
	{ TEXT("[\"\\\n\"]"), "1:3: unknown escape in a string", "an escaped line end" },
	{ TEXT("[\"\\\xc3\xa9\"]"), "1:3: unknown escape in a string",
		"an escaped character of two bytes" },
	{ TEXT("[\"\\\0\"]"), "1:3: unknown escape in a string", "an escaped NUL byte" },
	{ TEXT("[\"\\u\"]"), "1:3: \\u without four hexadecimal digits", "no digits" },
	{ TEXT("[\"\\u1\"]"), "1:3: \\u without four hexadecimal digits", "one digit" },
	{ TEXT("[\"\\u12\"]"), "1:3: \\u without four hexadecimal digits", "two digits" },
	{ TEXT("[\"\\u123\"]"), "1:3: \\u without four hexadecimal digits", "three digits" },
	{ TEXT("[\"\\u123g\"]"), "1:3: \\u without four hexadecimal digits", "a letter behind f" },
	{ TEXT("[\"\\u123/\"]"), "1:3: \\u without four hexadecimal digits",
		"the character before 0" },
	{ TEXT("[\"\\u12:4\"]"), "1:3: \\u without four hexadecimal digits",
		"the character behind 9" },
	{ TEXT("[\"\\u@123\"]"), "1:3: \\u without four hexadecimal digits",
		"the character before A" },
	{ TEXT("[\"\\u+123\"]"), "1:3: \\u without four hexadecimal digits", "a sign" },
	{ TEXT("[\"\\u 123\"]"), "1:3: \\u without four hexadecimal digits", "a space" },
	{ TEXT("[\"\\u{41}\"]"), "1:3: \\u without four hexadecimal digits", "braces" },
	{ TEXT("\"\\u12"), "1:2: \\u without four hexadecimal digits", "the text ends in it" },
	{ TEXT("[\"\\ud800\"]"), "1:3: half of a surrogate pair", "a first half alone" },
	{ TEXT("[\"\\udbff\"]"), "1:3: half of a surrogate pair", "the last first half alone" },
	{ TEXT("[\"\\udc00\"]"), "1:3: half of a surrogate pair", "a second half alone" },
	{ TEXT("[\"\\udfff\"]"), "1:3: half of a surrogate pair", "the last second half alone" },
	{ TEXT("[\"\\ud800a\"]"), "1:3: half of a surrogate pair",
		"a letter instead of the second" },
	{ TEXT("[\"\\ud800\\n\"]"), "1:3: half of a surrogate pair", "another escape instead" },
	{ TEXT("[\"\\ud800\\u0041\"]"), "1:3: half of a surrogate pair", "another code instead" },
	{ TEXT("[\"\\ud800\\ud800\"]"), "1:3: half of a surrogate pair", "two first halves" },
	{ TEXT("[\"\\ud800\\ue000\"]"), "1:3: half of a surrogate pair",
		"the first code behind the halves" },
	{ TEXT("[\"\\udc00\\ud800\"]"), "1:3: half of a surrogate pair", "the wrong way round" },
	{ TEXT("[\"\\ud800\\udc0\"]"), "1:3: half of a surrogate pair",
		"a second half of three digits" },
	{ TEXT("[\"\\ud800\\u\"]"), "1:3: half of a surrogate pair",
		"a second half without digits" },
	{ TEXT("[\"\\ud800\\\\udc00\"]"), "1:3: half of a surrogate pair",
		"a backslash between the halves" },
	{ TEXT("[\"\\ud800 \\udc00\"]"), "1:3: half of a surrogate pair",
		"a space between the halves" },
	{ TEXT("[\"\\ud83d\\ude00\\ud83d\"]"), "1:15: half of a surrogate pair",
		"a pair and a half" },
	{ TEXT("{\"\\ud800\":1}"), "1:3: half of a surrogate pair", "half a pair in a key" },
	{ TEXT("[\"\x80\"]"), "1:3: invalid UTF-8", "a continuation byte alone" },
	{ TEXT("[\"\xbf\"]"), "1:3: invalid UTF-8", "the last one alone" },
	{ TEXT("[\"\xc3\"]"), "1:3: invalid UTF-8", "two bytes, the second missing" },
	{ TEXT("[\"\xc3(\"]"), "1:3: invalid UTF-8", "a letter for the second" },
	{ TEXT("[\"\xe6\x97\"]"), "1:3: invalid UTF-8", "three bytes, the third missing" },
	{ TEXT("[\"\xe6\"]"), "1:3: invalid UTF-8", "three bytes, two missing" },
	{ TEXT("[\"\xf0\x9f\x98\"]"), "1:3: invalid UTF-8", "four bytes, the fourth missing" },
	{ TEXT("[\"\xf0\x9f\"]"), "1:3: invalid UTF-8", "four bytes, two missing" },
	{ TEXT("[\"\xf0\x28\x8c\xbc\"]"), "1:3: invalid UTF-8", "four bytes, the second wrong" },
	{ TEXT("[\"\xe2\x28\xa1\"]"), "1:3: invalid UTF-8", "three bytes, the second wrong" },
	{ TEXT("\"\xe6\x97"), "1:2: invalid UTF-8", "the text ends in a character" },
	{ TEXT("[\"\xc0\x80\"]"), "1:3: invalid UTF-8", "an overlong NUL" },
	{ TEXT("[\"\xc0\xaf\"]"), "1:3: invalid UTF-8", "an overlong slash" },
	{ TEXT("[\"\xc1\xbf\"]"), "1:3: invalid UTF-8", "the highest overlong of two bytes" },
	{ TEXT("[\"\xe0\x80\x80\"]"), "1:3: invalid UTF-8", "an overlong NUL of three bytes" },
	{ TEXT("[\"\xe0\x9f\xbf\"]"), "1:3: invalid UTF-8", "the highest overlong of three" },
	{ TEXT("[\"\xf0\x80\x80\x80\"]"), "1:3: invalid UTF-8", "an overlong NUL of four bytes" },
	{ TEXT("[\"\xf0\x8f\xbf\xbf\"]"), "1:3: invalid UTF-8", "the highest overlong of four" },
	{ TEXT("[\"\xed\xa0\x80\"]"), "1:3: invalid UTF-8", "the first surrogate" },
	{ TEXT("[\"\xed\xbf\xbf\"]"), "1:3: invalid UTF-8", "the last surrogate" },
	{ TEXT("[\"\xed\xa0\xbd\xed\xb8\x80\"]"), "1:3: invalid UTF-8", "a pair of surrogates" },
	{ TEXT("[\"\xf4\x90\x80\x80\"]"), "1:3: invalid UTF-8", "the first beyond U+10FFFF" },
	{ TEXT("[\"\xf5\x80\x80\x80\"]"), "1:3: invalid UTF-8", "further beyond" },
	{ TEXT("[\"\xf8\x88\x80\x80\x80\"]"), "1:3: invalid UTF-8", "five bytes" },
	{ TEXT("[\"\xfc\x84\x80\x80\x80\x80\"]"), "1:3: invalid UTF-8", "six bytes" },
	{ TEXT("[\"\xfe\"]"), "1:3: invalid UTF-8", "a byte that is never in UTF-8" },
	{ TEXT("[\"\xff\"]"), "1:3: invalid UTF-8", "nor this one" },
	{ TEXT("[\"\xe9\"]"), "1:3: invalid UTF-8", "Latin 1" },
	{ TEXT("[\"\xc3\xa9\xff\"]"), "1:5: invalid UTF-8", "behind a good character" },
	{ TEXT("[\"0123456789\xff\"]"), "1:13: invalid UTF-8", "behind ten letters" },
	{ TEXT("{\"\xff\":1}"), "1:3: invalid UTF-8", "in a key" },
	{ TEXT("[\xff]"), "1:2: unexpected character where a value is expected", "between values" },
	{ TEXT("\xc3\xa9"), "1:1: unexpected character where a value is expected",
		"a good character, but no value" },
	{ TEXT("{\"a\":1,\"a\":2}"), "1:8: duplicate key \"a\"", "the same key twice" },
	{ TEXT("{\"a\":1,\"a\":1}"), "1:8: duplicate key \"a\"", "the same member twice" },
	{ TEXT("{\"\":1,\"\":2}"), "1:7: duplicate key \"\"", "an empty key twice" },
	{ TEXT("{\"a\":1,\"\\u0061\":2}"), "1:8: duplicate key \"\\u0061\"",
		"the same key, escaped" },
	{ TEXT("{\"\\u0061\":1,\"a\":2}"), "1:13: duplicate key \"a\"",
		"the same key, escaped the first time" },
	{ TEXT("{\"\\u006a\":1,\"\\u006A\":2}"), "1:13: duplicate key \"\\u006A\"",
		"escaped both times, in small and in capitals" },
	{ TEXT("{\"\\n\":1,\"\\u000a\":2}"), "1:9: duplicate key \"\\u000a\"",
		"a line end, escaped in two ways" },
	{ TEXT("{\"/\":1,\"\\/\":2}"), "1:8: duplicate key \"\\/\"", "a slash, escaped or not" },
	{ TEXT("{\"\\\"\":1,\"\\u0022\":2}"), "1:9: duplicate key \"\\u0022\"",
		"a quote, escaped in two ways" },
	{ TEXT("{\"\\\\\":1,\"\\u005c\":2}"), "1:9: duplicate key \"\\u005c\"",
		"a backslash, escaped in two ways" },
	{ TEXT("{\"\xc3\xa9\":1,\"\\u00e9\":2}"), "1:9: duplicate key \"\\u00e9\"",
		"two bytes of UTF-8, escaped" },
	{ TEXT("{\"\xe6\x97\xa5\":1,\"\\u65e5\":2}"), "1:10: duplicate key \"\\u65e5\"",
		"three bytes" },
	{ TEXT("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"),
		"1:11: duplicate key \"\\ud83d\\ude00\"", "four bytes, a pair" },
	{ TEXT("{\"\\u0000\":1,\"\\u0000\":2}"), "1:13: duplicate key \"\\u0000\"", "a NUL twice" },
	{ TEXT("{\"abcdefgh\":1,\"abcd\\u0065fgh\":2}"), "1:15: duplicate key \"abcd\\u0065fgh\"",
		"eight bytes" },
	{ TEXT("{\"abcdefghi\":1,\"abcdefgh\\u0069\":2}"),
		"1:16: duplicate key \"abcdefgh\\u0069\"", "nine bytes" },
	{ TEXT("{\"a\":1,\"b\":2,\"c\":3,\"b\":4}"), "1:20: duplicate key \"b\"",
		"not next to each other" },
	{ TEXT("{\"a\":{\"b\":1,\"c\":2},\"a\":1}"), "1:20: duplicate key \"a\"",
		"an object with keys between them" },
	{ TEXT("{\"a\":{\"b\":1,\"b\":2}}"), "1:13: duplicate key \"b\"", "in an inner object" },
	{ TEXT("[{\"a\":1},{\"b\":1,\"b\":2}]"), "1:17: duplicate key \"b\"",
		"in the second object" },
	{ TEXT("{\"a\":1,\n \"a\":2}"), "2:2: duplicate key \"a\"", "in the second line" },
	{ TEXT("{\"a\":1,\"a\""), "1:8: duplicate key \"a\"",
		"the first error counts, not the missing end" },
};

Test(json_strings, refuses_and_says_where)
{
	expect_refused(refused, array_count(refused));
}

Test(json_strings, counts_lines_and_columns_from_the_start)
{
	expect_refused_further_on(refused, array_count(refused));
}

/* All 65,536 codes behind \u, alone and in front of the lowest second half. */
Test(json_strings, knows_every_code)
{
	for (unsigned code = 0; code <= 0xffff; code++) {
		bool first = code >= 0xd800 && code <= 0xdbff, second = (code & 0xfc00) == 0xdc00;
		struct json document;
		struct error alone = { 0 }, pair = { 0 };
		char text[32];
		int length = snprintf(text, sizeof(text), "\"\\u%04x\"", code);

		cr_assert_eq(validate(text, (size_t)length, &document, &alone),
			first || second ? -1 : 0, "%s alone", text);
		length = snprintf(text, sizeof(text), "\"\\u%04X\\uDC00\"", code);
		cr_assert_eq(validate(text, (size_t)length, &document, &pair), first ? 0 : -1,
			"%s in a pair", text);
	}
}

/* Every byte, in a string and between values. */
Test(json_strings, knows_every_byte)
{
	for (int byte = 0; byte <= 0xff; byte++) {
		char string[] = { '"', 'a', (char)byte, 'a', '"' };
		char escape[] = { '"', '\\', (char)byte, '"' };
		char space[] = { '[', '1', (char)byte, ']' };
		bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
		bool known = byte != 0 && strchr("\"\\/bfnrt", byte) != NULL;
		bool white = byte != 0 && strchr(" \t\r\n0123456789", byte) != NULL;
		struct json document;
		struct error err = { 0 };

		cr_expect_eq(validate(string, sizeof(string), &document, &err), plain ? 0 : -1,
			"byte %#x in a string", (unsigned)byte);
		cr_expect_eq(validate(escape, sizeof(escape), &document, &err), known ? 0 : -1,
			"byte %#x behind a backslash", (unsigned)byte);
		cr_expect_eq(validate(space, sizeof(space), &document, &err), white ? 0 : -1,
			"byte %#x behind a digit", (unsigned)byte);
	}
}

/* Strings are skipped in steps of eight bytes: something special at every place of every length. */
Test(json_strings, finds_the_special_byte_everywhere)
{
	for (size_t length = 1; length <= 40; length++) {
		for (size_t at = 0; at < length; at++) {
			char text[64], wanted[64];
			struct json document = { 0 };
			struct error good = { 0 }, bad = { 0 };

			memset(text, '!', sizeof(text)); /* next to the quote, in the table */
			text[0] = text[length + 1] = '"';
			cr_expect_eq(validate(text, length + 2, &document, &good), 0);
			text[at + 1] = 0x1f;
			snprintf(wanted, sizeof(wanted), "1:%zu: control character in a string",
				at + 2);
			cr_expect_eq(validate(text, length + 2, &document, &bad), -1);
			cr_expect_str_eq(bad.text, wanted, "%zu of %zu", at, length);
			text[at + 1] = '"';
			cr_expect_eq(validate(text, at + 2, &document, &good), 0);
			cr_expect_eq(document.length, at + 2, "the first quote ends it");
		}
	}
}
