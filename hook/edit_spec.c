/* SPDX-License-Identifier: Apache-2.0 */
/* edit_spec: the doors precreate and runtime, from config.json to the edited text: rule 0,
 * policy, sources, plan. */
#include "edit_spec.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "spec/load.h"

/* A candidate on its way. */
struct candidate {
	struct spec spec;
	bool *mounts;
	struct host host;
	bool root; /* its root is one, too */
	enum strategy strategy;
};

static void candidate_clear(struct candidate *candidate)
{
	spec_clear(&candidate->spec);
	free(candidate->mounts);
}

void spec_warn(struct outcome *outcome, struct error *err)
{
	outcome_set(outcome, LOG_LEVEL_WARNING, "warned", err->text);
	*err = (struct error){ 0 };
}

static void report_plan(struct outcome *outcome, const struct spec_plan *plan)
{
	bool dry_run = outcome->dry_run;
	char sentence[sizeof(outcome->sentence)];

	outcome->channels = plan->exposed;
	spec_plan_sentence(plan, dry_run, sentence, sizeof(sentence));
	if (plan->skipped != NULL) {
		outcome_set(outcome, LOG_LEVEL_WARNING, "skipped", plan->skipped);
	} else if (sentence[0] != '\0') {
		outcome_set(outcome, LOG_LEVEL_INFO, dry_run ? "dry-run" : "done", sentence);
	} else if (plan->kept != 0) {
		outcome->channels = plan->kept;
		outcome_set(outcome, LOG_LEVEL_INFO, "kept",
			"a mount names the channel: left as it is");
	}
}

/* The certificates are there before their bind is planned. */
static int look_at_certificates(const struct spec_plan *plan, struct error *err)
{
	const char *path = plan->tcp == NULL ? "/" : plan->tcp->certificates;
	struct inode_info info;

	if (stat_at(AT_FDCWD, path, 0, &info) < 0)
		return error_errno(err, "certificates \"%s\" (policy key sockets)", path);
	if (!S_ISDIR(info.mode))
		return error_set(err, ERROR_SYSTEM,
			"certificates \"%s\" (policy key sockets): is not a directory", path);
	return 0;
}

/* A second time, or through a second door, there is nothing more to edit: then nothing is changed,
 * and nothing is said. */
static int edit(const struct spec_job *job, const struct spec_plan_input *input,
	const struct spec_plan *plan, struct buffer *changed, struct error *err)
{
	cleanup(rewrite_clear) struct rewrite rewrite = { 0 };
	const struct rewrite_hook hook = {
		.path = LIBEXECDIR "/oci/hooks.d/oci-runmask",
		.policy = job->options->policy,
		.strategy = job->options->strategy < 0
			? NULL
			: strategy_name((enum strategy)job->options->strategy),
	};

	if (rewrite_open(&rewrite, job->text, job->length, err) < 0 ||
		spec_plan_edit(plan, input, &hook, &rewrite, err) < 0)
		return -1;
	return rewrite.edit_count == 0 ? 0 : rewrite_text(&rewrite, changed, err);
}

/* Rules 2 to 5, as far as a plan tells. */
static int plan_and_edit(struct spec_job *job, const struct candidate *candidate,
	const struct policy *policy, struct outcome *outcome, struct error *err)
{
	cleanup(bind_sources_clear) struct bind_sources sources = { 0 };
	cleanup(spec_plan_clear) struct spec_plan plan = { 0 };
	cleanup(buffer_clear) struct buffer text = { 0 };
	const struct bind_sources_job looked_at = {
		.host = &candidate->host,
		.spec = &candidate->spec,
		.bundle = job->bundle,
		.candidate = candidate->mounts,
		.policy = policy,
	};
	const struct spec_plan_input input = {
		.spec = &candidate->spec,
		.candidate = candidate->mounts,
		.root = candidate->root,
		.sources = &sources,
		.policy = policy,
		.strategy = candidate->strategy,
		.means = job->means,
	};

	if (!candidate->spec.mount_namespace)
		return policy_foreign(
			policy, "config.json asks for no mount namespace", outcome, err);
	if (bind_sources_find(&sources, &looked_at, err) < 0 ||
		spec_plan_make(&plan, &input, err) < 0 || look_at_certificates(&plan, err) < 0 ||
		edit(job, &input, &plan, &text, err) < 0)
		return -1;
	if (text.length > 0 || plan.skipped != NULL || plan.kept != 0)
		report_plan(outcome, &plan);
	if (!outcome->dry_run) {
		*job->changed = text;
		text = (struct buffer){ 0 };
	}
	return 0;
}

/* Rule 1, and on. */
static int follow_rules(struct spec_job *job, struct candidate *candidate, struct policy *policy,
	struct outcome *outcome, struct error *err)
{
	if (policy_in_force(
		    policy, &candidate->strategy, job->options, &candidate->spec, outcome, err) < 0)
		return -1;
	job->lenient = policy->on_error == ON_ERROR_WARN;
	if (candidate->strategy == STRATEGY_OFF)
		return 0;
	return plan_and_edit(job, candidate, policy, outcome, err);
}

static int edit_candidate(struct spec_job *job, struct candidate *candidate,
	struct outcome *outcome, struct error *err)
{
	cleanup(policy_clear) struct policy policy = { 0 };

	if (follow_rules(job, candidate, &policy, outcome, err) == 0)
		return 0;
	return policy_failed(&policy, outcome, err);
}

int edit_spec(struct spec_job *job, struct outcome *outcome, struct error *err)
{
	cleanup(candidate_clear) struct candidate candidate = { 0 };

	if (spec_parse(&candidate.spec, job->text, job->length, err) < 0)
		return error_in_file(err, "config.json");
	if (host_look(&candidate.host, err) < 0)
		return -1;
	candidate.mounts = calloc(candidate.spec.mount_count + 1, sizeof(*candidate.mounts));
	if (candidate.mounts == NULL)
		return error_errno(err, "room for %zu mounts", candidate.spec.mount_count);
	/* rule 0: what follows touches candidates alone */
	candidate.root = host_root_candidate(&candidate.host, &candidate.spec, job->bundle);
	if (!host_candidates(&candidate.host, &candidate.spec, job->bundle, candidate.mounts) &&
		!candidate.root)
		return 0;
	return edit_candidate(job, &candidate, outcome, err);
}
