/* SPDX-License-Identifier: Apache-2.0 */
/* calls: every system call of the hook fails once, with each error; and the hook is killed before
 * every one of them. They are those of the run that went well, as strace saw it. */
#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int number;
} errors[] = {
	{ "EPERM", EPERM },
	{ "ENOMEM", ENOMEM },
	{ "ENOSPC", ENOSPC },
	{ "EINTR", EINTR },
	{ "EAGAIN", EAGAIN },
	{ "ENOSYS", ENOSYS },
};

#define ERROR_COUNT (sizeof(errors) / sizeof(errors[0]))

/* The line before; but not musl's second asking for close-on-exec, which belongs to its open. */
static const char *line_before(const struct play *play)
{
	for (int i = play->call_count; i-- > 0;)
		if (strstr(play->calls[i].line, "F_SETFD, FD_CLOEXEC)") == NULL)
			return play->calls[i].line;
	return "";
}

/* "name(" begins each line of the trace. */
static void read_calls(struct play *play)
{
	char line[4096];
	FILE *trace = fopen(play->trace, "re");

	if (trace == NULL)
		give_up("%s: %s", play->trace, strerror(errno));
	while (fgets(line, sizeof(line), trace) != NULL) {
		struct call *call = &play->calls[play->call_count];
		size_t length = strcspn(line, "(");

		if (line[length] != '(' || length >= sizeof(call->name) || line[0] == '+' ||
			strncmp(line, "execve(", 7) == 0)
			continue;
		if (play->call_count == CALLS_MAX)
			give_up("more than %d calls", CALLS_MAX);
		snprintf(call->name, sizeof(call->name), "%.*s", (int)length, line);
		snprintf(call->line, sizeof(call->line), "%.*s", (int)strcspn(line, "\n"), line);
		call->before = line_before(play);
		call->nth = 1;
		for (const struct call *other = play->calls; other < call; other++) {
			call->nth += strcmp(other->name, call->name) == 0;
			call->late = call->late || strcmp(other->name, "move_mount") == 0;
		}
		play->call_count++;
	}
	fclose(trace);
}

/* By strace; a call that is younger than strace has a number only there, and is made to fail, every
 * time, by a filter. */
static void fail_call(struct play *play, const struct call *call, size_t error)
{
	const struct exception *exception = exception_find(
		play->stage.scene, call, errors[error].name);
	char name[96], trace[64], inject[96], number[16];
	const char *traced[] = { "/usr/bin/strace", "-qq", "-o", play->trace, "-e", trace, "-e",
		inject, play->hook, NULL };
	const char *filtered[] = { play->refuse, errors[error].name, number, play->hook,
		"oci-runmask", NULL };
	struct point point = { .name = name,
		.line = call->line,
		.reason = strerror(errors[error].number),
		.harm = exception == NULL ? HARM_REFUSED : exception->harm };
	bool unnamed = strncmp(call->name, "syscall_", 8) == 0;

	if (point.harm == HARM_LEFT_OUT) {
		play->left_out++;
		return;
	}
	snprintf(name, sizeof(name), "%s, time %d: %s", call->name, call->nth, errors[error].name);
	if (unnamed) {
		if (call->nth > 1 ||
			(errors[error].number != ENOSYS && errors[error].number != EPERM))
			return;
		snprintf(number, sizeof(number), "%ld", strtol(call->name + 8, NULL, 16));
		play->points++;
		play_point(play, &point, filtered, NULL, NULL);
		return;
	}
	snprintf(trace, sizeof(trace), "trace=%s", call->name);
	snprintf(inject, sizeof(inject), "inject=%s:error=%s:when=%d", call->name,
		errors[error].name, call->nth);
	play->points++;
	play_point(play, &point, traced, NULL, "(INJECTED)");
}

static void kill_at(struct play *play, const struct call *call)
{
	char name[96], trace[64], inject[96];
	const char *words[] = { "/usr/bin/strace", "-qq", "-o", play->trace, "-e", trace, "-e",
		inject, play->hook, NULL };
	struct point point = { .name = name, .line = call->line };

	if (strncmp(call->name, "syscall_", 8) == 0)
		return; /* its neighbours have names */
	snprintf(name, sizeof(name), "killed at %s, time %d", call->name, call->nth);
	snprintf(trace, sizeof(trace), "trace=%s", call->name);
	snprintf(inject, sizeof(inject), "inject=%s:signal=SIGKILL:when=%d", call->name, call->nth);
	play->points++;
	play_point(play, &point, words, NULL, NULL);
}

void play_calls(struct play *play)
{
	read_calls(play);
	for (int i = 0; i < play->call_count; i++) {
		for (size_t error = 0; error < ERROR_COUNT; error++)
			fail_call(play, &play->calls[i], error);
		kill_at(play, &play->calls[i]);
	}
}
