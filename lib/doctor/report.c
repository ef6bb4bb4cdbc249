/* SPDX-License-Identifier: Apache-2.0 */
/* report: prints the answers of the checklist as text and as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/string.h"
#include "base/wrap.h"
#include "doctor/doctor.h"
#include "json/print.h"
#include "scan/running_report.h"

#define INDENT 6

static const struct {
	const char *word, *mark, *colour;
} statuses[] = {
	[DOCTOR_NONE] = { "none", "–   ", "\033[2m" },
	[DOCTOR_OK] = { "ok", "ok  ", "\033[32m" },
	[DOCTOR_ON_REQUEST] = { "ok", "ok  ", "\033[32m" },
	[DOCTOR_LOOK] = { "look", "look", "\033[1;33m" },
	[DOCTOR_UNKNOWN] = { "unknown", "?   ", "\033[1;31m" },
};

/* A sentence, and the lines to paste behind its newline. */
static int add_advice(struct buffer *out, const char *advice, struct error *err)
{
	cleanup(buffer_clear) struct buffer sentence = { 0 };
	size_t length = strcspn(advice, "\n");

	if (buffer_print(&sentence, err, "-> %.*s", (int)length, advice) < 0 ||
		text_wrap(out, INDENT, sentence.text, err) < 0)
		return -1;
	while (advice[length] == '\n') {
		cleanup(text_clear) char *line = NULL;

		advice += length + 1;
		length = strcspn(advice, "\n");
		line = text_copy_bytes(advice, length, err);
		if (line == NULL || buffer_print(out, err, "%*s", INDENT + 4, "") < 0 ||
			text_add_escaped(out, line, ESCAPED_LINE, err) < 0 ||
			buffer_add(out, "\n", 1, err) < 0)
			return -1;
	}
	return 0;
}

static int add_result(
	struct buffer *out, const struct doctor_result *result, bool colour, struct error *err)
{
	if (buffer_print(out, err, "%s%s%s  %s\n", colour ? statuses[result->status].colour : "",
		    statuses[result->status].mark, colour ? "\033[0m" : "",
		    result->check->question) < 0 ||
		text_wrap(out, INDENT, result->says, err) < 0)
		return -1;
	return result->advice == NULL ? 0 : add_advice(out, result->advice, err);
}

int doctor_text(
	struct buffer *out, const struct doctor_results *results, bool colour, struct error *err)
{
	const size_t *counts = results->counts;

	for (size_t i = 0; i < results->count; i++)
		if (add_result(out, &results->rows[i], colour, err) < 0)
			return -1;
	if (buffer_print(out, err, "\n%zu checks: %zu ok, %zu to look at, %zu do not apply",
		    results->count, counts[DOCTOR_OK] + counts[DOCTOR_ON_REQUEST],
		    counts[DOCTOR_LOOK], counts[DOCTOR_NONE]) < 0)
		return -1;
	if (counts[DOCTOR_UNKNOWN] > 0 &&
		buffer_print(out, err, ", %zu could not be seen", counts[DOCTOR_UNKNOWN]) < 0)
		return -1;
	if (buffer_print(out, err, "\n") < 0)
		return -1;
	return text_wrap(out, 0, results->summary, err);
}

int doctor_json(struct buffer *out, const struct doctor_results *results, struct error *err)
{
	json_t *rows = json_array(), *versions = json_object(), *whole;

	for (size_t i = 0; i < results->count; i++) {
		const struct doctor_result *row = &results->rows[i];

		json_array_append_new(rows,
			json_pack("{s:s, s:s, s:s, s:s?, s:o, s:o}", "id", row->check->id,
				"question", row->check->question, "status",
				statuses[row->status].word, "found", row->found, "says",
				json_foreign(row->says), "do",
				row->advice ? json_foreign(row->advice) : json_null()));
	}
	for (size_t i = 0; i < DOCTOR_VERSIONS; i++)
		json_object_set_new(versions, results->versions[i].name,
			results->versions[i].version ? json_foreign(results->versions[i].version)
						     : json_null());
	whole = json_pack("{s:i, s:o, s:o, s:o}", "version", 1, "versions", versions, "checks",
		rows, "summary", json_foreign(results->summary));
	return json_print(out, whole, JSON_COMPACT, err) < 0 ? -1 : buffer_add(out, "\n", 1, err);
}
