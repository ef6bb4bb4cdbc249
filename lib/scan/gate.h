/* SPDX-License-Identifier: Apache-2.0 */
/* gate: decides whether watch may mask a container: an OCI runtime's state and bundle must describe
 * it, and its strategy must not be off. Another container may forge both, so the state is compared
 * with the process, and the owner of the files with the owner of the container. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "scan/running.h"
#include "scan/states.h"
#include "spec/policy.h"

/* True: mask it. False: leave it; *why says what is wrong, and is unchanged where the policy or the
 * container's annotation says off. */
bool gate_open(const struct running_process *process, const struct running_state *state,
	const struct policy *policy, struct error *why);
