/* SPDX-License-Identifier: Apache-2.0 */
/* yaml_tree: documents as trees, written out again in one line with the place of each node. */
#include "manifest/yaml/tree.h"

#include <stdlib.h>

#include "manifest_test.h"

static const char *const tags[] = {
	[TAG_NONE] = "", [TAG_RESET] = "!reset", [TAG_OVERRIDE] = "!override"
};

static void node_print(struct buffer *text, const struct node *node, struct error *err)
{
	cr_assert_eq(buffer_print(text, err, "%u:%u%s%s", node->line, node->column, tags[node->tag],
			     node->kind == NODE_NULL ? "~" : ""),
		0);
	if (node->kind == NODE_SCALAR)
		cr_assert_eq(
			buffer_print(text, err, node->plain ? "(%s)" : "(\"%s\")", node->text), 0);
	if (node->kind == NODE_LIST)
		for (size_t i = 0; i < node->count; i++) {
			cr_assert_eq(buffer_print(text, err, i == 0 ? "[" : " "), 0);
			node_print(text, node->elements[i], err);
		}
	if (node->kind == NODE_MAPPING)
		for (size_t i = 0; i < node->count; i++) {
			cr_assert_eq(buffer_print(text, err, "%s%s=", i == 0 ? "{" : " ",
					     node->pairs[i].key->text),
				0);
			node_print(text, node->pairs[i].value, err);
			cr_expect_eq(node_pair(node, node->pairs[i].key->text), &node->pairs[i]);
		}
	if (node->kind == NODE_LIST || node->kind == NODE_MAPPING)
		cr_assert_eq(buffer_print(text, err, node->kind == NODE_LIST ? "%s]" : "%s}",
				     node->count > 0                   ? ""
					     : node->kind == NODE_LIST ? "["
								       : "{"),
			0);
}

/* All documents, one a line, and the error. */
static void tell(
	struct buffer *told, const char *text, size_t length, const struct pruning *pruning)
{
	cleanup(documents_clear) struct documents documents = { 0 };
	cleanup(text_clear) char *copy = malloc(length > 0 ? length : 1);
	struct error err = { 0 }, none = { 0 };
	const struct node *root = NULL;

	memcpy(copy, text, length);
	cr_assert_eq(buffer_add(told, "", 0, &none), 0);
	cr_assert_eq(documents_open(&documents, copy, length, &err), 0);
	documents.pruning = pruning;
	while (documents_next(&documents, &root, &err) == 0 && root != NULL) {
		node_print(told, root, &none);
		cr_assert_eq(buffer_add(told, "\n", 1, &none), 0);
	}
	if (err.code != ERROR_NONE)
		cr_assert_eq(buffer_print(told, &none, "error: %s\n", err.text), 0);
	documents_clear(&documents); /* may be called twice */
}

static void expect_trees(
	const struct manifest_row *rows, size_t count, const struct pruning *pruning)
{
	for (size_t i = 0; i < count; i++) {
		cleanup(buffer_clear) struct buffer told = { 0 };

		tell(&told, rows[i].text, strlen(rows[i].text), pruning);
		cr_expect_str_eq(told.text, rows[i].expected, "%s:\n%s\ninstead of\n%s",
			rows[i].because, told.text, rows[i].expected);
	}
}

Test(manifest_yaml, yaml)
{
	static const struct manifest_row rows[] = {
		{ "nothing", "", "" },
		{ "nothing but a comment", "# a\n", "" },
		{ "an empty document", "---\n", "2:1~\n" },
		{ "null in all its forms", "- ~\n- null\n- NULL\n- Null\n-\n- 'null'\n",
			"1:1[1:3~ 2:3~ 3:3~ 4:3~ 5:2~ 6:3(\"null\")]\n" },
		{ "two documents", "a: b\n---\n- c\n...\n", "1:1{a=1:4(b)}\n3:1[3:3(c)]\n" },
		{ "columns count characters", "- é: x\n", "1:1[1:3{é=1:6(x)}]\n" },
		{ "empty ones", "a: {}\nb: []\n", "1:1{a=1:4{} b=2:4[]}\n" },
		{ "blocks of text", "a: |\n  b\n  c\n", "1:1{a=1:4(\"b\nc\n\")}\n" },
		{ "tags of compose are kept, others are not",
			"- !reset ~\n- !!str 5\n- !x {}\n- !override []\n",
			"1:1[1:3!reset~ 2:3(5) 3:3{} 4:3!override[]]\n" },
		{ "an alias is the very node", "a: &x [ 1 ]\nb: *x\n",
			"1:1{a=1:4[1:9(1)] b=1:4[1:9(1)]}\n" },
		{ "an anchor set again names what is new", "- &x 1\n- *x\n- &x 2\n- *x\n",
			"1:1[1:3(1) 1:3(1) 3:3(2) 3:3(2)]\n" },
		{ "an alias as a key", "a: &x b\n*x : c\n", "1:1{a=1:4(b) b=2:6(c)}\n" },
		{ "an anchor belongs to its document", "a: &x b\n---\nc: *x\n",
			"1:1{a=1:4(b)}\nerror: 3:4: nothing has the anchor \"&x\"\n" },
		{ "an alias inside of what it names", "a: &x [ *x ]\n",
			"error: 1:9: the alias \"*x\" is part of what it names\n" },
		{ "a merge: its own wins, and comes first",
			"x: &x { a: 1, b: 2 }\ny: { b: 3, <<: *x, c: 4 }\n",
			"1:1{x=1:4{a=1:12(1) b=1:18(2)} y=2:4{b=2:9(3) c=2:23(4) a=1:12(1)}}\n" },
		{ "a merge of several: the first wins", "x: { <<: [ { a: 1 }, { a: 2, b: 3 } ] }\n",
			"1:1{x=1:4{a=1:17(1) b=1:33(3)}}\n" },
		{ "a merge of what was merged", "a: &a { k: 1 }\nb: &b { <<: *a }\nc: { <<: *b }\n",
			"1:1{a=1:4{k=1:12(1)} b=2:4{k=1:12(1)} c=3:4{k=1:12(1)}}\n" },
		{ "in quotes it is a key like others", "\"<<\": a\n", "1:1{<<=1:7(a)}\n" },
		{ "a merge of a text", "<<: a\n",
			"error: 1:5: the merge key \"<<\" takes a mapping or a list of mappings, "
			"not "
			"a string\n" },
		{ "a merge of a list of texts", "<<: [ 5 ]\n",
			"error: 1:7: the merge key \"<<\" takes mappings, not a number\n" },
		{ "a key twice: the last one counts", "a: 1\nb: 2\n\"a\": 3\n",
			"1:1{b=2:4(2) a=3:6(3)}\n" },
		{ "a key that is a list", "? [ a ]\n: b\n",
			"error: 1:3: a key must be a string, is a list\n" },
		{ "a key that is a mapping", "? { a: b }\n: c\n",
			"error: 1:3: a key must be a string, is a mapping\n" },
		{ "a NUL inside quotes", "a: \"x\\0\"\n", "error: 1:4: a NUL byte in a string\n" },
		{ "bytes that are no characters", "a: b\nc: \xff\n",
			"error: 2:4: not a text file: invalid leading UTF-8 octet\n" },
		{ "a tab where blanks belong", "a:\n\tb: c\n",
			"error: 2:1: found character that cannot start any token (while scanning "
			"for "
			"the next token, which begins at 2:1)\n" },
		{ "a list that does not end", "a: [ b\n",
			"error: 2:1: did not find expected ',' or ']' (while parsing a flow "
			"sequence, "
			"which begins at 1:4)\n" },
	};

	expect_trees(rows, array_count(rows), NULL);
}

Test(manifest_yaml, pruned)
{
	static const struct kept_key keys[] = { { "whole", KEPT_WHOLE }, { "place", KEPT_PLACE },
		{ "named", KEPT_NAMED } };
	static const struct pruning pruning = {
		.top = "top", .name = "ours.", .keys = keys, .count = array_count(keys)
	};
	static const struct manifest_row rows[] = {
		{ "what is not kept goes, in the members of that key alone",
			"top:\n  a: { other: [ 1, 2 ], whole: [ x, { y: !reset z } ] }\nnext: { b: "
			"{ other: 1 } }\n",
			"1:1{top=2:3{a=2:6{whole=2:32[2:34(x) 2:37{y=2:42!reset(z)}]}} "
			"next=3:7{b=3:12{other=3:21(1)}}}\n" },
		{ "a place is there, or it is not", "top: { a: { place: [ 1 ] }, b: { place: } }\n",
			"1:1{top=1:6{a=1:11{place=1:13(place)} b=1:32{}}}\n" },
		{ "named ones, of mappings and lists",
			"top: { a: { named: { x: 1, ours.y: 2 } }, b: { named: [ x=1, ours.y=2 ] "
			"}, c: { named: { x: 1 } } }\n",
			"1:1{top=1:6{a=1:11{named=1:20{ours.y=1:36(2)}} "
			"b=1:46{named=1:55[1:62(ours.y=2)]} c=1:79{}}}\n" },
		{ "an anchor keeps its member as it is",
			"top: { a: { other: &x 1, whole: 2 }, b: { whole: *x } }\n",
			"1:1{top=1:6{a=1:11{other=1:20(1) whole=1:33(2)} "
			"b=1:41{whole=1:20(1)}}}\n" },
		{ "an alias stays what it names, a merge what it brings",
			"x: &x { whole: [ 1 ], other: 2 }\ntop: { a: { <<: *x, other: 3 }, b: { "
			"whole: *x } }\n",
			"1:1{x=1:4{whole=1:16[1:18(1)] other=1:30(2)} "
			"top=2:6{a=2:11{whole=1:16[1:18(1)]} b=2:36{whole=1:4{whole=1:16[1:18(1)] "
			"other=1:30(2)}}}}\n" },
		{ "a merge that stands in a member keeps it as it is",
			"x: &x { whole: 1 }\ntop: { a: { <<: { whole: [ 2 ] }, other: 3 }, b: { "
			"<<: [ "
			"*x, { place: 4 } ] }, c: { whole: { <<: { y: 5 } }, other: 6 } }\n",
			"1:1{x=1:4{whole=1:16(1)} top=2:6{a=2:11{other=2:42(3) "
			"whole=2:26[2:28(2)]} b=2:50{whole=1:16(1) place=2:71(4)} "
			"c=2:83{whole=2:92{y=2:103(5)} other=2:117(6)}}}\n" },
		{ "members that are no mappings", "top: { a: [ 1 ], b: 2, c: }\n",
			"1:1{top=1:6{a=1:11[1:13(1)] b=1:21(2) c=1:27~}}\n" },
		{ "more pairs than are searched one after another",
			"top: { a: { whole: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9 "
			"} } }\n",
			"1:1{top=1:6{a=1:11{whole=1:20{a=1:25(1) b=1:31(2) c=1:37(3) d=1:43(4) "
			"e=1:49(5) f=1:55(6) g=1:61(7) h=1:67(8) i=1:73(9)}}}}\n" },
		{ "what goes is checked all the same", "top: { a: { other: [ *x ] } }\n",
			"error: 1:22: nothing has the anchor \"&x\"\n" },
	};

	expect_trees(rows, array_count(rows), &pruning);
}

Test(manifest_yaml, json)
{
	static const struct manifest_row rows[] = {
		{ "all kinds", "{\"a\": [1, true, null, \"x\", {}], \"b\": []}",
			"1:1{a=1:7[1:8(1) 1:11(true) 1:17~ 1:23(\"x\") 1:28{}] b=1:38[]}\n" },
		{ "several values", "[1]\n\n  [2]{}\n", "1:1[1:2(1)]\n3:3[3:4(2)]\n3:6{}\n" },
		{ "escapes", "[\"\\u00e9\\n\\\"]\"]", "1:1[1:2(\"é\n\"]\")]\n" },
		{ "brackets in strings end nothing", "[\"]\\\\\"] [2]",
			"1:1[1:2(\"]\\\")]\n1:9[1:10(2)]\n" },
		{ "a key twice", "{\"a\":1,\n\"\\u0061\":2}",
			"error: 2:1: duplicate key \"\\u0061\"\n" },
		{ "merge keys are YAML's", "{\"<<\": {\"a\": 1}}", "1:1{<<=1:8{a=1:14(1)}}\n" },
		{ "one bracket too many", "[1]]",
			"1:1[1:2(1)]\nerror: 1:4: unexpected character where a "
			"value is expected\n" },
	};

	expect_trees(rows, array_count(rows), NULL);
}

Test(manifest_yaml, words_for_kinds)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "a: ~", "null" },
		{ "a: []", "a list" },
		{ "a: {}", "a mapping" },
		{ "a: b", "a string" },
		{ "a: 'true'", "a string" },
		{ "a: true", "a boolean" },
		{ "a: 5", "a number" },
		{ "a: -1.5e3", "a number" },
		{ "a: 0x1f", "a number" },
		{ "a: 1.2.3", "a string" },
		{ "a: 5m", "a string" },
		{ "a: '5'", "a string" },
		{ "a: .", "a string" },
		{ "a: false", "a boolean" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(documents_clear) struct documents documents = { 0 };
		const struct node *root;
		struct error err = { 0 };

		cr_assert_eq(
			documents_open(&documents, rows[i].text, strlen(rows[i].text), &err), 0);
		cr_assert_eq(documents_next(&documents, &root, &err), 0);
		cr_expect_str_eq(
			node_kind_words(root->pairs[0].value), rows[i].words, "%s", rows[i].text);
		cr_expect_null(node_pair(root, "b"));
		cr_expect_null(node_pair(root->pairs[0].value, "b"));
	}
}

static void repeat(struct buffer *text, const char *piece, size_t times)
{
	struct error err = { 0 };

	for (size_t i = 0; i < times; i++)
		cr_assert_eq(buffer_add(text, piece, strlen(piece), &err), 0);
}

static void expect_tail(const struct buffer *text, const char *expected, const char *because)
{
	cleanup(buffer_clear) struct buffer told = { 0 };

	tell(&told, text->text, text->length, NULL);
	cr_expect(told.length >= strlen(expected) &&
			strcmp(told.text + told.length - strlen(expected), expected) == 0,
		"%s: %.200s", because, told.text);
}

Test(manifest_yaml, depth)
{
	static const struct {
		const char *because, *piece;
		size_t times;
		const char *expected;
	} rows[] = {
		{ "lists in one line", "[", 100000, "error: 1:129: nested too deeply\n" },
		{ "lists after a key", "- ", 100000, "error: 1:257: nested too deeply\n" },
		{ "mappings in one line", "{\"a\":", 100000, "error: 1:641: nested too deeply\n" },
		{ "questions", "? ", 100000, "error: 1:257: nested too deeply\n" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };

		repeat(&text, rows[i].piece, rows[i].times);
		expect_tail(&text, rows[i].expected, rows[i].because);
	}
}

/* Each level names the one before ten times. */
static void bomb(struct buffer *text, const char *form)
{
	struct error err = { 0 };

	cr_assert_eq(buffer_print(text, &err, "l0: &l0 { a: 1 }\n"), 0);
	for (int i = 1; i < 12; i++) {
		cr_assert_eq(buffer_print(text, &err, "l%d: &l%d [", i, i), 0);
		for (int j = 0; j < 10; j++)
			cr_assert_eq(buffer_print(text, &err, form, i - 1), 0);
		cr_assert_eq(buffer_print(text, &err, "]\n"), 0);
	}
}

Test(manifest_yaml, aliases_of_aliases_are_bounded)
{
	static const char *const forms[] = { "*l%d, ", "{ a: *l%d }, ", "[ *l%d ], " };

	for (size_t i = 0; i < array_count(forms); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };

		bomb(&text, forms[i]);
		expect_tail(&text, "the aliases stand for more than 1000000 nodes\n", forms[i]);
	}
}

Test(manifest_yaml, merges_of_merges_are_bounded)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, "x: &x {"), 0);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(buffer_print(&text, &err, "k%d: 1,", i), 0);
	cr_assert_eq(buffer_print(&text, &err, "}\n"), 0);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(buffer_print(&text, &err, "y%d: { <<: *x }\n", i), 0);
	expect_tail(&text, "the aliases stand for more than 1000000 nodes\n", "a thousand merges");
}

Test(manifest_yaml, an_arena_gives_what_is_asked_for)
{
	struct arena arena = { 0 };
	struct error err = { 0 };

	arena_reset(&arena);
	for (size_t size = 0; size < (size_t)4 << 20; size = 2 * size + 1) {
		char *bytes = arena_get(&arena, size, &err);

		cr_assert_not_null(bytes);
		memset(bytes, 0xff, size);
		if (size % 1023 == 0)
			arena_reset(&arena);
	}
	cr_expect_null(arena_get(&arena, (size_t)-64, &err), "more than there is");
	cr_expect_str_eq(err.text, "out of memory");
	arena_clear(&arena);
	arena_clear(&arena);
}
