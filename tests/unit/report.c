/* SPDX-License-Identifier: Apache-2.0 */
/* report: judged containers as words and JSON, and the ways out for each kind of file. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "base/buffer.h"
#include "check/remedy.h"
#include "check/report.h"

static struct planned_mount run_bind = {
	.source = (char *)"/var/run",
	.destination = (char *)"/var/run/",
	.bind = true,
	.line = 7,
};

static void make_report(struct report *report, struct buffer *out, struct planned_mount *mount,
	enum manifest_kind kind, const char *name)
{
	struct manifest_container container = {
		.kind = kind,
		.name = (char *)name,
		.line = 3,
		.mounts = mount,
		.mount_count = mount ? 1 : 0,
	};
	struct judgement judgement = { 0 };
	struct error err = { 0 };

	report->channels = channel_bit(0);
	cr_assert_eq(judge_container(&judgement, &container, ~0u, false, &err), 0);
	cr_assert_eq(report_container(report, "f.yaml", &container, &judgement, &err), 0);
	cr_assert_eq(report_end(report, out, &err), 0);
	judgement_clear(&judgement);
}

/* All ways out of one kind, as "way: lines". */
static void print_ways(struct buffer *out, enum manifest_kind kind, struct planned_mount *mount,
	bool shares, channel_set set)
{
	static const size_t first = 0;
	struct manifest_container container = {
		.kind = kind, .name = (char *)"web", .mounts = mount, .mount_count = 1
	};
	struct remedy_case asked = {
		.container = &container,
		.mount = mount,
		.mounts = &first,
		.mount_count = 1,
		.shares = shares,
		.channels = set,
	};
	struct remedy remedies[REMEDY_KINDS];
	struct error err = { 0 };
	size_t count;

	cr_assert_eq(remedies_make(remedies, &count, &asked, &err), 0, "%s", err.text);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(buffer_print(out, &err, "%s: %s", remedy_kind_name(remedies[i].way),
				     remedies[i].lines.text ? remedies[i].lines.text : ""),
			0);
	remedies_clear(remedies, count);
}

struct line_row {
	const char *because;
	enum manifest_kind kind;
	const char *source, *destination;
	bool shares;
	const char *expected; /* to be found among the lines */
};

static const struct line_row line_rows[] = {
	{ "compose: the client's path below its own destination", MANIFEST_COMPOSE, "/run", "/run",
		false, "tmpfs: tmpfs:\n  - /run/nscd\n" },
	{ "a slash at the end is dropped", MANIFEST_COMPOSE, "/var/run/", "/var/run/", false,
		"  - /var/run/nscd\n" },
	{ "the root: /run below it", MANIFEST_COMPOSE, "/", "/", false, "  - /run/nscd\n" },
	{ "the root at /var", MANIFEST_COMPOSE, "/", "/var", false, "  - /var/run/nscd\n" },
	{ "the root elsewhere", MANIFEST_COMPOSE, "/", "/", false,
		"elsewhere: volumes:\n  - /:/host\nenvironment:\n"
		"  DOCKER_HOST: unix:///host/run/docker.sock\n" },
	{ "shared: slave first", MANIFEST_COMPOSE, "/run", "/run", true,
		"tmpfs: volumes:\n  - /run:/run:rslave\ntmpfs:\n  - /run/nscd\n" },
	{ "Kubernetes: shared is Bidirectional", MANIFEST_KUBERNETES, "/run", "/run", true,
		"  mountPropagation: HostToContainer\n" },
	{ "Kubernetes: the pod's annotation", MANIFEST_KUBERNETES, "/run", "/run", false,
		"io.github.oci-runmask.strategy: mask\n" },
	{ "a script: options of docker run", MANIFEST_COMMAND, "/run", "/run", false,
		"tmpfs: --tmpfs /run/nscd \\\n" },
	{ "a part of /run without the engine's socket: no word of it", MANIFEST_COMPOSE,
		"/run/systemd", "/run/systemd", false, "directory: tmpfs: tmpfs:\n" },
	{ "inspect: options of docker run", MANIFEST_INSPECT, "/run", "/run", false,
		"tmpfs: --tmpfs /run/nscd \\\n" },
	{ "quadlet", MANIFEST_QUADLET, "/run", "/run", false, "tmpfs: Tmpfs=/run/nscd\n" },
	{ "OCI", MANIFEST_OCI, "/run", "/run", false, "{\"destination\": \"/run/nscd\"" },
	{ "compose: quotes and dollars", MANIFEST_COMPOSE, "/run", "/a b/$\"x", false,
		"  - \"/a b/$$\\\"x/nscd\"\n" },
	{ "shell: quotes", MANIFEST_INSPECT, "/run", "/it's", false,
		"--tmpfs '/it'\\''s/nscd' \\\n" },
	{ "quadlet: percents", MANIFEST_QUADLET, "/run", "/100%", false, "Tmpfs=/100%%/nscd\n" },
	{ "control characters", MANIFEST_OCI, "/run", "/a\nb", false, "\"/a\\u000ab/nscd\"" },
};

Test(remedy, lines)
{
	for (size_t i = 0; i < array_count(line_rows); i++) {
		const struct line_row *row = &line_rows[i];
		struct planned_mount mount = { .source = (char *)row->source,
			.destination = (char *)row->destination,
			.propagation = row->shares ? PROPAGATION_SHARED : PROPAGATION_UNSAID,
			.bind = true };
		cleanup(buffer_clear) struct buffer out = { 0 };

		print_ways(&out, row->kind, &mount, row->shares, channel_bit(0));
		cr_expect(strstr(out.text, row->expected), "%s: not \"%s\" in:\n%s", row->because,
			row->expected, out.text);
		cr_expect_null(strchr(out.text, '`'), "%s: %s", row->because, out.text);
	}
}

Test(remedy, a_single_socket)
{
	static struct planned_mount docker = { .source = (char *)"/var/run/docker.sock",
		.destination = (char *)"/tmp/docker.sock",
		.bind = true };
	static struct planned_mount tail = { .source = (char *)"/run/tailscale/tailscaled.sock",
		.destination = (char *)"/var/run/tailscale/tailscaled.sock",
		.bind = true };
	cleanup(buffer_clear) struct buffer out = { 0 };

	print_ways(&out, MANIFEST_COMPOSE, &docker, false, 0);
	print_ways(&out, MANIFEST_QUADLET, &tail, false, 0);
	cr_expect_str_eq(out.text,
		"directory: volumes:\n  - /run/docker-api:/run/docker-api\nenvironment:\n"
		"  DOCKER_HOST: unix:///run/docker-api/docker.sock\n"
		"directory: Volume=/run/tailscale:/var/run/tailscale\n");
}

/* The lines of an OCI config are JSON once they stand in their arrays. */
Test(remedy, oci_lines_are_json)
{
	static const size_t first = 0;
	struct planned_mount mount = run_bind;
	struct manifest_container container = {
		.kind = MANIFEST_OCI, .name = (char *)"web", .mounts = &mount, .mount_count = 1
	};
	struct remedy_case asked = {
		.container = &container,
		.mount = &mount,
		.mounts = &first,
		.mount_count = 1,
		.shares = true,
		.channels = channel_bit(0) | channel_bit(2),
	};
	struct remedy remedies[REMEDY_KINDS];
	struct error err = { 0 };
	size_t count;

	mount.propagation = PROPAGATION_SHARED;
	cr_assert_eq(remedies_make(remedies, &count, &asked, &err), 0);
	for (size_t i = 0; i < count; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		json_error_t error;
		json_t *value;

		if (remedies[i].way != WAY_TMPFS)
			continue;
		cr_assert_eq(buffer_print(&text, &err, "[%s]", remedies[i].lines.text), 0);
		value = json_loads(text.text, 0, &error);
		cr_expect_eq(json_array_size(value), 5, "%s in %s", error.text, text.text);
		json_decref(value);
	}
	remedies_clear(remedies, count);
}

Test(report, words_of_a_clear_container)
{
	cleanup(report_clear) struct report report = { .all = true };
	cleanup(report_clear) struct report usual = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 }, less = { 0 };

	make_report(&usual, &less, NULL, MANIFEST_COMPOSE, "db");
	cr_expect_str_eq(less.text, "1 container: 1 clear\n");
	make_report(&report, &out, NULL, MANIFEST_COMPOSE, "db");
	cr_expect_str_eq(out.text,
		"CONTAINER  VERDICT  WHERE\n"
		"db         clear    f.yaml:3\n"
		"\n1 container: 1 clear\n");
}

Test(report, colour_only_when_asked)
{
	for (int colour = 0; colour < 2; colour++) {
		cleanup(report_clear) struct report report = { .colour = colour };
		cleanup(buffer_clear) struct buffer out = { 0 };

		make_report(&report, &out, &run_bind, MANIFEST_COMPOSE, "web");
		cr_expect_eq(strchr(out.text, '\033') != NULL, colour);
	}
}

Test(report, hostile_names_do_not_reach_the_terminal)
{
	cleanup(report_clear) struct report report = { 0 };
	cleanup(buffer_clear) struct buffer out = { 0 };

	make_report(&report, &out, &run_bind, MANIFEST_COMPOSE,
		"a\033[2J\n\xc2\x9b"
		"b");
	cr_expect(strstr(out.text, "a\\x1b[2J\\x0a\\xc2\\x9bb"), "%s", out.text);
	cr_expect_null(strchr(out.text, '\033'));
	cr_expect_null(strchr(out.text, '\xc2'));
}

Test(report, long_names_are_cut)
{
	cleanup(report_clear) struct report report = { .width = 80, .all = true };
	cleanup(buffer_clear) struct buffer out = { 0 };
	char name[200];

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	make_report(&report, &out, NULL, MANIFEST_COMPOSE, name);
	for (const char *line = out.text; *line; line += strcspn(line, "\n") + 1)
		cr_expect_leq(strcspn(line, "\n"), 82, "%s", line); /* the dots are three bytes */
}

Test(report, json_has_the_keys_in_order)
{
	static const char head[] =
		"{\"version\":1,\"containers\":[{\"name\":\"web\",\"object\":null,"
		"\"file\":\"f.yaml\",\"line\":3,\"channels\":{\"nscd\":\"exposed\"},"
		"\"mount\":{\"source\":\"/var/run\",\"destination\":\"/var/run/\",\"line\":7},"
		"\"mounts\":[{\"source\":\"/var/run\",\"destination\":\"/var/run/\",\"line\":7}],"
		"\"sockets\":[],\"because\":\"The bind of /var/run at ";
	cleanup(report_clear) struct report report = { .format = FORMAT_JSON };
	cleanup(buffer_clear) struct buffer out = { 0 };
	const struct error failure = { .text = "bad", .line = 4 };
	struct error err = { 0 };

	cr_assert_eq(report_error(&report, "b\xff", &failure, &err), 0);
	make_report(&report, &out, &run_bind, MANIFEST_QUADLET, "web");
	cr_expect_eq(strncmp(out.text, head, strlen(head)), 0, "%s", out.text);
	cr_expect(strstr(out.text,
			  "\"errors\":[{\"file\":\"b?\",\"line\":4,\"column\":null,"
			  "\"message\":\"bad\"}]}\n"),
		"%s", out.text);
}
