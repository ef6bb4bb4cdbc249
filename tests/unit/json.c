/* SPDX-License-Identifier: Apache-2.0 */
/* What is JSON, and which part of the text is the document. */
#include "json_test.h"

static const struct accepted {
	const char *text;
	size_t length;
	const char *because;
} accepted[] = {
	{ TEXT("{}"), "an empty object" },
	{ TEXT("[]"), "an empty array" },
	{ TEXT("{ }"), "white space in an empty object" },
	{ TEXT("[ ]"), "white space in an empty array" },
	{ TEXT("\"\""), "an empty string alone" },
	{ TEXT("\"a\""), "a string alone" },
	{ TEXT("0"), "zero alone" },
	{ TEXT("-0"), "minus zero" },
	{ TEXT("42"), "a number alone" },
	{ TEXT("true"), "a word alone" },
	{ TEXT("false"), "another" },
	{ TEXT("null"), "the third" },
	{ TEXT(" 1 "), "white space around a number" },
	{ TEXT("\n\r\t 1"), "each white space character" },
	{ TEXT("[1]\n"), "a line end at the end" },
	{ TEXT("[true,false,null]"), "the three words" },
	{ TEXT("[1,2,3]"), "several elements" },
	{ TEXT("[ 1 , 2 , 3 ]"), "white space wherever it may be" },
	{ TEXT("[\n1\n,\r2\t,\t3\n]"), "line ends wherever they may be" },
	{ TEXT("[[]]"), "an array in an array" },
	{ TEXT("[[],[[]],{}]"), "containers of all sorts" },
	{ TEXT("[[[[[[[[1]]]]]]]]"), "eight deep" },
	{ TEXT("{\"a\":1}"), "one member" },
	{ TEXT("{\"a\":1,\"b\":2}"), "two members" },
	{ TEXT("{ \"a\" : 1 , \"b\" : 2 }"), "white space between all parts" },
	{ TEXT("{\"a\":{\"a\":{\"a\":1}}}"), "the same key at three depths" },
	{ TEXT("[{\"a\":1},{\"a\":1}]"), "the same key in two objects" },
	{ TEXT("{\"a\":{\"b\":1},\"b\":{\"a\":1}}"), "the same keys, never twice in one object" },
	{ TEXT("{\"a\":[{\"a\":1},{\"a\":2}]}"), "the same key inside and outside" },
	{ TEXT("{\"\":1}"), "an empty key" },
	{ TEXT("{\"\":{\"\":{}}}"), "empty keys inside one another" },
	{ TEXT("{\"a\":1,\"A\":2}"), "case tells keys apart" },
	{ TEXT("{\"a\":1,\"a \":2}"), "white space in keys counts" },
	{ TEXT("{\"a\":1,\"aa\":2,\"aaa\":3}"), "keys that begin alike" },
	{ TEXT("{\"abcdefgh\":1,\"abcdefghi\":2}"),
		"keys of one word of eight bytes and one more" },
	{ TEXT("{\"abcdefghX\":1,\"abcdefghY\":2}"), "keys that differ in the ninth byte" },
	{ TEXT("{\"a\":1,\"\\u0061b\":2}"), "an escaped key that begins alike" },
	{ TEXT("{\"a\\u0000\":1,\"a\":2}"), "a NUL at the end of a key makes it another" },
	{ TEXT("{\"\\u0000\":1,\"\\u0000\\u0000\":2,\"\":3}"), "keys of nothing but NUL" },
	{ TEXT("{\"\\\\u0061\":1,\"a\":2}"), "a backslash and then letters is not an escape of a" },
	{ TEXT("{\"\\n\":1,\"n\":2,\"\\\\n\":3}"),
		"a line end, a letter, a backslash with a letter" },
	{ TEXT("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"), "keys are compared unnormalised" },
	{ TEXT("{\"\xc3\xa9\":1,\"e\":2}"), "an accent tells keys apart" },
	{ TEXT("[0]"), "zero" },
	{ TEXT("[-0]"), "minus zero in an array" },
	{ TEXT("[-1]"), "a negative number" },
	{ TEXT("[10]"), "a zero at the end" },
	{ TEXT("[0.0]"), "a fraction of nothing" },
	{ TEXT("[-0.0]"), "a negative one" },
	{ TEXT("[1.5]"), "a fraction" },
	{ TEXT("[0.000001]"), "zeros after the point" },
	{ TEXT("[123456.654321]"), "digits on both sides" },
	{ TEXT("[1e0]"), "an exponent" },
	{ TEXT("[1E0]"), "a capital exponent" },
	{ TEXT("[1e+2]"), "with a plus" },
	{ TEXT("[1e-2]"), "with a minus" },
	{ TEXT("[1e007]"), "zeros in front of an exponent" },
	{ TEXT("[0e0]"), "zero times one" },
	{ TEXT("[0e+1]"), "zero times ten" },
	{ TEXT("[-0e-0]"), "minus zero in every place" },
	{ TEXT("[1.5e300]"), "a large one" },
	{ TEXT("[1.7976931348623159e308]"), "beyond the largest double" },
	{ TEXT("[1e400]"), "far beyond" },
	{ TEXT("[1e-400]"), "far below" },
	{ TEXT("[-1e99999999999999999999]"), "an exponent that fits nothing" },
	{ TEXT("[9223372036854775807]"), "the largest signed 64-bit number" },
	{ TEXT("[9223372036854775808]"), "one more" },
	{ TEXT("[18446744073709551615]"), "the largest rlimit" },
	{ TEXT("[18446744073709551616]"), "beyond 64 bits" },
	{ TEXT("[-9223372036854775809]"), "below 64 bits" },
	{ TEXT("[100000000000000000000000000000000000000000000000]"), "a number of 48 digits" },
	{ TEXT("[0.1000000000000000055511151231257827021181583404541015625]"),
		"a fraction of 55 digits" },
	{ TEXT("[\"a\",\"b\"]"), "strings in an array" },
	{ TEXT("[\" \"]"), "a space" },
	{ TEXT("[\"!\"]"), "the character before the quote" },
	{ TEXT("[\"#\"]"), "the character behind the quote" },
	{ TEXT("[\"[\"]"), "the character before the backslash" },
	{ TEXT("[\"]\"]"), "a bracket in a string, the character behind the backslash" },
	{ TEXT("[\"{}[],:\"]"), "all structure in a string" },
	{ TEXT("[\"\\\"\"]"), "an escaped quote" },
	{ TEXT("[\"\\\\\"]"), "an escaped backslash at the end" },
	{ TEXT("[\"\\\\\\\"\"]"), "an escaped backslash and an escaped quote" },
	{ TEXT("[\"\\/\"]"), "an escaped slash" },
	{ TEXT("[\"/\"]"), "a slash as it is" },
	{ TEXT("[\"\\b\\f\\n\\r\\t\"]"), "each short escape" },
	{ TEXT("[\"\\u0000\"]"), "an escaped NUL" },
	{ TEXT("[\"\\u001f\"]"), "an escaped control character" },
	{ TEXT("[\"\\u0041\"]"), "an escaped letter" },
	{ TEXT("[\"\\u00e9\"]"), "small hexadecimal digits" },
	{ TEXT("[\"\\u00E9\"]"), "capital hexadecimal digits" },
	{ TEXT("[\"\\uaBcD\"]"), "mixed" },
	{ TEXT("[\"\\ud7ff\"]"), "the last before the surrogates" },
	{ TEXT("[\"\\ue000\"]"), "the first behind them" },
	{ TEXT("[\"\\uffff\"]"), "the last of the plane" },
	{ TEXT("[\"\\ud800\\udc00\"]"), "the first pair" },
	{ TEXT("[\"\\udbff\\udfff\"]"), "the last pair" },
	{ TEXT("[\"\\uD83D\\uDE00\"]"), "a pair in capitals" },
	{ TEXT("[\"\\ud83d\\ude00\\ud83d\\ude00\"]"), "two pairs in a row" },
	{ TEXT("[\"a\\u0062c\\u0064e\"]"), "escapes between letters" },
	{ TEXT("[\"\\\\u12\"]"), "a backslash, then letters that are no code" },
	{ TEXT("[\"0123456789abcdef0123456789\\n0123456789abcdef\"]"), "an escape far inside" },
	{ TEXT("[\"\x7f\"]"), "DEL is not a control character in JSON" },
	{ TEXT("[\"\xc2\x80\"]"), "the lowest of two bytes" },
	{ TEXT("[\"\xdf\xbf\"]"), "the highest of two" },
	{ TEXT("[\"\xe0\xa0\x80\"]"), "the lowest of three" },
	{ TEXT("[\"\xed\x9f\xbf\"]"), "the last before the surrogates, in UTF-8" },
	{ TEXT("[\"\xee\x80\x80\"]"), "the first behind them, in UTF-8" },
	{ TEXT("[\"\xef\xbf\xbd\"]"), "the replacement character is a character" },
	{ TEXT("[\"\xef\xbf\xbe\"]"), "a noncharacter too" },
	{ TEXT("[\"\xef\xbf\xbf\"]"), "the highest of three" },
	{ TEXT("[\"\xf0\x90\x80\x80\"]"), "the lowest of four" },
	{ TEXT("[\"\xf4\x8f\xbf\xbf\"]"), "the highest there is" },
	{ TEXT("[\"\xef\xbb\xbf\"]"), "a byte-order mark in a string is only a character" },
	{ TEXT("[\"\xe2\x80\xa8\xe2\x80\xa9\"]"), "line separators are no line ends here" },
	{ TEXT("[\"\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\"]"),
		"two, three and four bytes in a row" },
	{ TEXT("[\"a\xc3\xa9\\n\xe6\x97\xa5z\"]"), "everything mixed" },
	{ TEXT("{\"\xe6\x97\xa5\":\"\xe6\x9c\xac\"}"), "a key that is not ASCII" },
	{ TEXT("[1,\"a\",true,null,{},[],-1.5e+3]"), "all kinds" },
	{ TEXT("{\"a\":[],\"b\":{},\"c\":\"\",\"d\":0,\"e\":true}"), "all kinds of members" },
};

Test(json, accepts)
{
	for (size_t i = 0; i < array_count(accepted); i++) {
		const struct accepted *row = &accepted[i];
		struct json document = { 0 };
		struct error err = { 0 };

		cr_expect_eq(validate(row->text, row->length, &document, &err), 0, "%s: %s",
			row->because, err.text);
		cr_expect_eq(err.code, ERROR_NONE, "%s", row->because);
	}
}

/* Whatever has to be closed is refused as long as it is not. */
Test(json, refuses_every_beginning)
{
	size_t beginnings = 0;

	for (size_t i = 0; i < array_count(accepted); i++) {
		const struct accepted *row = &accepted[i];

		if (strchr("[{\"", row->text[0]) == NULL ||
			strchr("]}\"", row->text[row->length - 1]) == NULL)
			continue;
		for (size_t length = 0; length < row->length; length++, beginnings++) {
			struct json document = { 0 };
			struct error err = { 0 };

			cr_expect_eq(validate(row->text, length, &document, &err), -1,
				"the first %zu bytes of: %s", length, row->because);
		}
	}
	cr_expect_gt(beginnings, 500, "there were beginnings to try");
}

static const struct {
	const char *text, *document, *because;
} documents[] = {
	{ "{}", "{}", "nothing around it" },
	{ " \t\r\n{ } \n", "{ }", "white space around it, but not inside" },
	{ "\n\"a\"\n", "\"a\"", "a string with its quotes" },
	{ " 12e3 ", "12e3", "a number ends where white space begins" },
	{ "\nnull\n", "null", "a word" },
	{ "[1, [2]]\r\n\r\n", "[1, [2]]", "several line ends" },
};

Test(json, hands_out_the_document)
{
	for (size_t i = 0; i < array_count(documents); i++) {
		const char *text = documents[i].text;
		struct json document = { 0 };
		struct error err = { 0 };

		cr_assert_eq(validate(text, strlen(text), &document, &err), 0, "%s", err.text);
		cr_expect_eq(
			document.length, strlen(documents[i].document), "%s", documents[i].because);
		cr_expect_eq(strncmp(document.text, documents[i].document, document.length), 0,
			"%s", documents[i].because);
	}
}
