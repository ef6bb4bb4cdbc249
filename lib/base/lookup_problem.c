/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_problem: the words for a path that cannot be followed. */
#include "base/lookup_problem.h"

#include <errno.h>

#include "base/buffer.h"

static const struct {
	int problem;
	const char *sentence; /* behind the path */
} problems[] = {
	{ PROBLEM_PROC, "leads through its /proc, where only its own programs see what is there" },
	{ PROBLEM_UNMADE, "leads through a file system that is not mounted yet" },
	{ PROBLEM_READER,
		"leads through a bind that has a link into /proc/self as its source, which "
		"leads each program elsewhere" },
	{ PROBLEM_BUNDLE,
		"depends on a path that is relative to the bundle, which is not known here" },
	{ E2BIG, "has more than 4096 names" }, /* NAMES_MAX in lib/observe */
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
