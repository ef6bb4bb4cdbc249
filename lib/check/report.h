/* SPDX-License-Identifier: Apache-2.0 */
/* report: judged containers as words for people and as JSON for programs. Pure: values in, text
 * out; who prints it, and whether in colour, is the caller's affair. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "spec/channels.h"
#include "base/error.h"
#include "manifest/manifest.h"
#include "base/mem.h"
#include "check/judge.h"
#include "plan/verdict.h"

enum report_form {
	REPORT_WORDS, /* a table in 80 columns, then a paragraph for each container in trouble */
	REPORT_JSON,  /* one line, one object */
};

#define REPORT_COLUMNS 5

struct report {
	/* to be set by the caller, all else zeroed */
	enum report_form form;
	bool colour;
	channel_set channels; /* what is asked about */

	/* counts so far, for the exit code and the last line */
	size_t containers;
	size_t verdicts[VERDICT_EXPOSED + 1]; /* containers by the worst of their channels */
	size_t stale;                         /* containers with a socket that will go dead */
	size_t errors;

	/* rows: the table's cells, each NUL-terminated, or the JSON of the containers */
	struct buffer rows, paragraphs, error_rows;
	size_t row_count, widths[REPORT_COLUMNS];
};

/* Adds a container, its verdicts, and for trouble the ways out. file is for sentences. */
int report_container(struct report *report, const char *file,
	const struct manifest_container *container, const struct judgement *judgement,
	struct error *err) must_check;

/* Adds a sentence of its own to the words, below the last container's; JSON has no place for it. */
int report_remark(struct report *report, const char *text, struct error *err) must_check;

/* Adds a file that could not be judged. line and column from 1, 0: unknown. Words only count it:
 * its sentence belongs to standard error. */
int report_error(struct report *report, const char *file, size_t line, size_t column,
	const char *message, struct error *err) must_check;

/* The whole report, ending in a newline. */
int report_end(struct report *report, struct buffer *out, struct error *err) must_check;
void report_clear(struct report *report);
