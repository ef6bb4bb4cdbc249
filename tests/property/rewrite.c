/* SPDX-License-Identifier: Apache-2.0 */
/* Of every spec and every set of edits: without edits nothing changes; what is put in and taken out
 * is exactly that, and all else keeps its bytes; editing the result once more changes nothing. The
 * specs are made from a number, so that a failure can be had again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "rewrite/spec_plan.h"
#include "base/buffer.h"

#define SPECS 3000
#define MOUNTS_MAX 6

static unsigned seed;

/* Below limit; the same row of numbers for the same seed. */
static unsigned number(unsigned limit)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % limit;
}

static const char *blank(void)
{
	static const char *const blanks[] = { "", "", " ", "\n\t", "\r\n  " };

	return blanks[number(array_count(blanks))];
}

static void put(struct buffer *text, const char *words)
{
	struct error err = { 0 };

	cr_assert_eq(buffer_print(text, &err, "%s%s%s", blank(), words, blank()), 0);
}

/* Mounts of all sorts, with unknown members. */
static void put_mount(struct buffer *text)
{
	static const char *const mounts[] = {
		"{\"destination\":\"/run\",\"type\":\"bind\",\"source\":\"/"
		"run\",\"options\":[\"rbind\"]}",
		"{\"source\":\"/var/run\" , \"destination\":\"\\/var\\/run\",\"type\":\"bind\"}",
		"{\"destination\":\"/run/nscd\",\"type\":\"tmpfs\"}",
		"{\"destination\":\"/run/nscd\",\"type\":\"bind\",\"source\":\"/run/nscd\"}",
		"{\"destination\":\"/\",\"type\":\"bind\",\"source\":\"/\"}",
		"{\"destination\":\"/s\",\"type\":\"bind\",\"source\":\"/run/docker.sock\"}",
		"{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"x\":[1,{\"]\":\"[,\"}]}",
		"{\"destination\":\"/"
		"proc\",\"n\":18446744073709551615,\"s\":\"\\u0000\\ud83d\\ude00\"}",
	};

	put(text, mounts[number(array_count(mounts))]);
}

static void put_mounts(struct buffer *text)
{
	unsigned count = number(MOUNTS_MAX + 1);

	put(text, "\"mounts\"");
	put(text, ":");
	if (count == 0 && number(2)) {
		put(text, "null");
		return;
	}
	put(text, "[");
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			put(text, ",");
		put_mount(text);
	}
	put(text, "]");
}

static void put_spec(struct buffer *text)
{
	static const char *const processes[] = { "\"process\":{\"env\":[\"A=1\"]}",
		"\"process\":{\"env\":[]}", "\"process\":{\"a\":1,\"env\":null}", "\"process\":{ }",
		"\"process\":{\"env\":[\"DOCKER_HOST=x\" , \"B=\\u0031\",\"DOCKER_HOST=y\"]}" };
	static const char *const others[] = { "\"hooks\":null", "\"hooks\":{}",
		"\"hooks\":{\"createRuntime\":[{\"path\":\"/x\"}]}",
		"\"hooks\":{\"poststop\":[],\"createRuntime\":null}", "\"z\":[1e400,-0.0]" };

	put(text, "{");
	put(text, "\"root\":{\"path\":\"/r\"},");
	put(text, processes[number(array_count(processes))]);
	put(text, ",");
	if (number(8) > 0) {
		put_mounts(text);
		put(text, ",");
	}
	put(text, others[number(array_count(others))]);
	put(text, "}");
}

/* Rule 0, on a host that has no /c of interest. */
static bool is_candidate(const struct planned_mount *mount)
{
	return mount->bind && strcmp(mount->source, "/c") != 0;
}

/* What looking would find on a host that has /run/nscd. */
static void see(struct bind_sources *sources, const struct spec *spec, const struct policy *policy)
{
	struct error err = { 0 };

	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct planned_mount *mount = &spec->mounts[i];
		const char *rest = strcmp(mount->destination, "/") == 0 ? "run" : "";
		struct socket_bind *socket;
		struct exposing_bind *bind;

		if (!is_candidate(mount) || strncmp(mount->source, "/run/nscd", 9) == 0)
			continue;
		if (strcmp(mount->source, "/run/docker.sock") == 0) {
			socket = array_add(
				&sources->sockets, &sources->socket_count, sizeof(*socket), &err);
			*socket = (struct socket_bind){ i, &policy->sockets[0] };
			continue;
		}
		bind = array_add(&sources->binds, &sources->bind_count, sizeof(*bind), &err);
		*bind = (struct exposing_bind){
			.behind = i + 1, .channel = channels, .place = channels->places
		};
		cr_assert_gt(asprintf(&bind->path, "%s%s/nscd", mount->destination, rest), 0);
	}
}

/* Edits text into out; returns how many edits there were, -1 when it was refused. */
static int amended(const struct buffer *text, const struct policy *policy, enum strategy strategy,
	struct buffer *out)
{
	static const struct rewrite_hook hook = { "/hook", "/p", NULL };
	cleanup(spec_clear) struct spec spec = { 0 };
	cleanup(bind_sources_clear) struct bind_sources sources = { 0 };
	cleanup(spec_plan_clear) struct spec_plan plan = { 0 };
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	bool candidate[2 * MOUNTS_MAX + 2] = { false };
	struct spec_plan_input input = { &spec, candidate, false, &sources, policy, strategy,
		MEANS_EITHER };
	struct error err = { 0 };

	cr_assert_eq(spec_parse(&spec, text->text, text->length, &err), 0, "%s: %s", err.text,
		text->text);
	cr_assert_leq(spec.mount_count, array_count(candidate));
	for (size_t i = 0; i < spec.mount_count; i++)
		candidate[i] = is_candidate(&spec.mounts[i]);
	see(&sources, &spec, policy);
	if (spec_plan_make(&plan, &input, &err) < 0)
		return -1;
	cr_assert_eq(rewrite_open(&rewrite, text->text, text->length, &err), 0);
	cr_assert_eq(spec_plan_edit(&plan, &input, &hook, &rewrite, &err), 0, "%s", err.text);
	cr_assert_eq(rewrite_text(&rewrite, out, &err), 0, "%s", err.text);
	return (int)rewrite.edit_count;
}

static void policy_make(struct policy *policy)
{
	static const char text[] =
		"{\"version\":1,\"sockets\":[{\"path\":\"/run/docker.sock\",\"tcp\":\"tcp://h:1\","
		"\"certificates\":\"/c\"}]}";
	struct error err = { 0 };

	cr_assert_eq(policy_parse(policy, "P", text, strlen(text), &err), 0, "%s", err.text);
}

Test(property_rewrite, its_own_output_changes_nothing_more)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	size_t changed = 0, unchanged = 0;

	policy_make(&policy);
	for (unsigned i = 0; i < SPECS; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 }, once = { 0 }, twice = { 0 };
		enum strategy strategy = i % 2 ? STRATEGY_MASK : STRATEGY_FACADE;
		struct json document;
		struct error err = { 0 };
		int edits;

		seed = i;
		put_spec(&text);
		edits = amended(&text, &policy, strategy, &once);
		if (edits < 0)
			continue;
		cr_assert_eq(json_validate(once.text, once.length, &document, &err), 0,
			"spec %u: %s: %s", i, err.text, once.text);
		if (edits == 0)
			cr_expect_str_eq(once.text, text.text, "spec %u", i);
		cr_expect_eq(
			amended(&once, &policy, strategy, &twice), 0, "spec %u: %s", i, once.text);
		cr_expect_str_eq(twice.text, once.text, "spec %u", i);
		changed += edits > 0;
		unchanged += edits == 0;
	}
	cr_expect_gt(changed, SPECS / 10, "%zu specs were changed", changed);
	cr_expect_gt(unchanged, SPECS / 20, "%zu specs were not changed", unchanged);
}

/* The elements that a list has to have after the edits, by a model that knows no offsets. */
static void model(struct buffer *wanted, struct json list, const bool *removed,
	const unsigned *behind, unsigned count)
{
	struct json_walk walk = json_walk(list);
	struct error err = { 0 };
	struct json element;
	bool more = true;

	for (unsigned i = 0; more; i++) {
		for (unsigned j = 0; j < count; j++)
			if (behind[j] == i)
				cr_assert_eq(buffer_print(wanted, &err, "%u;", j), 0);
		more = json_next_element(&walk, &element);
		if (more && !removed[i])
			cr_assert_eq(buffer_print(wanted, &err, "%.*s;", (int)element.length,
					     element.text),
				0);
	}
}

static void elements(struct buffer *found, struct json list)
{
	struct json_walk walk = json_walk(list);
	struct error err = { 0 };
	struct json element;

	while (json_next_element(&walk, &element))
		cr_assert_eq(
			buffer_print(found, &err, "%.*s;", (int)element.length, element.text), 0);
}

/* Everything but the list "mounts", byte by byte. */
static void around(struct buffer *rest, const struct buffer *text, struct json list)
{
	struct error err = { 0 };
	size_t start = (size_t)(list.text - text->text), end = start + list.length;

	cr_assert_eq(buffer_add(rest, text->text, start, &err), 0);
	cr_assert_eq(buffer_add(rest, text->text + end, text->length - end, &err), 0);
}

static struct json mounts_of(const struct buffer *text)
{
	struct json document, mounts = { 0 };
	struct error err = { 0 };

	cr_assert_eq(json_validate(text->text, text->length, &document, &err), 0, "%s: %s",
		err.text, text->text);
	json_members(document, (const char *const[]){ "mounts" }, &mounts, 1);
	return mounts;
}

Test(property_rewrite, exactly_the_edits_and_all_else_keeps_its_bytes)
{
	size_t tried = 0;

	for (unsigned i = 0; i < SPECS; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 }, out = { 0 }, wanted = { 0 },
						    found = { 0 }, before = { 0 }, after = { 0 };
		cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
		bool removed[MOUNTS_MAX + 2] = { false };
		unsigned behind[4], puts = 0, size = 0;
		struct json list, element;
		struct json_walk walk;
		struct error err = { 0 };

		seed = i;
		put_spec(&text);
		list = mounts_of(&text);
		if (list.text == NULL || json_kind(list) != JSON_KIND_ARRAY)
			continue;
		for (walk = json_walk(list); json_next_element(&walk, &element);)
			size++;
		cr_assert_eq(rewrite_open(&rewrite, text.text, text.length, &err), 0);
		for (unsigned j = 0; j < size; j++) {
			removed[j] = number(3) == 0;
			if (removed[j])
				cr_assert_eq(rewrite_remove(&rewrite, REWRITE_MOUNTS, j, &err), 0);
		}
		for (unsigned j = number(5); j > 0; j--, puts++) {
			char entry[16];

			behind[puts] = number(size + 1);
			snprintf(entry, sizeof(entry), "%u", puts);
			cr_assert_eq(
				rewrite_insert(&rewrite, REWRITE_MOUNTS, behind[puts], entry, &err),
				0);
		}
		cr_assert_eq(rewrite_text(&rewrite, &out, &err), 0, "%s", err.text);
		model(&wanted, list, removed, behind, puts);
		elements(&found, mounts_of(&out));
		cr_expect_eq(found.length, wanted.length, "spec %u: %s", i, out.text);
		if (wanted.length > 0 && found.length == wanted.length)
			cr_expect_str_eq(found.text, wanted.text, "spec %u: %s", i, out.text);
		around(&before, &text, list);
		around(&after, &out, mounts_of(&out));
		cr_expect_str_eq(after.text, before.text, "spec %u", i);
		tried++;
	}
	cr_expect_gt(tried, SPECS / 2, "%zu specs were tried", tried);
}
