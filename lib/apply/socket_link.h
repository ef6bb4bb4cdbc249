/* SPDX-License-Identifier: Apache-2.0 */
/* socket_link: replaces a bind of a single socket, which goes stale when the daemon restarts, by a
 * link into a bind of its directory. Inside lib/apply only. */
#pragma once

#include "observe/target.h"
#include "plan/plan.h"

/* Borrowed. number: the index of the link, for a distinct name in /dev. label: linux.mountLabel, or
 * NULL. */
struct socket_link_job {
	const struct seen_socket *socket;
	size_t number;
	const struct target *target;
	const char *label;
};

/* Attaches the policy's directory below the container's /dev and puts a link into it in the bind's
 * place. *attached becomes true once something of ours is in the container's tree, also when this
 * fails. */
int socket_link(const struct socket_link_job *job, bool *attached, struct error *err) must_check;

/* Binds the socket called name on itself, in a directory (its mount attached and private) that the
 * caller makes read-only next: chgrp and chmod then still reach the socket, while nothing can be
 * made, renamed or removed beside it. When the daemon makes its socket again, the kernel drops the
 * bind and the new socket answers. The bind is read-only if asked. 0 also where there is no socket
 * yet, or the file is not one. */
int bind_socket_on_itself(int directory, const char *name, bool readonly,
	const struct target *target, struct error *err) must_check;
