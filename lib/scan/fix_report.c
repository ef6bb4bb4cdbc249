/* SPDX-License-Identifier: Apache-2.0 */
/* fix_report: a line for each container, then the processes that still have a database of the
 * host's nscd mapped. */
#include "scan/fix_report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/string.h"
#include "json/print.h"
#include "scan/running_report.h"

static const char *fix_outcome_name(enum fix_outcome outcome)
{
	static const char *const names[] = {
		[FIX_NOTHING] = "nothing",
		[FIX_MASKED] = "masked",
		[FIX_REFUSED] = "refused",
		[FIX_FAILED] = "failed",
		[FIX_ENDED] = "ended",
	};

	return names[outcome];
}

int fix_label(
	struct buffer *out, const struct fix_case *subject, const char *name, struct error *err)
{
	if (name == NULL)
		return buffer_print(out, err, "pid %d", (int)subject->pid);
	if (text_add_escaped(out, name, ESCAPED_NAME, err) < 0)
		return -1;
	return buffer_print(out, err, " (pid %d)", (int)subject->pid);
}

static const char *nothing_done(const struct fix_case *subject)
{
	static const char *const words[] = {
		[REACH_CLEAR] = "nothing to do: it does not reach the host's name service",
		[REACH_MASKED] = "nothing to do: it is masked already",
		[REACH_KEEP] = "nothing to do: a mount of its own names the channel on purpose",
		[REACH_EXPOSED] = "nothing was done",
	};

	return words[subject->worst];
}

/* One of nscd's databases, once mapped, is asked before any socket. */
static int add_holders(struct buffer *out, const struct fix_report *report,
	const struct fix_case *subject, struct error *err)
{
	for (size_t i = 0; i < report->holder_count; i++) {
		const struct running_holder *holder = &report->holders[i];

		if (holder->namespace == subject->namespace &&
			(buffer_print(out, err, "  process %d (", (int)holder->pid) < 0 ||
				text_add_escaped(out, holder->command, ESCAPED_NAME, err) < 0 ||
				buffer_print(out, err,
					") still holds a database of the host's nscd: restart "
					"it\n") < 0))
			return -1;
	}
	return 0;
}

static int add_case(
	struct buffer *out, const struct fix_report *report, size_t index, struct error *err)
{
	const struct fix_case *subject = &report->cases[index];
	bool masked = subject->outcome == FIX_MASKED;

	if (!masked && (subject->outcome != FIX_NOTHING || report->all))
		return 0;
	if (fix_label(out, subject, report->names[index], err) < 0 ||
		buffer_print(out, err, ": %s\n", masked ? subject->text : nothing_done(subject)) <
			0)
		return -1;
	return add_holders(out, report, subject, err);
}

static int add_summary(struct buffer *out, const struct fix_report *report, struct error *err)
{
	const struct running_list *list = report->list;
	size_t containers = 0, masked = 0;

	for (size_t i = 0; i < list->count; i++)
		containers += list->rows[i].kind == RUNNING_CONTAINER;
	for (size_t i = 0; i < report->count; i++)
		masked += report->cases[i].outcome == FIX_MASKED;
	if (buffer_print(out, err, "%zu container%s, %zu of them exposed: %zu %s\n", containers,
		    containers == 1 ? "" : "s", report->count, masked,
		    report->dry_run ? "would be masked" : "masked") < 0)
		return -1;
	if (list->unseen == 0)
		return 0;
	return buffer_print(out, err, "%zu could not be looked at\n", list->unseen);
}

int fix_text(struct buffer *out, const struct fix_report *report, struct error *err)
{
	for (size_t i = 0; i < report->count; i++)
		if (add_case(out, report, i, err) < 0)
			return -1;
	return report->all ? add_summary(out, report, err) : 0;
}

static json_t *case_value(const struct fix_report *report, size_t index)
{
	const struct fix_case *subject = &report->cases[index];
	json_t *holders = json_array();
	char pid[16];

	for (size_t i = 0; i < report->holder_count; i++)
		if (report->holders[i].namespace == subject->namespace)
			json_array_append_new(holders,
				json_pack("{s:i, s:o}", "pid", (int)report->holders[i].pid,
					"command", json_foreign(report->holders[i].command)));
	snprintf(pid, sizeof(pid), "%d", (int)subject->pid);
	return json_pack("{s:i, s:o, s:s, s:o, s:o}", "pid", (int)subject->pid, "name",
		json_foreign(report->names[index] ? report->names[index] : pid), "outcome",
		fix_outcome_name(subject->outcome), "text", json_foreign(subject->text), "holders",
		holders);
}

int fix_json(struct buffer *out, const struct fix_report *report, struct error *err)
{
	json_t *rows = json_array(), *whole;

	for (size_t i = 0; i < report->count; i++)
		json_array_append_new(rows, case_value(report, i));
	whole = json_pack("{s:i, s:o, s:I}", "version", 1, "containers", rows, "unseen",
		(json_int_t)report->list->unseen);
	return json_print(out, whole, JSON_COMPACT, err) < 0 ? -1 : buffer_add(out, "\n", 1, err);
}
