/* SPDX-License-Identifier: Apache-2.0 */
/* report_table: the table above the paragraphs, as wide as it must be and never wider than the
 * line. */
#include <string.h>

#include "check/report_internal.h"
#include "base/string.h"

#define GAP 2

enum column { COLUMN_CONTAINER, COLUMN_VERDICT, COLUMN_CHANNELS, COLUMN_MOUNT, COLUMN_WHERE };

/* What a column may take of the line; the mount gets what is left. */
static const struct {
	const char *title;
	size_t limit;
	bool keeps_end; /* when cut */
} columns[REPORT_COLUMNS] = {
	[COLUMN_CONTAINER] = { "CONTAINER", 24, false },
	[COLUMN_VERDICT] = { "VERDICT", 7, false },
	[COLUMN_CHANNELS] = { "CHANNELS", 20, false },
	[COLUMN_MOUNT] = { "MOUNT", REPORT_WIDTH, false },
	[COLUMN_WHERE] = { "WHERE", 24, true },
};

static const struct {
	const char *word, *colour;
} colours[] = {
	{ "exposed", "\033[1;31m" },
	{ "shared", "\033[1;31m" },
	{ "stale", "\033[33m" },
	{ "unknown", "\033[33m" },
	{ "keep", "\033[36m" },
	{ "leave", "\033[36m" },
	{ "live", "\033[32m" },
	{ "clear", "\033[32m" },
};

/* One more cell of the table's last row. */
static int add_cell(struct report *report, enum column column, const char *text, struct error *err)
{
	size_t start = report->rows.length, width;

	if (text_add_escaped(&report->rows, text, ESCAPED_NAME, err) < 0)
		return -1;
	width = report->rows.length > start ? words_width(report->rows.text + start) : 0;
	if (width > report->widths[column])
		report->widths[column] = width;
	return buffer_add(&report->rows, "", 1, err);
}

static int print_channels(struct buffer *out, channel_set set, struct error *err)
{
	for (size_t i = 0; i < channel_count; i++)
		if ((set & channel_bit(i)) &&
			buffer_print(
				out, err, "%s%s", out->length > 0 ? "," : "", channels[i].name) < 0)
			return -1;
	return 0;
}

/* "SOURCE -> DESTINATION", or the one path that is both. */
static int print_mount(struct buffer *out, const struct planned_mount *mount, struct error *err)
{
	if (!mount)
		return buffer_add(out, "", 0, err);
	if (!mount->source || strcmp(mount->source, mount->destination) == 0)
		return buffer_print(out, err, "%s", mount->destination);
	return buffer_print(out, err, "%s -> %s", mount->source, mount->destination);
}

static int add_row(struct report *report, const struct summary *summary, const char *verdict,
	channel_set set, const struct planned_mount *mount, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 }, path = { 0 }, where = { 0 },
					    names = { 0 };
	const char *object = summary->container->object;
	size_t line = line_of(summary, mount);
	bool several = (report->channels & (report->channels - 1)) != 0;

	if (buffer_print(&name, err, "%s%s%s%s", summary->container->name, object ? " (" : "",
		    object ? object : "", object ? ")" : "") < 0 ||
		print_mount(&path, mount, err) < 0 ||
		buffer_print(&where, err, "%s", summary->file) < 0 ||
		(line > 0 && buffer_print(&where, err, ":%zu", line) < 0) ||
		print_channels(&names, several ? set : 0, err) < 0)
		return -1;
	report->row_count++;
	if (add_cell(report, COLUMN_CONTAINER, name.text, err) < 0 ||
		add_cell(report, COLUMN_VERDICT, verdict, err) < 0 ||
		add_cell(report, COLUMN_CHANNELS, names.text ? names.text : "", err) < 0 ||
		add_cell(report, COLUMN_MOUNT, path.text, err) < 0)
		return -1;
	return add_cell(report, COLUMN_WHERE, where.text, err);
}

/* The rows of one container: what is not clear, and its single sockets; else one row that says
 * so. */
static int add_rows(struct report *report, const struct summary *summary, struct error *err)
{
	size_t before = report->row_count;

	for (size_t i = 0; i < summary->finding_count; i++) {
		const struct finding *finding = &summary->findings[i];

		if (finding->verdict != VERDICT_CLEAR &&
			add_row(report, summary, verdict_name(finding->verdict), finding->channels,
				finding->mount, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];

		if (add_row(report, summary, socket_fate_name(socket->fate), 0,
			    &summary->container->mounts[socket->mount], err) < 0)
			return -1;
	}
	if (report->row_count > before)
		return 0;
	return add_row(report, summary, verdict_name(VERDICT_CLEAR), report->channels, NULL, err);
}

/* All rows or none: a row with too few cells would take those of the next. */
int table_container(struct report *report, const struct summary *summary, struct error *err)
{
	size_t rows = report->row_count, length = report->rows.length;

	if (add_rows(report, summary, err) == 0)
		return 0;
	report->row_count = rows;
	report->rows.length = length;
	return -1;
}

/* Where the first width characters of the text end. */
static size_t bytes_of(const char *text, size_t width)
{
	size_t at = 0;

	for (; text[at]; at++) {
		bool continued = ((unsigned char)text[at] & 0xc0) == 0x80;

		if (!continued && width-- == 0)
			break;
	}
	return at;
}

static const char *colour_of(const struct report *report, size_t column, const char *text)
{
	if (!report->colour || column != COLUMN_VERDICT)
		return NULL;
	for (size_t i = 0; i < array_count(colours); i++)
		if (strcmp(colours[i].word, text) == 0)
			return colours[i].colour;
	return NULL;
}

/* One cell, cut to its width where it must be, padded unless it is the line's last. */
static int print_cell(struct buffer *out, const struct report *report, size_t column,
	const char *text, size_t limit, struct error *err)
{
	const char *colour = colour_of(report, column, text);
	bool last = column == COLUMN_WHERE, keeps_end = columns[column].keeps_end;
	size_t width = words_width(text), skipped = 0, kept = strlen(text);

	if (width > limit && keeps_end)
		skipped = bytes_of(text, width - limit + 1);
	else if (width > limit)
		kept = bytes_of(text, limit - 1);
	if (buffer_print(out, err, "%s%s%.*s%s%s", colour ? colour : "", skipped > 0 ? "…" : "",
		    (int)(kept - skipped), text + skipped, width > limit && !keeps_end ? "…" : "",
		    colour ? "\033[0m" : "") < 0)
		return -1;
	if (width > limit)
		width = limit;
	return last ? 0 : buffer_print(out, err, "%*s", (int)(limit - width + GAP), "");
}

static int print_row(struct buffer *out, const struct report *report, const size_t *limits,
	const char *const *cells, struct error *err)
{
	for (size_t i = 0; i < REPORT_COLUMNS; i++)
		if (limits[i] > 0 && print_cell(out, report, i, cells[i], limits[i], err) < 0)
			return -1;
	return buffer_add(out, "\n", 1, err);
}

static void share_out(const struct report *report, size_t *limits)
{
	size_t rest = REPORT_WIDTH;

	for (size_t i = 0; i < REPORT_COLUMNS; i++) {
		size_t title = strlen(columns[i].title), width = report->widths[i];

		limits[i] = width > 0 && width < title ? title : width;
		if (limits[i] > columns[i].limit)
			limits[i] = columns[i].limit;
		if (i != COLUMN_MOUNT && limits[i] > 0)
			rest -= limits[i] + GAP;
	}
	if (limits[COLUMN_MOUNT] > rest)
		limits[COLUMN_MOUNT] = rest;
}

/* "3 containers: 1 exposed, 2 clear; 1 with a socket that will go dead; 1 file not judged" */
static int print_counts(struct buffer *out, const struct report *report, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	const char *before = ": ";

	if (buffer_print(&text, err, "%zu container%s", report->containers,
		    report->containers == 1 ? "" : "s") < 0)
		return -1;
	for (size_t i = VERDICT_EXPOSED + 1; i-- > 0;) {
		if (report->verdicts[i] == 0)
			continue;
		if (buffer_print(&text, err, "%s%zu %s", before, report->verdicts[i],
			    verdict_name((enum verdict)i)) < 0)
			return -1;
		before = ", ";
	}
	if (report->stale > 0 &&
		buffer_print(&text, err, "; %zu with a socket that will go dead", report->stale) <
			0)
		return -1;
	if (report->errors > 0 &&
		buffer_print(&text, err, "; %zu file%s could not be judged", report->errors,
			report->errors == 1 ? "" : "s") < 0)
		return -1;
	return buffer_add(out, "\n", 1, err) < 0 ? -1 : words_wrap(out, 0, text.text, err);
}

int words_end(struct report *report, struct buffer *out, struct error *err)
{
	const char *cells[REPORT_COLUMNS], *at = report->rows.text;
	size_t limits[REPORT_COLUMNS];

	if (report->containers == 0)
		return 0;
	share_out(report, limits);
	for (size_t i = 0; i < REPORT_COLUMNS; i++)
		cells[i] = columns[i].title;
	if (print_row(out, report, limits, cells, err) < 0)
		return -1;
	for (size_t row = 0; row < report->row_count; row++) {
		for (size_t i = 0; i < REPORT_COLUMNS; i++, at += strlen(at) + 1)
			cells[i] = at;
		if (print_row(out, report, limits, cells, err) < 0)
			return -1;
	}
	if (buffer_add(out, report->paragraphs.text, report->paragraphs.length, err) < 0)
		return -1;
	return print_counts(out, report, err);
}
