/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: this host's truth as a checklist. One row a check: a question, who looks, and for each
 * thing that may be found what it means and what to do. It reads files below one root and runs
 * nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"
#include "spec/policy.h"
#include "doctor/host_files.h"

enum doctor_status {
	DOCTOR_NONE, /* does not apply here */
	DOCTOR_OK,
	DOCTOR_LOOK,    /* needs attention */
	DOCTOR_UNKNOWN, /* could not be looked at */
};

struct doctor {
	int root;             /* O_PATH */
	bool live;            /* root is this host's own, with its processes */
	struct policy policy; /* in force there; the built-in where that is not valid */
};

/* What was found: the key of one of the check's outcomes, and what goes into its sentences. */
struct doctor_answer {
	const char *key;
	char *details[2]; /* for {1} and {2} */
};

struct doctor_outcome {
	const char *key;
	enum doctor_status status;
	const char *means;  /* a sentence or two */
	const char *advice; /* a sentence; what follows a newline are lines to paste. NULL: none */
};

#define DOCTOR_OUTCOMES_MAX 8

struct doctor_check {
	const char *id;
	const char *question;
	int (*look)(const struct doctor *doctor, struct doctor_answer *answer, struct error *err);
	struct doctor_outcome outcomes[DOCTOR_OUTCOMES_MAX];
};

extern const struct doctor_check doctor_checks[];
extern const size_t doctor_check_count;

/* Sets the answer. details may be NULL. Returns 0, or -1 without memory. */
int doctor_found(struct doctor_answer *answer, const char *key, const char *detail,
	const char *more, struct error *err) must_check;

struct doctor_result {
	const struct doctor_check *check;
	enum doctor_status status;
	char *says, *advice; /* advice may be NULL */
};

struct doctor_results {
	struct doctor_result *rows;
	size_t count;
	size_t counts[DOCTOR_UNKNOWN + 1]; /* by status */
};

/* Opens the root; *doctor must be zeroed but for live. */
int doctor_open(struct doctor *doctor, const char *directory, struct error *err) must_check;
void doctor_clear(struct doctor *doctor);

/* All checks. A check that fails is one with the status DOCTOR_UNKNOWN. */
int doctor_look(const struct doctor *doctor, struct doctor_results *results, struct error *err)
	must_check;
void doctor_results_clear(struct doctor_results *results);

/* A list in 80 columns. */
int doctor_words(struct buffer *out, const struct doctor_results *results, bool colour,
	struct error *err) must_check;

/* {"version":1,"checks":[{"id","question","status","says","do"}]} and a newline. status is "ok",
 * "look", "none" or "unknown"; do is null or a text whose first line is a sentence, and the others
 * are lines to paste. */
int doctor_json(struct buffer *out, const struct doctor_results *results, struct error *err)
	must_check;
