/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: what kind of text it is. */
#include "manifest_test.h"

#define UNKNOWN(place)                                                                             \
	"error: " place                                                                            \
	": unknown kind of file. Known are: compose (has \"services\"), Kubernetes "               \
	"(\"apiVersion\" and \"kind\"), docker, podman and crictl inspect (\"HostConfig\", "       \
	"\"Mounts\", \"status\"), devcontainer.json, an OCI config.json (\"ociVersion\"), "        \
	"quadlets (\"[Container]\", \"[Pod]\", \"[Kube]\"), docker run lines in scripts\n"

Test(manifest, kinds)
{
	static const struct manifest_row rows[] = {
		{ "no text", "", "error: is empty\n" },
		{ "blanks", " \n\n  ", "error: is empty\n" },
		{ "a byte-order mark alone", "\xef\xbb\xbf", "error: is empty\n" },
		{ "null", "~\n", "error: is empty\n" },
		{ "comments as in units", "; a\n", UNKNOWN("1:1") },
		{ "comments that end the text", "# a", "error: is empty\n" },
		{ "a word", "hello\n", UNKNOWN("1:1") },
		{ "a number", "5", UNKNOWN("1:1") },
		{ "a list of texts", "- a\n", UNKNOWN("1:1") },
		{ "an empty mapping", "{}", UNKNOWN("1:1") },
		{ "an empty list", "\n[]", "error: 2:1: an empty list: no container was found\n" },
		{ "a list that looks like a section", "[Unit, b]\n",
			"error: 1:2: unexpected character where a value is expected\n" },
		{ "a section and something behind", "[Unit]x\n",
			"error: 1:2: unexpected character where a value is expected\n" },
		{ "a key like compose's, too deep", "a:\n  services:\n", UNKNOWN("1:1") },
		{ "the first docker-compose", "web:\n  image: a\n", "web | - | 1\n" },
		{ "something like it", "web:\n  image: a\nother: 5\n", UNKNOWN("1:1") },
		{ "an OCI config.json wants its root", "{\"ociVersion\": \"1.0.2\"}",
			"error: 1:1: root is missing\n" },
		{ "an OCI config.json without its version",
			"{\"process\": {}, \"root\": {\"path\": \"/\"}}",
			"app | - | 1 | ordered\n" },
		{ "a template", "services:\n  {{ .Name }}:\n    image: {{ .Image }}\n",
			"error: 2:4: a key must be a string, is a mapping (a template must be "
			"rendered first: helm template CHART | runmask check -)\n" },
	};

	expect_rows(rows, array_count(rows), "-");
}

Test(manifest, a_nul_byte_has_its_place)
{
	cleanup(buffer_clear) struct buffer told = { 0 };
	struct manifest_context context = test_context("-");

	manifest_tell(&told, &context, "a: b\nc: \0", 9);
	cr_expect_str_eq(told.text, "error: 2:4: a NUL byte: not a text file\n");
}

Test(manifest, a_config_needs_a_directory_for_relative_sources)
{
	static const char text[] = "{\"ociVersion\":\"1\",\"root\":{\"path\":\"r\"},\"mounts\":["
				   "{\"destination\":\"/x\",\"source\":\"a\",\"type\":\"bind\"}]}";
	cleanup(buffer_clear) struct buffer told = { 0 };
	struct manifest_context context = test_context("-");

	context.directory = NULL;
	manifest_tell(&told, &context, text, strlen(text));
	cr_expect_str_eq(told.text,
		"error: 1:1: mounts[0].source: \"a\": a relative path, and its base directory is "
		"not known here\n");
}

Test(manifest, clearing_twice_is_harmless)
{
	static const char text[] = "services: { a: { tmpfs: /run } }";
	struct manifest_context context = test_context("-");
	struct manifest manifest = { 0 };
	struct error err = { 0 };

	cr_assert_eq(manifest_parse(&manifest, &context, text, strlen(text), &err), 0);
	cr_expect_eq(manifest.container_count, 1);
	cr_expect_eq(manifest.containers[0].kind, MANIFEST_COMPOSE);
	manifest_clear(&manifest);
	manifest_clear(&manifest);
	cr_expect_null(manifest.containers);
}

Test(manifest, a_large_manifest_is_read_document_by_document)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	struct manifest_context context = test_context("-");
	struct error err = { 0 };

	for (int i = 0; i < 2000; i++)
		cr_assert_eq(
			buffer_print(&text, &err,
				"---\nkind: Deployment\nmetadata: { name: a%d }\nspec: { template: "
				"{ spec: { containers: [ { name: b } ] } } }\n"
				"apiVersion: v1\n",
				i),
			0);
	cr_assert_eq(manifest_parse(&manifest, &context, text.text, text.length, &err), 0);
	cr_assert_eq(manifest.container_count, 2000);
	cr_expect_str_eq(manifest.containers[1999].object, "Deployment a1999");
	cr_expect_eq(manifest.containers[1999].line, 1999 * 5 + 4);
}
