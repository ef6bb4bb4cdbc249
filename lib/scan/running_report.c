/* SPDX-License-Identifier: Apache-2.0 */
/* running_report: a table for people, JSON for programs, from the same rows. */
#include "scan/running_report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/string.h"
#include "base/wrap.h"
#include "json/print.h"
#include "plan/plan_text.h"

#define LISTED_MAX 8 /* commands to paste; "fix --all" does the rest */
#define LISTED_WIDTH 40
#define NAMES_MAX 128
#define PID_WIDTH 7
#define VERDICT_WIDTH 7

static const char *const colours[] = {
	[REACH_CLEAR] = "\033[32m",
	[REACH_MASKED] = "\033[32m",
	[REACH_KEEP] = "\033[36m",
	[REACH_EXPOSED] = "\033[1;31m",
};

const char *reach_name(enum reach reach)
{
	static const char *const names[] = {
		[REACH_CLEAR] = "clear",
		[REACH_MASKED] = "masked",
		[REACH_KEEP] = "keep",
		[REACH_EXPOSED] = "exposed",
	};

	return names[reach];
}

static const char *running_kind_name(enum running_kind kind)
{
	return kind == RUNNING_CHROOT ? "chroot" : "container";
}

size_t running_exposed(const struct running_list *list, bool listening)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->rows[i].kind == RUNNING_CONTAINER &&
			list->rows[i].worst == REACH_EXPOSED &&
			list->rows[i].listening == listening;
	return count;
}

/* The channels for which this is so. */
static channel_set channels_of(const struct running *row, channel_set asked, enum reach reach)
{
	channel_set set = 0;

	for (size_t i = 0; i < channel_count; i++)
		if ((asked & channel_bit(i)) && row->reaches[i] == reach)
			set |= channel_bit(i);
	return set;
}

static int add_name(struct buffer *out, const char *name, size_t limit, struct error *err)
{
	cleanup(buffer_clear) struct buffer clean = { 0 };
	size_t width = 0;

	if (name[0] == '\0')
		return 0;
	if (text_add_escaped(&clean, name, ESCAPED_NAME, err) < 0)
		return -1;
	if (text_width(clean.text) <= limit)
		return buffer_print(out, err, "%s", clean.text);
	for (size_t i = 0;; i++) {
		bool begins = ((unsigned char)clean.text[i] & 0xc0) != 0x80;

		if (begins && width++ == limit - 1)
			return buffer_print(out, err, "%.*s…", (int)i, clean.text);
	}
}

static int add_row(struct buffer *out, const struct running *row, channel_set asked,
	size_t names_width, bool colour, struct error *err)
{
	channel_set set = row->worst == REACH_CLEAR ? 0 : channels_of(row, asked, row->worst);
	char names[NAMES_MAX];
	size_t limit = PAGE_WIDTH - PID_WIDTH - 2 - VERDICT_WIDTH - 2;

	if (buffer_print(out, err, "%*d  %s%-*s%s  ", PID_WIDTH, (int)row->pid,
		    colour ? colours[row->worst] : "", VERDICT_WIDTH, reach_name(row->worst),
		    colour ? "\033[0m" : "") < 0)
		return -1;
	if (names_width > 0 &&
		buffer_print(out, err, "%-*s  ", (int)names_width,
			channel_names(set, names, sizeof(names))) < 0)
		return -1;
	limit -= names_width > 0 ? names_width + 2 : 0;
	if (row->kind == RUNNING_CHROOT) {
		if (buffer_print(out, err, "chroot ") < 0)
			return -1;
		limit -= strlen("chroot ");
	}
	if (add_name(out, row->name, limit, err) < 0)
		return -1;
	return buffer_add(out, "\n", 1, err);
}

/* With one channel its name says nothing: no column. */
static size_t names_column(const struct running_list *list, channel_set asked)
{
	size_t width = strlen("CHANNELS");
	char names[NAMES_MAX];

	if ((asked & (asked - 1)) == 0)
		return 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct running *row = &list->rows[i];
		channel_set set = channels_of(row, asked, row->worst);
		size_t length = strlen(channel_names(set, names, sizeof(names)));

		if (row->worst != REACH_CLEAR && length > width)
			width = length;
	}
	return width;
}

static int add_table(struct buffer *out, const struct running_list *list, channel_set asked,
	bool colour, struct error *err)
{
	size_t width = names_column(list, asked);

	if (list->count == 0)
		return 0;
	if (buffer_print(out, err, "%*s  %-*s  ", PID_WIDTH, "PID", VERDICT_WIDTH, "VERDICT") < 0)
		return -1;
	if (width > 0 && buffer_print(out, err, "%-*s  ", (int)width, "CHANNELS") < 0)
		return -1;
	if (buffer_print(out, err, "CONTAINER\n") < 0)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		if (add_row(out, &list->rows[i], asked, width, colour, err) < 0)
			return -1;
	return buffer_add(out, "\n", 1, err);
}

/* What exposed means, for each channel that is reached. */
static int explain(
	struct buffer *out, const struct running_list *list, channel_set asked, struct error *err)
{
	static const char final[] = " They take its \"no such name\" as final: the names of the "
				    "container's own network do not resolve, and the host's do.";
	channel_set exposed = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].listening)
			exposed |= channels_of(&list->rows[i], asked, REACH_EXPOSED);
	for (size_t i = 0; i < channel_count; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };

		if (!(exposed & channel_bit(i)))
			continue;
		if (buffer_print(&text, err, "Exposed: the host's %s answers %s in it.%s",
			    channels[i].daemon, channels[i].clients,
			    channels[i].final ? final : "") < 0 ||
			text_wrap(out, 0, text.text, err) < 0)
			return -1;
	}
	return 0;
}

static int explain_silence(struct buffer *out, const struct running_list *list, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	size_t silent = running_exposed(list, false);

	if (silent == 0)
		return 0;
	if (buffer_print(&text, err,
		    "Nothing listens in %s of these: the host's directory is in sight, and a "
		    "daemon that starts there will answer in the container.",
		    silent == running_exposed(list, true) + silent ? "any" : "some") < 0)
		return -1;
	return text_wrap(out, 0, text.text, err);
}

static int add_commands(
	struct buffer *out, const struct running_list *list, size_t exposed, struct error *err)
{
	for (size_t i = 0; i < exposed && i < LISTED_MAX; i++) {
		const struct running *row = &list->rows[i];

		if (buffer_print(out, err, "  runmask fix --pid %d", (int)row->pid) < 0)
			return -1;
		if (row->named &&
			(buffer_print(out, err, "  # ") < 0 ||
				add_name(out, row->name, LISTED_WIDTH, err) < 0))
			return -1;
		if (buffer_add(out, "\n", 1, err) < 0)
			return -1;
	}
	if (exposed == 1)
		return 0;
	return buffer_print(out, err, "  runmask fix --all  # all %zu\n", exposed);
}

static int next_steps(struct buffer *out, const struct running_list *list, channel_set asked,
	size_t exposed, struct error *err)
{
	if (exposed == 0)
		return 0;
	if (explain(out, list, asked, err) < 0 || explain_silence(out, list, err) < 0 ||
		buffer_print(out, err, "To mask it now, without a restart:\n") < 0 ||
		add_commands(out, list, exposed, err) < 0 ||
		text_wrap(out, 0,
			"The mask ends with the container. For a lasting cure change its compose "
			"file or manifest (\"runmask check FILE\" shows how), or install the hook "
			"(\"runmask doctor\" checks it).",
			err) < 0)
		return -1;
	return buffer_add(out, "\n", 1, err);
}

/* By the end of a socket's path: the daemon, and how a container keeps a living socket of it. */
static const struct {
	const char *end, *daemon, *living;
} daemons[] = {
	{ "docker.sock", "dockerd",
		"bind the directory in its place, with a listener for it: "
		"docker.socket.d/oci-runmask.conf, and sockets[] in the policy" },
	{ "podman.sock", "Podman's service", "bind its directory (/run/podman) in its place" },
	{ "containerd.sock", "containerd", "bind its directory (/run/containerd) in its place" },
	{ "crio.sock", "CRI-O", "bind its directory (/run/crio) in its place" },
	{ "", "its daemon", "bind the directory that holds it in its place" },
};

static int explain_dead(struct buffer *out, const struct running *row,
	const struct running_socket *socket, struct error *err)
{
	const char *path = socket->source[0] != '\0' ? socket->source : socket->destination;
	cleanup(buffer_clear) struct buffer text = { 0 };
	size_t kind = 0;

	while (strlen(path) < strlen(daemons[kind].end) ||
		strcmp(path + strlen(path) - strlen(daemons[kind].end), daemons[kind].end) != 0)
		kind++;
	if (buffer_print(&text, err, "Stale: ") < 0 ||
		text_add_escaped(&text, row->name, ESCAPED_NAME, err) < 0 ||
		buffer_print(&text, err, " (pid %d) holds a dead socket at ", (int)row->pid) < 0 ||
		text_add_escaped(&text, socket->destination, ESCAPED_NAME, err) < 0 ||
		buffer_print(&text, err,
			": %s has made a new one since, or has ended. A restart of the container "
			"binds the new one; for good, %s.",
			daemons[kind].daemon, daemons[kind].living) < 0)
		return -1;
	return text_wrap(out, 0, text.text, err);
}

static int add_stale(struct buffer *out, const struct running_list *list, struct error *err)
{
	size_t before = out->length;

	for (size_t i = 0; i < list->count; i++)
		for (size_t j = 0; j < list->rows[i].socket_count; j++)
			if (list->rows[i].sockets[j].state == SOCKET_DEAD &&
				explain_dead(out, &list->rows[i], &list->rows[i].sockets[j], err) <
					0)
				return -1;
	return out->length > before ? buffer_add(out, "\n", 1, err) : 0;
}

/* "3 containers: 1 exposed, 2 clear", and how many were not seen. */
static int add_counts(struct buffer *out, const struct running_list *list, struct error *err)
{
	size_t counts[REACH_EXPOSED + 1] = { 0 }, total = 0;
	const char *before = ": ";

	for (size_t i = 0; i < list->count; i++) {
		if (list->rows[i].kind != RUNNING_CONTAINER)
			continue;
		counts[list->rows[i].worst]++;
		total++;
	}
	if (buffer_print(out, err, "%zu container%s", total, total == 1 ? "" : "s") < 0)
		return -1;
	for (size_t i = REACH_EXPOSED + 1; i-- > 0;) {
		if (counts[i] == 0)
			continue;
		if (buffer_print(
			    out, err, "%s%zu %s", before, counts[i], reach_name((enum reach)i)) < 0)
			return -1;
		before = ", ";
	}
	if (list->unseen == 0)
		return buffer_print(out, err, "\n");
	return buffer_print(out, err, "\n%zu process%s could not be looked at\n", list->unseen,
		list->unseen == 1 ? "" : "es");
}

int running_text(struct buffer *out, const struct running_list *list, channel_set asked,
	bool colour, struct error *err)
{
	size_t exposed = running_exposed(list, true) + running_exposed(list, false);

	if (add_table(out, list, asked, colour, err) < 0 ||
		next_steps(out, list, asked, exposed, err) < 0 || add_stale(out, list, err) < 0)
		return -1;
	return add_counts(out, list, err);
}

static json_t *sockets_value(const struct running *row)
{
	json_t *sockets = json_array();

	for (size_t i = 0; i < row->socket_count; i++) {
		const struct running_socket *socket = &row->sockets[i];

		json_array_append_new(sockets,
			json_pack("{s:o, s:o, s:s}", "destination",
				json_foreign(socket->destination), "source",
				socket->source[0] == '\0' ? json_null()
							  : json_foreign(socket->source),
				"verdict", socket->state == SOCKET_DEAD ? "stale" : "live"));
	}
	return sockets;
}

static json_t *row_value(const struct running *row, channel_set asked)
{
	json_t *set = json_object();

	for (size_t i = 0; i < channel_count; i++)
		if (asked & channel_bit(i))
			json_object_set_new(
				set, channels[i].name, json_string(reach_name(row->reaches[i])));
	return json_pack("{s:i, s:o, s:s, s:o, s:b, s:o}", "pid", (int)row->pid, "name",
		json_foreign(row->name), "kind", running_kind_name(row->kind), "channels", set,
		"listening", row->listening, "sockets", sockets_value(row));
}

int running_json(
	struct buffer *out, const struct running_list *list, channel_set asked, struct error *err)
{
	json_t *rows = json_array(), *whole;

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(rows, row_value(&list->rows[i], asked));
	whole = json_pack("{s:i, s:o, s:I}", "version", 1, "containers", rows, "unseen",
		(json_int_t)list->unseen);
	return json_print(out, whole, JSON_COMPACT, err) < 0 ? -1 : buffer_add(out, "\n", 1, err);
}
