/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: compose files, and how they are refused. What is read well is in tests/golden. */
#include "manifest_test.h"

#define SERVICE "services:\n  web:\n"

static void expect_volume(const char *because, const char *entry, const char *expected)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, told = { 0 };
	cleanup(buffer_clear) struct buffer whole = { 0 };
	struct manifest_context context = test_context("compose.yaml");
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, SERVICE "    volumes:\n      - %s\n", entry), 0);
	cr_assert_eq(
		buffer_print(&whole, &err, "%s%s\n",
			strncmp(expected, "error: ", 7) == 0 ? "" : "web | - | 2\n\t", expected),
		0);
	manifest_tell(&told, &context, text.text, text.length);
	cr_expect_str_eq(
		told.text, whole.text, "%s:\n%s\ninstead of\n%s", because, told.text, whole.text);
}

Test(manifest_compose, entries_of_volumes)
{
	static const struct {
		const char *because, *entry, *expected;
	} rows[] = {
		{ "an absolute path is a bind and stays as it is written", "/var/run/:/var/run/",
			"/var/run/ /var/run/ rbind rw unsaid 4" },
		{ "doubled slashes too", "//var/run/docker.sock:/x",
			"//var/run/docker.sock /x rbind rw unsaid 4" },
		{ "a relative path is relative to the file", "./a/./b//c/../d:/x",
			"/srv/app/a/b/d /x rbind rw unsaid 4" },
		{ "nothing is above the root", "../../../../var/run:/x",
			"/var/run /x rbind rw unsaid 4" },
		{ "the root itself can be reached", "../..:/x", "/ /x rbind rw unsaid 4" },
		{ "a dot alone is the directory", ".:/x", "/srv/app /x rbind rw unsaid 4" },
		{ "the home directory alone", "~:/x", "/home/ada /x rbind rw unsaid 4" },
		{ "below the home directory", "~/run:/x", "/home/ada/run /x rbind rw unsaid 4" },
		{ "a name is a volume", "run:/x", "- /x volume rw unsaid 4" },
		{ "one word is an anonymous volume", "/x", "- /x volume rw unsaid 4" },
		{ "words after the second colon", "/a:/x:ro,rshared,z", "/a /x rbind ro shared 4" },
		{ "the last word wins", "/a:/x:ro,rw", "/a /x rbind rw unsaid 4" },
		{ "quotes are not part of it", "'/a:/x'", "/a /x rbind rw unsaid 4" },
		{ "bind cannot be said of a volume", "run:/x:rbind", "- /x volume rw unsaid 4" },
		{ "variables come before colons", "${NO:-/a:/x:ro}", "/a /x rbind ro unsaid 4" },
		{ "three colons", "/a:/x:ro:z",
			"error: 4:9: services.web.volumes[0]: more than "
			"SOURCE:DESTINATION:OPTIONS" },
		{ "an option alone is a path", "/a:ro",
			"error: 4:9: services.web.volumes[0]: the destination must be an absolute "
			"path, is \"ro\"" },
		{ "an empty source, of a variable", "${NOT_SET}:/x",
			"error: 4:9: services.web.volumes[0]: the variable NOT_SET is not set: the "
			"source before the colon is empty" },
		{ "an empty text", "''",
			"error: 4:9: services.web.volumes[0]: the destination must be an absolute "
			"path, is \"\"" },
		{ "a number", "5",
			"error: 4:9: services.web.volumes[0]: the destination must be an absolute "
			"path, is \"5\"" },
		{ "null", "~",
			"error: 4:9: services.web.volumes[0]: must be a string or a mapping, is "
			"null" },
		{ "a list", "[ /a ]",
			"error: 4:9: services.web.volumes[0]: must be a string or a mapping, is a "
			"list" },
		{ "long: without a type", "{ source: /a, target: /x }",
			"error: 4:9: services.web.volumes[0]: type is missing" },
		{ "long: of an unknown type", "{ type: mount, source: /a, target: /x }",
			"error: 4:9: services.web.volumes[0]: unknown volume type \"mount\"" },
		{ "long: without a target", "{ type: tmpfs }",
			"error: 4:9: services.web.volumes[0]: target is missing" },
		{ "long: a relative target", "{ type: tmpfs, target: x }",
			"error: 4:9: services.web.volumes[0]: the destination must be an absolute "
			"path, is \"x\"" },
		{ "long: a bind of nothing", "{ type: bind, target: /x }",
			"error: 4:9: services.web.volumes[0]: source is missing" },
		{ "long: an empty source, of a variable",
			"{ type: bind, source: $NOT_SET, target: /x }",
			"error: 4:9: services.web.volumes[0]: the variable NOT_SET is not set: "
			"source is missing" },
		{ "long: a source that is a list", "{ type: bind, source: [ /a ], target: /x }",
			"error: 4:31: services.web.volumes[0].source: must be a string, is a "
			"list" },
		{ "long: read_only is a word",
			"{ type: bind, source: /a, target: /x, read_only: 5 }",
			"error: 4:9: services.web.volumes[0]: read_only must be true or false, is "
			"\"5\"" },
		{ "long: bind is a text", "{ type: bind, source: /a, target: /x, bind: rslave }",
			"error: 4:53: services.web.volumes[0].bind: must be a mapping, is a "
			"string" },
		{ "long: a relative source needs no dot",
			"{ type: bind, source: run, target: /x, read_only: yes }",
			"/srv/app/run /x rbind ro unsaid 4" },
		{ "long: other types cover", "{ type: image, source: busybox, target: /x }",
			"- /x image rw unsaid 4" },
	};

	for (size_t i = 0; i < array_count(rows); i++)
		expect_volume(rows[i].because, rows[i].entry, rows[i].expected);
}

Test(manifest_compose, files)
{
	static const struct manifest_row rows[] = {
		{ "a service may say nothing", "services:\n  web:\n", "web | - | 2\n" },
		{ "no service at all", "services: {}\n", "" },
		{ "services is null", "services:\n",
			"error: 1:10: services: must be a mapping, is null\n" },
		{ "services is a list", "services: [ web ]\n",
			"error: 1:11: services: must be a mapping, is a list\n" },
		{ "a service is a text", "services:\n  web: nginx\n",
			"error: 2:8: services.web: must be a mapping, is a string\n" },
		{ "a service is a boolean", "services:\n  web: true\n",
			"error: 2:8: services.web: must be a mapping, is a boolean\n" },
		{ "volumes of a service is a mapping",
			"services:\n  web:\n    volumes:\n      a: /b\n",
			"error: 4:7: services.web.volumes: must be a list, is a mapping\n" },
		{ "volumes of a service is null", "services:\n  web:\n    volumes:\n",
			"web | - | 2\n" },
		{ "the named volumes are a list",
			"services:\n  web:\n    volumes: [ 'a:/b' ]\nvolumes: [ a ]\n",
			"error: 4:10: volumes: must be a mapping, is a list\n" },
		{ "tmpfs is a number in a list", "services:\n  web:\n    tmpfs: [ 5 ]\n",
			"error: 3:14: services.web.tmpfs[0]: the destination must be an absolute "
			"path, is \"5\"\n" },
		{ "tmpfs is a mapping", "services:\n  web:\n    tmpfs: { /a: b }\n",
			"error: 3:12: services.web.tmpfs: must be a list, is a mapping\n" },
		{ "tmpfs holds a mapping", "services:\n  web:\n    tmpfs: [ { a: b } ]\n",
			"error: 3:14: services.web.tmpfs[0]: must be a string, is a mapping\n" },
		{ "a device that is a list",
			"services:\n  web:\n    volumes: [ 'a:/b' ]\n"
			"volumes: { a: { driver_opts: { o: bind, device: [] } } }\n",
			"error: 4:49: volumes.a.driver_opts.device: must be a string, is a "
			"list\n" },
		{ "a device that a variable left empty",
			"services:\n  web:\n    volumes: [ 'a:/b' ]\n"
			"volumes: { a: { driver_opts: { o: bind, device: $NO } } }\n",
			"error: 4:30: volumes.a.driver_opts: the variable NO is not set: device is "
			"empty\n" },
		{ "a device without a bind may be empty",
			"services:\n  web:\n    volumes: [ 'a:/b' ]\n"
			"volumes: { a: { driver_opts: { o: addr=x, device: '' } } }\n",
			"web | - | 2\n\t- /b volume rw unsaid 3\n" },
		{ "the API socket as a flag", "services:\n  web:\n    use_api_socket: perhaps\n",
			"error: 3:21: services.web.use_api_socket: must be true or false, is "
			"\"perhaps\"\n" },
		{ "a variable that must be set",
			"services:\n  web:\n    tmpfs: ${NOT_SET:?the place}\n",
			"error: 3:12: services.web.tmpfs: the variable NOT_SET must be set: the "
			"place\n" },
		{ "volumes of a container from outside",
			"services:\n  web:\n    volumes_from: [ 'container:db' ]\n",
			"error: 3:21: services.web.volumes_from[0]: no service \"container\" in "
			"this file, so its volumes are not known\n" },
		{ "volumes_from in a circle",
			"services:\n  a:\n    volumes_from: [ b ]\n  b:\n    volumes_from: [ a ]\n",
			"error: 3:5: services.a: volumes_from goes round in a circle\n" },
		{ "volumes_from is a text", "services:\n  a:\n    volumes_from: b\n",
			"error: 3:19: services.a.volumes_from: must be a list, is a string\n" },
		{ "volumes_from holds a list", "services:\n  a:\n    volumes_from: [ [] ]\n",
			"error: 3:21: services.a.volumes_from[0]: must be a string, is a list\n" },
		{ "a tag that removes what another file says",
			"services:\n  web:\n    tmpfs: !reset null\n",
			"error: 3:12: services.web.tmpfs: uses include, extends or a merge "
			"tag: pipe the result of \"docker compose config\" into \"runmask check "
			"-\"\n" },
		{ "two documents", "services: {}\n---\nservices: {}\n",
			"error: 3:1: a second document to be merged into the first; pipe the "
			"result "
			"of \"docker compose config\" into \"runmask check -\"\n" },
		{ "a byte-order mark", "\xef\xbb\xbfservices:\n  web:\n", "web | - | 2\n" },
		{ "lines that end as on Windows",
			"services:\r\n  web:\r\n    tmpfs:\r\n      - /run\r\n",
			"web | - | 2\n\t- /run tmpfs rw unsaid 4\n" },
	};

	expect_rows(rows, array_count(rows), "compose.yaml");
}

Test(manifest_compose, a_chain_of_volumes_from_that_is_too_long)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, told = { 0 };
	struct manifest_context context = test_context("compose.yaml");
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, "services:\n"), 0);
	for (int i = 0; i < 200; i++)
		cr_assert_eq(
			buffer_print(&text, &err, " s%d: { volumes_from: [ s%d ] }\n", i, i + 1),
			0);
	cr_assert_eq(buffer_print(&text, &err, " s200: {}\n"), 0);
	manifest_tell(&told, &context, text.text, text.length);
	cr_expect_str_eq(told.text,
		"error: 102:8: services.s100: volumes_from goes through too many services\n");
}

Test(manifest_compose, volumes_from_that_multiply)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, told = { 0 };
	struct manifest_context context = test_context("compose.yaml");
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, "services:\n a:\n  tmpfs:\n"), 0);
	for (int i = 0; i < 2000; i++)
		cr_assert_eq(buffer_print(&text, &err, "  - /a%d\n", i), 0);
	cr_assert_eq(buffer_print(&text, &err, " b: { volumes_from: [ a ] }\n"), 0);
	manifest_tell(&told, &context, text.text, text.length);
	cr_expect_str_eq(told.text,
		"error: 2004:23: services.b.volumes_from[0]: volumes_from brings too many "
		"volumes\n");
}

Test(manifest_compose, without_a_home_a_tilde_is_an_error)
{
	static const char text[] = "services: { web: { volumes: [ '~/a:/b' ] } }";
	cleanup(buffer_clear) struct buffer told = { 0 };
	struct manifest_context context = test_context("compose.yaml");

	context.home = NULL;
	manifest_tell(&told, &context, text, strlen(text));
	cr_expect_str_eq(told.text,
		"error: 1:31: services.web.volumes[0]: \"/a\": a relative path, and its base "
		"directory is not known here\n");
}
