/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: Kubernetes objects that are not as they should be. What is read well is in
 * tests/golden. */
#include "manifest_test.h"

#define POD "kind: Pod\nspec:\n"

/* The rows leave out what all objects say: it is put behind each, so that places stay. */
static void expect_objects(const struct manifest_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct manifest_row row = rows[i];
		char text[2048];

		if (strncmp(row.text, "kind:", strlen("kind:")) == 0 &&
			strstr(row.text, "apiVersion") == NULL) {
			snprintf(text, sizeof(text), "%s\napiVersion: v1\n", row.text);
			row.text = text;
		}
		expect_rows(&row, 1, "pod.yaml");
	}
}

Test(manifest_kubernetes, objects)
{
	static const struct manifest_row rows[] = {
		{ "other kinds are passed over",
			"apiVersion: v1\nkind: Service\nspec: { ports: [] }\n", "" },
		{ "a resource that is not a mapping further in",
			"apiVersion: x.example/v1\nkind: Thing\nspec: { template: [ spec ] }\n",
			"" },
		{ "no kind", "apiVersion: v1\n",
			"error: 1:1: kind is missing: an object of Kubernetes has apiVersion and "
			"kind\n" },
		{ "an empty kind", "apiVersion: v1\nkind: ''\n", "error: 1:1: kind is missing\n" },
		{ "a kind that is a list", "kind: [ Pod ]\n",
			"error: 1:7: kind: must be a string, is a list\n" },
		{ "an apiVersion that is a list", "kind: Pod\napiVersion: []\n",
			"error: 2:13: apiVersion: must be a string, is a list\n" },
		{ "a later document without a kind", "kind: Service\napiVersion: v1\n---\na: b\n",
			"error: 4:1: kind is missing\n" },
		{ "a later document without an apiVersion",
			"kind: Service\napiVersion: v1\n---\nkind: Pod\n",
			"error: 4:1: apiVersion is missing\n" },
		{ "a later document that is a text", "kind: Service\napiVersion: v1\n---\nwords\n",
			"error: 4:1: must be a mapping, is a string\n" },
		{ "empty documents between", "---\n---\nkind: Service\napiVersion: v1\n---\n---\n",
			"" },
		{ "a list of nothing", "kind: List\nitems: []\n", "" },
		{ "a list without items", "kind: List\n", "" },
		{ "an item that is null", "kind: List\nitems: [ ~ ]\n",
			"error: 2:10: items[0]: must be a mapping, is null\n" },
		{ "an item without a kind takes the list's",
			"kind: PodList\nitems: [ { spec: { containers: [ { name: a } ] } } ]\n",
			"a | Pod | 2\n" },
		{ "an item of a plain list without a kind", "kind: List\nitems: [ {} ]\n",
			"error: 2:10: items[0]: kind is missing\n" },
		{ "no spec", "kind: Pod\n",
			"error: 1:1: spec: is missing; a patch must be applied first (kubectl "
			"kustomize)\n" },
		{ "spec is a text", "kind: Pod\nspec: none\n",
			"error: 2:7: spec: must be a mapping, is a string\n" },
		{ "template is a list", "kind: Job\nspec: { template: [] }\n",
			"error: 2:19: spec.template: must be a mapping, is a list\n" },
		{ "metadata is a text", "kind: Pod\nmetadata: x\nspec: {}\n",
			"error: 2:11: metadata: must be a mapping, is a string\n" },
		{ "a claim without a name",
			"kind: StatefulSet\nspec: { volumeClaimTemplates: [ { } ], template: { "
			"spec: {} "
			"} }\n",
			"error: 2:33: spec.volumeClaimTemplates[0].metadata: name is missing\n" },
		{ "a claim that is a text",
			"kind: StatefulSet\nspec: { volumeClaimTemplates: [ x ], template: { spec: "
			"{} } "
			"}\n",
			"error: 2:33: spec.volumeClaimTemplates[0]: must be a mapping, is a "
			"string\n" },
	};

	expect_objects(rows, array_count(rows));
}

Test(manifest_kubernetes, pods)
{
	static const struct manifest_row rows[] = {
		{ "no containers", POD "  containers:\n", "" },
		{ "containers is a mapping", POD "  containers: { name: a }\n",
			"error: 3:15: spec.containers: must be a list, is a mapping\n" },
		{ "a container is a text", POD "  containers: [ a ]\n",
			"error: 3:17: spec.containers[0]: must be a mapping, is a string\n" },
		{ "a container without a name", POD "  initContainers: [ { image: a } ]\n",
			"error: 3:21: spec.initContainers[0]: name is missing\n" },
		{ "mounts is a text", POD "  containers: [ { name: a, volumeMounts: b } ]\n",
			"error: 3:42: spec.containers[0].volumeMounts: must be a list, is a "
			"string\n" },
		{ "a mount is a text", POD "  containers: [ { name: a, volumeMounts: [ b ] } ]\n",
			"error: 3:44: spec.containers[0].volumeMounts[0]: must be a mapping, is a "
			"string\n" },
		{ "a mount of no volume",
			POD "  containers: [ { name: a, volumeMounts: [ { name: b, mountPath: /c } "
			    "] } ]\n",
			"error: 3:44: spec.containers[0].volumeMounts[0]: no volume of this pod "
			"has "
			"the name \"b\"\n" },
		{ "volumes is a mapping", POD "  volumes: { name: a }\n",
			"error: 3:12: spec.volumes: must be a list, is a mapping\n" },
		{ "a volume is a text", POD "  volumes: [ a ]\n",
			"error: 3:14: spec.volumes[0]: must be a mapping, is a string\n" },
		{ "a volume without a name", POD "  volumes: [ { emptyDir: {} } ]\n",
			"error: 3:14: spec.volumes[0]: name is missing\n" },
		{ "hostPath is a text", POD "  volumes: [ { name: a, hostPath: /run } ]\n",
			"error: 3:35: spec.volumes[0].hostPath: must be a mapping, is a string\n" },
		{ "hostPath without a path", POD "  volumes: [ { name: a, hostPath: {} } ]\n",
			"error: 3:35: spec.volumes[0].hostPath: path is missing\n" },
		{ "hostPath is null, which is nothing",
			POD "  volumes: [ { name: a, hostPath: } ]\n"
			    "  containers: [ { name: b, volumeMounts: [ { name: a, mountPath: /c } "
			    "] } ]\n",
			"b | Pod | 4\n\t- /c emptyDir rw private 4\n" },
	};

	expect_objects(rows, array_count(rows));
}

Test(manifest_kubernetes, mounts)
{
	static const struct {
		const char *because, *mount, *expected;
	} rows[] = {
		{ "the least", "mountPath: /x", "/run /x rbind rw private" },
		{ "no path", "readOnly: true",
			"error: 6:7: spec.containers[0].volumeMounts[0]: mountPath is missing" },
		{ "readOnly in quotes of YAML's older words", "mountPath: /x, readOnly: yes",
			"/run /x rbind ro private" },
		{ "readOnly is not a flag", "mountPath: /x, readOnly: maybe",
			"error: 6:43: spec.containers[0].volumeMounts[0].readOnly: must be true or "
			"false, is \"maybe\"" },
		{ "an unknown propagation", "mountPath: /x, mountPropagation: shared",
			"error: 6:7: spec.containers[0].volumeMounts[0]: mountPropagation must be "
			"None, HostToContainer or Bidirectional, is \"shared\"" },
		{ "a propagation that is a list", "mountPath: /x, mountPropagation: []",
			"error: 6:51: spec.containers[0].volumeMounts[0].mountPropagation: must be "
			"a "
			"string, is a list" },
		{ "a part", "mountPath: /x, subPath: docker.sock",
			"/run/docker.sock /x rbind rw private" },
		{ "an empty part", "mountPath: /x, subPath: ''", "/run /x rbind rw private" },
		{ "a part that is a list", "mountPath: /x, subPath: []",
			"error: 6:42: spec.containers[0].volumeMounts[0].subPath: must be a "
			"string, "
			"is a list" },
		{ "a part of a variable", "mountPath: /x, subPathExpr: $(A)",
			"- /x hostPath rw private" },
		{ "a path below nothing", "mountPath: x/y", "/run /x/y rbind rw private" },
	};
	struct manifest_context context = test_context("pod.yaml");

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 }, told = { 0 }, whole = { 0 };
		bool error = strncmp(rows[i].expected, "error: ", 7) == 0;
		struct error err = { 0 };

		cr_assert_eq(buffer_print(&text, &err,
				     POD "  containers:\n  - name: a\n    volumeMounts:\n"
					 "    - { name: b, %s }\n"
					 "  volumes: [ { name: b, hostPath: { path: /run } } ]\n"
					 "apiVersion: v1\n",
				     rows[i].mount),
			0);
		cr_assert_eq(buffer_print(&whole, &err, error ? "%s\n" : "a | Pod | 4\n\t%s 6\n",
				     rows[i].expected),
			0);
		manifest_tell(&told, &context, text.text, text.length);
		cr_expect_str_eq(told.text, whole.text, "%s:\n%s\ninstead of\n%s", rows[i].because,
			told.text, whole.text);
	}
}
