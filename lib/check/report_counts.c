/* SPDX-License-Identifier: Apache-2.0 */
/* report_counts: prints the report's last line, the number of containers by verdict. */
#include "check/report_internal.h"

/* "; 1 place could not be judged" */
static int print_count(
	struct buffer *out, size_t count, const char *one, const char *many, struct error *err)
{
	return count == 0 ? 0 : buffer_print(out, err, "; %zu %s", count, count == 1 ? one : many);
}

/* "3 containers: 1 exposed, 2 clear; 1 with a socket that will go dead; 1 place could not be
 * judged" */
int print_counts(struct buffer *out, const struct report *report, struct error *err)
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
	if (print_count(&text, report->stale, "with a socket that will go dead",
		    "with a socket that will go dead", err) < 0 ||
		print_count(&text, report->ignored_stale, "socket ignored", "sockets ignored",
			err) < 0 ||
		print_count(&text, report->errors - report->unfixed, "place could not be judged",
			"places could not be judged", err) < 0 ||
		print_count(&text, report->unfixed, "file could not be fixed",
			"files could not be fixed", err) < 0 ||
		print_count(&text, report->skipped, "file skipped (nothing to judge in it)",
			"files skipped (nothing to judge in them)", err) < 0)
		return -1;
	return text_wrap(out, 0, text.text, err);
}
