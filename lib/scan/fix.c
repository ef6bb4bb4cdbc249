/* SPDX-License-Identifier: Apache-2.0 */
/* fix: for each container a child of the helper enters, observes, plans and applies; the helper
 * looks before and after, from outside. The child has files, namespaces and capabilities of its
 * own, but the helper's memory, and the helper waits: a copy of it would cost as much as the mask.
 */
#include "scan/fix.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "apply/apply.h"
#include "base/file.h"
#include "kernel/capabilities.h"
#include "observe/observe.h"
#include "observe/target.h"
#include "plan/plan_text.h"
#include "scan/helper.h"
#include "scan/mount_table.h"

#define STACK_SIZE ((size_t)1 << 20)

/* What the mounting child tells. */
struct message {
	bool told;
	int code;
	struct error err;
	char done[512];    /* what was masked; empty: nothing had to be */
	char refused[256]; /* what was left exposed, and why; empty: nothing */
};

/* What the mounting child is given. */
struct mounting {
	const struct fix_job *job;
	const struct running_process *process;
	struct running_keep *keeps;
	struct message *message;
	pid_t helper;
};

/* What the hook learns from config.json: here the mounts that are kept, by their places. */
struct kept {
	struct planned_mount mounts[OBSERVED_MAX];
	bool candidate[OBSERVED_MAX];
	struct spec spec;
};

/* ---- in the child that mounts --------------------------------------------------------------- */

static void note_kept(
	const struct running_view *view, struct running_keep *keeps, struct kept *kept)
{
	kept->spec.mounts = kept->mounts;
	for (size_t i = 0; i < view->place_count; i++) {
		if (keeps[i].path[0] == '\0')
			continue;
		kept->candidate[kept->spec.mount_count] = true;
		kept->mounts[kept->spec.mount_count++] = (struct planned_mount){
			.destination = keeps[i].path,
			.source = keeps[i].path, /* the client's path is the host's, too */
			.bind = true,
			.propagation = PROPAGATION_SHARED, /* its mount, not a word, decides */
		};
	}
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

static int read_label(const struct running_view *view, const struct running_process *process,
	char **label, struct error *err)
{
	cleanup(mount_table_clear) struct mount_table table = { 0 };

	if (!view->selinux)
		return 0;
	if (mount_table_read(&table, process->proc, err) < 0)
		return -1;
	return mount_table_label(&table, label, err);
}

/* The hook's steps, in its order: the host, the namespace, the look, the plan, the mounts. */
static int mask(const struct fix_job *job, const struct running_process *process,
	struct running_keep *keeps, struct message *message, struct error *err)
{
	cleanup(target_close) struct target target = TARGET_NONE;
	cleanup(observation_clear) struct observation seen = { 0 };
	cleanup(plan_clear) struct plan plan = { 0 };
	cleanup(text_clear) char *label = NULL;
	struct kept kept = { 0 };
	/* no word is there to be asked: what counts is which peer group the mount is in */
	cleanup(host_snapshot_clear) struct host_snapshot host = {
		.host = job->host, .candidate = kept.candidate, .sharing_asked = true
	};
	const struct looking looking = { &target, &host, &kept.spec };

	note_kept(job->view, keeps, &kept);
	if (read_label(job->view, process, &label, err) < 0 ||
		host_snapshot_take(&host, &kept.spec, job->policy, STRATEGY_MASK, err) < 0 ||
		privilege_step(PRIVILEGE_ENTER, err) < 0 || enter(&target, process, err) < 0 ||
		privilege_step(PRIVILEGE_LOOK, err) < 0 ||
		target_observe(&looking, &seen, err) < 0 ||
		plan_make(&plan, &seen, job->policy, STRATEGY_MASK, err) < 0 ||
		(!job->dry_run && apply(&plan, &target, label, err) < 0))
		return -1;
	if (plan.skipped != NULL)
		snprintf(message->refused, sizeof(message->refused),
			"\"%s\" shares mounts with the host, where a mask would show (a policy "
			"with onShared: slave cuts that, and masks)",
			plan.skipped->path);
	plan.skipped = NULL; /* said */
	plan_sentence(
		&plan, job->dry_run ? PLAN_WOULD : PLAN_DONE, message->done, sizeof(message->done));
	return 0;
}

/* ---- in the helper -------------------------------------------------------------------------- */

/* Once for all containers of the job: its children begin with what is here. */
static int see_host(struct fix_job *job, struct error *err)
{
	if (job->host.ancestor_count > 0)
		return 0;
	if (target_enter_host(job->view->proc, err) < 0)
		return -1;
	return host_look(&job->host, err);
}

static int mount_and_tell(void *closure)
{
	const struct mounting *mounting = closure;
	struct message *message = mounting->message;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != mounting->helper) /* it was killed before that */
		return 1;
	message->code = mask(
		mounting->job, mounting->process, mounting->keeps, message, &message->err);
	message->told = true;
	return 0;
}

/* The lowest page of the stack stays without access. */
static int make_stack(struct fix_job *job, struct error *err)
{
	char *stack;

	if (job->stack != NULL)
		return 0;
	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED || mprotect(stack, 4096, PROT_NONE) < 0)
		return error_errno(err, "mapping a stack");
	job->stack = stack;
	return 0;
}

static int mask_in_child(struct fix_job *job, const struct running_process *process,
	struct running_keep *keeps, struct message *message, struct error *err)
{
	struct mounting mounting = { job, process, keeps, message, getpid() };
	pid_t child;

	if (make_stack(job, err) < 0)
		return -1;
	child = clone(mount_and_tell, job->stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD,
		&mounting);
	if (child < 0)
		return error_errno(err, "starting a process that mounts");
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (!message->told) {
		job->spoiled = true;
		return error_set(err, ERROR_FINAL, "helper process exited without a result");
	}
	if (message->code == 0)
		return 0;
	*err = message->err;
	return -1;
}

static int look(const struct fix_job *job, const struct running_process *process,
	struct fix_case *subject, struct running_keep *keeps, enum reach *worst, struct error *err)
{
	if (running_look(job->view, process->proc, process->root, subject->reaches, keeps, err) < 0)
		return -1;
	*worst = running_worst(job->view, subject->reaches);
	return 0;
}

/* By the root of its namespace; when that is not exposed, by the process's own root, if it is
 * another. As in a scan, the own root counts only where it reaches more. */
static int look_before(const struct fix_job *job, struct running_process *process,
	struct fix_case *subject, struct running_keep *keeps, struct error *err)
{
	struct fix_case own = *subject;

	if (look(job, process, subject, keeps, &subject->worst, err) < 0)
		return -1;
	if (subject->worst == REACH_EXPOSED || process->chroot < 0)
		return 0;
	fd_close(&process->root);
	process->root = take_fd(&process->chroot);
	if (look(job, process, &own, keeps, &own.worst, err) < 0)
		return -1;
	if (own.worst > subject->worst)
		*subject = own;
	return 0;
}

/* From outside, by the scan's eyes: what was exposed must not be so now. */
static int verify(const struct fix_job *job, const struct running_process *process,
	struct fix_case *subject, struct error *err)
{
	enum reach worst;

	if (look(job, process, subject, NULL, &worst, err) < 0)
		return error_wrap(err, "verifying");
	if (worst != REACH_EXPOSED)
		return 0;
	return error_set(err, ERROR_FINAL, "verifying: it still reaches the host");
}

/* Without a name its state's id will do. */
static void find_name(
	const struct fix_job *job, const struct running_process *process, struct fix_case *subject)
{
	cleanup(text_clear) char *name = NULL;
	struct error ignored = { 0 };
	bool named = false;

	if (running_name(job->view, process->proc, process->pid, &name, &named, &ignored) == 0 &&
		named)
		snprintf(subject->name, sizeof(subject->name), "%s", name);
}

static void refuse(struct fix_case *subject, const char *why)
{
	subject->outcome = FIX_REFUSED;
	snprintf(subject->text, sizeof(subject->text), "%s", why);
}

static int fix_held(struct fix_job *job, struct running_process *process, struct fix_case *subject,
	struct error *err)
{
	struct running_keep keeps[OBSERVED_MAX];
	struct message message = { 0 };
	struct error why = { 0 };

	subject->namespace = process->number;
	if (look_before(job, process, subject, keeps, err) < 0)
		return -1;
	if (subject->worst != REACH_EXPOSED)
		return 0;
	if (job->wanted != NULL && !job->wanted(job->closure, subject, process, &why)) {
		if (why.code != ERROR_NONE)
			refuse(subject, why.text);
		return 0;
	}
	if (see_host(job, err) < 0 || mask_in_child(job, process, keeps, &message, err) < 0)
		return -1;
	if (message.refused[0] != '\0') {
		refuse(subject, message.refused);
		return 0;
	}
	subject->outcome = FIX_MASKED;
	snprintf(subject->text, sizeof(subject->text), "%s", message.done);
	if (job->wanted != NULL)
		find_name(job, process, subject);
	return job->dry_run ? 0 : verify(job, process, subject, err);
}

static void fix_one(struct fix_job *job, struct fix_case *subject)
{
	cleanup(running_close) struct running_process process = RUNNING_PROCESS_NONE;
	struct error err = { 0 };

	if (running_open(&process, job->view, subject->pid, &err) < 0)
		subject->unready = process.root >= 0;
	else if (fix_held(job, &process, subject, &err) == 0)
		return;
	subject->outcome = process.pidfd < 0 || !running_alive(&process) ? FIX_ENDED : FIX_FAILED;
	snprintf(subject->text, sizeof(subject->text), "%s", err.text);
}

static int work(void *closure, struct helper *helper, struct error *err)
{
	struct fix_job *job = closure;

	for (size_t i = job->next; i < job->count; i++) {
		struct fix_case *subject = &job->cases[i];

		helper_at(helper, subject->pid, subject->namespace, i);
		fix_one(job, subject);
		if (helper_send(helper, subject, sizeof(*subject)) < 0)
			return error_errno(err, "telling the parent");
		if (job->spoiled) /* the child may have left our memory half written */
			return 0;
	}
	return 0;
}

/* ---- in the parent -------------------------------------------------------------------------- */

static int take_result(void *closure, const char *bytes, size_t length, struct error *err)
{
	struct fix_job *job = closure;

	(void)err;
	memcpy(&job->cases[job->next++], bytes, length);
	return 0;
}

static int is_stuck(void *closure, const struct helper_mark *mark, struct error *err)
{
	struct fix_job *job = closure;
	struct fix_case *subject;

	(void)err, (void)mark;
	if (job->next == job->count) /* it had told all, and did not end */
		return 0;
	subject = &job->cases[job->next++];
	subject->outcome = FIX_FAILED;
	snprintf(subject->text, sizeof(subject->text),
		"no answer in time, from a file system in its mount namespace");
	return 0;
}

int fix_run(struct fix_job *job, struct error *err)
{
	const struct helper_job helper = { job, work, take_result, is_stuck, NULL };

	while (job->next < job->count)
		if (helper_run(&helper, err) < 0)
			return -1;
	return 0;
}
