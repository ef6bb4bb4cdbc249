/* SPDX-License-Identifier: Apache-2.0 */
/* splice: elements of lists put in and taken out; every other byte stays. */
#include "json/splice.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define EDITS_MAX 6

/* +N TEXT puts TEXT behind N elements, "+ TEXT" behind all; -N takes element N out. */
struct row {
	const char *document;
	enum rewrite_list list;
	const char *edits[EDITS_MAX];
	const char *result; /* NULL: refused */
	const char *because;
};

static int edit(
	struct rewrite *rewrite, enum rewrite_list list, const char *word, struct error *err)
{
	size_t at = word[1] == ' ' ? REWRITE_END : (size_t)strtoul(word + 1, NULL, 10);

	if (word[0] == '-')
		return rewrite_remove(rewrite, list, at, err);
	return rewrite_insert(rewrite, list, at, strchr(word, ' ') + 1, err);
}

static int rewritten(struct buffer *out, const struct row *row, struct error *err)
{
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };

	if (rewrite_open(&rewrite, row->document, strlen(row->document), err) < 0)
		return -1;
	for (size_t i = 0; i < EDITS_MAX && row->edits[i] != NULL; i++)
		if (edit(&rewrite, row->list, row->edits[i], err) < 0)
			return -1;
	return rewrite_text(&rewrite, out, err);
}

static void expect_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cleanup(buffer_clear) struct buffer out = { 0 };
		struct json document;
		struct error err = { 0 };

		cr_assert_eq(
			rewritten(&out, &rows[i], &err), 0, "%s: %s", rows[i].because, err.text);
		cr_expect_str_eq(out.text, rows[i].result, "%s: %s, not %s", rows[i].because,
			out.text, rows[i].result);
		cr_expect_eq(json_validate(out.text, out.length, &document, &err), 0, "%s: %s",
			rows[i].because, err.text);
	}
}

#define M REWRITE_MOUNTS
#define H REWRITE_HOOKS
#define V REWRITE_ENV

static const struct row arrays[] = {
	{ "{\"mounts\":[1,2]}", M, { NULL }, "{\"mounts\":[1,2]}", "no edit, no change" },
	{ " {\"mounts\" : [ 1 ,\t2 ] }\n", M, { "+1 9" }, " {\"mounts\" : [ 1,9 ,\t2 ] }\n",
		"white space stays where it is" },
	{ "{\"mounts\":[1,2]}", M, { "+0 9" }, "{\"mounts\":[9,1,2]}", "before all" },
	{ "{\"mounts\":[1,2]}", M, { "+2 9" }, "{\"mounts\":[1,2,9]}", "behind the last" },
	{ "{\"mounts\":[1,2]}", M, { "+ 9" }, "{\"mounts\":[1,2,9]}", "behind all" },
	{ "{\"mounts\":[1,2]}", M, { "+7 9" }, "{\"mounts\":[1,2,9]}",
		"behind more than there are" },
	{ "{\"mounts\":[1,2]}", M, { "+1 8", "+1 9" }, "{\"mounts\":[1,8,9,2]}",
		"two at one place, in the order of the calls" },
	{ "{\"mounts\":[1,2]}", M, { "+2 8", "+ 9" }, "{\"mounts\":[1,2,8,9]}",
		"the end is a place like the last" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-0" }, "{\"mounts\":[2, 3]}", "the first goes" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-1" }, "{\"mounts\":[1, 3]}", "the middle goes" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-2" }, "{\"mounts\":[1, 2]}", "the last goes" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-0", "-1" }, "{\"mounts\":[3]}", "the first two go" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-1", "-2" }, "{\"mounts\":[1]}", "the last two go" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-2", "-0" }, "{\"mounts\":[2]}", "both ends go" },
	{ "{\"mounts\":[ 1, 2 ]}", M, { "-0", "-1" }, "{\"mounts\":[  ]}", "all go" },
	{ "{\"mounts\":[1]}", M, { "-0" }, "{\"mounts\":[]}", "the only one goes" },
	{ "{\"mounts\":[1]}", M, { "-4" }, "{\"mounts\":[1]}", "one that is not there" },
	{ "{\"mounts\":[1,1]}", M, { "-0", "-0" }, "{\"mounts\":[1]}", "twice the same" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-0", "+1 9" }, "{\"mounts\":[9, 2, 3]}",
		"one in the place of the first" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-1", "+2 9" }, "{\"mounts\":[1, 9, 3]}",
		"one in the place of the middle" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-2", "+ 9" }, "{\"mounts\":[1, 2, 9]}",
		"one in the place of the last" },
	{ "{\"mounts\":[1, 2]}", M, { "-0", "-1", "+ 8", "+0 9" }, "{\"mounts\":[9, 8]}",
		"all go, others come" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "-0", "+0 8", "+1 9" }, "{\"mounts\":[8,9, 2, 3]}",
		"the front and what follows the first, when the first goes" },
	{ "{\"mounts\":[1, 2, 3]}", M, { "+1 8", "-1", "+3 9" }, "{\"mounts\":[1,8, 3,9]}",
		"put in, taken out, put in" },
	{ "{\"mounts\":[{\"a\":[1,2]},[3]]}", M, { "+1 9", "-1" }, "{\"mounts\":[{\"a\":[1,2]},9]}",
		"lists inside an element are its own" },
	{ "{\"mounts\":[\"[,]\",\"\\\"\"],\"x\":18446744073709551615}", M, { "+1 9" },
		"{\"mounts\":[\"[,]\",9,\"\\\"\"],\"x\":18446744073709551615}",
		"brackets in strings are text, a number of any size stays" },
	{ "{\"\\u006dounts\":[1]}", M, { "+ 9" }, "{\"\\u006dounts\":[1,9]}",
		"a name with an escape in it is that name" },
};

Test(splice, arrays)
{
	expect_rows(arrays, array_count(arrays));
}

static const struct row missing[] = {
	{ "{\"mounts\":[]}", M, { "+ 9" }, "{\"mounts\":[9]}", "an empty list" },
	{ "{\"mounts\":[ ]}", M, { "+0 8", "+3 9" }, "{\"mounts\":[8,9 ]}", "all that is put in" },
	{ "{\"mounts\":[]}", M, { "-0" }, "{\"mounts\":[]}", "nothing to take out" },
	{ "{\"mounts\": null }", M, { "+ 9" }, "{\"mounts\": [9] }", "null becomes a list" },
	{ "{\"mounts\": null }", M, { "-0" }, "{\"mounts\": null }",
		"nothing to take out of null" },
	{ "{ \"a\":1 }", M, { "+ 9" }, "{ \"a\":1,\"mounts\":[9] }", "no list at all" },
	{ "{ \"a\":1 }", M, { "-0" }, "{ \"a\":1 }", "nothing to take out of nothing" },
	{ "{\"a\":1}", H, { "+ 9" }, "{\"a\":1,\"hooks\":{\"createRuntime\":[9]}}", "no hooks" },
	{ "{\"hooks\":null,\"a\":1}", H, { "+ 9" }, "{\"hooks\":{\"createRuntime\":[9]},\"a\":1}",
		"null hooks, as Go writes them" },
	{ "{\"hooks\":{ }}", H, { "+ 9" }, "{\"hooks\":{\"createRuntime\":[9] }}", "empty hooks" },
	{ "{\"hooks\":{\"poststop\":[1]}}", H, { "+ 9" },
		"{\"hooks\":{\"poststop\":[1],\"createRuntime\":[9]}}", "another stage" },
	{ "{\"hooks\":{\"createRuntime\":null}}", H, { "+ 9" },
		"{\"hooks\":{\"createRuntime\":[9]}}", "a null stage" },
	{ "{\"hooks\":{\"createRuntime\":[]}}", H, { "+ 9" }, "{\"hooks\":{\"createRuntime\":[9]}}",
		"an empty stage" },
	{ "{\"hooks\":{\"createRuntime\":[1]}}", H, { "+ 9" },
		"{\"hooks\":{\"createRuntime\":[1,9]}}", "behind a hook of another tool" },
	{ "{\"process\":{}}", V, { "+ 9" }, "{\"process\":{\"env\":[9]}}", "no environment" },
	{ "{\"process\":{\"env\":null}}", V, { "+ 9" }, "{\"process\":{\"env\":[9]}}", "null" },
	{ "{\"process\":{\"env\":[1]}}", V, { "-0", "+1 9" }, "{\"process\":{\"env\":[9]}}",
		"another value" },
};

Test(splice, lists_that_are_not_there)
{
	expect_rows(missing, array_count(missing));
}

static const struct {
	struct row row;
	const char *error;
} refused[] = {
	{ { "{\"mounts\":{}}", M, { "+ 9" }, NULL, NULL },
		"1:11: mounts: must be an array, is an object" },
	{ { "{\"mounts\":\"x\"}", M, { "-0" }, NULL, NULL },
		"1:11: mounts: must be an array, is a string" },
	{ { "{\n \"hooks\":[]}", H, { "+ 9" }, NULL, NULL },
		"2:10: hooks: must be an object, is an array" },
	{ { "{\"hooks\":{\"createRuntime\":1}}", H, { "+ 9" }, NULL, NULL },
		"1:27: createRuntime: must be an array, is a number" },
	{ { "{\"a\":1}", V, { "+ 9" }, NULL, NULL }, "process is missing" },
	{ { "{\"process\":null}", V, { "+ 9" }, NULL, NULL }, "process is missing" },
	{ { "{\"process\":{\"env\":{}}}", V, { "+ 9" }, NULL, NULL },
		"1:19: env: must be an array, is an object" },
	{ { "[]", M, { "+ 9" }, NULL, NULL }, "must be an object with members" },
	{ { "{}", M, { "+ 9" }, NULL, NULL }, "must be an object with members" },
	{ { "{\"a\":1,}", M, { "+ 9" }, NULL, NULL }, "1:8: unexpected character" },
};

Test(splice, refused)
{
	for (size_t i = 0; i < array_count(refused); i++) {
		cleanup(buffer_clear) struct buffer out = { 0 };
		struct error err = { 0 };

		cr_expect_eq(rewritten(&out, &refused[i].row, &err), -1, "%s", refused[i].error);
		cr_expect_eq(err.code, ERROR_INPUT, "%s", refused[i].error);
		cr_expect_eq(strncmp(err.text, refused[i].error, strlen(refused[i].error)), 0,
			"\"%s\" is not \"%s\"", err.text, refused[i].error);
	}
}

Test(splice, several_lists_in_one_pass)
{
	static const char document[] =
		"{\"process\":{\"env\":[\"A=1\"]},\"mounts\":[1,2],\"hooks\":{},\"z\":0}";
	static const char result[] = "{\"process\":{\"env\":[\"A=2\"]},\"mounts\":[1,9],\"hooks\":{"
				     "\"createRuntime\":[7]},\"z\":0}";
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	cr_assert_eq(rewrite_open(&rewrite, document, strlen(document), &err), 0);
	cr_assert_eq(rewrite_insert(&rewrite, H, REWRITE_END, "7", &err), 0);
	cr_assert_eq(rewrite_remove(&rewrite, M, 1, &err), 0);
	cr_assert_eq(rewrite_insert(&rewrite, M, REWRITE_END, "9", &err), 0);
	cr_assert_eq(rewrite_remove(&rewrite, V, 0, &err), 0);
	cr_assert_eq(rewrite_insert(&rewrite, V, 1, "\"A=2\"", &err), 0);
	cr_assert_eq(rewrite_text(&rewrite, &out, &err), 0, "%s", err.text);
	cr_expect_str_eq(out.text, result, "%s", out.text);
}

Test(splice, two_lists_are_made_behind_the_same_member)
{
	static const char document[] = "{\"a\":1}";
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	cr_assert_eq(rewrite_open(&rewrite, document, strlen(document), &err), 0);
	cr_assert_eq(rewrite_insert(&rewrite, H, 0, "7", &err), 0);
	cr_assert_eq(rewrite_insert(&rewrite, M, 0, "9", &err), 0);
	cr_assert_eq(rewrite_text(&rewrite, &out, &err), 0, "%s", err.text);
	cr_expect_str_eq(out.text, "{\"a\":1,\"mounts\":[9],\"hooks\":{\"createRuntime\":[7]}}",
		"%s", out.text);
}
