/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_problem: the words for a path that cannot be followed. */
#include "base/lookup_problem.h"

#include <errno.h>

#include "base/buffer.h"

#define TEXT_OF(number) #number
#define AS_TEXT(number) TEXT_OF(number)

static const struct {
	int problem;
	const char *sentence; /* behind the path */
} problems[] = {
	{ PROBLEM_PROC, "leads through its /proc, where only its own programs see what is there" },
	{ PROBLEM_UNMADE, "leads through a file system that is not mounted yet" },
	{ PROBLEM_READER,
		"leads through a bind with a source that is a loop of links, or has a link into "
		"/proc/self, which leads each program elsewhere" },
	{ PROBLEM_BUNDLE,
		"depends on a path that is relative to the bundle, which is not known here" },
	{ PROBLEM_NAMES, "has more than " AS_TEXT(NAMES_LOOKED_AT) " names" },
};

int lookup_error(struct error *err, const char *owner, const char *path, int problem)
{
	for (size_t i = 0; i < array_count(problems); i++)
		if (problems[i].problem == problem)
			return error_set(err, ERROR_SYSTEM, "%s \"%s\" %s", owner, path,
				problems[i].sentence);
	errno = problem;
	return error_errno(err, "looking at %s \"%s\"", owner, path);
}
