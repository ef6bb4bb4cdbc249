/* SPDX-License-Identifier: Apache-2.0 */
/* container_name: what engines call a container. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "scan/container_name.h"
#include "scan/states.h"
#include "base/buffer.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "kubepods-besteffort-pod11111111_2222_3333_4444_555555555555.slice"

static const struct {
	const char *because, *text;
	const char *engine, *id; /* NULL: no container's */
} cgroups[] = {
	{ "docker, v2, systemd", "0::/system.slice/docker-" HEX ".scope\n", "docker", HEX },
	{ "docker, v2, cgroupfs", "0::/docker/" HEX "\n", "docker", HEX },
	{ "docker, v1: any of the lines", "12:pids:/\n11:cpu,cpuacct:/docker/" HEX "\n0::/\n",
		"docker", HEX },
	{ "docker, in a parent of its own", "1:name=systemd:/my/docker-" HEX ".scope", "docker",
		HEX },
	{ "podman, systemd", "0::/machine.slice/libpod-" HEX ".scope/container\n", "podman", HEX },
	{ "podman, rootless",
		"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" HEX
		".scope/container\n",
		"podman", HEX },
	{ "podman, cgroupfs", "4:memory:/libpod_parent/libpod-" HEX "\n", "podman", HEX },
	{ "podman's watcher is not a container", "0::/machine.slice/libpod-conmon-" HEX ".scope\n",
		NULL, NULL },
	{ "CRI-O, systemd", "0::/kubepods.slice/" POD "/crio-" HEX ".scope/container\n", "cri-o",
		HEX },
	{ "CRI-O, cgroupfs", "3:cpu:/kubepods/pod1/crio-" HEX "\n", "cri-o", HEX },
	{ "CRI-O's watcher", "0::/kubepods.slice/crio-conmon-" HEX ".scope\n", NULL, NULL },
	{ "containerd, systemd",
		"0::/kubepods.slice/kubepods-besteffort.slice/" POD "/cri-containerd-" HEX
		".scope\n",
		"containerd", HEX },
	{ "containerd, a systemd path with the cgroupfs driver",
		"0::/system.slice/containerd.service/" POD ":cri-containerd:" HEX "\n",
		"containerd", HEX },
	{ "kubelet, cgroupfs",
		"0::/kubepods/burstable/pod11111111-2222-3333-4444-555555555555/" HEX "\n",
		"containerd", HEX },
	{ "ctr", "0::/default/web\n", "containerd", "web" },
	{ "containerd's own name space", "0::/k8s.io/" HEX "\n", "containerd", HEX },
	{ "runc's scope", "0::/system.slice/runc-web.scope\n", "runc", "web" },
	{ "crun's scope, with dashes", "0::/system.slice/crun-my-web-1.scope\n", "crun",
		"my-web-1" },
	{ "nspawn, escaped", "0::/machine.slice/machine-deb\\x2d12.scope\n", "nspawn", "deb-12" },
	{ "systemd never escapes a NUL", "0::/lxc/\\x00\n", "lxc", "\\x00" },
	{ "nor one within", "0::/lxc/web\\x00\\x2d1\n", "lxc", "web\\x00-1" },
	{ "escapes without digits", "0::/lxc/\\x-1\\x 2\\xAB\n", "lxc", "\\x-1\\x 2\\xAB" },
	{ "an escape that is cut", "0::/lxc/a\\x2\n", "lxc", "a\\x2" },
	{ "an escape that the next line ends", "0::/lxc/a\\x2\nd\n", "lxc", "a\\x2" },
	{ "nspawn's service", "0::/machine.slice/systemd-nspawn@web.service/payload\n", "nspawn",
		"web" },
	{ "lxc 4", "0::/lxc.payload.web\n", "lxc", "web" },
	{ "lxc 3", "2:cpu:/lxc/web\n", "lxc", "web" },
	{ "the innermost: a node in a container",
		"0::/docker/" HEX "/kubelet/kubepods/pod1/"
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n",
		"containerd", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
	{ "a service", "0::/system.slice/nginx.service\n", NULL, NULL },
	{ "a session", "0::/user.slice/user-0.slice/session-1.scope\n", NULL, NULL },
	{ "the root", "0::/\n", NULL, NULL },
	{ "not an id", "0::/docker/buildkit/x\n", NULL, NULL },
	{ "one digit too few", "0::/docker/123456789abcdef\n", NULL, NULL },
	{ "one digit too many", "0::/docker/0" HEX "\n", NULL, NULL },
	{ "only a prefix", "0::/system.slice/runc-.scope\n", NULL, NULL },
	{ "empty", "", NULL, NULL },
	{ "no cgroup's text", "gibberish", NULL, NULL },
	{ "colons only", ":::::\n", NULL, NULL },
	{ "an escape that is cut off", "0::/lxc/a\\x2\n", "lxc", "a\\x2" },
};

Test(container_name, cgroups)
{
	for (size_t i = 0; i < array_count(cgroups); i++) {
		struct container_id id = { 0 };
		bool found = container_id_from_cgroup(cgroups[i].text, &id);

		cr_expect_eq(found, cgroups[i].id != NULL, "%s: %s", cgroups[i].because,
			found ? id.id : "not found");
		if (!found || !cgroups[i].id)
			continue;
		cr_expect_str_eq(id.id, cgroups[i].id, "%s: %s", cgroups[i].because, id.id);
		cr_expect_str_eq(
			id.engine, cgroups[i].engine, "%s: %s", cgroups[i].because, id.engine);
	}
}

Test(container_name, a_long_one_is_cut)
{
	char text[2 * CONTAINER_ID_MAX + 16];
	struct container_id id;
	int length = snprintf(text, sizeof(text), "0::/lxc/");

	memset(text + length, 'x', sizeof(text) - (size_t)length - 1);
	text[sizeof(text) - 1] = '\0';
	cr_assert(container_id_from_cgroup(text, &id));
	cr_expect_eq(strlen(id.id), CONTAINER_ID_MAX - 1);
}

#define COMMAND(text) text, sizeof(text)

static const struct {
	const char *because, *command;
	size_t length;
	const char *id;
} commands[] = {
	{ "conmon with a name",
		COMMAND("/usr/bin/conmon\0--api-version\0"
			"1\0-c\0" HEX "\0-n\0web\0"),
		"web" },
	{ "conmon in long words", COMMAND("conmon\0--cid\0" HEX "\0--name=db"), "db" },
	{ "conmon without a name", COMMAND("conmon\0-c\0" HEX), HEX },
	{ "containerd's shim",
		COMMAND("/usr/bin/"
			"containerd-shim-runc-v2\0-namespace\0default\0-id\0web\0-address\0x"),
		"web" },
	{ "an option without its value", COMMAND("conmon\0-n"), NULL },
	{ "an empty name", COMMAND("conmon\0-n\0"), NULL },
	{ "another program", COMMAND("sh\0-n\0web"), NULL },
	{ "a program of a like name", COMMAND("conmonitor\0-n\0web"), NULL },
	{ "nothing: a kernel thread", "", 0, NULL },
	{ "cut in the middle", "conmon", 6, NULL },
};

Test(container_name, commands)
{
	for (size_t i = 0; i < array_count(commands); i++) {
		struct container_id id = { 0 };
		bool found = container_id_from_command(
			commands[i].command, commands[i].length, &id);

		cr_expect_eq(found, commands[i].id != NULL, "%s", commands[i].because);
		if (found && commands[i].id)
			cr_expect_str_eq(
				id.id, commands[i].id, "%s: %s", commands[i].because, id.id);
	}
}

Test(container_name, states)
{
	static const struct {
		const char *because, *text;
		int64_t pid;
		uint64_t started;
		const char *bundle;
	} rows[] = {
		{ "runc",
			"{\"id\":\"web\",\"init_process_pid\":4711,\"init_process_start\":9,"
			"\"config\":{\"labels\":[\"x=y\",\"bundle=/b\"]}}",
			4711, 9, "/b" },
		{ "crun", "{ \"pid\" : 12, \"process-start-time\":7, \"bundle\": \"/b\" }", 12, 7,
			"/b" },
		{ "no bundle", "{\"pid\":12,\"config\":{\"labels\":[1,\"b=/b\"]}}", 12, 0, NULL },
		{ "not a number", "{\"pid\":\"12\"}", 0, 0, NULL },
		{ "no process of a container", "{\"pid\":1}", 0, 0, NULL },
		{ "negative", "{\"pid\":-5}", 0, 0, NULL },
		{ "too large", "{\"pid\":4294967308}", 0, 0, NULL },
		{ "half written", "{\"pid\":12", 0, 0, NULL },
		{ "no object", "[12]", 0, 0, NULL },
		{ "empty", "", 0, 0, NULL },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		struct running_state state = { 0 };

		cr_expect_eq(state_row_parse(&state, rows[i].text, strlen(rows[i].text)),
			rows[i].pid != 0, "%s", rows[i].because);
		cr_expect_eq(state.pid, rows[i].pid, "%s", rows[i].because);
		cr_expect_eq(state.started, rows[i].started, "%s", rows[i].because);
		cr_expect_eq(state.bundle != NULL, rows[i].bundle != NULL, "%s", rows[i].because);
		if (state.bundle != NULL && rows[i].bundle != NULL)
			cr_expect_str_eq(state.bundle, rows[i].bundle);
		state_row_clear(&state);
	}
}

typedef int reader(const char *text, size_t length, char **name, struct error *err);

Test(container_name, records)
{
	static const struct {
		const char *because;
		reader *read;
		const char *text, *name; /* "!": an error */
	} rows[] = {
		{ "docker's own", container_name_from_docker, "{\"ID\":\"x\",\"Name\":\"/web\"}",
			"/web" },
		{ "docker's without one", container_name_from_docker, "{}", NULL },
		{ "docker's, half written", container_name_from_docker, "{\"Name\":", "!" },
		{ "containerd's", container_name_from_bundle,
			"{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\","
			"\"io.kubernetes.cri.sandbox-name\":\"pod\","
			"\"io.kubernetes.cri.sandbox-namespace\":\"prod\"}}",
			"prod/pod/app" },
		{ "containerd's pod itself", container_name_from_bundle,
			"{\"annotations\":{\"io.kubernetes.cri.sandbox-name\":\"pod\","
			"\"io.kubernetes.cri.sandbox-namespace\":\"prod\"}}",
			"prod/pod" },
		{ "CRI-O's", container_name_from_bundle,
			"{\"annotations\":{\"io.kubernetes.container.name\":\"app\","
			"\"io.kubernetes.pod.name\":\"pod\",\"io.kubernetes.pod.namespace\":"
			"\"n\"}}",
			"n/pod/app" },
		{ "no known engine", container_name_from_bundle, "{\"annotations\":{\"a\":\"b\"}}",
			NULL },
		{ "without annotations", container_name_from_bundle, "{}", NULL },
		{ "annotations of another kind", container_name_from_bundle, "{\"annotations\":3}",
			NULL },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(text_clear) char *name = NULL;
		struct error err = { 0 };
		int result = rows[i].read(rows[i].text, strlen(rows[i].text), &name, &err);
		bool fails = rows[i].name && strcmp(rows[i].name, "!") == 0;

		cr_expect_eq(result, fails ? -1 : 0, "%s: %s", rows[i].because, err.text);
		if (!fails && rows[i].name)
			cr_expect_str_eq(name, rows[i].name, "%s", rows[i].because);
		else
			cr_expect_null(name, "%s", rows[i].because);
	}
}

Test(container_name, tidy)
{
	static const struct {
		const char *name, *tidy;
	} rows[] = {
		{ "/web", "web" },
		{ "web", "web" },
		{ "k8s_app_pod_space_11-22_0", "space/pod/app" },
		{ "k8s_POD_pod-1_space_uid_3", "space/pod-1/POD" },
		{ "k8s_app", "k8s_app" },
		{ HEX, "0123456789ab" },
		{ "/" HEX, "0123456789ab" },
		{ "0123456789ABCDEF", "0123456789ABCDEF" },
		{ "", "" },
		{ "/", "/" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		struct error err = { 0 };
		cleanup(text_clear) char *tidy = container_name_tidy(rows[i].name, &err);

		cr_expect_str_eq(tidy, rows[i].tidy);
	}
}
