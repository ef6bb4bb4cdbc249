/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: runs the rows of the table one after the other and keeps their answers. */
#include "doctor/doctor.h"

#include <string.h>

#include "base/file.h"
#include "base/template.h"
#include "doctor/doctor_internal.h"

int doctor_open(struct doctor *doctor, const char *directory, struct error *err)
{
	doctor->root = -1;
	if (host_open(&doctor->root, directory, err) < 0)
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

/* The text with the engine for {0} and the details for {1} and {2}; NULL stays NULL. */
static int fill(char **filled, const char *text, const struct doctor_check *check,
	const struct doctor_answer *answer, struct error *err)
{
	static const char *const names[] = { "0", "1", "2" };
	const char *const details[] = { check->engine, answer->details[0], answer->details[1] };
	const struct template_values values = { names, details, array_count(names) };
	cleanup(buffer_clear) struct buffer out = { 0 };

	if (text == NULL)
		return 0;
	if (template_add(&out, text, strlen(text), &values, err) < 0)
		return -1;
	*filled = take(out.text);
	return 0;
}

static const struct doctor_outcome *find_outcome(const struct doctor_check *check, const char *key)
{
	const struct doctor_outcome *const lists[] = { check->outcomes, doctor_shared_outcomes };

	for (size_t i = 0; i < array_count(lists); i++)
		for (const struct doctor_outcome *outcome = lists[i]; outcome->key != NULL;
			outcome++)
			if (strcmp(outcome->key, key) == 0)
				return outcome;
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
	result->found = outcome->key;
	if (fill(&result->says, outcome->means, check, &answer, err) < 0)
		return -1;
	return fill(&result->advice, outcome->advice, check, &answer, err);
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
	if (doctor_versions(doctor, results->versions, err) < 0)
		return -1;
	return doctor_summary(doctor, results, &results->summary, err);
}

void doctor_results_clear(struct doctor_results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		text_clear(&results->rows[i].says);
		text_clear(&results->rows[i].advice);
	}
	for (size_t i = 0; i < DOCTOR_VERSIONS; i++)
		text_clear(&results->versions[i].version);
	text_clear(&results->summary);
	free(results->rows);
	*results = (struct doctor_results){ 0 };
}
