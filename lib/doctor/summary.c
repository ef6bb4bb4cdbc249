/* SPDX-License-Identifier: Apache-2.0 */
/* summary: says in one sentence which engines are protected, from the statuses of the checks. */
#include <string.h>

#include "doctor/doctor_internal.h"

enum protection { ABSENT, PROTECTED, ON_REQUEST, UNKNOWN, UNPROTECTED };

static const char *const words[] = {
	[PROTECTED] = "is protected",
	[ON_REQUEST] = "protects only containers that ask for it",
	[UNKNOWN] = "could not be judged",
	[UNPROTECTED] = "is not protected",
};

static enum protection of_door(const struct doctor_result *door)
{
	switch (door->status) {
	case DOCTOR_NONE:
		return ABSENT;
	case DOCTOR_OK:
		return PROTECTED;
	case DOCTOR_ON_REQUEST:
		return ON_REQUEST;
	case DOCTOR_LOOK:
		return UNPROTECTED;
	case DOCTOR_UNKNOWN:
		break;
	}
	return UNKNOWN;
}

/* The door, and what it needs: the worst counts. */
static enum protection judge(const struct doctor_results *results, const struct doctor_result *door)
{
	enum protection protection = of_door(door);

	for (size_t i = 0; i < results->count && protection != ABSENT; i++) {
		const struct doctor_result *row = &results->rows[i];
		const struct doctor_check *check = row->check;

		if (check->role != DOCTOR_NEEDED ||
			(check->engine != NULL && strcmp(check->engine, door->check->engine) != 0))
			continue;
		if (row->status == DOCTOR_LOOK)
			protection = UNPROTECTED;
		else if (row->status == DOCTOR_UNKNOWN && protection < UNKNOWN)
			protection = UNKNOWN;
	}
	return protection;
}

int doctor_summary(const struct doctor *doctor, const struct doctor_results *results,
	char **summary, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	const char *before = doctor_may_run(doctor) ? "" : "By files alone, nothing was run: ";

	for (size_t i = 0; i < results->count; i++) {
		const struct doctor_result *row = &results->rows[i];
		enum protection protection;

		if (row->check->role != DOCTOR_DOOR)
			continue;
		protection = judge(results, row);
		if (protection == ABSENT)
			continue;
		if (buffer_print(&text, err, "%s%s %s", before, row->check->engine,
			    words[protection]) < 0)
			return -1;
		before = "; ";
	}
	if (text.length == 0 && buffer_print(&text, err, "No engine was found here") < 0)
		return -1;
	if (buffer_add(&text, ".", 1, err) < 0)
		return -1;
	*summary = take(text.text);
	return 0;
}
