/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check/report_internal.h"
#include "base/string.h"

#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t words_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += !continues(*text);
	return width;
}

static int words_indent(struct buffer *out, int count, struct error *err)
{
	static const char blanks[] = "            ";

	return buffer_add(out, blanks, (size_t)count, err);
}

int words_wrap(struct buffer *out, int indent, const char *text, struct error *err)
{
	cleanup(buffer_clear) struct buffer clean = { 0 };
	size_t column = 0;

	if (text_add_escaped(&clean, text, ESCAPED_LINE, err) < 0)
		return -1;
	for (const char *word = clean.text ? clean.text : ""; *word;) {
		size_t length = strcspn(word, " "), width = 0;

		for (size_t i = 0; i < length; i++)
			width += !continues(word[i]);
		if (column > 0 && column + 1 + width > REPORT_WIDTH) {
			if (buffer_add(out, "\n", 1, err) < 0)
				return -1;
			column = 0;
		}
		if (words_indent(out, column > 0 ? 1 : indent, err) < 0 ||
			buffer_add(out, word, length, err) < 0)
			return -1;
		column += (column > 0 ? 1 : (size_t)indent) + width;
		word += length;
		word += strspn(word, " ");
	}
	return buffer_add(out, "\n", 1, err);
}

/* The lines to paste, set off. */
static int add_lines(struct buffer *out, const char *lines, struct error *err)
{
	while (lines && *lines) {
		size_t length = strcspn(lines, "\n");
		cleanup(text_clear) char *line = text_copy_bytes(lines, length, err);

		if (!line || words_indent(out, 10, err) < 0 ||
			text_add_escaped(out, line, ESCAPED_LINE, err) < 0 ||
			buffer_add(out, "\n", 1, err) < 0)
			return -1;
		lines += length + (lines[length] == '\n');
	}
	return 0;
}

static int add_heading(struct report *report, const struct summary *summary, const char *verdict,
	const struct planned_mount *mount, struct error *err)
{
	struct buffer *out = &report->paragraphs;
	const char *object = summary->container->object;
	size_t line = line_of(summary, mount);
	cleanup(buffer_clear) struct buffer heading = { 0 };

	if (buffer_print(&heading, err, "%s%s%s%s, %s", summary->container->name,
		    object ? " (" : "", object ? object : "", object ? ")" : "",
		    summary->file) < 0 ||
		(line > 0 && buffer_print(&heading, err, " line %zu", line) < 0) ||
		buffer_print(&heading, err, ": %s", verdict) < 0 ||
		buffer_print(out, err, "\n%s", report->colour ? BOLD : "") < 0 ||
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
			words_wrap(out, 4, text.text, err) < 0 ||
			add_lines(out, remedies[i].lines.text, err) < 0)
			result = -1;
	}
	remedies_clear(remedies, count);
	return result;
}

static int add_exposed(struct report *report, const struct summary *summary,
	const struct finding *finding, struct error *err)
{
	static const char why[] = " They take its \"no such name\" as final, and never read the "
				  "container's /etc/hosts or ask its DNS; dig asks DNS itself, so "
				  "it works.";
	const struct channel *nscd = channel_find("nscd");
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct remedy_case asked = {
		.container = summary->container,
		.mount = finding->mount,
		.shares = finding->verdict == VERDICT_SHARED,
		.channels = finding->channels,
	};

	if (add_heading(report, summary, verdict_name(finding->verdict), finding->mount, err) < 0 ||
		because_finding(&text, finding, err) < 0 ||
		buffer_print(&text, err, "%s", &channels[finding->first] == nscd ? why : "") < 0 ||
		words_wrap(&report->paragraphs, 2, text.text, err) < 0 ||
		buffer_print(&report->paragraphs, err, "  Any one of these ends it:\n") < 0)
		return -1;
	return add_remedies(&report->paragraphs, &asked, err);
}

static int add_stale(struct report *report, const struct summary *summary,
	const struct planned_mount *mount, struct error *err)
{
	static const char docker[] =
		" Docker does that when dockerd makes its own socket (with live restore the "
		"container stays and meets \"connection refused\"), and when docker.socket is "
		"restarted. It does not where systemd holds the socket (docker.socket, dockerd -H "
		"fd://): there it outlives a restart of docker.service.";
	static const char other[] =
		" A socket that systemd holds (a .socket unit) outlives a restart of its service, "
		"not one of the .socket unit.";
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct remedy_case asked = { .container = summary->container, .mount = mount };
	bool is_docker = strstr(mount->source, "docker.sock") != NULL;

	if (add_heading(report, summary, "stale", mount, err) < 0 ||
		because_stale(&text, mount, err) < 0 ||
		buffer_print(&text, err, "%s", is_docker ? docker : other) < 0 ||
		words_wrap(&report->paragraphs, 2, text.text, err) < 0)
		return -1;
	return add_remedies(&report->paragraphs, &asked, err);
}

int words_container(struct report *report, const struct summary *summary, struct error *err)
{
	if (table_container(report, summary, err) < 0)
		return -1;
	for (size_t i = 0; i < summary->finding_count; i++)
		if (summary->findings[i].verdict >= VERDICT_SHARED &&
			add_exposed(report, summary, &summary->findings[i], err) < 0)
			return -1;
	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];

		if (socket->fate == SOCKET_STALE &&
			add_stale(report, summary, &summary->container->mounts[socket->mount],
				err) < 0)
			return -1;
	}
	return 0;
}
