/* SPDX-License-Identifier: Apache-2.0 */
/* unit_file: systemd's units and tmpfiles.d. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/unit_file.h"

/* Values of Service.K, joined by "|". */
static const struct {
	const char *because, *text, *values;
} units[] = {
	{ "one", "[Service]\nK=v\n", "v" },
	{ "blanks around it", "[Service]\n  K  =  v w \t\r\n", "v w" },
	{ "in order", "[Service]\nK=a\nK=b", "a|b" },
	{ "an empty one forgets", "[Service]\nK=a\nK=\nK=b", "b" },
	{ "an empty one alone", "[Service]\nK=a\nK =  \n", "" },
	{ "another section", "[Unit]\nK=a\n[Install]\nK=b", "" },
	{ "back in the section", "[Service]\nK=a\n[Unit]\nK=b\n[Service]\nK=c", "a|c" },
	{ "outside of all", "K=a\n", "" },
	{ "a longer key", "[Service]\nKK=a\nK2=b\nk=c", "" },
	{ "comments", "[Service]\n#K=a\n;K=b\n  # K=c\nK=d # is text", "d # is text" },
	{ "a line goes on", "[Service]\nK=a \\\n  b\\\nc\n", "a  b c" },
	{ "a comment inside", "[Service]\nK=a \\\n# no\n; no\n b\nK=c", "a  b|c" },
	{ "a line that goes on into the end", "[Service]\nK=a \\", "a" },
	{ "a continued comment does not go on", "[Service]\n# x \\\nK=a", "a" },
	{ "the next file begins anew", "[Service]\nK=a\n[]\nK=b\n[Service]\nK=c", "a|c" },
	{ "no value sign", "[Service]\nK\nK v", "" },
	{ "a value with the sign", "[Service]\nK=a=b", "a=b" },
	{ "nothing", "", "" },
};

static void join(char *text, size_t size, const struct text_list *list)
{
	text[0] = '\0';
	for (size_t i = 0; i < list->count; i++)
		snprintf(text + strlen(text), size - strlen(text), "%s%s", i > 0 ? "|" : "",
			list->texts[i]);
}

Test(unit_file, values)
{
	for (size_t i = 0; i < array_count(units); i++) {
		cleanup(text_list_clear) struct text_list values = { 0 };
		struct error err = { 0 };
		char joined[256];

		cr_assert_eq(unit_values(units[i].text, "Service", "K", &values, &err), 0);
		join(joined, sizeof(joined), &values);
		cr_expect_str_eq(joined, units[i].values, "%s: %s", units[i].because, joined);
	}
}

Test(unit_file, the_last_value_counts)
{
	struct error err = { 0 };
	char *value;

	cr_assert_eq(unit_value("[S]\nK=a\nK=b", "S", "K", &value, &err), 0);
	cr_expect_str_eq(value, "b");
	free(value);
	cr_assert_eq(unit_value("[S]\nK=a\nK=", "S", "K", &value, &err), 0);
	cr_expect_null(value);
}

Test(unit_file, words)
{
	static const struct {
		const char *value, *words;
	} rows[] = {
		{ "/usr/bin/dockerd -H fd://", "/usr/bin/dockerd|-H|fd://" },
		{ " a  \"b c\"\t'd \"e' ", "a|b c|d \"e" },
		{ "-H=\"x y\"z", "-H=x yz" },
		{ "\"\"", "" },
		{ "\"open", "open" },
		{ "", "" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(text_list_clear) struct text_list words = { 0 };
		struct error err = { 0 };
		char joined[256];

		cr_assert_eq(unit_words(rows[i].value, &words, &err), 0);
		join(joined, sizeof(joined), &words);
		cr_expect_str_eq(joined, rows[i].words, "%s", joined);
	}
}

Test(unit_file, tmpfiles)
{
	static const struct {
		const char *because, *text;
		enum tmpfiles says;
	} rows[] = {
		{ "Debian's", "d /run/nscd 0755 root root\n", TMPFILES_SILENT },
		{ "by the other name", "D /var/run/nscd/", TMPFILES_SILENT },
		{ "with modifiers", "d!$ /run/nscd 0755", TMPFILES_SILENT },
		{ "removes", "R /run/nscd - - - -", TMPFILES_REMOVES },
		{ "removes, and makes", "d /run/nscd\nr /run/nscd\n", TMPFILES_REMOVES },
		{ "removes at boot alone", "R! /run/nscd", TMPFILES_SILENT },
		{ "something in it", "r /run/nscd/nscd.pid", TMPFILES_SILENT },
		{ "something above it", "d /run 0755", TMPFILES_SILENT },
		{ "a comment", "# R /run/nscd\n#d /run/nscd", TMPFILES_SILENT },
		{ "another type", "f /run/nscd\nL /run/nscd - - - - /x", TMPFILES_SILENT },
		{ "no path", "R\nR \n", TMPFILES_SILENT },
		{ "nothing", "", TMPFILES_SILENT },
	};

	for (size_t i = 0; i < array_count(rows); i++)
		cr_expect_eq(tmpfiles_says(rows[i].text, "/run/nscd"), rows[i].says, "%s",
			rows[i].because);
}
