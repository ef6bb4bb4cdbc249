/* SPDX-License-Identifier: Apache-2.0 */
/* States and config.jsons that are to be understood: what runtimes and engines write, and what is
 * odd but legal. */
#include "oci_test.h"

static const struct {
	const char *row, *id, *bundle;
	int64_t pid;
	const char *because;
} states[] = {
	{ "{'ociVersion':'1.0.2-dev','id':'web','status':'creating','pid':25163,'bundle':'/b/it',"
	  "'annotations':{'com.example.k':'v'}}",
		"web", "/b/it", 25163, "runc 1.1.5 at createRuntime" },
	{ "{'ociVersion':'1.0.2-dev','id':'web','status':'creating','pid':1,'bundle':'/b/it'}",
		"web", "/b/it", 1, "runc 1.1.5 at createContainer: the pid of its own namespace" },
	{ "{'ociVersion':'1.2.1','id':'web','status':'stopped','bundle':'/b/it','annotations':{}}",
		"web", "/b/it", 0, "runc at poststop: no pid at all" },
	{ "{'ociVersion':'1.0','id':'web','pid':1606,'root':'/b/rootfs','bundle':'/b/it',"
	  "'status':'created','annotations':{'com.example.k':'v'}}",
		"web", "/b/it", 1606, "crun 1.21: a member of its own, and another order" },
	{ "{'ociVersion':'1.0','id':'web','pid':0,'root':'/b','bundle':'/b','status':'created'}",
		"web", "/b", 0, "crun at createContainer: pid 0" },
	{ "{\n  'ociVersion': '1.0',\n  'id': 'web',\n  'pid': 11743,\n  'root': '\\/b\\/it',\n"
	  "  'bundle': '\\/b\\/it',\n  'status': 'created'\n}\n",
		"web", "/b/it", 11743, "crun 1.28: pretty, and \\/ for every slash" },
	{ "{'ociVersion':'1.0.2-dev','id':'2f69195b0a','status':'creating','pid':8509,"
	  "'bundle':'/g/vfs-containers/2f69195b0a/userdata','annotations':{"
	  "'io.container.manager':'libpod','io.kubernetes.cri-o.TTY':'false',"
	  "'io.podman.annotations.autoremove':'TRUE','org.opencontainers.image.stopSignal':'15'}}",
		"2f69195b0a", "/g/vfs-containers/2f69195b0a/userdata", 8509, "Podman with runc" },
	{ "{'ociVersion':'1.0.2-dev','id':'k8s','status':'creating','pid':77,"
	  "'bundle':'/var/run/containers/storage/overlay-containers/k8s/userdata','annotations':{"
	  "'io.kubernetes.container.name':'web','io.kubernetes.cri-o.Labels':'{\\'a\\':\\'b\\'}'}}",
		"k8s", "/var/run/containers/storage/overlay-containers/k8s/userdata", 77,
		"CRI-O: JSON within a string" },
	{ "{'id':'web','bundle':'/b','status':'starting','annotations':null,'pid':null}", "web",
		"/b", 0, "null counts as missing" },
	{ "{'id':'','bundle':'/','pid':-1}", "", "/", -1, "gVisor's gofer says -1" },
	{ "\t\r\n {'\\u0069d':'\\ud83d\\ude00','bundle':'/\\u0062'} \n", "😀", "/b", 0,
		"escapes in keys and values, white space around it" },
	{ "{'id':'w','bundle':'/b','pid':9223372036854775807}", "w", "/b", INT64_MAX,
		"the largest pid that is a number to us" },
	{ "{'rlimit':18446744073709551615,'x':1e999,'id':'w','y':[-0.0,{'id':7,'pid':1e999}],"
	  "'bundle':'/b'}",
		"w", "/b", 0, "numbers of any size in members that are not ours" },
};

Test(oci, understands_states)
{
	for (size_t i = 0; i < array_count(states); i++) {
		cleanup(state_clear) struct state state = { 0 };
		struct error err = { 0 };

		cr_expect_eq(state_of(&state, states[i].row, &err), 0, "%s: %s", states[i].because,
			err.text);
		expect_text(state.id, states[i].id, states[i].because);
		expect_text(state.bundle, states[i].bundle, states[i].because);
		cr_expect_eq(state.pid, states[i].pid, "%s", states[i].because);
		cr_expect_eq(err.code, ERROR_NONE, "%s", states[i].because);
	}
}

Test(oci, takes_long_states)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(state_clear) struct state state = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, "{'annotations':{'k':'"), 0);
	for (int i = 0; i < 30000; i++)
		cr_assert_eq(buffer_print(&text, &err, "0123456789"), 0);
	cr_assert_eq(buffer_print(&text, &err, "'},'id':'w','bundle':'/b','pid':12}"), 0);
	cr_expect_eq(state_of(&state, text.text, &err), 0, "300 kB of annotations: %s", err.text);
	cr_expect_eq(state.pid, 12);
}

Test(oci, takes_long_names)
{
	cleanup(state_clear) struct state state = { 0 };
	struct error err = { 0 };
	char name[256], row[600];

	memset(name, 'n', 255);
	name[255] = '\0';
	snprintf(row, sizeof(row), "{'id':'%s','bundle':'/%s'}", name, name);
	cr_expect_eq(state_of(&state, row, &err), 0, "%s", err.text);
	cr_expect_str_eq(state.id, name);
	cr_expect_str_eq(state.bundle + 1, name);
}

/* What a mount's options come to; the destination is /d everywhere. */
static const struct {
	const char *mount, *source, *type;
	bool bind, recursive, readonly;
	enum propagation propagation;
	const char *because;
} mounts[] = {
	{ "'type':'bind','source':'/run','options':['rw','rprivate','rbind']", "/run", "bind", true,
		true, false, PROPAGATION_PRIVATE, "Podman's bind" },
	{ "'source':'/run','options':['bind','ro']", "/run", NULL, true, false, true,
		PROPAGATION_UNSAID, "a bind by option alone" },
	{ "'type':'none','source':'/run','options':['rbind']", "/run", "none", true, true, false,
		PROPAGATION_UNSAID, "type none with an option, as in runtime-spec's examples" },
	{ "'type':'bind','source':'/run'", "/run", "bind", true, false, false, PROPAGATION_UNSAID,
		"a bind by type alone" },
	{ "'type':'bind','source':'run'", "run", "bind", true, false, false, PROPAGATION_UNSAID,
		"a source that is relative to the bundle" },
	{ "'type':'tmpfs','source':'tmpfs','options':['nosuid','size=65536k','mode=755']", "tmpfs",
		"tmpfs", false, false, false, PROPAGATION_UNSAID, "no bind" },
	{ "'type':'proc'", NULL, "proc", false, false, false, PROPAGATION_UNSAID, "no source" },
	{ "'source':null,'type':null,'options':null", NULL, NULL, false, false, false,
		PROPAGATION_UNSAID, "null members" },
	{ "'options':[]", NULL, NULL, false, false, false, PROPAGATION_UNSAID, "no words" },
	{ "'options':['ro','rw']", NULL, NULL, false, false, false, PROPAGATION_UNSAID,
		"the last word wins: rw" },
	{ "'options':['rw','ro']", NULL, NULL, false, false, true, PROPAGATION_UNSAID,
		"the last word wins: ro" },
	{ "'options':['rro']", NULL, NULL, false, false, true, PROPAGATION_UNSAID,
		"recursively read-only" },
	{ "'options':['rbind','bind']", NULL, NULL, true, false, false, PROPAGATION_UNSAID,
		"the last word wins: bind" },
	{ "'options':['shared','private']", NULL, NULL, false, false, false, PROPAGATION_PRIVATE,
		"the last word wins: private" },
	{ "'options':['private']", NULL, NULL, false, false, false, PROPAGATION_PRIVATE,
		"private" },
	{ "'options':['slave']", NULL, NULL, false, false, false, PROPAGATION_SLAVE, "slave" },
	{ "'options':['rslave']", NULL, NULL, false, false, false, PROPAGATION_SLAVE, "rslave" },
	{ "'options':['shared']", NULL, NULL, false, false, false, PROPAGATION_SHARED, "shared" },
	{ "'options':['rshared']", NULL, NULL, false, false, false, PROPAGATION_SHARED, "rshared" },
	{ "'options':['unbindable']", NULL, NULL, false, false, false, PROPAGATION_UNBINDABLE,
		"unbindable" },
	{ "'options':['runbindable']", NULL, NULL, false, false, false, PROPAGATION_UNBINDABLE,
		"runbindable" },
	{ "'options':['RO','Shared','binds','bin','']", NULL, NULL, false, false, false,
		PROPAGATION_UNSAID, "words that only look like ours" },
	{ "'options':['\\u0072bind','r\\u006f']", NULL, NULL, true, true, true, PROPAGATION_UNSAID,
		"escaped words" },
	{ "'options':[null,'rbind','ro']", NULL, NULL, true, true, true, PROPAGATION_UNSAID,
		"null is skipped, and the words behind it count" },
	{ "'uidMappings':[{'size':18446744073709551615}],'x':1e999,'type':'bind'", NULL, "bind",
		true, false, false, PROPAGATION_UNSAID, "members that are not ours" },
};

Test(oci, understands_mounts)
{
	for (size_t i = 0; i < array_count(mounts); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };
		char row[512];

		snprintf(row, sizeof(row),
			"{'root':{'path':'r'},'mounts':[{'destination':'/d',%s}]}",
			mounts[i].mount);
		cr_assert_eq(spec_of(&spec, row, &err), 0, "%s: %s", mounts[i].because, err.text);
		cr_assert_eq(spec.mount_count, 1, "%s", mounts[i].because);
		expect_text(spec.mounts[0].destination, "/d", mounts[i].because);
		expect_text(spec.mounts[0].source, mounts[i].source, mounts[i].because);
		expect_text(spec.mounts[0].type, mounts[i].type, mounts[i].because);
		cr_expect_eq(spec.mounts[0].bind, mounts[i].bind, "bind: %s", mounts[i].because);
		cr_expect_eq(spec.mounts[0].recursive, mounts[i].recursive, "recursive: %s",
			mounts[i].because);
		cr_expect_eq(spec.mounts[0].readonly, mounts[i].readonly, "readonly: %s",
			mounts[i].because);
		cr_expect_eq(spec.mounts[0].propagation, mounts[i].propagation, "propagation: %s",
			mounts[i].because);
	}
}

Test(oci, option_words_mean_the_same_one_by_one)
{
	struct planned_mount mount = { 0 };
	static const char *const words[] = { "noexec", "rbind", "rro", "rslave", "", "bind", "rw",
		"rshared", "mode=755" };

	for (size_t i = 0; i < array_count(words); i++)
		planned_mount_option(&mount, words[i]);
	cr_expect(mount.bind && !mount.recursive, "bind came last");
	cr_expect_not(mount.readonly, "rw came last");
	cr_expect_eq(mount.propagation, PROPAGATION_SHARED, "rshared came last");
	planned_mount_clear(&mount);
}

static const struct {
	enum propagation mount, rootfs;
	bool shares;
	const char *because;
} sharing[] = {
	{ PROPAGATION_UNSAID, PROPAGATION_UNSAID, false, "not asked for" },
	{ PROPAGATION_UNSAID, PROPAGATION_SHARED, true,
		"the rootfs's word, without one of its own" },
	{ PROPAGATION_UNSAID, PROPAGATION_SLAVE, false, "the rootfs says slave" },
	{ PROPAGATION_UNSAID, PROPAGATION_PRIVATE, false, "the rootfs says private" },
	{ PROPAGATION_SHARED, PROPAGATION_UNSAID, true, "its own word" },
	{ PROPAGATION_SHARED, PROPAGATION_PRIVATE, true, "its own word against the rootfs's" },
	{ PROPAGATION_SLAVE, PROPAGATION_SHARED, false, "its own slave against the rootfs's" },
	{ PROPAGATION_PRIVATE, PROPAGATION_SHARED, false, "its own private against the rootfs's" },
	{ PROPAGATION_UNBINDABLE, PROPAGATION_SHARED, false, "unbindable is private" },
};

Test(oci, sharing_is_the_binds_word_or_else_the_rootfs_s)
{
	for (size_t i = 0; i < array_count(sharing); i++) {
		struct planned_mount mount = { .propagation = sharing[i].mount };

		cr_expect_eq(planned_mount_shares(&mount, sharing[i].rootfs), sharing[i].shares,
			"%s", sharing[i].because);
	}
}

Test(oci, clearing_twice_is_harmless)
{
	struct state state = { 0 };
	struct spec spec = { 0 };
	struct error err = { 0 };

	state_clear(&state);
	spec_clear(&spec);
	cr_assert_eq(state_of(&state, "{'id':'w','bundle':'/b'}", &err), 0);
	cr_assert_eq(
		spec_of(&spec, "{'root':{'path':'r'},'mounts':[{'destination':'/d'}]}", &err), 0);
	for (int i = 0; i < 2; i++) {
		state_clear(&state);
		spec_clear(&spec);
	}
	cr_expect(state.id == NULL && state.bundle == NULL);
	cr_expect(spec.mounts == NULL && spec.mount_count == 0 && spec.root_path == NULL);
}
