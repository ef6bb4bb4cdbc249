/* SPDX-License-Identifier: Apache-2.0 */
/* policy_in_force: what all doors do alike: load the policy, and apply onForeign, onError and
 * dryRun. */
#include <stdio.h>

#include "base/buffer.h"
#include "base/file.h"
#include "options.h"
#include "spec/load.h"

int policy_in_force(struct policy *policy, enum strategy *strategy, const struct options *options,
	const struct spec *spec, struct outcome *outcome, struct error *err)
{
	outcome->log = log_open();
	outcome->log_decided = true;
	if (policy_load(policy, options->policy, err) < 0)
		return -1;
	if (policy->log == LOG_TO_NONE)
		fd_close(&outcome->log);
	outcome->dry_run = options->dry_run || policy->dry_run;
	if (spec->unknown_annotation != NULL && policy->annotations != ANNOTATIONS_IGNORE)
		outcome_annotation(outcome, spec->unknown_annotation);
	if (options->strategy >= 0)
		policy->strategy = (enum strategy)options->strategy;
	if (policy_strategy(policy, spec->strategy_key, spec->strategy, strategy, err) < 0)
		return -1;
	outcome->strategy = strategy_name(*strategy);
	return 0;
}

int policy_foreign(
	const struct policy *policy, const char *why, struct outcome *outcome, struct error *err)
{
	char sentence[sizeof(outcome->sentence)];

	if (policy->on_foreign == ON_FOREIGN_FAIL)
		return error_set(err, ERROR_POLICY, "%s (onForeign: fail)", why);
	snprintf(sentence, sizeof(sentence), "%s: left as it is (onForeign: skip)", why);
	outcome_set(outcome, LOG_LEVEL_WARNING, "skipped", sentence);
	return 0;
}

int policy_failed(const struct policy *policy, struct outcome *outcome, struct error *err)
{
	bool warn = policy->on_error == ON_ERROR_WARN && err->code != ERROR_FINAL &&
		err->code != ERROR_POLICY;
	char sentence[sizeof(outcome->sentence)];

	if (!warn && !policy->dry_run)
		return -1;
	if (policy->dry_run)
		snprintf(sentence, sizeof(sentence), "%s: %.400s",
			warn ? "would start it unprotected" : "would refuse it", err->text);
	else
		snprintf(sentence, sizeof(sentence), "%.*s", (int)sizeof(sentence) - 1, err->text);
	outcome_set(outcome, LOG_LEVEL_WARNING, policy->dry_run ? "dry-run" : "warned", sentence);
	*err = (struct error){ 0 };
	return 0;
}
