/* SPDX-License-Identifier: Apache-2.0 */
/* spec_entries: the entries that are put in, and knowing them again. Rows write ' for ". */
#include "rewrite/spec_entries.h"

#include "oci_test.h"

static char *text_of(const char *row)
{
	char *text = strdup(row);

	cr_assert_not_null(text);
	for (char *at = text; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	return text;
}

/* Edits by `change`, and once more the result: that must be the same. */
static void expect_edit(const char *row, const char *result, const char *because,
	int (*change)(struct rewrite *, const void *, struct error *), const void *what)
{
	cleanup(text_clear) char *text = text_of(row), *wanted = text_of(result);
	cleanup(buffer_clear) struct buffer once = { 0 }, twice = { 0 };
	cleanup(rewrite_clear) struct rewrite first = { 0 }, second = { 0 };
	struct error err = { 0 };

	cr_assert_eq(rewrite_open(&first, text, strlen(text), &err), 0, "%s", err.text);
	cr_assert_eq(change(&first, what, &err), 0, "%s: %s", because, err.text);
	cr_assert_eq(rewrite_text(&first, &once, &err), 0, "%s: %s", because, err.text);
	cr_expect_str_eq(once.text, wanted, "%s: %s, not %s", because, once.text, wanted);
	cr_assert_eq(rewrite_open(&second, once.text, once.length, &err), 0, "%s", err.text);
	cr_assert_eq(change(&second, what, &err), 0, "%s: %s", because, err.text);
	cr_expect_eq(second.edit_count, 0, "%s: changes its own output", because);
	cr_assert_eq(rewrite_text(&second, &twice, &err), 0, "%s: %s", because, err.text);
	cr_expect_str_eq(twice.text, once.text, "%s", because);
}

static int change_variable(struct rewrite *rewrite, const void *value, struct error *err)
{
	return rewrite_variable(rewrite, "NAME", value, err);
}

static const struct {
	const char *document, *value, *result, *because;
} variables[] = {
	{ "{'process':{'env':['A=1']}}", "x", "{'process':{'env':['A=1','NAME=x']}}", "a new one" },
	{ "{'process':{}}", "x", "{'process':{'env':['NAME=x']}}", "the first one" },
	{ "{'process':{'env':['NAME=y', 'A=1']}}", "x", "{'process':{'env':['NAME=x', 'A=1']}}",
		"another value, at its place" },
	{ "{'process':{'env':['NAME=x']}}", "x", "{'process':{'env':['NAME=x']}}",
		"there already" },
	{ "{'process':{'env':['NAM\\u0045=x']}}", "x", "{'process':{'env':['NAM\\u0045=x']}}",
		"there already, with an escape" },
	{ "{'process':{'env':['NAME=y','B=2','NAME=z']}}", "x",
		"{'process':{'env':['NAME=x','B=2']}}",
		"two of them: readers differ on which one counts" },
	{ "{'process':{'env':['NAME=x','B=2','NAME=z']}}", "x",
		"{'process':{'env':['NAME=x','B=2']}}", "the first is right, the second is not" },
	{ "{'process':{'env':['NAME','NAME2=y','XNAME=y','name=y']}}", "x",
		"{'process':{'env':['NAME','NAME2=y','XNAME=y','name=y','NAME=x']}}",
		"names that only resemble it" },
	{ "{'process':{'env':['NAME=']}}", "x", "{'process':{'env':['NAME=x']}}",
		"an empty value" },
	{ "{'process':{'env':[]}}", "a\nb\x01\\", "{'process':{'env':['NAME=a\\nb\\u0001\\\\']}}",
		"what must be escaped" },
};

Test(spec_entries, variables)
{
	for (size_t i = 0; i < array_count(variables); i++)
		expect_edit(variables[i].document, variables[i].result, variables[i].because,
			change_variable, variables[i].value);
}

static int change_hook(struct rewrite *rewrite, const void *hook, struct error *err)
{
	return rewrite_hook(rewrite, hook, err);
}

#define HOOK(more)                                                                                 \
	"{'path':'/h','args':['oci-runmask','createRuntime'" more                                  \
	"],'env':['LC_ALL=C'],'timeout':30}"

static const struct {
	const char *document;
	struct rewrite_hook hook;
	const char *result, *because;
} hooks[] = {
	{ "{'a':1}", { "/h", NULL, NULL }, "{'a':1,'hooks':{'createRuntime':[" HOOK("") "]}}",
		"plain" },
	{ "{'a':1}", { "/h", "/p \"q\"", "facade" },
		"{'a':1,'hooks':{'createRuntime':["
		"{'path':'/h','args':['oci-runmask','createRuntime','--policy','/p \\'q\\'',"
		"'--strategy','facade'],'env':['LC_ALL=C'],'timeout':30}]}}",
		"with the door's options" },
	{ "{'hooks':{'prestart':[{'path':'/h','args':['x','prestart']}]}}", { "/h", NULL, NULL },
		"{'hooks':{'prestart':[{'path':'/h','args':['x','prestart']}]}}",
		"there by another door" },
	{ "{'hooks':{'createRuntime':null,'createContainer':[{'args':['x','createContainer'],"
	  "'path':'\\u002fh'}]}}",
		{ "/h", NULL, NULL },
		"{'hooks':{'createRuntime':null,'createContainer':[{'args':['x','createContainer'],"
		"'path':'\\u002fh'}]}}",
		"there, with an escape" },
	{ "{'hooks':{'createRuntime':[{'path':'/h2','args':['x','createRuntime']}]}}",
		{ "/h", NULL, NULL },
		"{'hooks':{'createRuntime':[{'path':'/h2','args':['x','createRuntime']}," HOOK(
			"") "]}}",
		"another program" },
	{ "{'hooks':{'createRuntime':[{'path':'/h','args':['x','runtime']}]}}",
		{ "/h", NULL, NULL },
		"{'hooks':{'createRuntime':[{'path':'/h','args':['x','runtime']}," HOOK("") "]}}",
		"this program, but no such door" },
	{ "{'hooks':{'createRuntime':[{'path':'/h'},{'path':'/h','args':['x']},7]}}",
		{ "/h", NULL, NULL },
		"{'hooks':{'createRuntime':[{'path':'/h'},{'path':'/h','args':['x']},7," HOOK(
			"") "]}}",
		"this program without a door" },
};

Test(spec_entries, hooks)
{
	for (size_t i = 0; i < array_count(hooks); i++)
		expect_edit(hooks[i].document, hooks[i].result, hooks[i].because, change_hook,
			&hooks[i].hook);
}

Test(spec_entries, an_argument_that_is_no_text_is_refused)
{
	static const char document[] = "{\"a\":1}";
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	struct error err = { 0 };

	cr_assert_eq(rewrite_open(&rewrite, document, strlen(document), &err), 0);
	cr_expect_eq(
		rewrite_hook(&rewrite, &(struct rewrite_hook){ "/h", "/\xff", NULL }, &err), -1);
	cr_expect_neq(err.code, ERROR_NONE);
	cr_expect_eq(rewrite.edit_count, 0);
}

Test(spec_entries, masks_and_binds)
{
	static const char document[] = "{\"mounts\":[1,2]}";
	static const char result[] =
		"{\"mounts\":[1,{\"destination\":\"/a\\\"b\",\"type\":\"tmpfs\",\"source\":\"oci-"
		"runmask\",\"options\":[\"nosuid\",\"nodev\",\"noexec\",\"mode=0755\",\"size=1m\","
		"\"nr_inodes=1024\"]},2,{\"destination\":\"/d\",\"type\":\"bind\",\"source\":\"/"
		"s\","
		"\"options\":[\"bind\",\"ro\",\"nosuid\",\"nodev\",\"noexec\",\"rprivate\"]}]}";
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	cr_assert_eq(rewrite_open(&rewrite, document, strlen(document), &err), 0);
	cr_assert_eq(rewrite_bind(&rewrite, "/s", "/d", &err), 0);
	cr_assert_eq(rewrite_mask(&rewrite, 1, "/a\"b", &err), 0);
	cr_assert_eq(rewrite_text(&rewrite, &out, &err), 0, "%s", err.text);
	cr_expect_str_eq(out.text, result, "%s", out.text);
}
