/* SPDX-License-Identifier: Apache-2.0 */
/* path_string: base/path and base/string: names and words of a text. */
#include "base/path.h"
#include "base/string.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

Test(path_string, find)
{
	static const char *const words[] = { "off", "mask", "facade", "mask" };

	cr_expect_eq(word_find("off", words, 4), 0);
	cr_expect_eq(word_find("mask", words, 4), 1, "the first of two");
	cr_expect_eq(word_find("facade", words, 4), 2);
	cr_expect_eq(word_find("facade", words, 2), -1, "beyond the count");
	cr_expect_eq(word_find("", words, 4), -1);
	cr_expect_eq(word_find("of", words, 4), -1, "the beginning of a word is not found");
	cr_expect_eq(word_find("offf", words, 4), -1);
	cr_expect_eq(word_find("off", words, 0), -1, "no words at all");
}

static const struct {
	size_t count, size;
	const char *text, *because;
} joins[] = {
	{ 0, 80, "", "none" },
	{ 1, 80, "\"a\"", "one" },
	{ 2, 80, "\"a\" or \"bc\"", "two" },
	{ 3, 80, "\"a\", \"bc\" or \"d\"", "three" },
	{ 4, 80, "\"a\", \"bc\", \"d\" or \"\"", "an empty word is one too" },
	{ 4, 1, "", "no room" },
	{ 4, 2, "\"", "room for one byte" },
	{ 4, 4, "\"a\"", "room for the first alone" },
	{ 4, 9, "\"a\", \"bc", "cut in the second" },
	{ 4, 21, "\"a\", \"bc\", \"d\" or \"\"", "just room enough" },
	{ 4, 20, "\"a\", \"bc\", \"d\" or \"", "one byte too little" },
};

Test(path_string, join)
{
	static const char *const words[] = { "a", "bc", "d", "" };

	for (size_t i = 0; i < array_count(joins); i++) {
		char text[80];
		const char *result;

		memset(text, 'X', sizeof(text));
		result = words_join(text, joins[i].size, words, joins[i].count);
		cr_expect_eq(result, text, "%s", joins[i].because);
		cr_expect_str_eq(text, joins[i].text, "%s: %s", joins[i].because, text);
		for (size_t j = joins[i].size; j < sizeof(text); j++)
			cr_assert_eq(text[j], 'X', "wrote past its size: %s", joins[i].because);
	}
}

static const struct {
	const char *name;
	bool plain;
} names[] = {
	{ "docker.sock", true },
	{ "...", true },
	{ "..a", true },
	{ ".host-run", true },
	{ " ", true },
	{ "\n", true },
	{ "", false },
	{ ".", false },
	{ "..", false },
	{ "/", false },
	{ "a/", false },
	{ "/a", false },
	{ "a/b", false },
	{ "a/..", false },
};

Test(path_string, plain_names)
{
	for (size_t i = 0; i < array_count(names); i++)
		cr_expect_eq(name_is_plain(names[i].name), names[i].plain, "\"%s\"", names[i].name);
}

static const struct {
	const char *path, *base;
} bases[] = {
	{ "/run/docker.sock", "docker.sock" },
	{ "docker.sock", "docker.sock" },
	{ "/docker.sock", "docker.sock" },
	{ "/run/", "" },
	{ "/", "" },
	{ "", "" },
	{ "a//b", "b" },
	{ "/run/..", ".." },
};

Test(path_string, bases)
{
	for (size_t i = 0; i < array_count(bases); i++)
		cr_expect_str_eq(path_base(bases[i].path), bases[i].base, "\"%s\"", bases[i].path);
}

static const struct {
	const char *path;
	bool up;
} steps[] = {
	{ "..", true },
	{ "/..", true },
	{ "/../a", true },
	{ "/a/..", true },
	{ "/a/../", true },
	{ "/a//..//b", true },
	{ "../a", true },
	{ "", false },
	{ "/", false },
	{ "/run/docker.sock", false },
	{ "/a/...", false },
	{ "/a/..b", false },
	{ "/a/b..", false },
	{ "/a/./b", false },
	{ "/.", false },
};

Test(path_string, steps_up)
{
	for (size_t i = 0; i < array_count(steps); i++)
		cr_expect_eq(path_steps_up(steps[i].path), steps[i].up, "\"%s\"", steps[i].path);
}

static const struct {
	const char *path, *directory;
	bool within;
	const char *because;
} withins[] = {
	{ "/run/docker.sock", "/run/docker.sock", true, "the same words" },
	{ "/run/docker.sock", "/var/run/docker.sock", true, "/var/run is /run" },
	{ "/var/run/docker.sock", "/run/docker.sock", true, "and the other way round" },
	{ "/var/run/nscd/socket", "/var/run/nscd", true, "below it" },
	{ "/run/nscd/socket", "/var/run/nscd", true, "below it by the other name" },
	{ "/run/a/b/c", "/run/a", true, "further below" },
	{ "/run", "/var/run", true, "the directories themselves" },
	{ "//run///nscd//socket/", "/var//run/nscd/", true, "slashes are nothing" },
	{ "/", "///", true, "the root" },
	{ "/run", "/run/nscd", false, "above it" },
	{ "/run/nscdx", "/run/nscd", false, "a longer name" },
	{ "/run/nscd", "/run/nscdx", false, "a shorter name" },
	{ "/run/a", "/run/b", false, "another name" },
	{ "/var/running/a", "/running/a", false, "/var/running is no /run" },
	{ "/various/run/a", "/run/a", false, "a name that begins alike" },
	{ "/x/var/run/a", "/x/run/a", false, "only at the beginning" },
	{ "/var/run/var/run/a", "/run/a", false, "only once" },
	{ "/var/run/var/run/a", "/run/var/run/a", true, "once on one side" },
	{ "/Run/a", "/run/a", false, "case matters" },
};

Test(path_string, within_a_directory_of_run)
{
	for (size_t i = 0; i < array_count(withins); i++)
		cr_expect_eq(run_path_within(withins[i].path, withins[i].directory),
			withins[i].within, "%s: %s %s", withins[i].because, withins[i].path,
			withins[i].directory);
}

Test(path_string, path_is_below)
{
	cr_expect(path_is_below("a/b", "a"));
	cr_expect(path_is_below("a/b/c", "a/b"));
	cr_expect_not(path_is_below("a", "a"));
	cr_expect_not(path_is_below("ab/c", "a"));
	cr_expect_not(path_is_below("a/b", ""));
	cr_expect_not(path_is_below("a/b", NULL));
}
