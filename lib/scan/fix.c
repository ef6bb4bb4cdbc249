/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/fix.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "apply/apply.h"
#include "scan/mount_table.h"
#include "observe/observe.h"
#include "plan/plan_text.h"
#include "kernel/capabilities.h"
#include "observe/target.h"
#include "base/file.h"

/* What the child tells. Small enough for a pipe to take it at once. */
struct message {
	int code;
	struct error err;
	struct mend_result result;
};
_Static_assert(sizeof(struct message) <= 4096, "one write of PIPE_BUF bytes at most");

/* What the hook learns from config.json: here the mounts that are kept, by their places. */
struct kept {
	struct planned_mount mounts[OBSERVED_MAX];
	bool candidate[OBSERVED_MAX];
	struct running_keep keeps[OBSERVED_MAX];
	struct spec spec;
};

static int find_kept(const struct running_view *view, const struct running_process *process,
	struct kept *kept, struct error *err)
{
	enum reach reaches[CHANNELS_MAX];

	if (running_look(view, process->proc, process->root, reaches, kept->keeps, err) < 0)
		return -1;
	kept->spec.mounts = kept->mounts;
	for (size_t i = 0; i < view->place_count; i++) {
		if (kept->keeps[i].path[0] == '\0')
			continue;
		kept->candidate[kept->spec.mount_count] = true;
		kept->mounts[kept->spec.mount_count++] = (struct planned_mount){
			.destination = kept->keeps[i].path,
			.source = kept->keeps[i].path, /* the client's path is the host's, too */
			.bind = true,
			.propagation = PROPAGATION_SHARED, /* its mount, not a word, decides */
		};
	}
	return 0;
}

/* What was opened by number is its own only as long as it has not ended. */
static int enter(struct target *target, const struct running_process *process, struct error *err)
{
	const struct target_running running = { process->proc, process->namespace, process->root };

	if (target_open_running(target, &running, err) < 0)
		return -1;
	if (!running_alive(process))
		return error_set(err, ERROR_INPUT, "process %d has ended", (int)process->pid);
	return 0;
}

static int read_label(const struct running_process *process, char **label, struct error *err)
{
	cleanup(mounttable_clear) struct mounttable table = { 0 };

	if (mounttable_read(&table, process->proc, err) < 0)
		return -1;
	return mounttable_label(&table, label, err);
}

/* The hook's steps, in its order: the host, the namespace, the look, the plan, the mounts. */
static int mask(const struct running_view *view, const struct running_process *process,
	const struct policy *policy, struct mend_result *result, struct error *err)
{
	cleanup(target_close) struct target target = TARGET_NONE;
	cleanup(observation_clear) struct observation seen = { 0 };
	cleanup(plan_clear) struct plan plan = { 0 };
	cleanup(text_clear) char *label = NULL;
	struct kept kept = { 0 };
	/* nobody's word is there to be asked: what counts is whose peer the mount is */
	cleanup(host_snapshot_clear) struct host_snapshot host = { .candidate = kept.candidate,
		.sharing_asked = true };

	if (host_look(&host.host, err) < 0 || find_kept(view, process, &kept, err) < 0 ||
		read_label(process, &label, err) < 0 ||
		host_snapshot_take(&host, &kept.spec, policy, STRATEGY_MASK, err) < 0 ||
		privilege_step(PRIVILEGE_ENTER, err) < 0 || enter(&target, process, err) < 0 ||
		privilege_step(PRIVILEGE_LOOK, err) < 0 ||
		target_observe(&target, &host, &kept.spec, &seen, err) < 0 ||
		plan_make(&plan, &seen, policy, STRATEGY_MASK, err) < 0 ||
		apply(&plan, &target, label, err) < 0)
		return -1;
	if (plan.skipped != NULL)
		snprintf(result->refused, sizeof(result->refused),
			"\"%s\" shares mounts with the host, where a mask would show (a policy "
			"with onShared: slave cuts that, and masks)",
			plan.skipped->path);
	plan.skipped = NULL; /* said */
	plan_sentence(&plan, PLAN_DONE, result->done, sizeof(result->done));
	return 0;
}

static void work(const struct running_view *view, const struct running_process *process,
	const struct policy *policy, int out)
{
	struct message message = { 0 };

	message.code = mask(view, process, policy, &message.result, &message.err);
	if (write(out, &message, sizeof(message)) != sizeof(message))
		_exit(2);
	_exit(0);
}

static int hear(int in, pid_t child, struct message *message, struct error *err)
{
	ssize_t length;

	do
		length = read(in, message, sizeof(*message));
	while (length < 0 && errno == EINTR);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (length == sizeof(*message))
		return 0;
	return error_set(err, ERROR_FINAL, "the helper in its namespace ended without a word");
}

/* From outside, by the scan's eyes: what was exposed must not be so now. */
static int verify(const struct running_view *view, const struct running_process *process,
	const struct mend_result *result, struct error *err)
{
	enum reach reaches[CHANNELS_MAX];

	if (result->refused[0] != '\0')
		return 0;
	if (running_look(view, process->proc, process->root, reaches, NULL, err) < 0)
		return error_wrap(err, "verifying");
	if (running_worst(view, reaches) != REACH_EXPOSED)
		return 0;
	return error_set(err, ERROR_FINAL, "verifying: it still reaches the host");
}

int mend(const struct running_view *view, const struct running_process *process,
	const struct policy *policy, struct mend_result *result, struct error *err)
{
	cleanup(fd_close) int in = -1, out = -1;
	struct message message;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "making a pipe");
	in = ends[0];
	out = ends[1];
	child = fork();
	if (child < 0)
		return error_errno(err, "starting a helper");
	if (child == 0)
		work(view, process, policy, out);
	fd_close(&out);
	if (hear(in, child, &message, err) < 0)
		return -1;
	if (message.code < 0) {
		*err = message.err;
		return -1;
	}
	*result = message.result;
	return verify(view, process, result, err);
}
