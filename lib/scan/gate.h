/* SPDX-License-Identifier: Apache-2.0 */
/* gate: may watch mask this container? Only one that an OCI runtime's state and bundle describe,
 * and that has a strategy other than off. State and bundle may be forged by a neighbour: what they
 * say is compared with the process, and their owner with the owner of the container. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "scan/running.h"
#include "scan/states.h"
#include "spec/policy.h"

/* False: it is to be left; *why says so where something is wrong, and is untouched where the policy
 * or the container's annotation says off. */
bool gate_open(const struct running_process *process, const struct running_state *state,
	const struct policy *policy, struct error *why);
