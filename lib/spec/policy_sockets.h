/* SPDX-License-Identifier: Apache-2.0 */
/* policy_sockets: which single sockets that a spec binds the policy has something to say about, by
 * their paths. Pure. */
#pragma once

#include <stdbool.h>

#include "spec/oci.h"
#include "spec/policy.h"

/* Is it this socket, by the host's path, that the mount binds? */
bool policy_socket_bound(const struct policy_socket *socket, const struct planned_mount *mount);

/* The policy's first socket with tcp that the spec binds as a file; NULL: none. Only the doors that
 * can set the environment can do what it asks for. */
const struct policy_socket *policy_tcp_applies(
	const struct policy *policy, const struct spec *spec);
