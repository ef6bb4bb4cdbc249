/* SPDX-License-Identifier: Apache-2.0 */
/* setup_internal: the table of engines that setup knows, and one run's data. Inside lib/setup
 * only. */
#pragma once

#include "doctor/doctor.h"
#include "setup/replace.h"

/* The runtime door's name, wherever it is. */
#define SETUP_PROGRAM "oci-runmask-runtime"

struct setup_job {
	struct doctor doctor;
	const char *program; /* the runtime door */
	bool undo;
	char *path;         /* of the configuration */
	bool own;           /* the whole file is ours: undo removes it */
	bool settled;       /* the engine has it already, by another file: nothing to do */
	char *text;         /* own: what is in it */
	int version;        /* containerd: of a file to be made */
	struct buffer note; /* a line for people; empty: none */
};

struct setup_engine {
	const char *name;
	/* Sets the path; refuses what is not understood. */
	int (*find)(struct setup_job *job, struct error *err);
	int (*edit)(const struct setup_job *job, const struct buffer *text, struct buffer *out,
		struct error *err);
	int (*undo)(const struct setup_job *job, const struct buffer *text, struct buffer *out,
		struct error *err);
	/* The engine's own validator on the candidate, before it is in force; there: the file is.
	 */
	int (*validate)(struct setup_job *job, const char *candidate, bool there, bool undo,
		struct error *err);
	const char *next, *next_undo; /* what to do for the engine to read it */
};

/* Where the runtime door is installed. */
extern const char setup_program[];

extern const struct setup_engine setup_engines[];
extern const size_t setup_engine_count;
