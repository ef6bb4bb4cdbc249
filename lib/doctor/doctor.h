/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: checks whether this host's engines call the hook. A row for each check: a question, a
 * function that looks, and for each outcome what it means and what to do. It reads files below one
 * root; on the host itself it also runs the hook on a trial bundle, asks the programs for their
 * version, and a running dockerd for its runtimes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "doctor/host_files.h"
#include "spec/policy.h"

enum doctor_status {
	DOCTOR_NONE, /* does not apply here */
	DOCTOR_OK,
	DOCTOR_ON_REQUEST, /* ok, for containers that ask for it */
	DOCTOR_LOOK,       /* needs attention */
	DOCTOR_UNKNOWN,    /* could not be looked at */
};

struct doctor {
	int root;             /* O_PATH */
	bool live;            /* root is this host's own, with its processes */
	bool offline;         /* run no program and contact no daemon */
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
	const char *means;  /* a sentence or two; {1} and {2}: the details, {0}: the engine */
	const char *advice; /* a sentence; what follows a newline are lines to paste. NULL: none */
};

/* What a check means for whether an engine's containers are protected. */
enum doctor_role {
	DOCTOR_FOR_ALL, /* nothing */
	DOCTOR_NEEDED,  /* the engine is not protected without it; no engine named: none is */
	DOCTOR_DOOR,    /* the engine's way to the hook */
};

struct doctor_check {
	const char *id;
	const char *question;
	const char *engine; /* NULL: all */
	enum doctor_role role;
	int (*look)(const struct doctor *doctor, struct doctor_answer *answer, struct error *err);
	const struct doctor_outcome *outcomes; /* ends with a key that is NULL */
};

/* Outcomes that several checks have; a check's own of the same key counts more. */
extern const struct doctor_outcome doctor_shared_outcomes[];

extern const struct doctor_check doctor_checks[];
extern const size_t doctor_check_count;

/* Sets the answer. details may be NULL. Returns 0, or -1 without memory. */
int doctor_found(struct doctor_answer *answer, const char *key, const char *detail,
	const char *more, struct error *err) must_check;

struct doctor_result {
	const struct doctor_check *check;
	enum doctor_status status;
	const char *found;   /* the outcome's key; NULL: it could not be looked at */
	char *says, *advice; /* advice may be NULL */
};

/* A program's version; NULL: it is not there, or its version is not known. */
struct doctor_version {
	const char *name;
	char *version;
};
#define DOCTOR_VERSIONS 9

struct doctor_results {
	struct doctor_result *rows;
	size_t count;
	size_t counts[DOCTOR_UNKNOWN + 1]; /* by status */
	struct doctor_version versions[DOCTOR_VERSIONS];
	char *summary; /* one sentence: which engines are protected, which are not */
};

/* Opens the root; *doctor must be zeroed but for live and offline. */
int doctor_open(struct doctor *doctor, const char *directory, struct error *err) must_check;
void doctor_clear(struct doctor *doctor);

/* Runs all checks. A check that fails gets the status DOCTOR_UNKNOWN; -1 only when memory runs out.
 * *results must be zeroed. */
int doctor_look(const struct doctor *doctor, struct doctor_results *results, struct error *err)
	must_check;
void doctor_results_clear(struct doctor_results *results);

/* A list in 80 columns. */
int doctor_text(struct buffer *out, const struct doctor_results *results, bool colour,
	struct error *err) must_check;

/* {"version":1,"versions":{NAME:VERSION},"checks":[{"id","question","status","found",
 * "says","do"}],"summary"} and a newline. VERSION is null where it is not known; status is "ok",
 * "look", "none" or "unknown"; found is a word for what was found, or null; do is null or a text:
 * a sentence on its first line, and below it lines to paste. */
int doctor_json(struct buffer *out, const struct doctor_results *results, struct error *err)
	must_check;
