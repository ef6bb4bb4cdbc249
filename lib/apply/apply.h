/* SPDX-License-Identifier: Apache-2.0 */
/* apply: the one room that mounts. It allocates nothing and decides nothing; every mount goes onto
 * an fd. Everything is built detached and attached last; a failure after the first attachment is
 * ERROR_FINAL, and the runtime throws the container away. */
#pragma once

#include "observe/target.h"
#include "plan/plan.h"

/* Carries the plan out in the target. label: linux.mountLabel or NULL. */
int apply(const struct plan *plan, const struct target *target, const char *label,
	struct error *err) must_check;
