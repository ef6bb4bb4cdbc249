/* SPDX-License-Identifier: Apache-2.0 */
/* Depth, many keys, time and memory. Linked with --wrap for malloc and calloc, so that they can be
 * counted and made to fail. */
#include "json_test.h"

#include <time.h>

#define MANY 100000
#define FIXED 64 /* keys that need no memory */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static int allocations;
static int allocation_that_fails; /* from 1; 0: none */

void *__wrap_malloc(size_t size)
{
	return ++allocations == allocation_that_fails ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return ++allocations == allocation_that_fails ? NULL : __real_calloc(count, size);
}

/* Adds members to an object that is open in text, with keys PREFIXnnn. */
static void add_members(struct buffer *text, const char *prefix, int from, int to)
{
	struct error err = { 0 };

	for (int i = from; i < to; i++) {
		const char *comma = text->text[text->length - 1] == '{' ? "" : ",";

		cr_assert_eq(buffer_print(text, &err, "%s\"%s%d\":0", comma, prefix, i), 0);
	}
}

static void add(struct buffer *text, const char *more)
{
	struct error err = { 0 };

	cr_assert_eq(buffer_add(text, more, strlen(more), &err), 0);
}

static int validate_counted(const struct buffer *text, struct error *err)
{
	struct json document;

	allocations = 0;
	return json_validate(text->text, text->length, &document, err);
}

/* Of the time that only this program used: other programs may be busy. */
static double seconds_to_validate(const struct buffer *text, int result)
{
	struct timespec before, after;
	struct error err = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	cr_expect_eq(validate_counted(text, &err), result, "%s", err.text);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	return (double)(after.tv_sec - before.tv_sec) +
		(double)(after.tv_nsec - before.tv_nsec) / 1e9;
}

static const struct {
	const char *open, *inside, *close;
	int most; /* so often may it be opened */
	const char *because;
} nests[] = {
	{ "[", "", "]", JSON_DEPTH_MAX, "arrays" },
	{ "[", "1", "]", JSON_DEPTH_MAX, "arrays with a number inside" },
	{ "[ ", "", "\n]", JSON_DEPTH_MAX, "arrays with white space" },
	{ "{\"a\":", "1", "}", JSON_DEPTH_MAX, "objects" },
	{ "{\"a\":", "{}", "}", JSON_DEPTH_MAX - 1, "objects, an empty one inside" },
	{ "[{\"a\":", "1", "}]", JSON_DEPTH_MAX / 2, "both in turn" },
	{ "[[],", "0", "]", JSON_DEPTH_MAX - 1, "with a neighbour" },
};

Test(json_limits, depth)
{
	for (size_t i = 0; i < array_count(nests); i++) {
		for (int extra = 0; extra <= 1; extra++) {
			cleanup(buffer_clear) struct buffer text = { 0 };
			struct error err = { 0 };

			for (int depth = 0; depth < nests[i].most + extra; depth++)
				add(&text, nests[i].open);
			add(&text, nests[i].inside);
			for (int depth = 0; depth < nests[i].most + extra; depth++)
				add(&text, nests[i].close);
			cr_expect_eq(validate_counted(&text, &err), -extra, "%s: %s",
				nests[i].because, err.text);
			cr_expect_eq(strstr(err.text, "nested too deeply") != NULL, extra, "%s",
				nests[i].because);
		}
	}
}

Test(json_limits, depth_is_told_where_it_is_too_deep)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	for (int i = 0; i < 1000000; i++)
		add(&text, "[");
	cr_expect_eq(validate_counted(&text, &err), -1);
	cr_expect_str_eq(err.text, "1:129: nested too deeply");
}

Test(json_limits, neighbours_are_no_depth)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	add(&text, "[0");
	for (int i = 0; i < 1000; i++)
		add(&text, ",[[]],{\"a\":{}}");
	add(&text, "]");
	cr_expect_eq(validate_counted(&text, &err), 0, "%s", err.text);
}

/* All sizes around those at which the tables grow. */
Test(json_limits, finds_a_duplicate_among_any_number_of_keys)
{
	static const int counts[] = { 1, 2, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1024, 1025,
		5000 };

	for (size_t i = 0; i < array_count(counts); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error none = { 0 };
		size_t length;

		add(&text, "{");
		add_members(&text, "key", 0, counts[i]);
		length = text.length;
		add(&text, "}");
		cr_expect_eq(validate_counted(&text, &none), 0, "%d: %s", counts[i], none.text);
		for (int again = 0; again < counts[i]; again += 1 + counts[i] / 10) {
			struct error err = { 0 };
			char wanted[64];

			text.length = length;
			cr_assert_eq(buffer_print(&text, &err, ",\n\"ke\\u0079%d\":0", again), 0);
			snprintf(wanted, sizeof(wanted), "2:1: duplicate key \"ke\\u0079%d\"",
				again);
			cr_expect_eq(validate_counted(&text, &err), -1, "%d", counts[i]);
			cr_expect_str_eq(err.text, wanted, "%d", counts[i]);
		}
	}
}

/* Inner objects make the tables grow while the outer one is half read; none of its keys may get
 * lost over that. */
Test(json_limits, keeps_the_outer_keys_while_an_inner_object_grows)
{
	static const int counts[] = { 1, 20, 100, 200, 255, 256, 300 };

	for (size_t i = 0; i < array_count(counts); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error none = { 0 };
		size_t length;

		add(&text, "{");
		add_members(&text, "key", 0, counts[i]);
		add(&text, ",\"x\":{");
		add_members(&text, "key", 0, 700);
		add(&text, "},\"y\":{");
		for (int key = 699; key >= 0; key--) /* found first where the other put it last */
			add_members(&text, "key", key, key + 1);
		add(&text, "}");
		add_members(&text, "key", counts[i], 2 * counts[i]);
		length = text.length;
		add(&text, "}");
		cr_expect_eq(validate_counted(&text, &none), 0, "%d: %s", counts[i], none.text);
		for (int again = 0; again < 2 * counts[i]; again++) {
			struct error err = { 0 };
			char wanted[64];

			text.length = length;
			cr_assert_eq(buffer_print(&text, &err, ",\n\"key%d\":0}", again), 0);
			snprintf(wanted, sizeof(wanted), "2:1: duplicate key \"key%d\"", again);
			cr_expect_eq(validate_counted(&text, &err), -1, "%d", counts[i]);
			cr_expect_str_eq(err.text, wanted, "%d", counts[i]);
		}
	}
}

Test(json_limits, needs_no_memory_for_usual_documents)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	add(&text, "[");
	for (int i = 0; i < 1000; i++) {
		add(&text, i > 0 ? ",{" : "{");
		add_members(&text, "key", 0, FIXED);
		add(&text, "}");
	}
	add(&text, "]");
	cr_expect_eq(validate_counted(&text, &err), 0, "%s", err.text);
	cr_expect_eq(allocations, 0, "keys count per open object, not per document");
}

Test(json_limits, does_not_go_on_without_memory)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };
	int needed;

	add(&text, "{");
	add_members(&text, "key", 0, FIXED);
	add(&text, ",\n\"more\":0");
	add_members(&text, "key", FIXED, 4 * FIXED);
	add(&text, "}");
	cr_expect_eq(validate_counted(&text, &err), 0, "%s", err.text);
	needed = allocations;
	cr_expect_eq(needed, 6, "two tables, grown three times");
	for (int i = 1; i <= needed; i++) {
		allocation_that_fails = i;
		err = (struct error){ 0 };
		cr_expect_eq(validate_counted(&text, &err), -1, "allocation %d", i);
		cr_expect_eq(err.code, ERROR_SYSTEM, "allocation %d", i);
		cr_expect(strstr(err.text, ": out of memory for the keys of an object") != NULL,
			"allocation %d: %s", i, err.text);
		if (i <= 2)
			cr_expect_eq(strncmp(err.text, "2:1: ", 5), 0, "%s", err.text);
	}
}

Test(json_limits, a_long_key_is_told_in_part)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	add(&text, "{\"");
	for (int i = 0; i < 1000; i++)
		add(&text, "日本");
	add(&text, "\":0,\"");
	for (int i = 0; i < 1000; i++)
		add(&text, "日本");
	add(&text, "\":0}");
	cr_expect_eq(validate_counted(&text, &err), -1);
	cr_expect_eq(strncmp(err.text, "1:6007: duplicate key \"日本日本", 35), 0, "%s", err.text);
	cr_expect(strstr(err.text, "\\x") == NULL, "no half characters: %s", err.text);
}

/* 100,000 keys take some ms; compared each with each they would take minutes. The limit leaves room
 * for slow machines and for sanitizers. */
static const struct {
	const char *before, *prefix, *after, *because;
} many[] = {
	{ "{", "key", "}", "many keys" },
	{ "{", "", "}", "short ones" },
	{ "{", "\\u006b\\u0065\\u0079", "}", "escaped ones" },
	{ "{", "a key that is as long as the name of an annotation may well be, and ", "}",
		"long ones that begin alike" },
	{ "{\"key0\":{\"key0\":{", "key", "}}}", "the same keys outside" },
};

Test(json_limits, time_for_many_keys_is_linear)
{
	for (size_t i = 0; i < array_count(many); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		double seconds;

		add(&text, many[i].before);
		add_members(&text, many[i].prefix, 0, MANY);
		add(&text, many[i].after);
		seconds = seconds_to_validate(&text, 0);
		cr_expect_lt(seconds, 2, "%s: %g s", many[i].because, seconds);
	}
}

Test(json_limits, time_for_the_same_keys_at_all_depths_is_linear)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	double seconds;

	for (int i = 0; i < JSON_DEPTH_MAX; i++) {
		add(&text, i > 0 ? ",\"next\":{" : "{");
		add_members(&text, "key", 0, MANY / JSON_DEPTH_MAX);
	}
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		add(&text, "}");
	seconds = seconds_to_validate(&text, 0);
	cr_expect_lt(seconds, 2, "%g s", seconds);
}

Test(json_limits, time_for_backslashes_is_linear)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct json document, value;
	struct error err = { 0 };
	struct json_walk walk;
	double seconds;

	add(&text, "[[\"");
	for (int i = 0; i < 1000000; i++)
		add(&text, "\\\\\\\"");
	add(&text, "\"]]");
	seconds = seconds_to_validate(&text, 0);
	cr_expect_lt(seconds, 2, "%g s", seconds);
	cr_assert_eq(json_validate(text.text, text.length, &document, &err), 0);
	walk = json_walk(document);
	cr_assert(json_next_element(&walk, &value));
	cr_expect_eq(value.length, text.length - 2);
}
