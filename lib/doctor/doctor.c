/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/doctor.h"

#include <string.h>

#include "doctor/doctor_internal.h"
#include "base/file.h"

int doctor_open(struct doctor *doctor, const char *directory, struct error *err)
{
	bool live = doctor->live;

	*doctor = (struct doctor){ .root = -1, .live = live };
	if (tree_open(&doctor->root, directory, err) < 0)
		return -1;
	return doctor_policy_in_force(doctor, err);
}

void doctor_clear(struct doctor *doctor)
{
	fd_close(&doctor->root);
	policy_clear(&doctor->policy);
}

int doctor_found(struct doctor_answer *answer, const char *key, const char *detail,
	const char *more, struct error *err)
{
	const char *details[] = { detail, more };

	answer->key = key;
	for (size_t i = 0; i < array_count(details); i++) {
		text_clear(&answer->details[i]);
		if (details[i] == NULL)
			continue;
		answer->details[i] = text_copy(details[i], err);
		if (answer->details[i] == NULL)
			return -1;
	}
	return 0;
}

static void answer_clear(struct doctor_answer *answer)
{
	for (size_t i = 0; i < array_count(answer->details); i++)
		text_clear(&answer->details[i]);
}

/* The text with {1} and {2} filled in; NULL stays NULL. */
static int fill(
	char **filled, const char *text, const struct doctor_answer *answer, struct error *err)
{
	cleanup(buffer_clear) struct buffer out = { 0 };

	if (text == NULL)
		return 0;
	while (*text != '\0') {
		bool place = text[0] == '{' && (text[1] == '1' || text[1] == '2') && text[2] == '}';
		const char *detail = place ? answer->details[text[1] - '1'] : NULL;
		size_t length = place ? 3 : 1 + strcspn(text + 1, "{");

		if (buffer_print(&out, err, "%.*s", place ? 0 : (int)length, text) < 0 ||
			(detail && buffer_print(&out, err, "%s", detail) < 0))
			return -1;
		text += length;
	}
	*filled = take(out.text);
	return 0;
}

static const struct doctor_outcome *find_outcome(const struct doctor_check *check, const char *key)
{
	for (size_t i = 0; i < DOCTOR_OUTCOMES_MAX && check->outcomes[i].key != NULL; i++)
		if (strcmp(check->outcomes[i].key, key) == 0)
			return &check->outcomes[i];
	return NULL;
}

static int look_one(const struct doctor *doctor, const struct doctor_check *check,
	struct doctor_result *result, struct error *err)
{
	cleanup(answer_clear) struct doctor_answer answer = { 0 };
	const struct doctor_outcome *outcome;
	struct error why = { 0 };

	result->check = check;
	result->status = DOCTOR_UNKNOWN;
	if (check->look(doctor, &answer, &why) < 0) {
		result->says = text_copy(why.text, err);
		return result->says == NULL ? -1 : 0;
	}
	outcome = find_outcome(check, answer.key);
	if (outcome == NULL)
		return error_set(
			err, ERROR_SYSTEM, "check %s has no outcome \"%s\"", check->id, answer.key);
	result->status = outcome->status;
	if (fill(&result->says, outcome->means, &answer, err) < 0)
		return -1;
	return fill(&result->advice, outcome->advice, &answer, err);
}

int doctor_look(const struct doctor *doctor, struct doctor_results *results, struct error *err)
{
	for (size_t i = 0; i < doctor_check_count; i++) {
		struct doctor_result *result = array_add(
			&results->rows, &results->count, sizeof(*result), err);

		if (result == NULL || look_one(doctor, &doctor_checks[i], result, err) < 0)
			return -1;
		results->counts[result->status]++;
	}
	return 0;
}

void doctor_results_clear(struct doctor_results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		text_clear(&results->rows[i].says);
		text_clear(&results->rows[i].advice);
	}
	free(results->rows);
	*results = (struct doctor_results){ 0 };
}
