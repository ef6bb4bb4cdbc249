/* SPDX-License-Identifier: Apache-2.0 */
/* report_text: a table of what is found, the worst first, then one paragraph for all findings that
 * are alike. */
#define _GNU_SOURCE 1 /* tdestroy */

#include <search.h>
#include <string.h>

#include "base/string.h"
#include "check/report_internal.h"

#define BOLD "\033[1m"
#define PLAIN "\033[0m"
#define HEADINGS_MAX 20 /* findings alike that are named above their paragraph */

static const struct table_column columns[] = {
	{ .title = "CONTAINER", .cuts = true },
	{ .title = "VERDICT", .colours = true },
	{ .title = "CHANNELS", .cuts = true },
	{ .title = "MOUNT", .cuts = true },
	{ .title = "WHERE" },
};

/* The words of the table's verdicts, in the order in which they are shown. */
static const struct {
	const char *word, *colour;
} ranks[] = {
	{ "exposed", "\033[1;31m" },
	{ "shared", "\033[1;31m" },
	{ "stale", "\033[33m" },
	{ "unknown", "\033[33m" },
	{ "masked", "\033[32m" },
	{ "ignored", "\033[33m" },
	{ "keep", "\033[36m" },
	{ "leave", "\033[36m" },
	{ "live", "\033[32m" },
	{ "clear", "\033[32m" },
};

/* Findings alike: the same kind of file, verdict, channels and mounts. */
struct group {
	char *key;
	struct buffer headings, body;
	size_t count;
};

static size_t rank_of(const char *word)
{
	size_t rank = 0;

	while (rank < array_count(ranks) && strcmp(ranks[rank].word, word) != 0)
		rank++;
	return rank;
}

static const char *colour_of(const char *word)
{
	size_t rank = rank_of(word);

	return rank < array_count(ranks) ? ranks[rank].colour : NULL;
}

static int print_channels(struct buffer *out, channel_set set, struct error *err)
{
	for (size_t i = 0; i < channel_count; i++)
		if ((set & channel_bit(i)) &&
			buffer_print(
				out, err, "%s%s", out->length > 0 ? "," : "", channels[i].name) < 0)
			return -1;
	return buffer_add(out, "", 0, err);
}

static int print_location(struct buffer *out, const struct item *item, struct error *err)
{
	size_t line = line_of(item->summary, item->mount);

	if (line == 0)
		return buffer_print(out, err, "%s", item->summary->file);
	return buffer_print(out, err, "%s:%zu", item->summary->file, line);
}

static int add_row(
	struct report *report, const struct item *item, channel_set set, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 }, path = { 0 }, where = { 0 },
					    names = { 0 };
	bool several = (report->channels & (report->channels - 1)) != 0;

	report->table.columns = columns;
	report->table.column_count = array_count(columns);
	if (print_name(&name, item->summary, err) < 0 || print_mount(&path, item->mount, err) < 0 ||
		print_location(&where, item, err) < 0 ||
		print_channels(&names, several ? set : 0, err) < 0)
		return -1;
	{
		const char *const cells[] = { name.text, item->verdict, names.text, path.text,
			where.text };

		return table_add(&report->table, rank_of(item->verdict), cells, err);
	}
}

static bool is_shown(const struct report *report, enum verdict verdict)
{
	if (verdict == VERDICT_IGNORED)
		return report->strict || report->all;
	return verdict != VERDICT_CLEAR;
}

/* A row for each bind through which it is exposed. */
static int add_finding_rows(struct report *report, const struct summary *summary,
	const struct finding *finding, struct error *err)
{
	size_t count = finding_is_trouble(finding) ? finding->mount_count : 1;
	struct item item = finding_item(summary, finding);

	for (size_t i = 0; i < count && is_shown(report, finding->verdict); i++) {
		if (count > 1)
			item.mount = &summary->container->mounts[finding->mounts[i]];
		if (add_row(report, &item, finding->channels, err) < 0)
			return -1;
	}
	return 0;
}

/* The rows of one container: what is not clear, and its single sockets; else, with --all, one row
 * that says so. */
static int add_rows(struct report *report, const struct summary *summary, struct error *err)
{
	const struct item clear = { summary, NULL, NULL, verdict_name(VERDICT_CLEAR) };
	size_t before = report->table.row_count;

	for (size_t i = 0; i < summary->finding_count; i++)
		if (add_finding_rows(report, summary, &summary->findings[i], err) < 0)
			return -1;
	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];
		struct item item = stale_item(summary, socket);

		item.verdict = socket->ignored ? "ignored" : socket_fate_name(socket->fate);
		if (socket->ignored && !report->strict && !report->all)
			continue;
		if (add_row(report, &item, 0, err) < 0)
			return -1;
	}
	if (report->table.row_count > before || !report->all)
		return 0;
	return add_row(report, &clear, report->channels, err);
}

static int add_heading(struct group *group, const struct report *report, const struct item *item,
	struct error *err)
{
	struct buffer *out = &group->headings;
	cleanup(buffer_clear) struct buffer heading = { 0 };

	if (group->count > HEADINGS_MAX)
		return 0;
	if (print_name(&heading, item->summary, err) < 0 || buffer_print(&heading, err, ", ") < 0 ||
		print_location(&heading, item, err) < 0 ||
		buffer_print(&heading, err, ": %s", item->verdict) < 0 ||
		buffer_print(out, err, "%s", report->colour ? BOLD : "") < 0 ||
		text_add_escaped(out, heading.text, ESCAPED_LINE, err) < 0)
		return -1;
	return buffer_print(out, err, "%s\n", report->colour ? PLAIN : "");
}

/* The ways out, numbered; the hook's, where it is one, stands before them. */
static int add_remedies(struct buffer *out, const struct remedy_case *asked, struct error *err)
{
	struct remedy remedies[REMEDY_KINDS];
	size_t count, number = 0;
	int result = remedies_make(remedies, &count, asked, err);

	for (size_t i = 0; result == 0 && i < count; i++) {
		bool numbered = count > 1 && remedies[i].way != WAY_HOOK;
		cleanup(buffer_clear) struct buffer text = { 0 };

		if ((numbered && buffer_print(&text, err, "%zu. ", ++number) < 0) ||
			buffer_print(&text, err, "%s", remedies[i].text.text) < 0 ||
			text_wrap(out, 4, text.text, err) < 0 ||
			text_indent(out, 10, remedies[i].lines.text ? remedies[i].lines.text : "",
				err) < 0)
			result = -1;
	}
	remedies_clear(remedies, count);
	return result;
}

static int body_exposed(struct buffer *out, const struct item *item,
	const struct remedy_case *asked, struct error *err)
{
	static const char why[] = " They take its \"no such name\" as final, and never read the "
				  "container's /etc/hosts or ask its DNS; dig asks DNS itself, so "
				  "it works.";
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (because_finding(&text, item->summary, item->finding, err) < 0 ||
		buffer_print(&text, err, "%s", channels[item->finding->first].final ? why : "") <
			0 ||
		text_wrap(out, 2, text.text, err) < 0 ||
		buffer_print(out, err, "  Any one of these ends it:\n") < 0)
		return -1;
	return add_remedies(out, asked, err);
}

static int body_stale(struct buffer *out, const struct remedy_case *asked, struct error *err)
{
	static const char docker[] =
		" Docker does that when dockerd makes its own socket (with live restore the "
		"container stays and gets \"connection refused\"), and when docker.socket is "
		"restarted. It does not where systemd holds the socket (docker.socket, dockerd -H "
		"fd://): there it outlives a restart of docker.service.";
	static const char other[] =
		" A socket that systemd holds (a .socket unit) outlives a restart of its service, "
		"not one of the .socket unit.";
	cleanup(buffer_clear) struct buffer text = { 0 };
	bool is_docker = strstr(asked->mount->source, "docker.sock") != NULL;

	if (because_stale(&text, asked->mount, err) < 0 ||
		buffer_print(&text, err, "%s", is_docker ? docker : other) < 0 ||
		text_wrap(out, 2, text.text, err) < 0)
		return -1;
	return add_remedies(out, asked, err);
}

/* What findings have in common that share a paragraph. */
static int print_key(
	struct buffer *key, const struct remedy_case *asked, const char *verdict, struct error *err)
{
	const struct manifest_container *container = asked->container;

	if (buffer_print(key, err, "%d %s %u %d %d %s", (int)container->kind, verdict,
		    asked->channels, (int)container->request, container->ordered,
		    container->beside ? container->beside : "") < 0)
		return -1;
	for (size_t i = 0; i < asked->mount_count; i++) {
		const struct planned_mount *mount = &container->mounts[asked->mounts[i]];

		if (buffer_print(key, err, " %s:%s:%d:%d:%d", mount->source, mount->destination,
			    mount->readonly, (int)mount->propagation, mount->recursive) < 0)
			return -1;
	}
	return 0;
}

static int by_key(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	return strcmp(a->key, b->key);
}

static struct group *group_for(struct report *report, const struct remedy_case *asked,
	const char *verdict, struct error *err)
{
	cleanup(buffer_clear) struct buffer key = { 0 };
	struct group wanted, **found, **added, *group;

	if (print_key(&key, asked, verdict, err) < 0)
		return NULL;
	wanted.key = key.text;
	found = tfind(&wanted, &report->groups, by_key);
	if (found)
		return *found;
	added = array_add(&report->in_order, &report->group_count, sizeof(*added), err);
	group = added ? calloc(1, sizeof(*group)) : NULL;
	if (!group) {
		report->group_count -= added != NULL;
		error_set(err, ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	*added = group;
	group->key = take(key.text);
	if (!tsearch(group, &report->groups, by_key)) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	return group;
}

/* A heading, and for the first of its kind the paragraph. That of several says no line numbers. */
static int add_item(
	struct report *report, const struct item *item, struct remedy_case asked, struct error *err)
{
	struct group *group = group_for(report, &asked, item->verdict, err);

	if (!group)
		return -1;
	group->count++;
	if (add_heading(group, report, item, err) < 0)
		return -1;
	if (group->count > 2)
		return 0;
	asked.several = group->count > 1;
	group->body.length = 0;
	return item->finding ? body_exposed(&group->body, item, &asked, err)
			     : body_stale(&group->body, &asked, err);
}

int text_container(struct report *report, const struct summary *summary, struct error *err)
{
	if (add_rows(report, summary, err) < 0)
		return -1;
	for (size_t i = 0; i < summary->finding_count; i++) {
		const struct finding *finding = &summary->findings[i];
		const struct item item = finding_item(summary, finding);

		if (finding_is_trouble(finding) &&
			add_item(report, &item, finding_case(summary, finding), err) < 0)
			return -1;
	}
	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];
		const struct item item = stale_item(summary, socket);

		if (socket_is_trouble(socket) &&
			add_item(report, &item, stale_case(summary, socket), err) < 0)
			return -1;
	}
	return 0;
}

static int print_group(struct buffer *out, const struct group *group, struct error *err)
{
	if (buffer_print(out, err, "\n") < 0 ||
		buffer_add(out, group->headings.text, group->headings.length, err) < 0 ||
		(group->count > HEADINGS_MAX &&
			buffer_print(out, err, "and %zu more, in the table above\n",
				group->count - HEADINGS_MAX) < 0))
		return -1;
	return buffer_add(out, group->body.text, group->body.length, err);
}

int text_end(struct report *report, struct buffer *out, struct error *err)
{
	report->table.width = report->width;
	report->table.colour = report->colour ? colour_of : NULL;
	if (table_print(&report->table, out, err) < 0)
		return -1;
	for (size_t i = 0; i < report->group_count; i++)
		if (print_group(out, report->in_order[i], err) < 0)
			return -1;
	if (report->notes.length > 0 &&
		buffer_add(out, report->notes.text + (out->length == 0),
			report->notes.length - (out->length == 0), err) < 0)
		return -1;
	if (report->containers == 0 && report->skipped == 0 && report->notes.length == 0)
		return 0;
	if (out->length > 0 && buffer_print(out, err, "\n") < 0)
		return -1;
	return print_counts(out, report, err);
}

static void group_keep(void *group)
{
	(void)group; /* in_order has it too */
}

void text_groups_clear(struct report *report)
{
	tdestroy(report->groups, group_keep);
	for (size_t i = 0; i < report->group_count; i++) {
		struct group *group = report->in_order[i];

		if (group == NULL)
			continue;
		text_clear(&group->key);
		buffer_clear(&group->headings);
		buffer_clear(&group->body);
		free(group);
	}
	free(report->in_order);
}
