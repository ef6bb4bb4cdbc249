/* SPDX-License-Identifier: Apache-2.0 */
/* report_lines: prints one line for each finding: --quiet, GCC's format of warnings, and GitHub's
 * workflow commands. */
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "check/report_internal.h"

/* What a line says, whatever its form. */
struct line {
	const char *file, *verdict;
	size_t line, column;
	bool warns; /* else it is an error */
	struct buffer message;
};

static void line_clear(struct line *line)
{
	buffer_clear(&line->message);
}

/* GitHub decodes %XX; a property ends at a comma or colon. */
static int add_command_text(
	struct buffer *out, const char *text, const char *special, struct error *err)
{
	for (; *text; text++) {
		bool encoded = strchr(special, *text) != NULL;

		if (encoded ? buffer_print(out, err, "%%%02X", (unsigned char)*text) < 0
			    : buffer_add(out, text, 1, err) < 0)
			return -1;
	}
	return 0;
}

static int add_number(struct buffer *out, const char *name, size_t number, struct error *err)
{
	return number == 0 ? 0 : buffer_print(out, err, ",%s=%zu", name, number);
}

static int add_github(struct buffer *out, const struct line *line, struct error *err)
{
	cleanup(buffer_clear) struct buffer file = { 0 };

	if (text_add_escaped(&file, line->file, ESCAPED_LINE, err) < 0 ||
		buffer_print(out, err, "::%s file=", line->warns ? "warning" : "error") < 0 ||
		add_command_text(out, file.text, "%\r\n:,", err) < 0 ||
		add_number(out, "line", line->line, err) < 0 ||
		add_number(out, "col", line->column, err) < 0 ||
		buffer_print(out, err, ",title=runmask%%3A %s::", line->verdict) < 0 ||
		add_command_text(out, line->message.text, "%\r\n", err) < 0)
		return -1;
	return buffer_add(out, "\n", 1, err);
}

static int add_location(struct buffer *out, const struct line *line, bool column, struct error *err)
{
	if (text_add_escaped(out, line->file, ESCAPED_LINE, err) < 0 ||
		(line->line > 0 && buffer_print(out, err, ":%zu", line->line) < 0) ||
		(line->line > 0 && column && line->column > 0 &&
			buffer_print(out, err, ":%zu", line->column) < 0))
		return -1;
	return buffer_print(out, err, ": ");
}

static int add_line(struct report *report, const struct line *line, struct error *err)
{
	struct buffer *out = &report->rows;

	if (report->format == FORMAT_GITHUB)
		return add_github(out, line, err);
	if (add_location(out, line, report->format == FORMAT_GCC, err) < 0)
		return -1;
	if (report->format == FORMAT_QUIET)
		return buffer_print(out, err, "%s: %s\n", line->verdict, line->message.text);
	return buffer_print(out, err, "%s: %s [runmask/%s]\n",
		strcmp(line->verdict, "error") == 0 ? "error" : "warning", line->message.text,
		line->verdict);
}

static int print_message(
	struct line *line, const struct report *report, const struct item *item, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (print_name(&text, item->summary, err) < 0 || buffer_print(&text, err, ": ") < 0)
		return -1;
	if (report->format == FORMAT_QUIET) {
		if (print_mount(&text, item->mount, err) < 0)
			return -1;
	} else if ((item->finding ? because_finding(&text, item->summary, item->finding, err)
				  : because_stale(&text, item->mount, err)) < 0) {
		return -1;
	}
	return text_add_escaped(&line->message, text.text, ESCAPED_LINE, err);
}

static int add_item(struct report *report, const struct item *item, struct error *err)
{
	cleanup(line_clear) struct line line = {
		.file = item->summary->file,
		.verdict = item->verdict,
		.line = line_of(item->summary, item->mount),
		.column = column_of(item->summary, item->mount),
		.warns = item->finding == NULL || item->finding->verdict < VERDICT_SHARED,
	};

	if (print_message(&line, report, item, err) < 0)
		return -1;
	return add_line(report, &line, err);
}

int lines_container(struct report *report, const struct summary *summary, struct error *err)
{
	for (size_t i = 0; i < summary->finding_count; i++) {
		const struct finding *finding = &summary->findings[i];
		const struct item item = finding_item(summary, finding);
		bool ignored = finding->verdict == VERDICT_IGNORED && report->strict;

		if ((finding_is_trouble(finding) || ignored) && add_item(report, &item, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];
		const struct item item = stale_item(summary, socket);

		if (socket_is_trouble(socket) && add_item(report, &item, err) < 0)
			return -1;
	}
	return 0;
}

int lines_error(
	struct report *report, const char *file, const struct error *failure, struct error *err)
{
	cleanup(line_clear) struct line line = {
		.file = file, .verdict = "error", .line = failure->line, .column = failure->column
	};

	if (buffer_print(&line.message, err, "%s", error_sentence(failure)) < 0)
		return -1;
	return add_line(report, &line, err);
}
