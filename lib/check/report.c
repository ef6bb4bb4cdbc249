/* SPDX-License-Identifier: Apache-2.0 */
#include "check/report.h"

#include <string.h>

#include "check/report_internal.h"

size_t line_of(const struct summary *summary, const struct planned_mount *mount)
{
	return mount && mount->line > 0 ? mount->line : summary->container->line;
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
		if (summary->judgement->sockets[i].fate == SOCKET_STALE)
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
	return report->form == REPORT_JSON ? json_container(report, &summary, err)
					   : words_container(report, &summary, err);
}

/* What follows where channels of that name are the host's. */
static const char *consequence(const char *channel)
{
	static const char *const names_of_hosts[] = { "nscd", "resolved" };

	for (size_t i = 0; i < array_count(names_of_hosts); i++)
		if (strcmp(names_of_hosts[i], channel) == 0)
			return "container names will not resolve";
	return "the answers are the host's";
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
		consequence(channel->name),
		finding->verdict == VERDICT_SHARED
			? ", and as the bind is shared, what is mounted over it shows on the host"
			: "");
}

int because_finding(struct buffer *out, const struct finding *finding, struct error *err)
{
	const struct channel *channel = &channels[finding->first];

	switch (finding->verdict) {
	case VERDICT_EXPOSED:
	case VERDICT_SHARED:
		return because_exposed(out, finding, err);
	case VERDICT_KEEP:
		return buffer_print(out, err,
			"%s is bound by name, so somebody means the host's %s to be seen.",
			finding->mount->source, channel->daemon);
	case VERDICT_IGNORED:
		return buffer_print(out, err,
			"The bind of %s at %s shows the host's %s; the file says to ignore it.",
			finding->mount->source, finding->mount->destination, channel->daemon);
	case VERDICT_MASKED:
		return buffer_print(out, err,
			"The bind of %s at %s shows the host's %s, and the file asks for "
			"oci-runmask by name, which masks it at every start.",
			finding->mount->source, finding->mount->destination, channel->daemon);
	case VERDICT_LEAVE:
		return buffer_print(out, err, "The mount at %s covers the host's %s already.",
			finding->mount->destination, channel->daemon);
	case VERDICT_CLEAR:
		break;
	}
	return buffer_print(out, err, "No mount puts the host's %s at %s.", channel->daemon,
		finding->directory);
}

int because_stale(struct buffer *out, const struct planned_mount *mount, struct error *err)
{
	return buffer_print(out, err,
		"%s is bound as a single file: it goes dead when the daemon makes its socket anew.",
		mount->source);
}

int report_remark(struct report *report, const char *text, struct error *err)
{
	if (report->form == REPORT_JSON)
		return 0;
	if (buffer_add(&report->paragraphs, "\n", 1, err) < 0)
		return -1;
	return words_wrap(&report->paragraphs, 0, text, err);
}

int report_error(struct report *report, const char *file, size_t line, size_t column,
	const char *message, struct error *err)
{
	report->errors++;
	return report->form == REPORT_JSON ? json_error(report, file, line, column, message, err)
					   : 0;
}

int report_end(struct report *report, struct buffer *out, struct error *err)
{
	return report->form == REPORT_JSON ? json_end(report, out, err)
					   : words_end(report, out, err);
}

void report_clear(struct report *report)
{
	buffer_clear(&report->rows);
	buffer_clear(&report->paragraphs);
	buffer_clear(&report->error_rows);
	*report = (struct report){ 0 };
}
