/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text_list.h"
#include "setup/edit.h"

#define CONTEXT 3

static int split(struct text_list *lines, const char *text, struct error *err)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (text_list_add(lines, text, length, err) < 0)
			return -1;
		text += length + (text[length] == '\n');
	}
	return 0;
}

static int add(struct buffer *out, char mark, const struct text_list *lines, size_t from, size_t to,
	struct error *err)
{
	for (size_t i = from; i < to; i++)
		if (buffer_print(out, err, "%c%s\n", mark, lines->texts[i]) < 0)
			return -1;
	return 0;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The edits stand together: one hunk between the lines that are the same at both ends. */
int edit_diff(struct buffer *out, const char *path, const char *before, const char *after,
	struct error *err)
{
	cleanup(text_list_clear) struct text_list old = { 0 }, new = { 0 };
	size_t front = 0, back = 0, start, count;

	if (strcmp(before, after) == 0)
		return 0;
	if (split(&old, before, err) < 0 || split(&new, after, err) < 0)
		return -1;
	count = smaller(old.count, new.count);
	while (front < count && strcmp(old.texts[front], new.texts[front]) == 0)
		front++;
	while (back < count - front &&
		strcmp(old.texts[old.count - 1 - back], new.texts[new.count - 1 - back]) == 0)
		back++;
	start = front - smaller(front, CONTEXT);
	count = smaller(back, CONTEXT);
	if (buffer_print(out, err, "--- %s\n+++ %s\n@@ -%zu,%zu +%zu,%zu @@\n", path, path,
		    old.count == 0 ? 0 : start + 1, old.count - back + count - start,
		    new.count == 0 ? 0 : start + 1, new.count - back + count - start) < 0 ||
		add(out, ' ', &old, start, front, err) < 0 ||
		add(out, '-', &old, front, old.count - back, err) < 0 ||
		add(out, '+', &new, front, new.count - back, err) < 0)
		return -1;
	return add(out, ' ', &old, old.count - back, old.count - back + count, err);
}
