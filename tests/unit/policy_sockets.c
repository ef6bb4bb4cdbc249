/* SPDX-License-Identifier: Apache-2.0 */
/* policy_sockets: which binds are those of a policy's socket. Rows write ' for ". */
#include "spec/policy_sockets.h"

#include "oci_test.h"
#include "policy_test.h"

#define TCP(path) "{'path':'" path "','tcp':'tcp://h:1','certificates':'/c'}"
#define DIRECTORY "{'path':'/run/docker.sock','directory':'/d'}"
#define BIND(source) "{'destination':'/s','type':'bind','source':'" source "'}"

static const struct {
	const char *sockets, *mounts, *path, *because;
} rows[] = {
	{ TCP("/run/docker.sock"), BIND("/run/docker.sock"), "/run/docker.sock", "by its path" },
	{ TCP("/run/docker.sock"), BIND("/var/run//docker.sock"), "/run/docker.sock",
		"/var/run is /run" },
	{ TCP("/var/run/docker.sock"), BIND("/run/docker.sock"), "/var/run/docker.sock",
		"the other way round" },
	{ TCP("/run/docker.sock"),
		"{'destination':'/s','source':'/run/docker.sock','options':['bind']}",
		"/run/docker.sock", "a bind by its option" },
	{ TCP("/run/docker.sock"), BIND("/x") "," BIND("/run/docker.sock"), "/run/docker.sock",
		"any of the mounts" },
	{ DIRECTORY "," TCP("/run/x.sock"), BIND("/run/x.sock"), "/run/x.sock",
		"any of the sockets" },
	{ TCP("/run/docker.sock"), BIND("/run"), NULL, "the directory that it is in" },
	{ TCP("/run/docker.sock"), BIND("/run/docker.sock/x"), NULL, "something below it" },
	{ TCP("/run/docker.sock"), BIND("/run/docker.sock2"), NULL, "a name that begins so" },
	{ TCP("/run/docker.sock"),
		"{'destination':'/s','type':'tmpfs','source':'/run/docker.sock'}", NULL,
		"no bind" },
	{ TCP("/run/docker.sock"), "{'destination':'/s','type':'bind'}", NULL,
		"a bind of nothing" },
	{ DIRECTORY, BIND("/run/docker.sock"), NULL, "a directory, not tcp" },
	{ "", BIND("/run/docker.sock"), NULL, "no sockets" },
	{ TCP("/run/docker.sock"), "", NULL, "no mounts" },
};

Test(policy_sockets, tcp)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		cleanup(policy_clear) struct policy policy = { 0 };
		const struct policy_socket *found;
		struct error err = { 0 };
		char text[512];

		snprintf(text, sizeof(text), "{'version':1,'sockets':[%s]}", rows[i].sockets);
		cr_assert_eq(
			policy_of(&policy, text, &err), 0, "%s: %s", rows[i].because, err.text);
		snprintf(
			text, sizeof(text), "{'root':{'path':'/r'},'mounts':[%s]}", rows[i].mounts);
		cr_assert_eq(spec_of(&spec, text, &err), 0, "%s: %s", rows[i].because, err.text);
		found = policy_tcp_applies(&policy, &spec);
		expect_text(found == NULL ? NULL : found->path, rows[i].path, rows[i].because);
	}
}
