/* SPDX-License-Identifier: Apache-2.0 */
/* observe_socket: what is found at the destination of a socket that is bound as a file, and whether
 * the bind can be replaced. Inside lib/observe only. */
#pragma once

#include "observe/observe.h"

/* Completes the sockets that host_snapshot_clone added to seen: bind, dev, found, obstacle. The fds
 * are the observation's. -1 when a look-up failed; nothing has been changed then. */
int observe_sockets(const struct target *target, const struct host_snapshot *snapshot,
	struct observation *seen, struct error *err) must_check;
