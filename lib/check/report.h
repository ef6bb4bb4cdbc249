/* SPDX-License-Identifier: Apache-2.0 */
/* report: prints judged containers as text for people, and as JSON, SARIF or lines for programs.
 * Pure: values in, text out; the caller writes it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/table.h"
#include "check/judge.h"
#include "manifest/manifest.h"
#include "plan/verdict.h"
#include "spec/channels.h"

enum report_format {
	FORMAT_TEXT,   /* a table of what is found, then a paragraph for all findings alike */
	FORMAT_QUIET,  /* a line for each finding */
	FORMAT_JSON,   /* one line, one object (docs/schema/check.json) */
	FORMAT_SARIF,  /* SARIF 2.1.0 */
	FORMAT_GITHUB, /* GitHub's workflow commands */
	FORMAT_GCC,    /* FILE:LINE:COLUMN: warning: … */
};
/* "text", "json", "sarif", "github", "gcc": the format, or -1. */
int report_format_find(const char *name);

struct report {
	/* to be set by the caller, all else zeroed */
	enum report_format format;
	bool colour;
	bool all;             /* show what is clear, too */
	bool strict;          /* show what is ignored on purpose */
	size_t width;         /* of the terminal's page; 0: no terminal, nothing is cut */
	channel_set channels; /* what is asked about */
	const char *version;  /* of this program, for SARIF */

	/* counts so far, for the exit code and the last line */
	size_t containers;
	size_t verdicts[VERDICT_EXPOSED + 1]; /* containers by the worst of their channels */
	size_t stale;                         /* containers with a socket that will go dead */
	size_t ignored_stale;                 /* those that are ignored on purpose */
	size_t errors;
	size_t unfixed; /* of the errors, those of files that were judged; the caller counts them */
	size_t skipped; /* files of a walk that are not ours */
	size_t rendered; /* and those that must be rendered first */

	struct table table;
	struct buffer rows, notes, error_rows;
	void *groups; /* findings alike, by what they have in common (search.h) */
	struct group **in_order;
	size_t group_count;
};

/* Adds a container, its verdicts, and for trouble the ways out. file is for sentences. */
int report_container(struct report *report, const char *file,
	const struct manifest_container *container, const struct judgement *judgement,
	struct error *err) must_check;

/* Adds a sentence of its own to the words; the other formats have no place for it. */
int report_remark(struct report *report, const char *text, struct error *err) must_check;

/* A file of a walk that must be rendered or exported first; message says how. */
int report_hint(struct report *report, const char *file, const char *message, struct error *err)
	must_check;

/* Adds a file that could not be judged, and why: failure's sentence, line and column (0: unknown).
 * FORMAT_TEXT and FORMAT_QUIET only count it: the sentence belongs to standard error. */
int report_error(struct report *report, const char *file, const struct error *failure,
	struct error *err) must_check;

/* The whole report, ending in a newline. */
int report_end(struct report *report, struct buffer *out, struct error *err) must_check;
void report_clear(struct report *report);
