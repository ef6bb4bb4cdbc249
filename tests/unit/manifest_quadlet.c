/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: quadlet files line by line. Whole ones are in tests/golden. */
#include "manifest_test.h"

#define HEAD "[Container]\n"
#define NAME "systemd-web | - | 1\n"

Test(manifest_quadlet, lines)
{
	static const struct manifest_row rows[] = {
		{ "nothing but the section", HEAD, NAME },
		{ "no newline at the end", "[Container]", NAME },
		{ "comments and blank lines before", "\n# a\n ; b\n\n[Container]\n",
			"systemd-web | - | 5\n" },
		{ "lines that end as on Windows", "[Container]\r\nTmpfs=/a\r\n",
			NAME "\t- /a tmpfs rw unsaid 2\n" },
		{ "the last name counts", HEAD "ContainerName=a\nContainerName=b\n",
			"b | - | 1\n" },
		{ "an empty name takes it back", HEAD "ContainerName=a\nContainerName=\n", NAME },
		{ "unknown keys are passed over", HEAD "Image=a\nNetwork=host\n", NAME },
		{ "keys are told apart by case", HEAD "volume=/a:/b\n", NAME },
		{ "other sections do not count", "[Service]\nVolume=/a:/b\n[Container]\n",
			"systemd-web | - | 3\n" },
		{ "an empty value takes back what was before",
			HEAD "Volume=/a:/a\nVolume=\nVolume=/b:/b\nMount=\n",
			NAME "\t/b /b rbind rw unsaid 4\n" },
		{ "a line that goes on", HEAD "PodmanArgs=-v \\\n  /a:/b\nTmpfs=/c\n",
			NAME "\t/a /b rbind rw unsaid 2\n\t- /c tmpfs rw unsaid 4\n" },
		{ "a line that goes on at the end of the file", HEAD "Tmpfs=/a\\",
			NAME "\t- /a tmpfs rw unsaid 2\n" },
		{ "no other section either", "[Unit]\nDescription=x\n",
			"error: no section [Container], [Pod] or [Kube]: of units only these "
			"quadlets are "
			"read\n" },
		{ "no key", HEAD "Volume\n",
			"error: 2:1: neither a section nor KEY=VALUE nor a comment\n" },
		{ "half a section", HEAD "[Service\n",
			"error: 2:1: the section has no closing bracket\n" },
	};

	expect_rows(rows, array_count(rows), "/etc/containers/systemd/web.container");
}

static void expect_value(const char *because, const char *line, const char *expected)
{
	cleanup(buffer_clear) struct buffer text = { 0 }, told = { 0 }, whole = { 0 };
	struct manifest_context context = test_context("web.container");
	bool error = strncmp(expected, "error: ", 7) == 0;
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, HEAD "%s\n", line), 0);
	cr_assert_eq(buffer_print(&whole, &err, error ? "%s\n" : NAME "\t%s 2\n", expected), 0);
	manifest_tell(&told, &context, text.text, text.length);
	cr_expect_str_eq(
		told.text, whole.text, "%s:\n%s\ninstead of\n%s", because, told.text, whole.text);
}

Test(manifest_quadlet, values)
{
	static const struct {
		const char *because, *line, *expected;
	} rows[] = {
		{ "a bind", "Volume=/run:/x:ro,rslave", "/run /x rbind ro slave" },
		{ "white space around", "Volume = /run:/x ", "/run /x rbind rw unsaid" },
		{ "quotes around", "Volume=\"/a b:/x\"", "/a b /x rbind rw unsaid" },
		{ "relative to the file", "Volume=../a:/x", "/srv/a /x rbind rw unsaid" },
		{ "the home directory", "Volume=%h/a:/x", "/home/ada/a /x rbind rw unsaid" },
		{ "another unit's volume", "Volume=a.volume:/x", "- /x volume rw unsaid" },
		{ "anonymous", "Volume=/x", "- /x volume rw unsaid" },
		{ "nothing before the colon", "Volume=:/x",
			"error: 2:1: Volume: the source before the colon is empty" },
		{ "too many colons", "Volume=/a:/b:ro:z",
			"error: 2:1: Volume: more than SOURCE:DESTINATION:OPTIONS" },
		{ "a relative tmpfs", "Tmpfs=x",
			"error: 2:1: Tmpfs: the destination must be an absolute path, is \"x\"" },
		{ "a mount without a type is a volume", "Mount=src=a,dst=/x",
			"- /x volume rw unsaid" },
		{ "all the spellings: 1", "Mount=type=bind,src=/a,dst=/x,ro",
			"/a /x rbind ro unsaid" },
		{ "all the spellings: 2", "Mount=type=bind,source=/a,target=/x,readonly=false",
			"/a /x rbind rw unsaid" },
		{ "all the spellings: 3", "Mount=type=bind,source=/a,destination=/x,rw=false",
			"/a /x rbind ro unsaid" },
		{ "all the spellings: 4", "Mount=type=bind,source=/a,dest=/x,readonly,rw",
			"/a /x rbind rw unsaid" },
		{ "propagation", "Mount=type=bind,source=/a,dst=/x,bind-propagation=shared",
			"/a /x rbind rw shared" },
		{ "propagation without its key", "Mount=type=bind,source=/a,dst=/x,rslave",
			"/a /x rbind rw slave" },
		{ "without the mounts below", "Mount=type=bind,source=/a,dst=/x,bind-nonrecursive",
			"/a /x bind rw unsaid" },
		{ "words that mean nothing here",
			"Mount=type=bind,,source=/a,relabel=shared,dst=/x,U",
			"/a /x rbind rw unsaid" },
		{ "a comma in quotes", "Mount=type=bind,\"source=/a,b\",dst=/x",
			"/a,b /x rbind rw unsaid" },
		{ "a mount of nothing", "Mount=type=bind,dst=/x",
			"error: 2:1: Mount: source is missing" },
		{ "a mount nowhere", "Mount=type=bind,src=/a",
			"error: 2:1: Mount: destination is missing" },
		{ "a mount at no absolute path", "Mount=type=tmpfs,dst=x",
			"error: 2:1: Mount: the destination must be an absolute path, is \"x\"" },
		{ "ro is neither", "Mount=type=tmpfs,dst=/x,ro=perhaps",
			"error: 2:1: Mount: \"perhaps\" is neither true nor false" },
		{ "rw is neither", "Mount=type=tmpfs,dst=/x,rw=perhaps",
			"error: 2:1: Mount: \"perhaps\" is neither true nor false" },
		{ "patterns", "Mount=type=glob,src=/run/*,dst=/x",
			"error: 2:1: Mount: what type=glob finds is known on the host only" },
		{ "podman's own words: 1", "PodmanArgs=--rm --volume /a:/x --name b",
			"/a /x rbind rw unsaid" },
		{ "podman's own words: 2", "PodmanArgs=--volume=/a:/x", "/a /x rbind rw unsaid" },
		{ "podman's own words: 3", "PodmanArgs=-v=/a:/x", "/a /x rbind rw unsaid" },
		{ "podman's own words: 4", "PodmanArgs='-v/a b:/x'", "/a b /x rbind rw unsaid" },
		{ "podman's own words: 5", "PodmanArgs=--tmpfs=/x:ro", "- /x tmpfs ro unsaid" },
		{ "podman's own words: 6", "PodmanArgs=--mount \"type=bind,src=/a,dst=/x\"",
			"/a /x rbind rw unsaid" },
		{ "longer options are others", "PodmanArgs=--volume-driver=x --tmpfs /x",
			"- /x tmpfs rw unsaid" },
		{ "a word too few", "PodmanArgs=--rm -v",
			"error: 2:1: PodmanArgs: -v has no value" },
		{ "a wrong word", "PodmanArgs=-v :/x",
			"error: 2:1: PodmanArgs: the source before the colon is empty" },
	};

	for (size_t i = 0; i < array_count(rows); i++)
		expect_value(rows[i].because, rows[i].line, rows[i].expected);
}

static void expect_name(const struct manifest_context *context, const char *because,
	const char *name, const char *expected)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_print(&text, &err, HEAD "%s%s\n", name != NULL ? "ContainerName=" : "",
			     name != NULL ? name : ""),
		0);
	cr_assert_eq(manifest_parse(&manifest, context, text.text, text.length, &err), 0, "%s",
		err.text);
	cr_expect_str_eq(manifest.containers[0].name, expected, "%s: \"%s\"", because,
		manifest.containers[0].name);
}

Test(manifest_quadlet, specifiers)
{
	static const struct {
		const char *because, *file, *runtime, *name, *expected;
	} rows[] = {
		{ "the default", "a/web.container", "/run", NULL, "systemd-web" },
		{ "another suffix stays", "web.conf", "/run", NULL, "systemd-web.conf" },
		{ "the suffix alone stays", ".container", "/run", NULL, "systemd-.container" },
		{ "standard input has no name", "-", "/run", NULL, "systemd-%N" },
		{ "no file at all", NULL, "/run", "%n", "%n" },
		{ "names", "a@b.container", "/run", "%n %N %p %i", "a@b.service a@b a b" },
		{ "no instance", "a.container", "/run", "%p(%i)", "a()" },
		{ "of the system", "a", "/run", "%t %h %u %U %%", "/run /home/ada root 0 %" },
		{ "of a user", "a", "/run/user/7", "%t %u %U", "/run/user/7 ada 7" },
		{ "directories of the system", "a", "/run", "%S %C %L %E %T %V",
			"/var/lib /var/cache /var/log /etc /tmp /var/tmp" },
		{ "directories of a user", "a", "/run/user/7", "%S %C %L %E %T",
			"/home/ada/.local/state /home/ada/.cache /home/ada/.local/state/log "
			"/home/ada/.config /tmp" },
		{ "others are not known", "a", "/run", "%H %m %", "%H %m %" },
		{ "nothing is known", "a", NULL, "%t", "%t" },
	};

	for (size_t i = 0; i < array_count(rows); i++) {
		struct manifest_context context = test_context(rows[i].file);

		context.runtime_directory = rows[i].runtime;
		expect_name(&context, rows[i].because, rows[i].name, rows[i].expected);
	}
}

Test(manifest_quadlet, what_is_not_known_stays)
{
	struct manifest_context context = test_context("a");

	context.home = NULL;
	context.variable = NULL;
	expect_name(&context, "no home", "%h", "%h");
	context.runtime_directory = "/run/user/7";
	expect_name(&context, "no home, no name", "%S %u", "%S %u");
}
