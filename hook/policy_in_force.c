/* SPDX-License-Identifier: Apache-2.0 */
/* policy_in_force: rule 1, the same at every door. */
#include "load.h"
#include "mem.h"
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
