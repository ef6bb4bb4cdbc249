/* SPDX-License-Identifier: Apache-2.0 */
/* fix: masks running containers without a restart, with the hook's own planner, and says which
 * programs in them have to be restarted since they hold on to what they were told before. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "spec/load.h"
#include "scan/fix.h"
#include "check/report_internal.h"
#include "scan/running.h"
#include "runmask/verb.h"
#include "base/string.h"

/* What is asked for, and what has been done so far. */
struct fix {
	struct policy policy;
	struct running_view view;
	size_t masked, refused;
};

/* "web (pid 4711)", or "pid 4711" where it has no name. */
struct label {
	char text[300];
};

static void fix_clear(struct fix *fix)
{
	policy_clear(&fix->policy);
	running_view_clear(&fix->view);
}

static void holders_free(struct running_holder **holders)
{
	free(*holders);
}

/* One of nscd's databases, once mapped, is asked before any socket. */
static int tell_holders(struct buffer *out, const struct fix *fix,
	const struct running_process *process, struct error *err)
{
	cleanup(holders_free) struct running_holder *holders = NULL;
	const struct channel *nscd = channel_find("nscd");
	size_t count = 0;

	if (!(fix->policy.channels & channel_bit((size_t)(nscd - channels))))
		return 0;
	if (running_holders(&fix->view, process, &holders, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (buffer_print(out, err, "  process %d (", (int)holders[i].pid) < 0 ||
			text_add_escaped(out, holders[i].command, ESCAPED_NAME, err) < 0 ||
			buffer_print(out, err,
				") still holds a database of the host's nscd: restart it\n") < 0)
			return -1;
	return 0;
}

static const char *nothing_done(enum reach reach)
{
	static const char *const words[] = {
		[REACH_CLEAR] = "nothing to do: it does not reach the host's name service",
		[REACH_MASKED] = "nothing to do: it is masked already",
		[REACH_KEEP] = "nothing to do: a mount of its own names the channel on purpose",
		[REACH_EXPOSED] = "nothing was done",
	};

	return words[reach];
}

static int tell(const struct fix *fix, const struct running_process *process, const char *label,
	const struct mend_result *result, struct error *err)
{
	cleanup(buffer_clear) struct buffer out = { 0 };
	enum reach reaches[CHANNELS_MAX];
	const char *done = result->done;

	if (running_look(&fix->view, process->proc, process->root, reaches, NULL, err) < 0)
		return -1;
	if (done[0] == '\0')
		done = nothing_done(running_worst(&fix->view, reaches));
	if (done == result->done || result->refused[0] == '\0')
		if (text_add_escaped(&out, label, ESCAPED_NAME, err) < 0 ||
			buffer_print(&out, err, ": %s\n", done) < 0)
			return -1;
	if (tell_holders(&out, fix, process, err) < 0)
		return -1;
	return say(&out, err);
}

/* A container that is left exposed on purpose fails none of the others. */
static int fix_one(struct fix *fix, pid_t pid, struct error *err)
{
	cleanup(running_close) struct running_process process = RUNNING_PROCESS_NONE;
	cleanup(text_clear) char *name = NULL;
	struct mend_result result = { 0 };
	struct error refusal = { 0 };
	struct label label;
	bool named;

	if (running_open(&process, &fix->view, pid, err) < 0 ||
		running_name(&fix->view, process.proc, pid, &name, &named, err) < 0)
		return -1;
	if (named)
		snprintf(label.text, sizeof(label.text), "%s (pid %d)", name, (int)pid);
	else
		snprintf(label.text, sizeof(label.text), "pid %d", (int)pid);
	if (mend(&fix->view, &process, &fix->policy, &result, err) < 0 ||
		tell(fix, &process, label.text, &result, err) < 0)
		return error_wrap(err, "%s", label.text);
	fix->masked += result.done[0] != '\0';
	if (result.refused[0] == '\0')
		return 0;
	fix->refused++;
	error_set(&refusal, ERROR_POLICY, "runmask: fix: %s: %s", label.text, result.refused);
	complain(refusal.text);
	return 0;
}

/* Does the failure only say that the container has ended meanwhile? */
static bool has_ended(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return access(path, F_OK) < 0 && errno == ENOENT;
}

static int fix_all(struct fix *fix, struct error *err)
{
	cleanup(running_list_clear) struct running_list list = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	size_t exposed = 0;

	if (running_find(&list, &fix->view, NULL, err) < 0)
		return -1;
	while (exposed < list.count && list.rows[exposed].worst == REACH_EXPOSED)
		exposed++;
	for (size_t i = 0; i < exposed; i++) {
		struct error failure = { 0 };

		if (fix_one(fix, list.rows[i].pid, &failure) == 0 || has_ended(list.rows[i].pid))
			continue;
		return error_set(err, (enum error_code)failure.code,
			"%s (masked before it: %zu; not tried: %zu)", failure.text, fix->masked,
			exposed - i - 1);
	}
	if (list.problem.code != ERROR_NONE)
		complain(list.problem.text);
	if (buffer_print(&out, err, "%zu container%s, %zu of them exposed: %zu masked\n",
		    list.count, list.count == 1 ? "" : "s", exposed, fix->masked) < 0)
		return -1;
	if (list.unseen > 0 &&
		buffer_print(&out, err, "%zu could not be looked at\n", list.unseen) < 0)
		return -1;
	fix->refused += list.unseen;
	return say(&out, err);
}

static int read_pid(const char *text, pid_t *pid, struct error *err)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || *end != '\0' || end == text || number <= 0 || number > 0x7fffffff)
		return error_set(
			err, ERROR_INPUT, "option --pid: \"%s\" is no process's number", text);
	*pid = (pid_t)number;
	return 0;
}

static int run(struct fix *fix, const char *pid_text, bool all, struct error *err)
{
	pid_t pid = 0;

	if (all == (pid_text != NULL))
		return error_set(err, ERROR_INPUT, "needs either --pid N or --all");
	if (!all && read_pid(pid_text, &pid, err) < 0)
		return -1;
	if (running_view_take(&fix->view, fix->policy.channels, err) < 0)
		return -1;
	return all ? fix_all(fix, err) : fix_one(fix, pid, err);
}

int verb_fix(int argc, char **argv, struct error *err)
{
	bool all = false, done;
	const char *file = NULL, *pid = NULL;
	const struct verb_option options[] = {
		{ "--pid", "N", "the container that process N runs in", .value = &pid },
		{ "--all", NULL, "every container that scan calls exposed", .flag = &all },
		{ "--policy", "FILE", "its channels and its onShared", .value = &file },
	};
	const struct verb_usage usage = {
		.synopsis = "fix --pid N | --all [--policy FILE]",
		.about =
			"Masks running containers without a restart: an empty tmpfs over each "
			"directory\n"
			"in which they meet the host's name service. What a mount names on purpose "
			"stays.\n"
			"Doing it again does nothing. --all stops at the first failure.\n\n"
			"Exit code: 0 nothing is exposed any more, 2 refused or failed.\n",
		.example = "  sudo runmask fix --pid $(docker inspect -f '{{.State.Pid}}' web)\n"
			   "  sudo runmask fix --all\n",
		.options = options,
		.option_count = array_count(options),
	};
	cleanup(fix_clear) struct fix fix = { .view = RUNNING_VIEW_NONE };
	int count;

	if (verb_options(&usage, argc, argv, &count, &done, err) < 0)
		return -1;
	if (done)
		return VERB_FINE;
	if (count > 0)
		return error_set(
			err, ERROR_INPUT, "takes no \"%s\" (see runmask fix --help)", argv[1]);
	if (policy_load(&fix.policy, file, err) < 0 || run(&fix, pid, all, err) < 0)
		return -1;
	return fix.refused > 0 ? VERB_FAILED : VERB_FINE;
}
