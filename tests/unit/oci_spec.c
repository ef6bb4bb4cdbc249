/* SPDX-License-Identifier: Apache-2.0 */
/* The rest of config.json: root, order and lines of mounts, linux, annotations. */
#include "oci_test.h"

#define KEY "io.github.oci-runmask.strategy"
#define CONTAINERD_NAME "io.kubernetes.cri.container-name"
#define CRIO_NAME "io.kubernetes.container.name"

static const struct {
	const char *row, *path;
	bool readonly;
	const char *because;
} roots[] = {
	{ "{'root':{'path':'rootfs'}}", "rootfs", false,
		"relative to the bundle, as runc spec writes" },
	{ "{'root':{'path':'/g/overlay/x/merged','readonly':true}}", "/g/overlay/x/merged", true,
		"absolute, as engines write" },
	{ "{'root':{'path':'\\/g\\/r','readonly':false}}", "/g/r", false, "escaped slashes" },
	{ "{'root':{'path':'r','readonly':null}}", "r", false, "null is no" },
	{ "{'root':{'path':'/'}}", "/", false, "the host's own root" },
	{ "{'root':{'path':'../../r'}}", "../../r", false, "as written, whatever it says" },
	{ "{'mounts':null,'linux':null,'annotations':null,'root':{'path':'r'}}", "r", false,
		"all that may be missing is null" },
};

Test(oci_spec, root)
{
	for (size_t i = 0; i < array_count(roots); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };

		cr_assert_eq(spec_of(&spec, roots[i].row, &err), 0, "%s: %s", roots[i].because,
			err.text);
		expect_text(spec.root_path, roots[i].path, roots[i].because);
		cr_expect_eq(spec.mount_count, 0, "%s", roots[i].because);
	}
}

static const struct {
	const char *linux_;
	bool mount_namespace;
	enum propagation propagation;
	const char *label, *because;
} linuxes[] = {
	{ "{'namespaces':[{'type':'pid'},{'type':'mount'}]}", true, PROPAGATION_UNSAID, NULL,
		"a new mount namespace" },
	{ "{'namespaces':[{'type':'mount','path':'/proc/1/ns/mnt'}]}", false, PROPAGATION_UNSAID,
		NULL, "another mount namespace" },
	{ "{'namespaces':[{'type':'mount','path':''}]}", true, PROPAGATION_UNSAID, NULL,
		"an empty path counts as missing" },
	{ "{'namespaces':[{'type':'mount','path':null}]}", true, PROPAGATION_UNSAID, NULL,
		"a null path counts as missing" },
	{ "{'namespaces':[{'type':'pid'},{'type':'network'}]}", false, PROPAGATION_UNSAID, NULL,
		"none asked for" },
	{ "{'namespaces':[]}", false, PROPAGATION_UNSAID, NULL, "an empty list" },
	{ "{'namespaces':null,'rootfsPropagation':null,'mountLabel':null}", false,
		PROPAGATION_UNSAID, NULL, "null members" },
	{ "{'rootfsPropagation':'rshared'}", false, PROPAGATION_SHARED, NULL, "rshared" },
	{ "{'rootfsPropagation':'shared'}", false, PROPAGATION_SHARED, NULL, "shared" },
	{ "{'rootfsPropagation':'slave'}", false, PROPAGATION_SLAVE, NULL, "slave" },
	{ "{'rootfsPropagation':'rprivate'}", false, PROPAGATION_PRIVATE, NULL, "rprivate" },
	{ "{'rootfsPropagation':'unbindable'}", false, PROPAGATION_UNBINDABLE, NULL, "unbindable" },
	{ "{'rootfsPropagation':''}", false, PROPAGATION_UNSAID, NULL,
		"an empty word counts as missing" },
	{ "{'mountLabel':'system_u:object_r:container_file_t:s0:c1,c2'}", false, PROPAGATION_UNSAID,
		"system_u:object_r:container_file_t:s0:c1,c2", "a label" },
	{ "{'mountLabel':''}", false, PROPAGATION_UNSAID, NULL,
		"an empty label counts as missing" },
	{ "{'resources':{'memory':{'limit':18446744073709551615}},'x':1e999}", false,
		PROPAGATION_UNSAID, NULL, "members that are not ours" },
};

Test(oci_spec, linux_members)
{
	for (size_t i = 0; i < array_count(linuxes); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };
		char row[256];

		snprintf(row, sizeof(row), "{'linux':%s,'root':{'path':'r'}}", linuxes[i].linux_);
		cr_assert_eq(spec_of(&spec, row, &err), 0, "%s: %s", linuxes[i].because, err.text);
		cr_expect_eq(
			spec.mount_namespace, linuxes[i].mount_namespace, "%s", linuxes[i].because);
		cr_expect_eq(
			spec.rootfs_propagation, linuxes[i].propagation, "%s", linuxes[i].because);
		expect_text(spec.mount_label, linuxes[i].label, linuxes[i].because);
	}
}

static const struct {
	const char *namespaces;
	bool user, mount;
	const char *because;
} users[] = {
	{ "[{'type':'user'},{'type':'mount'}]", true, true, "a user namespace first" },
	{ "[{'type':'mount'},{'type':'user'}]", true, true, "and last" },
	{ "[{'type':'user','path':'/proc/1/ns/user'},{'type':'mount'}]", true, true, "one joined" },
	{ "[{'type':'mount'},{'type':'users'}]", false, true, "another word" },
	{ "[{'type':'mount'}]", false, true, "none" },
};

Test(oci_spec, user_namespace)
{
	for (size_t i = 0; i < array_count(users); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };
		char row[256];

		snprintf(row, sizeof(row), "{'linux':{'namespaces':%s},'root':{'path':'r'}}",
			users[i].namespaces);
		cr_assert_eq(spec_of(&spec, row, &err), 0, "%s: %s", users[i].because, err.text);
		cr_expect_eq(spec.user_namespace, users[i].user, "%s", users[i].because);
		cr_expect_eq(spec.mount_namespace, users[i].mount, "%s", users[i].because);
	}
}

static const struct {
	const char *annotations, *key, *value, *because;
} annotations[] = {
	{ "{}", NULL, NULL, "none" },
	{ "{'" KEY "':'off'}", KEY, "off", "the plain key" },
	{ "{'" KEY "':'nonsense'}", KEY, "nonsense", "any word: the policy judges it" },
	{ "{'" KEY "':''}", KEY, "", "an empty word is a word" },
	{ "{'" KEY "':null}", NULL, NULL, "null counts as missing" },
	{ "{'" KEY "/web':'mask'}", NULL, NULL, "another container's key, for one without a name" },
	{ "{'" KEY "':'off','" KEY "/web':'mask','" CONTAINERD_NAME "':'web'}", KEY "/web", "mask",
		"containerd's name: the container's own key wins" },
	{ "{'" KEY "/web':'mask','" KEY "':'off','" CRIO_NAME "':'web'}", KEY "/web", "mask",
		"CRI-O's name: the container's own key wins in any order" },
	{ "{'" KEY "':'off','" KEY "/web':'mask','" CRIO_NAME "':'db'}", KEY, "off",
		"the plain key for its neighbour" },
	{ "{'" KEY "/web':'mask','" CRIO_NAME "':'db'}", NULL, NULL, "nothing for its neighbour" },
	{ "{'" KEY "/a':'mask','" KEY "/b':'off','" CONTAINERD_NAME "':'a','" CRIO_NAME "':'b'}",
		KEY "/a", "mask", "containerd's name comes before CRI-O's" },
	{ "{'" KEY "/b':'off','" CONTAINERD_NAME "':null,'" CRIO_NAME "':'b'}", KEY "/b", "off",
		"a null name counts as missing" },
	{ "{'" KEY "':'off','" KEY "/web':null,'" CONTAINERD_NAME "':'web'}", KEY, "off",
		"an own key that is null counts as missing" },
	{ "{'" KEY "\\/w\\u0065b':'facade','" CRIO_NAME "':'w\\u0065b'}", KEY "/web", "facade",
		"escapes in key and name" },
	{ "{'io.github.oci-runmask':'off','" KEY "y':'off','x':{'" KEY "':'off'}}", NULL, NULL,
		"keys that only look like ours" },
};

Test(oci_spec, strategy_annotation)
{
	for (size_t i = 0; i < array_count(annotations); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };
		char row[512];

		snprintf(row, sizeof(row), "{'root':{'path':'r'},'annotations':%s}",
			annotations[i].annotations);
		cr_assert_eq(
			spec_of(&spec, row, &err), 0, "%s: %s", annotations[i].because, err.text);
		expect_text(spec.strategy, annotations[i].value, annotations[i].because);
		expect_text(spec.strategy_key, annotations[i].key, annotations[i].because);
	}
}

/* Keys below ours that mean nothing: the first is kept, for a warning. */
static const struct {
	const char *annotations, *unknown;
} unknown_annotations[] = {
	{ "{}", NULL },
	{ "null", NULL },
	{ "{'" KEY "':'off','" KEY "/web':'off','io.github.oci-runmask.check':'ignore'}", NULL },
	{ "{'io.github.oci-runmask':'x','io.github.oci-runmaskx.y':'x','stratgy':'x'}", NULL },
	{ "{'" KEY "':'off','io.github.oci-runmask.stratgy':'x','io.github.oci-runmask.z':1}",
		"io.github.oci-runmask.stratgy" },
	{ "{'io.github.oci-runmask.':'x'}", "io.github.oci-runmask." },
	{ "{'" KEY "/':'x'}", KEY "/" },
	{ "{'" KEY "s':'x'}", KEY "s" },
	{ "{'io.github.oci-runmask.check/web':'ignore'}", "io.github.oci-runmask.check/web" },
	{ "{'io.github.oci-runmask.Check':null}", "io.github.oci-runmask.Check" },
	{ "{'io.github.oci-runmask.strateg\\u0079':'off'}", NULL },
};

Test(oci_spec, unknown_annotation)
{
	for (size_t i = 0; i < array_count(unknown_annotations); i++) {
		cleanup(spec_clear) struct spec spec = { 0 };
		struct error err = { 0 };
		char row[512];

		snprintf(row, sizeof(row), "{'root':{'path':'r'},'annotations':%s}",
			unknown_annotations[i].annotations);
		cr_assert_eq(spec_of(&spec, row, &err), 0, "%s: %s", row, err.text);
		expect_text(spec.unknown_annotation, unknown_annotations[i].unknown, row);
	}
}

/* The longest name that a pod may give is 63 letters; CRI does not say. */
Test(oci_spec, long_container_names)
{
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };
	char name[256], row[1024], key[512];

	memset(name, 'n', 255);
	name[255] = '\0';
	snprintf(row, sizeof(row),
		"{'root':{'path':'r'},'annotations':{'" CRIO_NAME "':'%s','" KEY "/%s':'off'}}",
		name, name);
	snprintf(key, sizeof(key), KEY "/%s", name);
	cr_assert_eq(spec_of(&spec, row, &err), 0, "%s", err.text);
	cr_expect_str_eq(spec.strategy, "off");
	cr_expect_str_eq(spec.strategy_key, key);
}

Test(oci_spec, mounts_keep_their_order_and_know_their_lines)
{
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };

	cr_assert_eq(spec_of(&spec,
			     "{\n'root': {'path': 'r'},\n"
			     "'mounts': [{'destination': '/a'},\n"
			     "\t{'destination':\n'/b'}, {'destination': '/a'},\n\n"
			     "{'destination': '/c'}\n]}",
			     &err),
		0, "%s", err.text);
	cr_assert_eq(spec.mount_count, 4);
	cr_expect_str_eq(spec.mounts[0].destination, "/a");
	cr_expect_str_eq(spec.mounts[1].destination, "/b");
	cr_expect_str_eq(spec.mounts[2].destination, "/a", "the same place again, later");
	cr_expect_str_eq(spec.mounts[3].destination, "/c");
	cr_expect_eq(spec.mounts[0].line, 3);
	cr_expect_eq(spec.mounts[1].line, 4);
	cr_expect_eq(spec.mounts[2].line, 5);
	cr_expect_eq(spec.mounts[3].line, 7);
}

Test(oci_spec, many_mounts)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, "{'root':{'path':'r'},'mounts':["), 0);
	for (int i = 0; i < 10000; i++)
		cr_assert_eq(buffer_print(&text, &err,
				     "%s\n{'destination':'/%d','options':['ro','rbind']}",
				     i > 0 ? "," : "", i),
			0);
	cr_assert_eq(buffer_print(&text, &err, "]}"), 0);
	cr_assert_eq(spec_of(&spec, text.text, &err), 0, "%s", err.text);
	cr_assert_eq(spec.mount_count, 10000);
	cr_expect_str_eq(spec.mounts[9999].destination, "/9999");
	cr_expect_eq(spec.mounts[9999].line, 10001);
	cr_expect(spec.mounts[9999].readonly && spec.mounts[9999].recursive);
}

/* A config.json as Podman writes it, cut down to what makes it unlike the others. */
Test(oci_spec, podman)
{
	cleanup(spec_clear) struct spec spec = { 0 };
	struct error err = { 0 };

	cr_assert_eq(
		spec_of(&spec,
			"{'ociVersion':'1.0.2-dev','process':{'terminal':false,'user':{'uid':0,"
			"'gid':0,'umask':18},'args':['sh'],'rlimits':[{'type':'RLIMIT_NOFILE',"
			"'hard':18446744073709551615,'soft':18446744073709551615}]},"
			"'root':{'path':'/g/overlay/abc/merged'},'hostname':'2f69195b0a00',"
			"'mounts':[{'destination':'/proc','type':'proc','source':'proc',"
			"'options':['nosuid','noexec','nodev']},"
			"{'destination':'/run/.containerenv','type':'bind','source':'/g/e',"
			"'options':['bind','rprivate']},"
			"{'destination':'/var/run','type':'bind','source':'/var/run',"
			"'options':['rw','rprivate','rbind']}],"
			"'annotations':{'io.container.manager':'libpod','" KEY "':'off'},"
			"'linux':{'namespaces':[{'type':'network','path':'/run/netns/n'},"
			"{'type':'mount'}],'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'},"
			"'mountLabel':'system_u:object_r:container_file_t:s0:c1,c2'}}",
			&err),
		0, "%s", err.text);
	cr_expect_str_eq(spec.root_path, "/g/overlay/abc/merged");
	cr_assert_eq(spec.mount_count, 3);
	cr_expect_not(spec.mounts[0].bind);
	cr_expect(spec.mounts[1].bind && !spec.mounts[1].recursive);
	cr_expect_str_eq(spec.mounts[2].source, "/var/run");
	cr_expect(spec.mounts[2].bind && spec.mounts[2].recursive && !spec.mounts[2].readonly);
	cr_expect_eq(spec.mounts[2].propagation, PROPAGATION_PRIVATE);
	cr_expect(spec.mount_namespace);
	cr_expect_str_eq(spec.strategy, "off");
	cr_expect_str_eq(spec.mount_label, "system_u:object_r:container_file_t:s0:c1,c2");
}
