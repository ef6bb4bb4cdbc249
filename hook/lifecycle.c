/* SPDX-License-Identifier: Apache-2.0 */
/* lifecycle: the doors createRuntime, prestart and createContainer. OCI state on stdin in, mounts
 * in the container out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "apply/apply.h"
#include "base/buffer.h"
#include "kernel/capabilities.h"
#include "observe/observe.h"
#include "observe/target.h"
#include "options.h"
#include "plan/plan_text.h"
#include "spec/load.h"
#include "spec/policy_sockets.h"

/* A candidate on its way through the door. */
struct job {
	const struct options *options;
	const struct door *door;
	const struct state *state;
	const struct spec *spec;
	struct host_snapshot *snapshot;
};

static void free_flags(bool **flags)
{
	free(*flags);
}

/* What was done, or would be, or was left alone and why. */
static void tell_plan(struct outcome *outcome, const struct plan *plan)
{
	bool dry_run = outcome->dry_run;
	char sentence[sizeof(outcome->sentence)];

	outcome->channels = plan->exposed;
	plan_sentence(plan, dry_run ? PLAN_WOULD : PLAN_DONE, sentence, sizeof(sentence));
	if ((plan->skipped != NULL && !plan->skipped_idle) || plan->obstructed != NULL)
		outcome_set(outcome, LOG_LEVEL_WARNING, "skipped", sentence);
	else if (plan->skipped != NULL && plan->veil_count + plan->link_count == 0)
		outcome_set(outcome, LOG_LEVEL_INFO, "skipped", sentence);
	else if (sentence[0] != '\0')
		outcome_set(outcome, LOG_LEVEL_INFO, dry_run ? "dry-run" : "done", sentence);
	else if (plan->kept != 0) {
		outcome->channels = plan->kept;
		outcome_set(outcome, LOG_LEVEL_INFO, "kept",
			"a mount names the channel: left as it is");
	}
}

/* Rules 2 to 5: enter, look, decide, do. */
static int protect(const struct job *job, const struct policy *policy, enum strategy strategy,
	struct outcome *outcome, struct error *err)
{
	/* A process goes through one door, once: its exit closes what these hold. */
	static struct target target = TARGET_NONE;
	static struct observation seen;
	cleanup(plan_clear) struct plan plan = { 0 };
	cleanup(free_flags) bool *candidate = calloc(job->spec->mount_count + 1, sizeof(bool));
	const struct target_request request = {
		.state = job->state,
		.spec = job->spec,
		.inside = job->door->inside,
	};
	const struct looking looking = { &target, job->snapshot, job->spec };

	if (candidate == NULL)
		return error_errno(err, "room for %zu mounts", job->spec->mount_count);
	if (host_snapshot_candidates(job->snapshot, job->spec, policy, strategy, candidate, err) <
			0 ||
		host_snapshot_take(job->snapshot, job->spec, policy, strategy, err) < 0 ||
		privilege_step(PRIVILEGE_ENTER, err) < 0 ||
		host_snapshot_clone(job->snapshot, job->spec, policy, &seen, err) < 0 ||
		target_open(&target, &request, err) < 0)
		return -1;
	if (target.foreign != NULL)
		return policy_foreign(policy, target.foreign, outcome, err);
	if (target_observe(&looking, &seen, err) < 0 ||
		plan_make(&plan, &seen, policy, strategy, err) < 0)
		return -1;
	if (!outcome->dry_run &&
		(apply(&plan, &target, job->spec->mount_label, err) < 0 ||
			(plan_shows(&plan) &&
				target_verify(&looking, &seen, plan.skipped != NULL, err) < 0)))
		return -1;
	tell_plan(outcome, &plan);
	return 0;
}

/* A tcp address goes into the container's environment, which a hook cannot set. */
static int refuse_tcp(const struct job *job, const struct policy *policy, struct error *err)
{
	const struct policy_socket *socket = policy_tcp_applies(policy, job->spec);

	if (socket == NULL)
		return 0;
	return error_set(err, ERROR_POLICY,
		"socket \"%s\": \"tcp\" (policy key sockets) needs the environment, which the door "
		"%s cannot set (doors that can: precreate, runtime)",
		socket->path, job->door->name);
}

/* Rule 1, and on. */
static int follow_rules(
	const struct job *job, struct policy *policy, struct outcome *outcome, struct error *err)
{
	enum strategy strategy;

	if (policy_in_force(policy, &strategy, job->options, job->spec, outcome, err) < 0)
		return -1;
	if (strategy == STRATEGY_OFF)
		return 0;
	if (refuse_tcp(job, policy, err) < 0)
		return -1;
	return protect(job, policy, strategy, outcome, err);
}

static int judge(const struct job *job, struct outcome *outcome, struct error *err)
{
	cleanup(policy_clear) struct policy policy = { 0 };

	if (follow_rules(job, &policy, outcome, err) == 0)
		return 0;
	return policy_failed(&policy, outcome, err);
}

int lifecycle(const struct options *options, const struct door *door, struct outcome *outcome,
	struct error *err)
{
	cleanup(state_clear) struct state state = { 0 };
	cleanup(spec_clear) struct spec spec = { 0 };
	cleanup(host_snapshot_clear) struct host_snapshot snapshot = { 0 };
	struct job job = { options, door, &state, &spec, &snapshot };
	bool candidate;

	if (state_read(&state, STDIN_FILENO, err) < 0)
		return -1;
	snprintf(outcome->id, sizeof(outcome->id), "%s", state.id);
	if (privilege_step(PRIVILEGE_READ, err) < 0 || bundle_enter(state.bundle, err) < 0 ||
		spec_load(&spec, state.bundle, err) < 0 ||
		host_candidate(&snapshot.host, &spec, &candidate, err) < 0)
		return error_wrap(err, "container %s", state.id);
	/* rule 0: what follows touches candidates alone */
	if (!candidate)
		return 0;
	if (judge(&job, outcome, err) < 0)
		return error_wrap(err, "container %s", state.id);
	return 0;
}
