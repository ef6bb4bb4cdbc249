/* SPDX-License-Identifier: Apache-2.0 */
/* mend: masks what a running container reaches, with the hook's own planner and mounts. */
#pragma once

#include "base/error.h"
#include "spec/policy.h"
#include "scan/running.h"

struct mend_result {
	char done[512];    /* what was masked; empty: nothing had to be */
	char refused[256]; /* what was left exposed, and why; empty: nothing */
};

/* In a child of ours, since there is no way back out of a mount namespace; looks again afterwards,
 * from outside. What is kept on purpose stays. A failure after the first mount is ERROR_FINAL. */
int mend(const struct running_view *view, const struct running_process *process,
	const struct policy *policy, struct mend_result *result, struct error *err) must_check;
