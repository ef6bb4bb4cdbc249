/* SPDX-License-Identifier: Apache-2.0 */
/* diff: at each difference looks up to 400 lines ahead for the place where the texts are the same
 * again; changes near each other make one hunk. */
#include "base/diff.h"

#include <string.h>

#include "base/string.h"

#define CONTEXT 3
#define LOOK_AHEAD 400    /* lines, until the texts are the same again */
#define SAYS_SOMETHING 16 /* bytes; shorter lines are often the same by chance */

/* The lines of a text, which is borrowed: line i is from starts[i] up to starts[i + 1]. */
struct lines {
	const char **starts;
	size_t count;
};

/* Lines [old, old_end) of the one text stand as [new, new_end) in the other. */
struct change {
	size_t old, old_end, new, new_end;
};

struct changes {
	struct change *list;
	size_t count;
};

static void changes_clear(struct changes *changes)
{
	free(changes->list);
}

static int add_start(struct lines *lines, const char *start, size_t *count, struct error *err)
{
	const char **added = array_add(&lines->starts, count, sizeof(*added), err);

	if (added == NULL)
		return -1;
	*added = start;
	return 0;
}

static int split(struct lines *lines, const char *text, struct error *err)
{
	size_t count = 0;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (add_start(lines, text, &count, err) < 0)
			return -1;
		text += length + (text[length] == '\n');
	}
	lines->count = count;
	return add_start(lines, text, &count, err);
}

static size_t line_length(const struct lines *lines, size_t line)
{
	return (size_t)(lines->starts[line + 1] - lines->starts[line]);
}

static bool is_same(const struct lines *old, size_t i, const struct lines *new, size_t j)
{
	return i < old->count && j < new->count &&line_length(old, i) == line_length(new, j) &&
		memcmp(old->starts[i], new->starts[j], line_length(old, i)) == 0;
}

/* Are the texts the same again from there on: for one line that says something, or for two? */
static bool goes_on(const struct lines *old, size_t i, const struct lines *new, size_t j)
{
	if (i == old->count && j == new->count)
		return true;
	return is_same(old, i, new, j) &&
		(line_length(old, i) > SAYS_SOMETHING || is_same(old, i + 1, new, j + 1) ||
			(i + 1 == old->count && j + 1 == new->count));
}

/* Behind the fewest lines of both; at their ends, where that is too far. */
static void find_end(struct change *change, const struct lines *old, const struct lines *new)
{
	for (size_t both = 1; both <= LOOK_AHEAD; both++)
		for (size_t gone = 0; gone <= both; gone++) {
			size_t i = change->old + gone, j = change->new + both - gone;

			if (!goes_on(old, i, new, j))
				continue;
			change->old_end = i;
			change->new_end = j;
			return;
		}
	change->old_end = old->count;
	change->new_end = new->count;
}

static int find_changes(struct changes *changes, const struct lines *old, const struct lines *new,
	struct error *err)
{
	for (size_t i = 0, j = 0; i < old->count || j < new->count;) {
		struct change *change;

		if (is_same(old, i, new, j)) {
			i++;
			j++;
			continue;
		}
		change = array_add(&changes->list, &changes->count, sizeof(*change), err);
		if (change == NULL)
			return -1;
		*change = (struct change){ .old = i, .new = j };
		find_end(change, old, new);
		i = change->old_end;
		j = change->new_end;
	}
	return 0;
}

/* What hunks are made of, and where they go. */
struct diff {
	struct buffer *out;
	struct lines old, new;
};

/* Lines [from, to) of the new text for '+', else of the old one. */
static int add(const struct diff *diff, char mark, size_t from, size_t to, struct error *err)
{
	const struct lines *lines = mark == '+' ? &diff->new : &diff->old;
	struct buffer *out = diff->out;

	for (size_t i = from; i < to; i++) {
		size_t length = line_length(lines, i);
		bool ends = lines->starts[i][length - 1] == '\n';

		if (buffer_add(out, &mark, 1, err) < 0 ||
			buffer_add(out, lines->starts[i], length, err) < 0 ||
			(!ends && buffer_print(out, err, "\n\\ No newline at end of file\n") < 0))
			return -1;
	}
	return 0;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* "12,3"; an empty range is named by the line before it. */
static int add_range(struct buffer *out, char mark, size_t from, size_t to, struct error *err)
{
	return buffer_print(out, err, "%c%zu,%zu ", mark, from < to ? from + 1 : from, to - from);
}

/* One hunk of changes[0..count), which are near each other. */
static int add_hunk(
	const struct diff *diff, const struct change *changes, size_t count, struct error *err)
{
	struct buffer *out = diff->out;
	const struct change *last = &changes[count - 1];
	size_t before = smaller(changes[0].old, CONTEXT), at = changes[0].old - before;
	size_t after = smaller(diff->old.count - last->old_end, CONTEXT);

	if (buffer_print(out, err, "@@ ") < 0 ||
		add_range(out, '-', at, last->old_end + after, err) < 0 ||
		add_range(out, '+', changes[0].new - before, last->new_end + after, err) < 0 ||
		buffer_print(out, err, "@@\n") < 0)
		return -1;
	for (size_t i = 0; i < count; at = changes[i++].old_end)
		if (add(diff, ' ', at, changes[i].old, err) < 0 ||
			add(diff, '-', changes[i].old, changes[i].old_end, err) < 0 ||
			add(diff, '+', changes[i].new, changes[i].new_end, err) < 0)
			return -1;
	return add(diff, ' ', at, at + after, err);
}

static void diff_clear(struct diff *diff)
{
	free(diff->old.starts);
	free(diff->new.starts);
}

int diff_add(struct buffer *out, const char *path, const char *before, const char *after,
	struct error *err)
{
	cleanup(diff_clear) struct diff diff = { .out = out };
	cleanup(changes_clear) struct changes changes = { 0 };
	cleanup(buffer_clear) struct buffer name = { 0 };
	size_t count;

	if (split(&diff.old, before, err) < 0 || split(&diff.new, after, err) < 0 ||
		find_changes(&changes, &diff.old, &diff.new, err) < 0)
		return -1;
	if (changes.count > 0 &&
		(text_add_escaped(&name, path, ESCAPED_LINE, err) < 0 ||
			buffer_print(out, err, "--- %s\n+++ %s\n", name.text, name.text) < 0))
		return -1;
	for (size_t i = 0; i < changes.count; i += count) {
		count = 1;
		while (i + count < changes.count &&
			changes.list[i + count].old - changes.list[i + count - 1].old_end <=
				2 * CONTEXT)
			count++;
		if (add_hunk(&diff, &changes.list[i], count, err) < 0)
			return -1;
	}
	return 0;
}
