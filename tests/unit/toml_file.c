/* SPDX-License-Identifier: Apache-2.0 */
/* toml_file: the value of one key. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "doctor/toml_file.h"

static const struct {
	const char *because, *text;
	const char *values; /* of K in the table a.b, joined by "|"; NULL: it is not there */
} rows[] = {
	{ "a string", "[a.b]\nK = \"v\"", "v" },
	{ "a literal string", "[a.b]\nK='C:\\x'", "C:\\x" },
	{ "escapes", "[a.b]\nK = \"a\\\"b\\\\c\"", "a\"b\\c" },
	{ "a word", "[a.b]\nK = true # yes", "true" },
	{ "an array", "[a.b]\nK = [\"a\", 'b',3]", "a|b|3" },
	{ "an array on lines, with comments and a comma at its end",
		"[a.b]\nK = [ # first\n  \"a\", # [b]\n  # \"no\"\n  \"b\",\n]\nL = 1", "a|b" },
	{ "an empty array", "[a.b]\nK = []\n", "" },
	{ "an empty string", "[a.b]\nK = \"\"\n", "" },
	{ "the last one counts", "[a.b]\nK=1\nK=2", "2" },
	{ "blanks in the header", "[ a.b ]\nK=1", "1" },
	{ "a quoted key", "[a.b]\n\"K\" = 1", "1" },
	{ "a comment behind the header", "[a.b] # K=2\nK=1", "1" },
	{ "indented", "  [a.b]\n\tK = 1\r\n", "1" },
	{ "another table", "[a]\nK=1\n[a.b.c]\nK=2\n[b]\nK=3", NULL },
	{ "the head", "K=1\n[x]\n", NULL },
	{ "another key", "[a.b]\nKK=1\nk=2\nxK=3", NULL },
	{ "a comment", "[a.b]\n# K = 1", NULL },
	{ "a key in a string of another", "[a.b]\nL = \"x\nK = 1", "1" },
	{ "a header in an array of another", "[x]\nL = [\n\"[a.b]\",\n\"K = 1\"\n]\nK=2", NULL },
	{ "a line of another form", "[a.b]\ngibberish\nK=1", "1" },
	{ "an array without its end", "[a.b]\nK = [\"a\", \"b", "a|b" },
	{ "an array of arrays", "[a.b]\nK = [[\"a\"], \"b\"]\nL=1", "a|b" },
	{ "behind an array", "[a.b]\nL = [ 1,\n 2 ]\nK=1\n", "1" },
	{ "a table behind an array", "L = [\"x\"]\n[a.b]\nK=1\n", "1" },
	{ "quoted names", "[a.\"b\"]\nK=1", "1" },
	{ "names in other quotes, with blanks", "[ 'a' . \"b\" ]\nK=1", "1" },
	{ "a dot in quotes joins no names", "[\"a.b\"]\nK=1", NULL },
	{ "a dotted key", "[a]\nb.K=1", "1" },
	{ "a dotted key in the head", "a.b.K=1\n[c]\n", "1" },
	{ "an inline table", "[a]\nb = { J = [1, 2], K = \"v\", L = {K = 3} }\nc = 1", "v" },
	{ "an inline table in another", "a = { b = { K = 'v' } }", "v" },
	{ "an inline table of another name", "[a.b]\nc = { K = 1 }", NULL },
	{ "an inline table without its end", "[a]\nb = { K = 1", "1" },
	{ "a string of several lines", "[a.b]\nL=\"\"\"\n[x]\nK=2\n\"\"\"\nK=1", "1" },
	{ "a literal string of several lines", "[x]\nL=\'\'\'\n[a.b]\nK=2\n\'\'\'\n[a.b]\nK=1",
		"1" },
	{ "nothing", "", NULL },
	{ "half a header", "[", NULL },
	{ "a table in an array of tables", "[[a.b]]\nK=1", "1" },
};

Test(toml_file, values)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(text_list_clear) struct text_list values = { 0 };
		struct error err = { 0 };
		char joined[256] = "";
		bool there;

		cr_assert_eq(toml_values(rows[i].text, "a.b", "K", &values, &there, &err), 0);
		for (size_t j = 0; j < values.count; j++)
			snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s%s",
				j > 0 ? "|" : "", values.texts[j]);
		cr_expect_eq(there, rows[i].values != NULL, "%s", rows[i].because);
		cr_expect_str_eq(joined, rows[i].values ? rows[i].values : "", "%s: %s",
			rows[i].because, joined);
	}
}

Test(toml_file, the_head_has_no_name)
{
	cleanup(text_list_clear) struct text_list values = { 0 };
	struct error err = { 0 };
	bool there;

	cr_assert_eq(toml_values("K=1\n[x]\nK=2", "", "K", &values, &there, &err), 0);
	cr_expect(there);
	cr_expect_str_eq(values.texts[0], "1");
}
