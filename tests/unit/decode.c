/* SPDX-License-Identifier: Apache-2.0 */
#include "json/decode.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* A text that is one value, with what decoding needs. Rows write ' for ". */
struct sample {
	char text[1200];
	struct json_source document;
	struct json value;
};

static void sample_make(struct sample *sample, const char *row)
{
	struct error err = { 0 };
	size_t length = strlen(row);

	cr_assert_lt(length, sizeof(sample->text));
	for (size_t i = 0; i <= length; i++)
		sample->text[i] = row[i] == '\'' ? '"' : row[i];
	sample->document = (struct json_source){ .text = sample->text, .code = ERROR_INPUT };
	cr_assert_eq(json_validate(sample->text, length, &sample->value, &err), 0, "%s: %s", row,
		err.text);
}

static const struct {
	const char *row, *text, *because;
} texts[] = {
	{ "'word'", "word", "plain" },
	{ "''", "", "empty" },
	{ "'\\/var\\/run'", "/var/run", "escaped slashes" },
	{ "'\\u0041\\n\\t\\\\\\u00e9'", "A\n\t\\é", "short and long escapes" },
	{ "'\\ud83d\\ude00'", "😀", "a pair of surrogates" },
	{ "'日本'", "日本", "characters of more than one byte" },
	{ "null", NULL, "null counts as missing" },
};

Test(decode, texts)
{
	for (size_t i = 0; i < array_count(texts); i++) {
		cleanup(text_clear) char *text = NULL;
		struct error err = { 0 };
		struct sample sample;

		sample_make(&sample, texts[i].row);
		cr_expect_eq(decode_text(&sample.document, sample.value, "it", &text, &err), 0,
			"%s: %s", texts[i].because, err.text);
		cr_assert_eq(text == NULL, texts[i].text == NULL, "%s", texts[i].because);
		if (text != NULL)
			cr_expect_str_eq(text, texts[i].text, "%s", texts[i].because);
	}
}

Test(decode, a_long_text_comes_whole)
{
	cleanup(text_clear) char *text = NULL;
	struct error err = { 0 };
	struct sample sample;
	char row[1100];

	memset(row, 'x', sizeof(row));
	row[0] = row[sizeof(row) - 2] = '"';
	row[sizeof(row) - 1] = '\0';
	sample_make(&sample, row);
	cr_assert_eq(decode_text(&sample.document, sample.value, "it", &text, &err), 0);
	cr_expect_eq(strlen(text), sizeof(row) - 3);
}

static const struct {
	const char *row;
	int64_t number;
	const char *because;
} numbers[] = {
	{ "0", 0, "nothing" },
	{ "-1", -1, "negative" },
	{ "9223372036854775807", INT64_MAX, "the largest" },
	{ "-9223372036854775808", INT64_MIN, "the smallest" },
	{ "-0", 0, "minus nothing" },
	{ "null", 99, "null counts as missing: unchanged" },
};

Test(decode, integers)
{
	for (size_t i = 0; i < array_count(numbers); i++) {
		struct error err = { 0 };
		struct sample sample;
		int64_t number = 99;

		sample_make(&sample, numbers[i].row);
		cr_expect_eq(decode_integer(&sample.document, sample.value, "it", &number, &err), 0,
			"%s: %s", numbers[i].because, err.text);
		cr_expect_eq(number, numbers[i].number, "%s", numbers[i].because);
	}
}

static const struct {
	const char *row, *error, *because;
} wrong_numbers[] = {
	{ " 1.5", "1:2: it: must be a whole number", "a fraction" },
	{ "\n1e2", "2:1: it: must be a whole number", "an exponent" },
	{ "'1'", "1:1: it: must be a number, is a string", "a text" },
	{ "false", "1:1: it: must be a number, is false", "false" },
	{ "[1]", "1:1: it: must be a number, is an array", "an array" },
	{ "18446744073709551615", "1:1: it: ", "64 bits without a sign" },
	{ "9223372036854775808", "1:1: it: ", "one more than the largest" },
	{ "1e999", "1:1: it: ", "no number that a computer knows" },
};

Test(decode, wrong_integers)
{
	for (size_t i = 0; i < array_count(wrong_numbers); i++) {
		struct error err = { 0 };
		struct sample sample;
		int64_t number = 99;

		sample_make(&sample, wrong_numbers[i].row);
		cr_expect_eq(decode_integer(&sample.document, sample.value, "it", &number, &err),
			-1, "%s", wrong_numbers[i].because);
		cr_expect_eq(
			strncmp(err.text, wrong_numbers[i].error, strlen(wrong_numbers[i].error)),
			0, "%s: %s", wrong_numbers[i].because, err.text);
		cr_expect_eq(number, 99, "left as it was: %s", wrong_numbers[i].because);
	}
}

/* What every kind is called, both ways round. */
static const struct {
	const char *row;
	enum json_kind kind;
	const char *words;
} kinds[] = {
	{ "{}", JSON_KIND_OBJECT, "an object" },
	{ "[]", JSON_KIND_ARRAY, "an array" },
	{ "''", JSON_KIND_STRING, "a string" },
	{ "0", JSON_KIND_NUMBER, "a number" },
	{ "true", JSON_KIND_TRUE, "true" },
	{ "false", JSON_KIND_FALSE, "false" },
};

Test(decode, kinds)
{
	for (size_t i = 0; i < array_count(kinds); i++)
		for (size_t j = 0; j < array_count(kinds); j++) {
			struct error err = { 0 };
			struct sample sample;
			char wanted[80];

			sample_make(&sample, kinds[i].row);
			snprintf(wanted, sizeof(wanted), "1:1: it: must be %s, is %s",
				kinds[j].words, kinds[i].words);
			cr_expect_eq(decode_kind(&sample.document, sample.value, kinds[j].kind,
					     "it", &err),
				i == j ? 0 : -1, "%s", wanted);
			cr_expect_str_eq(err.text, i == j ? "" : wanted);
		}
}

Test(decode, missing_is_every_kind)
{
	const struct json absent = { 0 };
	const struct json_source document = { .text = "", .code = ERROR_INPUT };
	cleanup(text_clear) char *text = NULL;
	struct error err = { 0 };
	struct sample sample;
	int64_t number = 99;

	sample_make(&sample, "null");
	cr_expect(decode_missing(absent));
	cr_expect(decode_missing(sample.value));
	for (size_t i = 0; i < array_count(kinds); i++) {
		cr_expect_eq(decode_kind(&document, absent, kinds[i].kind, "it", &err), 0);
		cr_expect_eq(
			decode_kind(&sample.document, sample.value, kinds[i].kind, "it", &err), 0);
	}
	cr_expect_eq(decode_text(&document, absent, "it", &text, &err), 0);
	cr_expect_eq(decode_integer(&document, absent, "it", &number, &err), 0);
	cr_expect(text == NULL && number == 99 && err.code == ERROR_NONE);
	sample_make(&sample, "false");
	cr_expect_not(decode_missing(sample.value), "false is a value");
}

Test(decode, a_nul_is_no_text)
{
	cleanup(text_clear) char *text = NULL;
	struct error err = { 0 };
	struct sample sample;

	sample_make(&sample, "'a\\u0000b'");
	cr_expect_eq(decode_text(&sample.document, sample.value, "it", &text, &err), -1);
	cr_expect_eq(strncmp(err.text, "1:1: it: ", 9), 0, "%s", err.text);
	cr_expect_null(text);
}

Test(decode, the_document_says_what_kind_of_error_it_is)
{
	struct error err = { 0 };
	struct sample sample;

	sample_make(&sample, "[\n  true]");
	sample.document.code = ERROR_POLICY;
	sample.value = (struct json){ .text = strstr(sample.text, "true"), .length = 4 };
	cr_expect_eq(decode_error(&sample.document, sample.value, &err, "key \"%s\"", "a\nb"), -1);
	cr_expect_eq(err.code, ERROR_POLICY);
	cr_expect_str_eq(err.text, "2:3: key \"a\\x0ab\"");
}

Test(decode, an_element_of_a_list_is_told_by_its_index)
{
	struct error err = { 0 };
	struct sample sample;

	sample_make(&sample, "[\n  true]");
	sample.document.list = "mounts";
	sample.document.index = 17;
	sample.value = (struct json){ .text = strstr(sample.text, "true"), .length = 4 };
	cr_expect_eq(
		decode_kind(&sample.document, sample.value, JSON_KIND_STRING, "type", &err), -1);
	cr_expect_str_eq(err.text, "2:3: mounts[17]: type: must be a string, is true");
}

static void *no_memory(size_t size)
{
	(void)size;
	return NULL;
}

/* What is below on the stack is what an earlier caller left there. */
static void __attribute__((noinline)) leave_on_the_stack(unsigned char byte)
{
	volatile unsigned char left[4096];

	for (size_t i = 0; i < sizeof(left); i++)
		left[i] = byte;
}

Test(decode, no_memory_is_said_whatever_the_stack_holds)
{
	static const enum json_error_code codes[] = { json_error_unknown, json_error_null_character,
		json_error_numeric_overflow };
	struct sample number, word;

	sample_make(&number, "4711");
	sample_make(&word, "'\\n'");
	json_set_alloc_funcs(no_memory, free);
	for (size_t i = 0; i < array_count(codes); i++) {
		struct error err = { 0 };
		int64_t decoded = 0;
		char *text = NULL;

		leave_on_the_stack((unsigned char)codes[i]);
		cr_expect_eq(
			decode_integer(&number.document, number.value, "it", &decoded, &err), -1);
		cr_expect_str_eq(
			err.text, "out of memory", "a number, %d: %s", (int)codes[i], err.text);
		err = (struct error){ 0 };
		leave_on_the_stack((unsigned char)codes[i]);
		cr_expect_eq(decode_text(&word.document, word.value, "it", &text, &err), -1);
		cr_expect_str_eq(
			err.text, "out of memory", "a text, %d: %s", (int)codes[i], err.text);
		cr_expect_null(text);
	}
	json_set_alloc_funcs(malloc, free);
}
