/* SPDX-License-Identifier: Apache-2.0 */
/* facade: plans the veil over the container's /run, and what it shows. Pure. Inside lib/plan
 * only. */
#pragma once

#include "plan/plan.h"

/* Whether a mount of its own names every observed place of a channel (SIGHT_NAMED): then nothing
 * has to be hidden. False without any place. */
bool facade_all_kept(const struct observation *seen);

/* Whether a facade already in the plan covers this place of a channel: by its path, or because the
 * place is on the mount that the facade covers. */
bool facade_covers(const struct plan *plan, const struct seen_place *place);

/* Adds the veil over run, one of seen->runs, to the plan, which borrows from seen. -1 when memory
 * runs out, or when a directory of the policy key sockets that is needed could not be cloned. */
int facade_plan(struct plan *plan, const struct observation *seen, const struct seen_place *run,
	const struct policy *policy, struct error *err) must_check;
