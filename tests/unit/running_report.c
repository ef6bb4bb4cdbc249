/* SPDX-License-Identifier: Apache-2.0 */
/* running_report: the containers of a host, in words and as JSON. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "check/report_internal.h"
#include "scan/running_report.h"

static struct running row(pid_t pid, const char *name, enum reach nscd, enum reach dbus)
{
	struct running made = {
		.pid = pid, .name = (char *)name, .named = true, .listening = true
	};

	made.reaches[0] = nscd;
	made.reaches[channel_find("dbus") - channels] = dbus;
	made.worst = nscd > dbus ? nscd : dbus;
	return made;
}

static channel_set both(void)
{
	return channel_bit(0) | channel_bit((size_t)(channel_find("dbus") - channels));
}

static void print(struct buffer *out, struct running *rows, size_t count, channel_set set)
{
	struct running_list list = { .rows = rows, .count = count };
	struct error err = { 0 };

	cr_assert_eq(running_text(out, &list, set, false, &err), 0, "%s", err.text);
}

/* Every line but those to paste. */
static void expect_narrow(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		cleanup(text_clear) char *line = strndup(text, length);

		cr_expect(text_width(line) <= PAGE_WIDTH, "wider than the line: %s", line);
		text += length + (text[length] == '\n');
	}
}

Test(running_report, a_table_of_all)
{
	struct running rows[] = {
		row(4711, "web", REACH_EXPOSED, REACH_CLEAR),
		row(7, "db", REACH_KEEP, REACH_CLEAR),
		row(4194304, "cache", REACH_MASKED, REACH_CLEAR),
		row(9, "idle", REACH_CLEAR, REACH_CLEAR),
	};
	cleanup(buffer_clear) struct buffer out = { 0 };

	print(&out, rows, 4, channel_bit(0));
	cr_expect_str_eq(out.text,
		"    PID  VERDICT  CONTAINER\n"
		"   4711  exposed  web\n"
		"      7  keep     db\n"
		"4194304  masked   cache\n"
		"      9  clear    idle\n"
		"\n"
		"Exposed: the host's nscd answers every glibc program (musl: users and groups) in\n"
		"it. They take its \"no such name\" as final: the names of the container's own\n"
		"network do not resolve, and the host's do.\n"
		"To mask it now, without a restart:\n"
		"  runmask fix --pid 4711  # web\n"
		"The mask ends with the container. For a lasting cure change its compose file or\n"
		"manifest (\"runmask check FILE\" shows how), or install the hook (\"runmask "
		"doctor\"\n"
		"checks it).\n"
		"\n"
		"4 containers: 1 exposed, 1 keep, 1 masked, 1 clear\n");
}

Test(running_report, channels_have_a_column_where_there_are_several)
{
	struct running rows[] = {
		row(1, "web", REACH_EXPOSED, REACH_EXPOSED),
		row(2, "db", REACH_MASKED, REACH_KEEP),
		row(3, "idle", REACH_CLEAR, REACH_CLEAR),
	};
	cleanup(buffer_clear) struct buffer out = { 0 };

	print(&out, rows, 3, both());
	cr_expect_not_null(strstr(out.text, "VERDICT  CHANNELS   CONTAINER\n"), "%s", out.text);
	cr_expect_not_null(strstr(out.text, "  exposed  nscd,dbus  web\n"), "%s", out.text);
	cr_expect_not_null(strstr(out.text, "  keep     dbus       db\n"), "%s", out.text);
	cr_expect_not_null(strstr(out.text, "  clear               idle\n"), "%s", out.text);
	expect_narrow(out.text);
}

Test(running_report, long_and_foreign_names_stay_in_their_line)
{
	static const char *const names[] = {
		"a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-"
		"on",
		"é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-é-"
		"é",
		"with\033[31m colours\nand lines",
		"",
	};

	for (size_t i = 0; i < array_count(names); i++) {
		struct running rows[] = { row(1, names[i], REACH_EXPOSED, REACH_EXPOSED) };
		cleanup(buffer_clear) struct buffer out = { 0 };

		print(&out, rows, 1, both());
		expect_narrow(out.text);
		cr_expect_null(strchr(out.text, '\033'));
	}
}

Test(running_report, many_are_not_all_listed)
{
	struct running rows[20];
	cleanup(buffer_clear) struct buffer out = { 0 };
	size_t commands = 0;

	for (int i = 0; i < 20; i++)
		rows[i] = row(i + 1, "x", REACH_EXPOSED, REACH_CLEAR);
	print(&out, rows, 20, channel_bit(0));
	for (const char *at = out.text; (at = strstr(at, "fix --pid")); at++)
		commands++;
	cr_expect_eq(commands, 8);
	cr_expect_not_null(strstr(out.text, "  runmask fix --all  # all 20\n"));
}

Test(running_report, where_nothing_listens_it_says_so)
{
	struct running rows[] = { row(4711, "web", REACH_EXPOSED, REACH_CLEAR) };
	cleanup(buffer_clear) struct buffer out = { 0 };

	rows[0].listening = false;
	print(&out, rows, 1, channel_bit(0));
	cr_expect_null(strstr(out.text, "answers"), "%s", out.text);
	cr_expect_not_null(strstr(out.text, "Nothing listens in any of these: "), "%s", out.text);
	expect_narrow(out.text);
}

Test(running_report, a_chroot_is_listed_and_not_counted)
{
	struct running rows[] = { row(7, "/srv/jail", REACH_EXPOSED, REACH_CLEAR) };
	cleanup(buffer_clear) struct buffer out = { 0 };

	rows[0].kind = RUNNING_CHROOT;
	print(&out, rows, 1, channel_bit(0));
	cr_expect_not_null(strstr(out.text, "exposed  chroot /srv/jail\n"), "%s", out.text);
	cr_expect_not_null(strstr(out.text, "\n0 containers\n"), "%s", out.text);
	cr_expect_null(strstr(out.text, "runmask fix"), "%s", out.text);
}

Test(running_report, a_dead_socket_has_its_daemon_named)
{
	struct running rows[] = { row(7, "web", REACH_CLEAR, REACH_CLEAR) };
	struct running_socket sockets[] = {
		{ (char *)"/x", (char *)"/run/docker.sock", SOCKET_DEAD },
		{ (char *)"/y\n.sock", (char *)"", SOCKET_DEAD },
		{ (char *)"/z", (char *)"/run/z.sock", SOCKET_ALIVE },
	};
	cleanup(buffer_clear) struct buffer out = { 0 };

	rows[0].sockets = sockets;
	rows[0].socket_count = 3;
	print(&out, rows, 1, channel_bit(0));
	cr_expect_not_null(
		strstr(out.text, "Stale: web (pid 7) holds a dead socket at /x: dockerd"), "%s",
		out.text);
	cr_expect_not_null(strstr(out.text, "at /y\\x0a.sock: its"), "%s", out.text);
	cr_expect_null(strstr(out.text, "/z"), "%s", out.text);
	expect_narrow(out.text);
}

Test(running_report, unseen)
{
	struct running_list list = { .unseen = 1 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	cr_assert_eq(running_text(&out, &list, channel_bit(0), false, &err), 0);
	cr_expect_str_eq(out.text, "0 containers\n1 process could not be looked at\n");
	out.length = 0;
	list.unseen = 12;
	cr_assert_eq(running_text(&out, &list, channel_bit(0), false, &err), 0);
	cr_expect_str_eq(out.text, "0 containers\n12 processes could not be looked at\n");
}

Test(running_report, json)
{
	struct running rows[] = {
		row(4711, "web \"x\"", REACH_EXPOSED, REACH_KEEP),
		row(7,
			"\xff"
			"name",
			REACH_MASKED, REACH_CLEAR),
	};
	struct running_socket dead = { (char *)"/var/run/docker.sock", (char *)"/run/docker.sock",
		SOCKET_DEAD };
	struct running_list list = { .rows = rows, .count = 2, .unseen = 3 };
	cleanup(buffer_clear) struct buffer out = { 0 };
	struct error err = { 0 };

	rows[0].sockets = &dead;
	rows[0].socket_count = 1;
	rows[1].kind = RUNNING_CHROOT;
	cr_assert_eq(running_json(&out, &list, both(), &err), 0);
	cr_expect_str_eq(out.text,
		"{\"version\":1,\"containers\":["
		"{\"pid\":4711,\"name\":\"web \\\"x\\\"\",\"kind\":\"container\","
		"\"channels\":{\"nscd\":\"exposed\",\"dbus\":\"keep\"},\"listening\":true,"
		"\"sockets\":[{\"destination\":\"/var/run/docker.sock\","
		"\"source\":\"/run/docker.sock\",\"verdict\":\"stale\"}]},"
		"{\"pid\":7,\"name\":\"?name\",\"kind\":\"chroot\",\"channels\":{\"nscd\":"
		"\"masked\",\"dbus\":\"clear\"},\"listening\":true,\"sockets\":[]}],"
		"\"unseen\":3}\n");
}
