/* SPDX-License-Identifier: Apache-2.0 */
/* observe_socket: what stands at the destination of a socket that is bound as a file, and whether
 * it can be kept alive. Part of the target room. */
#pragma once

#include "observe/observe.h"

/* Fills seen->sockets for the sockets of the policy that a planned bind of the spec names. The fds
 * in it are the observation's. An error is doubt: nothing has been changed yet. */
int observe_sockets(const struct target *target, const struct host_snapshot *view,
	struct observation *seen, struct error *err) must_check;
