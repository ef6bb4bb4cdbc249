/* SPDX-License-Identifier: Apache-2.0 */
/* policy_in_force: rule 1, and what rule 2 comes to, the same at every door. */
#include <stdio.h>

#include "spec/load.h"
#include "base/file.h"
#include "base/mem.h"
#include "options.h"

int policy_in_force(struct policy *policy, enum strategy *strategy, const struct options *options,
	const struct spec *spec, struct outcome *outcome, struct error *err)
{
	outcome->log = log_open();
	outcome->log_decided = true;
	if (policy_load(policy, options->policy, err) < 0)
		return -1;
	if (policy->log == LOG_TO_NONE)
		fd_close(&outcome->log);
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
	if (policy->on_foreign == ON_FOREIGN_FAIL)
		return error_set(err, ERROR_POLICY, "%s (onForeign: fail)", why);
	outcome->level = LOG_LEVEL_WARNING;
	outcome->result = "skipped";
	snprintf(outcome->sentence, sizeof(outcome->sentence),
		"%s: left as it is (onForeign: skip)", why);
	return 0;
}
