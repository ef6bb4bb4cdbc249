/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: the output of docker inspect and podman inspect, where it is not as it should be. What
 * is read well is in tests/golden. */
#include "manifest_test.h"

Test(manifest_inspect, elements)
{
	static const struct manifest_row rows[] = {
		{ "one object", "{\"Name\":\"/a\",\"HostConfig\":{}}", "a | - | 1\n" },
		{ "an object after an array",
			"[{\"Name\":\"/a\",\"Mounts\":[]}]\n{\"Id\":\"b\",\"Mounts\":[]}",
			"a | - | 1\nb | - | 2\n" },
		{ "in the same line",
			"{\"Name\":\"/a\",\"Mounts\":[]} {\"Name\":\"b\",\"Mounts\":null}",
			"a | - | 1\nb | - | 1\n" },
		{ "without a name", "{\"Mounts\":[]}",
			"error: 1:1: neither \"Name\" nor \"Id\" is there\n" },
		{ "a name that is a list", "{\"Mounts\":[],\"Name\":[]}",
			"error: 1:21: Name: must be a string, is a list\n" },
		{ "an Id that is a list", "{\"Mounts\":[],\"Id\":[]}",
			"error: 1:19: Id: must be a string, is a list\n" },
		{ "an element that is an image",
			"[{\"Name\":\"/a\",\"Mounts\":[]},\n {\"Id\":\"b\"}]",
			"error: 2:2: [1]: not a container: neither \"HostConfig\" nor \"Mounts\" "
			"is "
			"there\n" },
		{ "an element that is a number", "[{\"Name\":\"/a\",\"Mounts\":[]},\n 5]",
			"error: 2:2: [1]: must be a mapping, is a number\n" },
		{ "an element that is null", "[{\"Name\":\"/a\",\"Mounts\":[]},\n null]",
			"error: 2:2: [1]: must be a mapping, is null\n" },
		{ "Mounts is an object", "{\"Name\":\"a\",\"Mounts\":{}}",
			"error: 1:22: Mounts: must be a list, is a mapping\n" },
		{ "HostConfig is a list", "{\"Name\":\"a\",\"HostConfig\":[]}",
			"error: 1:26: HostConfig: must be a mapping, is a list\n" },
		{ "Tmpfs is a list", "{\"Name\":\"a\",\"HostConfig\":{\"Tmpfs\":[]}}",
			"error: 1:35: HostConfig.Tmpfs: must be a mapping, is a list\n" },
		{ "a tmpfs at no absolute path",
			"{\"Name\":\"a\",\"HostConfig\":{\"Tmpfs\":{\"x\":\"\"}}}",
			"error: 1:40: HostConfig.Tmpfs.x: the destination must be an absolute "
			"path, is "
			"\"x\"\n" },
		{ "the options of a tmpfs are a list",
			"{\"Name\":\"a\",\"HostConfig\":{\"Tmpfs\":{\"/x\":[]}}}",
			"error: 1:41: HostConfig.Tmpfs./x: must be a string, is a list\n" },
		{ "the options of a tmpfs are null",
			"{\"Name\":\"a\",\"HostConfig\":{\"Tmpfs\":{\"/x\":null}}}",
			"a | - | 1\n\t- /x tmpfs rw unsaid 1\n" },
		{ "errors in a later value have their own line",
			"{\"Name\":\"/a\",\"Mounts\":[]}\n\n  {\"Name\":\"/b\",\n\"Mounts\":[}",
			"error: 4:11: unexpected character where a value is expected\n" },
		{ "and in its first line their own column",
			"{\"Name\":\"/a\",\"Mounts\":[]}\n  {\"Name\":}",
			"error: 2:11: unexpected character where a value is expected\n" },
		{ "words behind", "{\"Name\":\"/a\",\"Mounts\":[]}\n  x",
			"error: 2:3: unexpected character where a value is expected\n" },
		{ "cut off", "[{\"Name\":\"/a\"",
			"error: 1:14: end of text where ',' or '}' is expected\n" },
		{ "cut off in a string", "[{\"Name\":\"/a\\",
			"error: 1:13: unknown escape in a string\n" },
	};

	expect_rows(rows, array_count(rows), "-");
}

Test(manifest_inspect, mounts)
{
	static const struct {
		const char *because, *mount, *expected;
	} rows[] = {
		{ "a bind",
			"\"Type\":\"bind\",\"Source\":\"/run\",\"Destination\":\"/x\",\"RW\":true",
			"/run /x rbind rw unsaid" },
		{ "not writable",
			"\"Type\":\"bind\",\"Source\":\"/run\",\"Destination\":\"/x\",\"RW\":false",
			"/run /x rbind ro unsaid" },
		{ "other kinds cover",
			"\"Type\":\"image\",\"Source\":\"busybox\",\"Destination\":\"/x\"",
			"- /x image rw unsaid" },
		{ "Podman's words for a plain bind",
			"\"Type\":\"bind\",\"Source\":\"/run\",\"Destination\":\"/"
			"x\",\"Options\":[\"bind\"]",
			"/run /x bind rw unsaid" },
		{ "words do not make a volume a bind",
			"\"Type\":\"volume\",\"Name\":\"v\",\"Destination\":\"/"
			"x\",\"Options\":[\"rbind\"]",
			"- /x volume rw unsaid" },
		{ "no destination", "\"Type\":\"bind\",\"Source\":\"/run\"",
			"error: 2:1: [0].Mounts[0]: Destination is missing" },
		{ "a relative destination",
			"\"Type\":\"bind\",\"Source\":\"/run\",\"Destination\":\"x\"",
			"error: 2:1: [0].Mounts[0]: the destination must be an absolute path, is "
			"\"x\"" },
		{ "no source", "\"Type\":\"bind\",\"Destination\":\"/x\"", "- /x bind rw unsaid" },
		{ "a source that is a number", "\"Source\":5,\"Destination\":\"x\"",
			"error: 2:1: [0].Mounts[0]: the destination must be an absolute path, is "
			"\"x\"" },
		{ "a type that is a list", "\"Type\":[]",
			"error: 2:9: [0].Mounts[0].Type: must be a string, is a list" },
		{ "a flag that is a number", "\"RW\":2",
			"error: 2:7: [0].Mounts[0].RW: must be true or false, is \"2\"" },
		{ "options that are a text",
			"\"Destination\":\"/x\",\"Options\":\"rbind\",\"Name\":\"v\"",
			"error: 2:31: [0].Mounts[0].Options: must be a list, is a string" },
		{ "an option that is a list",
			"\"Destination\":\"/x\",\"Options\":[[]],\"Name\":\"v\"",
			"error: 2:32: [0].Mounts[0].Options[0]: must be a string, is a list" },
	};
	struct manifest_context context = test_context("-");

	for (size_t i = 0; i < array_count(rows); i++) {
		cleanup(buffer_clear) struct buffer text = { 0 }, told = { 0 }, whole = { 0 };
		bool error = strncmp(rows[i].expected, "error: ", 7) == 0;
		struct error err = { 0 };

		cr_assert_eq(buffer_print(&text, &err, "[{\"Name\":\"a\",\"Mounts\":[\n{%s}]}]",
				     rows[i].mount),
			0);
		cr_assert_eq(buffer_print(&whole, &err, error ? "%s\n" : "a | - | 1\n\t%s 2\n",
				     rows[i].expected),
			0);
		manifest_tell(&told, &context, text.text, text.length);
		cr_expect_str_eq(told.text, whole.text, "%s:\n%s\ninstead of\n%s", rows[i].because,
			told.text, whole.text);
	}
}

Test(manifest_inspect, a_nul_character_is_refused_where_it_is)
{
	static const char text[] = "[{\"Mounts\":[],\n\"Name\":\"a\\u0000\"}]";
	cleanup(buffer_clear) struct buffer told = { 0 };
	struct manifest_context context = test_context("-");

	manifest_tell(&told, &context, text, strlen(text));
	cr_expect_eq(strncmp(told.text, "error: 2:8: ", 12), 0, "%s", told.text);
}
