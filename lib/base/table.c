/* SPDX-License-Identifier: Apache-2.0 */
/* table: cells are kept as one buffer, widths are counted as rows come, and all is printed at
 * the end. */
#include "base/table.h"

#include <string.h>

#include "base/string.h"
#include "base/wrap.h"

#define GAP 2

int table_add(struct table *table, size_t rank, const char *const *cells, struct error *err)
{
	size_t start = table->cells.length;
	struct table_row *row;

	for (size_t i = 0; i < table->column_count; i++) {
		size_t at = table->cells.length, width;

		if (text_add_escaped(&table->cells, cells[i], ESCAPED_LINE, err) < 0 ||
			buffer_add(&table->cells, "", 1, err) < 0)
			return -1;
		width = text_width(table->cells.text + at);
		if (width > table->widths[i])
			table->widths[i] = width;
	}
	row = array_add(&table->rows, &table->row_count, sizeof(*row), err);
	if (!row)
		return -1;
	*row = (struct table_row){ rank, table->row_count, start };
	return 0;
}

static int by_rank(const void *left, const void *right)
{
	const struct table_row *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* One cell, cut to its width where it must be, padded unless it is the line's last. */
static int print_cell(struct buffer *out, const struct table *table, size_t column,
	const char *text, size_t limit, struct error *err)
{
	const struct table_column *shape = &table->columns[column];
	const char *colour = table->colour && shape->colours ? table->colour(text) : NULL;
	bool last = column + 1 == table->column_count;
	size_t width = text_width(text), kept = strlen(text);
	bool cut = shape->cuts && width > limit;
	int blanks;

	if (cut)
		kept = text_width_bytes(text, limit - 1);
	blanks = width < limit ? (int)(limit - width) : 0;
	if (shape->right && buffer_print(out, err, "%*s", blanks, "") < 0)
		return -1;
	if (buffer_print(out, err, "%s%.*s%s%s", colour ? colour : "", (int)kept, text,
		    cut ? "…" : "", colour ? "\033[0m" : "") < 0)
		return -1;
	if (last)
		return 0;
	return buffer_print(out, err, "%*s", (shape->right ? 0 : blanks) + GAP, "");
}

static int print_row(struct buffer *out, const struct table *table, const size_t *limits,
	const char *cells, struct error *err)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const char *text = cells ? cells : table->columns[i].title;

		if (limits[i] > 0 && print_cell(out, table, i, text, limits[i], err) < 0)
			return -1;
		if (cells)
			cells += strlen(cells) + 1;
	}
	return buffer_add(out, "\n", 1, err);
}

/* What a line has too much, those columns lose that can: the widest first, one by one. */
static void share_out(const struct table *table, size_t *limits)
{
	size_t used = 0;

	for (size_t i = 0; i < table->column_count; i++) {
		size_t title = strlen(table->columns[i].title), width = table->widths[i];

		limits[i] = width > 0 && width < title ? title : width;
		used += limits[i] > 0 ? limits[i] + GAP : 0;
	}
	used -= used > GAP ? GAP : 0;
	while (table->width > 0 && used > table->width) {
		size_t widest = table->column_count;

		for (size_t i = 0; i < table->column_count; i++)
			if (table->columns[i].cuts && limits[i] > strlen(table->columns[i].title) &&
				(widest == table->column_count || limits[i] > limits[widest]))
				widest = i;
		if (widest == table->column_count)
			return;
		limits[widest]--;
		used--;
	}
}

int table_print(struct table *table, struct buffer *out, struct error *err)
{
	size_t limits[TABLE_COLUMNS_MAX] = { 0 };

	if (table->row_count == 0)
		return 0;
	share_out(table, limits);
	qsort(table->rows, table->row_count, sizeof(*table->rows), by_rank);
	if (print_row(out, table, limits, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < table->row_count; i++)
		if (print_row(out, table, limits, table->cells.text + table->rows[i].cells, err) <
			0)
			return -1;
	return 0;
}

void table_clear(struct table *table)
{
	buffer_clear(&table->cells);
	free(table->rows);
	*table = (struct table){ 0 };
}
