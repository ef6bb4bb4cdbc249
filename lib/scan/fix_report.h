/* SPDX-License-Identifier: Apache-2.0 */
/* fix_report: prints the results of fix as text and as JSON. Pure. */
#pragma once

#include "base/buffer.h"
#include "scan/fix.h"
#include "scan/nscd_mappings.h"

struct fix_report {
	const struct running_list *list;
	const struct fix_case *cases;
	const char *const *names; /* by case; NULL where it has none but its pid */
	size_t count;
	const struct running_holder *holders;
	size_t holder_count;
	bool all, dry_run;
};

/* "web (pid 4711)", or "pid 4711", escaped. */
int fix_label(struct buffer *out, const struct fix_case *subject, const char *name,
	struct error *err) must_check;

/* A line for each container that was masked or needed nothing, and for each process that holds a
 * database of the host's nscd; with report->all only those masked, and a summary. What was refused
 * or failed is not in it: that is for standard error. */
int fix_text(struct buffer *out, const struct fix_report *report, struct error *err) must_check;

/* {"version":1,"containers":[{"pid","name","outcome","text","holders":[{"pid","command"}]}],
 * "unseen":N} and a newline. outcome: "masked" (in a dry run: would be), "nothing", "refused",
 * "failed" or "ended". */
int fix_json(struct buffer *out, const struct fix_report *report, struct error *err) must_check;
