/* SPDX-License-Identifier: Apache-2.0 */
/* facade: what a veil over the container's /run shows. Pure. */
#pragma once

#include "plan/plan.h"

/* Are all of the policy's channels named on purpose? Then nothing has to be hidden. */
bool facade_all_kept(const struct observation *seen);

/* Does a facade that is planned already cover this place of a channel? */
bool facade_covers(const struct plan *plan, const struct seen_place *place);

/* Adds the veil over one place. */
int facade_plan(struct plan *plan, const struct observation *seen, const struct seen_place *run,
	const struct policy *policy, struct error *err) must_check;
