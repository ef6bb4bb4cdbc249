/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <locale.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"

#define LONGEST (sizeof(((struct error *)0)->text) - 1)

static bool ends_in(const char *text, const char *tail)
{
	size_t length = strlen(text), size = strlen(tail);

	return length >= size && strcmp(text + length - size, tail) == 0;
}

static bool is_utf8(const char *text)
{
	size_t left = strlen(text), length = 1;

	for (; left > 0 && length > 0; text += length, left -= length)
		length = utf8_length(text, left);
	return left == 0 && length > 0;
}

static const struct {
	const char *given, *kept, *because;
} escapes[] = {
	{ "", "", "nothing is nothing" },
	{ "plain text, with \"quotes\" and \\", "plain text, with \"quotes\" and \\",
		"printable characters stand for themselves" },
	{ "a\nb", "a\\x0ab", "a line feed would begin a new line of the log" },
	{ "\r\t\b", "\\x0d\\x09\\x08", "other controls are escaped too" },
	{ "\033[31mred", "\\x1b[31mred", "an escape sequence does not reach the terminal" },
	{ "\x01\x1f\x7f", "\\x01\\x1f\\x7f", "the first, the last, and DEL" },
	{ "\xc2\x9b"
	  "31m",
		"\\xc2\\x9b31m", "U+009B is a control sequence introducer in one character" },
	{ "\xc2\x80\xc2\x9f", "\\xc2\\x80\\xc2\\x9f", "the first and the last C1 control" },
	{ "\xc2\xa0", "\xc2\xa0", "U+00A0 is the first above the control characters" },
	{ "café 日本 😀", "café 日本 😀", "characters of two, three and four bytes" },
	{ "a\xff"
	  "b",
		"a\\xffb", "a byte that is never in UTF-8" },
	{ "\xc3", "\\xc3", "a character without its end" },
	{ "\xe6\x97", "\\xe6\\x97", "a character without its last byte" },
	{ "\x80", "\\x80", "a continuation byte alone" },
	{ "\xc0\xaf", "\\xc0\\xaf", "an overlong slash" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "a surrogate" },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "beyond U+10FFFF" },
	{ "\u202e", "\\xe2\\x80\\xae", "U+202E turns the rest of the line round" },
	{ "\u2066\u2069", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9", "the first and last isolate" },
	{ "\u200e\u061c", "\\xe2\\x80\\x8e\\xd8\\x9c", "marks of direction" },
	{ "\u2028", "\\xe2\\x80\\xa8", "a line separator" },
	{ "\u2027\u202f", "\u2027\u202f", "their neighbours are left" },
	{ "\ufeff", "\\xef\\xbb\\xbf", "not to be seen at all" },
	{ "\U000e0041", "\\xf3\\xa0\\x81\\x81", "nor is a tag" },
};

Test(error, escapes_what_a_terminal_would_obey)
{
	for (size_t i = 0; i < array_count(escapes); i++) {
		struct error err = { 0 };

		cr_expect_eq(error_set(&err, ERROR_INPUT, "%s", escapes[i].given), -1);
		cr_expect_str_eq(err.text, escapes[i].kept, "%s", escapes[i].because);
	}
}

Test(error, escapes_context_and_leaves_the_sentence_as_it_is)
{
	struct error err = { 0 };

	error_set(&err, ERROR_INPUT, "bad\n");
	error_wrap(&err, "in\t%s", "\x1b");
	cr_expect_str_eq(err.text, "in\\x09\\x1b: bad\\x0a");
}

Test(error, keeps_the_first_cause)
{
	struct error err = { 0 };

	cr_expect_eq(error_set(&err, ERROR_POLICY, "first %d", 1), -1);
	cr_expect_eq(error_set(&err, ERROR_SYSTEM, "second"), -1);
	errno = EPERM;
	cr_expect_eq(error_errno(&err, "third"), -1);
	cr_expect_eq(err.code, ERROR_POLICY);
	cr_expect_str_eq(err.text, "first 1");
}

static const struct {
	int number;
	const char *text;
} numbers[] = {
	{ EPERM, "mask \"/run/nscd\": Operation not permitted" },
	{ ENOENT, "mask \"/run/nscd\": No such file or directory" },
	{ ELOOP, "mask \"/run/nscd\": Too many levels of symbolic links" },
	{ 99999, "mask \"/run/nscd\": unknown error" },
	{ -1, "mask \"/run/nscd\": unknown error" },
};

Test(error, says_errno_in_words)
{
	setlocale(LC_ALL, "");
	for (size_t i = 0; i < array_count(numbers); i++) {
		struct error err = { 0 };

		errno = numbers[i].number;
		cr_expect_eq(error_errno(&err, "mask \"%s\"", "/run/nscd"), -1);
		cr_expect_eq(err.code, ERROR_SYSTEM);
		cr_expect_str_eq(err.text, numbers[i].text);
	}
}

Test(error, puts_context_in_front)
{
	struct error err = { 0 };

	error_set(&err, ERROR_FINAL, "reason");
	cr_expect_eq(error_wrap(&err, "mask \"%s\"", "/run"), -1);
	cr_expect_eq(error_wrap(&err, "container %s", "3f2a"), -1);
	cr_expect_str_eq(err.text, "container 3f2a: mask \"/run\": reason");
	cr_expect_eq(err.code, ERROR_FINAL, "context does not change the code");
}

Test(error, puts_a_place_in_front)
{
	struct error err = { 0 };

	error_set(&err, ERROR_POLICY, "4:15: unknown key \"stratgy\"");
	cr_expect_eq(error_in_file(&err, "/etc/policy.json"), -1);
	cr_expect_str_eq(err.text, "/etc/policy.json:4:15: unknown key \"stratgy\"");
	cr_expect_eq(err.code, ERROR_POLICY, "a place does not change the code");
}

Test(error, context_without_a_cause_is_still_an_error)
{
	struct error wrapped = { 0 }, placed = { 0 };

	cr_expect_eq(error_wrap(&wrapped, "container %s", "3f2a"), -1);
	cr_expect_eq(wrapped.code, ERROR_SYSTEM);
	cr_expect_str_eq(wrapped.text, "container 3f2a");
	cr_expect_eq(error_in_file(&placed, "file"), -1);
	cr_expect_eq(placed.code, ERROR_SYSTEM);
	cr_expect_str_eq(placed.text, "file");
}

/* Fills with the character as often as fits into length bytes, after `lead` letters. */
static void fill(char *text, size_t length, size_t lead, const char *character)
{
	size_t size = strlen(character);

	memset(text, 'x', length);
	for (size_t at = lead; at + size <= length; at += size)
		memcpy(text + at, character, size);
	text[length] = '\0';
}

Test(error, cuts_between_characters)
{
	static const char *const characters[] = { "a", "é", "日", "😀" };
	char given[2 * LONGEST];

	for (size_t i = 0; i < array_count(characters) * 4 * LONGEST; i++) {
		size_t length = LONGEST / 2 + i / 16, lead = i / 4 % 4;
		struct error err = { 0 };

		if (length >= sizeof(given))
			break;
		fill(given, length, lead, characters[i % 4]);
		error_set(&err, ERROR_INPUT, "%s", given);
		cr_assert(is_utf8(err.text), "%zu bytes of %s are well-formed", length,
			characters[i % 4]);
		cr_assert_eq(strcmp(err.text, given) == 0, length <= LONGEST,
			"%zu bytes of %s are kept just if they fit", length, characters[i % 4]);
		cr_assert_eq(ends_in(err.text, "…"), length > LONGEST,
			"%zu bytes of %s end in … just if cut", length, characters[i % 4]);
		cr_assert_geq(strlen(err.text), length < LONGEST - 6 ? length : LONGEST - 6,
			"no more is cut than must be");
	}
}

Test(error, cuts_between_escapes)
{
	char given[LONGEST + 1];
	struct error err = { 0 };

	fill(given, LONGEST, 1, "\n");
	error_set(&err, ERROR_INPUT, "%s", given);
	cr_expect(ends_in(err.text, "\\x0a…"), "no half of an escape: %s", err.text);
}

Test(error, keeps_the_reason_of_a_long_sentence)
{
	char given[4096];
	struct error err = { 0 };

	fill(given, sizeof(given) - 1, 0, "é");
	errno = EACCES;
	error_errno(&err, "open \"/%s\"", given);
	cr_expect(ends_in(err.text, "…: Permission denied"), "%s", err.text);
	cr_expect_leq(strlen(err.text), LONGEST);
	cr_expect(is_utf8(err.text));
}

Test(error, keeps_half_of_the_room_for_the_sentence)
{
	char given[4096];
	struct error err = { 0 };

	fill(given, 250, 0, "s");
	error_set(&err, ERROR_INPUT, "%s", given);
	fill(given, sizeof(given) - 1, 0, "c");
	error_wrap(&err, "%s", given);
	cr_expect_eq(strlen(err.text), LONGEST);
	cr_expect_eq(strspn(strchr(err.text, 's'), "s"), 250, "%s", err.text);
	error_wrap(&err, "outermost");
	cr_expect_eq(strncmp(err.text, "outermost: c", 12), 0);
	cr_expect(ends_in(err.text, "s…"), "%s", err.text);
}

Test(error, divides_the_room_when_both_are_long)
{
	char given[4096];
	struct error err = { 0 };

	fill(given, sizeof(given) - 1, 0, "s");
	error_set(&err, ERROR_INPUT, "%s", given);
	fill(given, sizeof(given) - 1, 0, "c");
	error_wrap(&err, "%s", given);
	cr_expect_eq(strlen(err.text), LONGEST);
	cr_expect_geq(strspn(err.text, "c"), LONGEST / 2 - 4, "%s", err.text);
	cr_expect(strstr(err.text, "c…: s") != NULL && ends_in(err.text, "s…"), "%s", err.text);
}

Test(error, survives_a_format_that_fails)
{
	struct error err = { 0 };

	/* no character of the C locale */
	error_set(&err, ERROR_INPUT, "wide %ls wide", L"\u20ac");
	cr_expect_eq(err.code, ERROR_INPUT);
	cr_expect_str_eq(err.text, "wide %ls wide");
}

static const char *const words[] = {
	"strategy",
	"channels",
	"facade",
	"sockets",
	"onShared",
	"onForeign",
	"onError",
	"log",
	"off",
	"mask",
	"",
	"a-very-long-word-that-is-never-mistyped-since-users-would-never-type-it-",
};

static const struct {
	const char *typed, *nearest, *because;
} slips[] = {
	{ "strategy", "strategy", "the word itself" },
	{ "stratgy", "strategy", "a letter forgotten" },
	{ "sstrategy", "strategy", "a letter doubled" },
	{ "strategi", "strategy", "a letter mistaken" },
	{ "Strategy", "strategy", "a capital" },
	{ "srtategy", "strategy", "two letters swapped" },
	{ "srtateyg", "strategy", "two pairs swapped are two slips" },
	{ "tsrtaeyg", NULL, "three are no slip any more" },
	{ "chanels", "channels", "a letter forgotten in the middle" },
	{ "onErrors", "onError", "a plural" },
	{ "onshared", "onShared", "a small letter" },
	{ "facades", "facade", "a plural again" },
	{ "mas", "mask", "one of three letters: less than half" },
	{ "amsk", "mask", "swapped at the beginning" },
	{ "ma", NULL, "one of two letters is half" },
	{ "x", NULL, "a letter is near to nothing" },
	{ "", NULL, "nothing is near to nothing, even to itself" },
	{ "of", NULL, "two letters" },
	{ "lgo", "log", "swapped in a short word" },
	{ "lag", "log", "the first of those that are equally near" },
	{ "onFore", NULL, "three letters forgotten" },
	{ "entirely", NULL, "something else" },
	{ "a-very-long-word-that-is-never-mistyped-since-users-would-never-type-it-", NULL,
		"too long for a slip" },
};

Test(error, finds_the_nearest_word)
{
	for (size_t i = 0; i < array_count(slips); i++) {
		const char *nearest = error_nearest(slips[i].typed, words, array_count(words));

		if (slips[i].nearest == NULL)
			cr_expect_null(nearest, "\"%s\": %s", slips[i].typed, slips[i].because);
		else
			cr_expect(nearest != NULL && strcmp(nearest, slips[i].nearest) == 0,
				"\"%s\": %s", slips[i].typed, slips[i].because);
	}
	cr_expect_null(error_nearest("strategy", words, 0), "of no words none is near");
	cr_expect_eq(error_nearest("strategy", words, 1), words[0], "the candidate itself");
}
