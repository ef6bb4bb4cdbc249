/* SPDX-License-Identifier: Apache-2.0 */
/* points: one place in one run of the hook where something fails, and what must come of it. */
#pragma once

#include "stage.h"

enum harm {
	HARM_REFUSED,     /* the rule: exit 2 and one line that ends in the error's text */
	HARM_NONE,        /* protected all the same */
	HARM_EITHER,      /* one of these two, and the line may end in what came of it later */
	HARM_OR_NONE,     /* by the rule; or protected all the same: libc has another way */
	HARM_BEFORE_MAIN, /* libc's: it ends the program, or goes on without */
	HARM_LEFT_OUT,    /* does not fail in this way */
};

struct call {
	char name[32], line[256];
	const char *before; /* the line of the call before it */
	int nth;            /* among those of its name, from 1 */
	bool late;          /* something was attached before it */
};

/* The outcome of a call's failure where it is not the rule. */
struct exception {
	enum harm harm;
	const char *call, *errors; /* names, separated by blanks; NULL: any */
	const char *line, *before; /* fnmatch(3) patterns of its line in the trace, and of the one
				    * before it; NULL: any */
	const char *reason;
};

/* NULL: the rule. */
const struct exception *exception_find(
	const struct scene *scene, const struct call *call, const char *error);

/* A point as it was met. */
struct point {
	const struct stage *stage;
	const struct stand_in *stand_in;
	const struct picture *mounts; /* of the container, before */
	const char *name, *line;      /* for people */
	const char *reason;           /* the text of the error; NULL: killed */
	enum harm harm;
	const struct hook_run *run;
};

/* What is wrong with what came of it; NULL: nothing. */
const char *point_judge(const struct point *point);
