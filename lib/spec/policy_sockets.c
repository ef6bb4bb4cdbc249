/* SPDX-License-Identifier: Apache-2.0 */
/* policy_sockets: compares the paths of the policy's sockets with the sources of a spec's binds. */
#include "spec/policy_sockets.h"

#include "base/path.h"
#include "base/string.h"

bool policy_socket_bound(const struct policy_socket *socket, const struct planned_mount *mount)
{
	return mount->bind && mount->source != NULL &&
		run_path_within(mount->source, socket->path) &&
		run_path_within(socket->path, mount->source);
}

const struct policy_socket *policy_tcp_applies(const struct policy *policy, const struct spec *spec)
{
	for (size_t i = 0; i < policy->socket_count; i++)
		for (size_t j = 0; policy->sockets[i].tcp != NULL && j < spec->mount_count; j++)
			if (policy_socket_bound(&policy->sockets[i], &spec->mounts[j]))
				return &policy->sockets[i];
	return NULL;
}
