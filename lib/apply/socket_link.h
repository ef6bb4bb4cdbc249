/* SPDX-License-Identifier: Apache-2.0 */
/* socket_link: a socket that is bound as a file gets a path that outlives the daemon's restart.
 * Part of the apply room. */
#pragma once

#include "observe/target.h"
#include "plan/plan.h"

/* Attaches the policy's directory below the container's /dev and puts a link into it in the bind's
 * place. number: of the reroute, for a name of its own. *attached as in apply. */
int reroute(const struct seen_socket *socket, size_t number, const struct target *target,
	const char *label, bool *attached, struct error *err) must_check;

/* Puts a bind of the socket on its own name in an attached directory that is private, and about to
 * become read-only: chgrp and chmod reach the socket, as through a bind of the file, and nothing
 * can be made, renamed or removed beside it. When the daemon makes its socket anew, the kernel
 * takes the bind away and the new socket answers. Where there is no socket yet, nothing is done. */
int bind_socket_on_itself(int directory, const char *name, bool readonly,
	const struct target *target, struct error *err) must_check;
