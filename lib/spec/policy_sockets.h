/* SPDX-License-Identifier: Apache-2.0 */
/* policy_sockets: whether a mount binds a socket of the policy key sockets, by paths alone.
 * Pure. */
#pragma once

#include <stdbool.h>

#include "spec/oci.h"
#include "spec/policy.h"

/* Whether the mount is a bind from this socket's path; /run and /var/run are one. */
bool policy_socket_bound(const struct policy_socket *socket, const struct planned_mount *mount);

/* The policy's first socket with a tcp address that the spec binds as a file, borrowed; or NULL.
 * Only a command that can change the container's environment can apply it. */
const struct policy_socket *policy_tcp_applies(
	const struct policy *policy, const struct spec *spec);
