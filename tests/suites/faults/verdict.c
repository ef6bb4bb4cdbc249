/* SPDX-License-Identifier: Apache-2.0 */
/* verdict: what may come of a failure. A candidate never starts unprotected unless the policy says
 * so; who is refused is told why, in one line. */
#include "points.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *change_of(const struct point *point)
{
	static char text[320];
	struct picture now = { 0 };
	const char *difference;

	picture_mounts(&now, point->stand_in->pid, true);
	difference = picture_difference(point->mounts, &now);
	if (difference != NULL)
		snprintf(text, sizeof(text), "its mounts have changed: %s", difference);
	picture_clear(&now);
	return difference == NULL ? NULL : text;
}

/* Has words of its own, whatever the system answers: an allocation, or the mmap(2) that it makes.
 */
static bool is_allocation(const struct point *point)
{
	return point->line[0] == '\0' || strncmp(point->line, "mmap(NULL, ", 11) == 0;
}

/* "oci-runmask: CONTAINER: STEP: REASON": the reason is the error's, with a step in front of it. */
static const char *judge_sentence(const struct point *point)
{
	const char *said = point->run->said;
	size_t length = strlen(said), reason = strlen(point->reason);
	const char *step = said + strlen("oci-runmask: ");

	if (!one_line(said))
		return "not one line on stderr";
	if (point->harm == HARM_EITHER)
		return NULL;
	if (strstr(said, ": out of memory\n") != NULL && is_allocation(point))
		return NULL;
	if (length < reason + 1 || strncmp(said + length - 1 - reason, point->reason, reason) != 0)
		return "the line does not end in the error's text";
	if (strncmp(step, "container stand-in: ", 20) == 0)
		step += 20;
	if (said + length - 1 - reason - step < 8)
		return "the line names no step";
	return NULL;
}

static const char *judge_protected(const struct point *point)
{
	const char *why;

	if (!stand_in_protected(point->stand_in, &why))
		return why;
	return point->run->said[0] == '\0' ? NULL : "protected, and yet it says something";
}

/* onError warn: as it was, with a warning, or protected; or refused, once something is attached. */
static const char *judge_warned(const struct point *point, int code)
{
	const char *why, *change = change_of(point);

	if (code == 2)
		return judge_sentence(point);
	if (stand_in_protected(point->stand_in, &why))
		return NULL;
	if (change != NULL)
		return change;
	return one_line(point->run->said) ? NULL : "unprotected without one line of warning";
}

static const char *judge_code(const struct point *point, int code)
{
	const struct scene *scene = point->stage->scene;
	const char *why;

	if (scene->refused)
		return code != 2 ? "not refused" : change_of(point);
	if (scene->warns)
		return judge_warned(point, code);
	if (code == 2)
		return point->harm == HARM_NONE ? "refused, and among the exceptions"
						: judge_sentence(point);
	why = judge_protected(point);
	if (why == NULL && point->harm == HARM_REFUSED)
		return "protected all the same, and there is no word of it among the exceptions";
	return why;
}

const char *point_judge(const struct point *point)
{
	const struct hook_run *run = point->run;
	int code = WIFEXITED(run->status) ? WEXITSTATUS(run->status) : -1;

	if (run->late)
		return "it hangs";
	if (run->printed[0] != '\0')
		return "something is on stdout";
	if (point->harm == HARM_BEFORE_MAIN && code != 0)
		return change_of(point);
	if (point->reason == NULL)
		return WIFSIGNALED(run->status) ? NULL : "it was not killed";
	if (code != 0 && code != 2)
		return "it ends neither with 0 nor with 2";
	if (run->unread != 0)
		return "its state is not read to the end";
	return judge_code(point, code);
}
