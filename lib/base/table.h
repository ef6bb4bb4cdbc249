/* SPDX-License-Identifier: Apache-2.0 */
/* table: collects rows of cells and prints them in aligned columns. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define TABLE_COLUMNS_MAX 6

struct table_column {
	const char *title;
	bool right; /* flush right */
	bool cuts;  /* where the page is too narrow, its cells lose their ends; at least the title's
		     * width stays */
	bool colours; /* by struct table.colour */
};

struct table {
	/* to be set by the caller, all else zeroed; a column without a title is left out */
	const struct table_column *columns;
	size_t column_count;
	size_t width;                            /* of the page; 0: nothing is cut */
	const char *(*colour)(const char *cell); /* NULL: none; the sequence for a cell, or NULL */

	struct buffer cells; /* each NUL-terminated and escaped */
	struct table_row {
		size_t rank, index, cells;
	} *rows;
	size_t row_count;
	size_t widths[TABLE_COLUMNS_MAX];
};

/* Adds a row of column_count cells: rows are printed by rank, the least first, and as added. */
int table_add(struct table *table, size_t rank, const char *const *cells, struct error *err)
	must_check;

/* The titles and all rows; nothing when there is no row. Columns with empty cells only are left
 * out. Sorts the rows. */
int table_print(struct table *table, struct buffer *out, struct error *err) must_check;
void table_clear(struct table *table);
