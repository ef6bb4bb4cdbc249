/* SPDX-License-Identifier: Apache-2.0 */
/* report: sums a judged container up as findings, and hands it to the format that was asked
 * for. */
#include "check/report.h"

#include <string.h>

#include "base/string.h"
#include "check/report_internal.h"

static const char *const format_names[] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_QUIET] = "quiet",
	[FORMAT_JSON] = "json",
	[FORMAT_SARIF] = "sarif",
	[FORMAT_GITHUB] = "github",
	[FORMAT_GCC] = "gcc",
};

int report_format_find(const char *name)
{
	int found = word_find(name, format_names, array_count(format_names));

	return found == FORMAT_QUIET ? -1 : found;
}

size_t line_of(const struct summary *summary, const struct planned_mount *mount)
{
	return mount && mount->line > 0 ? mount->line : summary->container->line;
}

size_t column_of(const struct summary *summary, const struct planned_mount *mount)
{
	if (mount && mount->line > 0 && mount->column > 0)
		return mount->column;
	return line_of(summary, mount) > 0 ? 1 : 0;
}

bool finding_is_trouble(const struct finding *finding)
{
	return finding->verdict >= VERDICT_SHARED;
}

bool socket_is_trouble(const struct judged_socket *socket)
{
	return socket->fate == SOCKET_STALE && !socket->ignored;
}

struct item finding_item(const struct summary *summary, const struct finding *finding)
{
	return (struct item){ summary, finding, finding->mount, verdict_name(finding->verdict) };
}

struct item stale_item(const struct summary *summary, const struct judged_socket *socket)
{
	return (struct item){ summary, NULL, &summary->container->mounts[socket->mount], "stale" };
}

struct remedy_case finding_case(const struct summary *summary, const struct finding *finding)
{
	return (struct remedy_case){
		.container = summary->container,
		.mount = finding->mount,
		.mounts = finding->mounts,
		.mount_count = finding->mount_count,
		.shares = finding->verdict == VERDICT_SHARED,
		.channels = finding->channels,
	};
}

struct remedy_case stale_case(const struct summary *summary, const struct judged_socket *socket)
{
	return (struct remedy_case){
		.container = summary->container,
		.mount = &summary->container->mounts[socket->mount],
		.mounts = &socket->mount,
		.mount_count = 1,
	};
}

int print_name(struct buffer *out, const struct summary *summary, struct error *err)
{
	const char *object = summary->container->object;

	return buffer_print(out, err, "%s%s%s%s", summary->container->name, object ? " (" : "",
		object ? object : "", object ? ")" : "");
}

int print_mount(struct buffer *out, const struct planned_mount *mount, struct error *err)
{
	if (!mount)
		return buffer_add(out, "", 0, err);
	if (!mount->source || strcmp(mount->source, mount->destination) == 0)
		return buffer_print(out, err, "%s", mount->destination);
	return buffer_print(out, err, "%s -> %s", mount->source, mount->destination);
}

/* The finding that the channel belongs to: one of its kind, or a new one. */
static struct finding *finding_for(
	struct summary *summary, enum verdict verdict, const struct planned_mount *mount)
{
	for (size_t i = 0; i < summary->finding_count; i++)
		if (summary->findings[i].verdict == verdict && summary->findings[i].mount == mount)
			return &summary->findings[i];
	return &summary->findings[summary->finding_count++];
}

static void add_channel(struct summary *summary, size_t channel)
{
	const struct judged_place *place, *places = summary->judgement->places[channel];
	enum verdict verdict = judgement_verdict(summary->judgement, channel, &place);
	const struct planned_mount *mount = place->mount == NO_MOUNT
		? NULL
		: &summary->container->mounts[place->mount];
	struct finding *finding = finding_for(summary, verdict, mount);

	if (finding->channels == 0)
		*finding = (struct finding){
			.verdict = verdict,
			.first = channel,
			.directory = channels[channel].places[place - places].directory,
			.mount = mount,
			.mounts = &summary->judgement->exposing[place->exposing],
			.mount_count = place->exposing_count,
			.more = place->more,
		};
	finding->channels |= channel_bit(channel);
}

static void sort_findings(struct summary *summary)
{
	for (size_t i = 1; i < summary->finding_count; i++) {
		struct finding moved = summary->findings[i];
		size_t at = i;

		for (; at > 0 && summary->findings[at - 1].verdict < moved.verdict; at--)
			summary->findings[at] = summary->findings[at - 1];
		summary->findings[at] = moved;
	}
}

static void sum_up(struct summary *summary, channel_set asked)
{
	for (size_t i = 0; i < channel_count; i++)
		if (asked & channel_bit(i))
			add_channel(summary, i);
	sort_findings(summary);
	for (size_t i = 0; i < summary->judgement->socket_count && !summary->stale; i++)
		if (socket_is_trouble(&summary->judgement->sockets[i]))
			summary->stale = &summary->judgement->sockets[i];
}

int report_container(struct report *report, const char *file,
	const struct manifest_container *container, const struct judgement *judgement,
	struct error *err)
{
	struct summary summary = { .file = file, .container = container, .judgement = judgement };

	sum_up(&summary, report->channels);
	report->containers++;
	if (summary.finding_count > 0)
		report->verdicts[summary.findings[0].verdict]++;
	report->stale += summary.stale != NULL;
	for (size_t i = 0; i < judgement->socket_count; i++)
		report->ignored_stale += judgement->sockets[i].ignored;
	switch (report->format) {
	case FORMAT_JSON:
		return json_container(report, &summary, err);
	case FORMAT_SARIF:
		return sarif_container(report, &summary, err);
	case FORMAT_QUIET:
	case FORMAT_GITHUB:
	case FORMAT_GCC:
		return lines_container(report, &summary, err);
	case FORMAT_TEXT:
		break;
	}
	return text_container(report, &summary, err);
}

/* What follows where the channel is the host's. */
static const char *consequence(const struct channel *channel)
{
	return channel->resolves_names ? "container names will not resolve"
				       : "the answers are the host's";
}

static int because_exposed(struct buffer *out, const struct finding *finding, struct error *err)
{
	const struct channel *channel = &channels[finding->first];
	int clients = (int)strcspn(channel->clients, "(");
	bool single = strncmp(channel->clients, "every", strlen("every")) == 0;

	while (clients > 0 && channel->clients[clients - 1] == ' ')
		clients--;
	return buffer_print(out, err,
		"The bind of %s at %s puts the host's %s at %s: %.*s in it ask%s the host's %s; "
		"%s%s.",
		finding->mount->source, finding->mount->destination, channel->daemon,
		finding->directory, clients, channel->clients, single ? "s" : "", channel->daemon,
		consequence(channel),
		finding->verdict == VERDICT_SHARED
			? ", and as the bind is shared, what is mounted over it shows on the host"
			: "");
}

/* The file was read together with another, which may hold the bind. */
static int because_beside(
	struct buffer *out, const struct manifest_container *container, struct error *err)
{
	if (!container->beside)
		return 0;
	return buffer_print(out, err, " (Read together with %s beside it.)", container->beside);
}

static int because_off(
	struct buffer *out, const struct manifest_container *container, struct error *err)
{
	if (container->request != REQUEST_OFF)
		return 0;
	return buffer_print(out, err,
		" The annotation " ANNOTATION_STRATEGY " says \"off\", so the hook does nothing.");
}

static int because_seen(struct buffer *out, const struct finding *finding, struct error *err)
{
	const char *daemon = channels[finding->first].daemon;

	switch (finding->verdict) {
	case VERDICT_EXPOSED:
	case VERDICT_SHARED:
		return because_exposed(out, finding, err);
	case VERDICT_KEEP:
		return buffer_print(out, err,
			"%s is bound by name, so the host's %s is meant to be seen.",
			finding->mount->source, daemon);
	case VERDICT_IGNORED:
		return buffer_print(out, err,
			"The bind of %s at %s shows the host's %s; the file says to ignore it.",
			finding->mount->source, finding->mount->destination, daemon);
	case VERDICT_MASKED:
		return buffer_print(out, err,
			"The bind of %s at %s shows the host's %s, and the file asks for "
			"oci-runmask by name: where that is installed, it is masked at every "
			"start, and \"runmask scan\" shows it.",
			finding->mount->source, finding->mount->destination, daemon);
	case VERDICT_LEAVE:
		return buffer_print(out, err, "The mount at %s covers the host's %s already.",
			finding->mount->destination, daemon);
	case VERDICT_CLEAR:
		break;
	}
	return buffer_print(
		out, err, "No mount puts the host's %s at %s.", daemon, finding->directory);
}

int because_finding(struct buffer *out, const struct summary *summary,
	const struct finding *finding, struct error *err)
{
	if (because_seen(out, finding, err) < 0)
		return -1;
	for (size_t i = 1; finding_is_trouble(finding) && i < finding->mount_count; i++) {
		const struct planned_mount *mount = &summary->container->mounts[finding->mounts[i]];

		if (buffer_print(out, err, "%s the bind of %s at %s%s",
			    i == 1 ? " Without it," : ",", mount->source, mount->destination,
			    i + 1 == finding->mount_count ? " does the same." : "") < 0)
			return -1;
	}
	if (finding_is_trouble(finding) && finding->more &&
		buffer_print(out, err,
			" There are more such binds than are listed: check the file again after "
			"removing these.") < 0)
		return -1;
	if (finding->verdict == VERDICT_CLEAR)
		return 0;
	if (because_off(out, summary->container, err) < 0)
		return -1;
	return because_beside(out, summary->container, err);
}

int because_stale(struct buffer *out, const struct planned_mount *mount, struct error *err)
{
	return buffer_print(out, err,
		"%s is bound as a single file: it goes dead when the daemon replaces its socket.",
		mount->source);
}

int report_remark(struct report *report, const char *text, struct error *err)
{
	if (report->format != FORMAT_TEXT)
		return 0;
	if (buffer_add(&report->notes, "\n", 1, err) < 0)
		return -1;
	return text_wrap(&report->notes, 0, text, err);
}

/* One sentence for all that say the same, at the first. */
int report_hint(struct report *report, const char *file, const char *message, struct error *err)
{
	cleanup(buffer_clear) struct buffer sentence = { 0 };

	if (report->format != FORMAT_TEXT ||
		(report->notes.length > 0 && strstr(report->notes.text, message)))
		return 0;
	if (buffer_print(&sentence, err, "%s: not judged: %s", file, message) < 0)
		return -1;
	return report_remark(report, sentence.text, err);
}

int report_error(
	struct report *report, const char *file, const struct error *failure, struct error *err)
{
	report->errors++;
	switch (report->format) {
	case FORMAT_JSON:
		return json_error(report, file, failure, err);
	case FORMAT_SARIF:
		return sarif_error(report, file, failure, err);
	case FORMAT_GITHUB:
	case FORMAT_GCC:
		return lines_error(report, file, failure, err);
	case FORMAT_TEXT:
	case FORMAT_QUIET:
		break;
	}
	return 0;
}

int report_end(struct report *report, struct buffer *out, struct error *err)
{
	switch (report->format) {
	case FORMAT_JSON:
		return json_end(report, out, err);
	case FORMAT_SARIF:
		return sarif_end(report, out, err);
	case FORMAT_QUIET:
	case FORMAT_GITHUB:
	case FORMAT_GCC:
		return buffer_add(
			out, report->rows.text ? report->rows.text : "", report->rows.length, err);
	case FORMAT_TEXT:
		break;
	}
	return text_end(report, out, err);
}

void report_clear(struct report *report)
{
	text_groups_clear(report);
	table_clear(&report->table);
	buffer_clear(&report->rows);
	buffer_clear(&report->notes);
	buffer_clear(&report->error_rows);
	*report = (struct report){ 0 };
}
