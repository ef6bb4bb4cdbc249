/* SPDX-License-Identifier: Apache-2.0 */
/* apply: carries out a plan; nothing else mounts in a container. It takes no decision of policy,
 * and every mount goes onto an fd, not a path. A veil is filled detached, then attached. Nothing is
 * undone: a failure after the first attachment is ERROR_FINAL, and the runtime then throws the
 * container away. */
#pragma once

#include "observe/target.h"
#include "plan/plan.h"

/* Carries the plan out in the target, which was entered before; takes on PRIVILEGE_MOUNT, then
 * PRIVILEGE_VERIFY. label: linux.mountLabel or NULL. 0 with an empty plan; -1 with the sentence,
 * and ERROR_FINAL as the code when something is attached already. */
int apply(const struct plan *plan, const struct target *target, const char *label,
	struct error *err) must_check;
