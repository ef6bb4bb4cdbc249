/* SPDX-License-Identifier: Apache-2.0 */
/* A policy is whole or not there at all, its values are those of the tables, and whatever is
 * refused is the file's fault by name. */
#include "spec/policy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void policy_check(const struct policy *policy)
{
	expect(strategy_from(strategy_name(policy->strategy)) == (int)policy->strategy);
	expect(policy->channels < channel_bit(channel_count));
	expect(!policy->expose_all || policy->expose_count == 0);
	for (size_t i = 0; i < policy->expose_count; i++)
		expect(name_is_plain(policy->expose[i]));
	for (size_t i = 0; i < policy->socket_count; i++) {
		const struct policy_socket *socket = &policy->sockets[i];

		expect(socket->path[0] == '/' && name_is_plain(path_base(socket->path)));
		expect((socket->directory == NULL) != (socket->tcp == NULL));
		expect((socket->tcp == NULL) == (socket->certificates == NULL));
		expect(socket->directory == NULL || socket->directory[0] == '/');
	}
	expect(policy->runtime == NULL || policy->runtime[0] == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct policy none;
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error err = { 0 };

	if (policy_parse(&policy, "FILE", (const char *)data, size, &err) == 0) {
		expect(err.code == ERROR_NONE && strcmp(policy.source, "FILE") == 0);
		policy_check(&policy);
		return 0;
	}
	expect(err.code == ERROR_POLICY && strncmp(err.text, "FILE:", 5) == 0);
	expect(memcmp(&policy, &none, sizeof(policy)) == 0);
	return 0;
}
