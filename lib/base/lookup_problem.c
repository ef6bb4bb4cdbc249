/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_problem: the words for a path that cannot be followed. */
#include "base/lookup_problem.h"

#include <errno.h>

int lookup_error(struct error *err, const char *owner, const char *path, int problem)
{
	if (problem == PROBLEM_PROC)
		return error_set(err, ERROR_SYSTEM,
			"%s \"%s\" leads through its /proc, where only its own programs see what "
			"is there",
			owner, path);
	if (problem == PROBLEM_UNMADE)
		return error_set(err, ERROR_SYSTEM,
			"%s \"%s\" leads through a file system that is not mounted yet", owner,
			path);
	if (problem == PROBLEM_READER)
		return error_set(err, ERROR_SYSTEM,
			"%s \"%s\" leads through a bind that has a link into /proc/self as its "
			"source, which leads each program elsewhere",
			owner, path);
	if (problem == PROBLEM_BUNDLE)
		return error_set(err, ERROR_SYSTEM,
			"%s \"%s\" depends on a path that is relative to the bundle, which is not "
			"known here",
			owner, path);
	errno = problem;
	return error_errno(err, "looking at %s \"%s\"", owner, path);
}
