/* SPDX-License-Identifier: Apache-2.0 */
/* edits: edits are sorted by offset and applied in one pass over the text. */
#include "check/edits.h"

#include <string.h>

static int add_start(struct edits *edits, size_t offset, struct error *err)
{
	size_t *added = array_add(&edits->starts, &edits->line_count, sizeof(*added), err);

	if (!added)
		return -1;
	*added = offset;
	return 0;
}

/* The length of the line's end at text[0..length); 0: it goes on. */
static size_t break_length(const char *text, size_t length)
{
	static const char *const breaks[] = { "\r\n", "\n", "\r", "\xc2\x85", "\xe2\x80\xa8",
		"\xe2\x80\xa9" };

	for (size_t i = 0; i < array_count(breaks); i++)
		if (strlen(breaks[i]) <= length && memcmp(text, breaks[i], strlen(breaks[i])) == 0)
			return strlen(breaks[i]);
	return 0;
}

int edits_open(struct edits *edits, const char *text, size_t length, struct error *err)
{
	*edits = (struct edits){ .bytes = edits->bytes, .text = text, .length = length };
	if (add_start(edits, 0, err) < 0)
		return -1;
	for (size_t at = 0; at < length;) {
		size_t ending = break_length(text + at, length - at);

		at += ending > 0 ? ending : 1;
		if (ending > 0 && at < length && add_start(edits, at, err) < 0)
			return -1;
	}
	return 0;
}

void edits_clear(struct edits *edits)
{
	for (size_t i = 0; i < edits->count; i++)
		text_clear(&edits->list[i].text);
	free(edits->list);
	free(edits->starts);
	*edits = (struct edits){ 0 };
}

int edits_add(
	struct edits *edits, size_t offset, size_t length, struct buffer *with, struct error *err)
{
	struct edit *edit = array_add(&edits->list, &edits->count, sizeof(*edit), err);

	if (!edit)
		return -1;
	*edit = (struct edit){ offset, length, edits->count, take(with->text) };
	*with = (struct buffer){ 0 };
	return 0;
}

const char *edits_line(const struct edits *edits, size_t line, size_t *length)
{
	const char *start;
	size_t end;

	*length = 0;
	if (line == 0 || line > edits->line_count)
		return edits->text + edits->length;
	start = edits->text + edits->starts[line - 1];
	end = line < edits->line_count ? edits->starts[line] : edits->length;
	*length = end - edits->starts[line - 1];
	for (size_t back = 1; back <= 3 && back <= *length; back++)
		if (break_length(start + *length - back, back) == back) {
			*length -= back;
			break;
		}
	if (*length > 0 && start[*length - 1] == '\r')
		(*length)--;
	return start;
}

bool edits_offset(const struct edits *edits, size_t line, size_t column, size_t *offset)
{
	size_t length;
	const char *text = edits_line(edits, line, &length), *at = text;

	if (line == 0 || line > edits->line_count || column == 0)
		return false;
	for (; column > 1 && at < text + length; column--)
		do
			at++;
		while (!edits->bytes && at < text + length && ((unsigned char)*at & 0xc0) == 0x80);
	*offset = (size_t)(at - edits->text);
	return column == 1;
}

/* Where it has lines already, as they end. */
static const char *line_end(const struct edits *edits)
{
	const char *newline = memchr(edits->text, '\n', edits->length);

	return newline && newline > edits->text && newline[-1] == '\r' ? "\r\n" : "\n";
}

int edits_add_lines(
	struct edits *edits, size_t before, const struct buffer *lines, struct error *err)
{
	cleanup(buffer_clear) struct buffer with = { 0 };
	const char *ending = line_end(edits), *at = lines->text;
	size_t length, offset = edits->length;
	bool open = before > edits->line_count;

	if (open) { /* does the last line have an end? */
		const char *last = edits_line(edits, edits->line_count, &length);

		open = last + length == edits->text + edits->length && length > 0;
	} else {
		offset = edits->starts[before - 1];
	}
	while (*at) {
		size_t run = strcspn(at, "\n");

		if (buffer_print(&with, err, "%s%.*s%s", open ? ending : "", (int)run, at,
			    open ? "" : ending) < 0)
			return -1;
		at += run + (at[run] == '\n');
	}
	return edits_add(edits, offset, 0, &with, err);
}

static int by_offset(const void *a, const void *b)
{
	const struct edit *left = a, *right = b;

	if (left->offset != right->offset)
		return left->offset < right->offset ? -1 : 1;
	return left->order < right->order ? -1 : left->order > right->order;
}

int edits_apply(struct edits *edits, struct buffer *out, struct error *err)
{
	size_t at = 0;

	if (edits->count > 0)
		qsort(edits->list, edits->count, sizeof(*edits->list), by_offset);
	for (size_t i = 0; i < edits->count; i++) {
		const struct edit *edit = &edits->list[i];

		if (edit->offset < at)
			return error_set(err, ERROR_INPUT, "two changes meet at one place");
		if (buffer_add(out, edits->text + at, edit->offset - at, err) < 0 ||
			buffer_add(out, edit->text, strlen(edit->text), err) < 0)
			return -1;
		at = edit->offset + edit->length;
	}
	return buffer_add(out, edits->text + at, edits->length - at, err);
}
