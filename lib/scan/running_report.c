/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/running_report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan_text.h"
#include "check/report_internal.h"
#include "base/wrap.h"
#include "base/string.h"

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

/* What exposed means, for each channel that somebody reaches. */
static int explain(
	struct buffer *out, const struct running_list *list, channel_set asked, struct error *err)
{
	static const char nscd[] = " They take its \"no such name\" as final: the names of the "
				   "container's own network do not resolve, and the host's do.";
	channel_set exposed = 0;

	for (size_t i = 0; i < list->count; i++)
		exposed |= channels_of(&list->rows[i], asked, REACH_EXPOSED);
	for (size_t i = 0; i < channel_count; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };

		if (!(exposed & channel_bit(i)))
			continue;
		if (buffer_print(&text, err, "Exposed: the host's %s answers %s in it.%s",
			    channels[i].daemon, channels[i].clients,
			    strcmp(channels[i].name, "nscd") == 0 ? nscd : "") < 0 ||
			text_wrap(out, 0, text.text, err) < 0)
			return -1;
	}
	return 0;
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
	if (explain(out, list, asked, err) < 0 ||
		buffer_print(out, err, "To mask it now, without a restart:\n") < 0 ||
		add_commands(out, list, exposed, err) < 0 ||
		text_wrap(out, 0,
			"That lasts as long as the container. For good: \"runmask check\" on its "
			"compose file or manifest, or the hook, which \"runmask doctor\" looks "
			"after.",
			err) < 0)
		return -1;
	return buffer_add(out, "\n", 1, err);
}

/* "3 containers: 1 exposed, 2 clear", and how many were not seen. */
static int add_counts(
	struct buffer *out, const struct running_list *list, bool as_root, struct error *err)
{
	size_t counts[REACH_EXPOSED + 1] = { 0 };
	const char *before = ": ";

	for (size_t i = 0; i < list->count; i++)
		counts[list->rows[i].worst]++;
	if (buffer_print(out, err, "%zu container%s", list->count, list->count == 1 ? "" : "s") < 0)
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
	return buffer_print(out, err, "\n%zu process%s could not be looked at%s\n", list->unseen,
		list->unseen == 1 ? "" : "es", as_root ? "" : ": root sees all of them");
}

int running_words(struct buffer *out, const struct running_list *list, channel_set asked,
	bool colour, bool as_root, struct error *err)
{
	size_t exposed = 0;

	for (size_t i = 0; i < list->count; i++)
		exposed += list->rows[i].worst == REACH_EXPOSED;
	if (add_table(out, list, asked, colour, err) < 0 ||
		next_steps(out, list, asked, exposed, err) < 0)
		return -1;
	return add_counts(out, list, as_root, err);
}

json_t *json_foreign(const char *text)
{
	json_t *value = json_string(text);
	char *ascii = value ? NULL : strdup(text);

	if (!ascii)
		return value;
	for (char *at = ascii; *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	value = json_string(ascii);
	free(ascii);
	return value;
}

static json_t *row_value(const struct running *row, channel_set asked)
{
	json_t *set = json_object();

	for (size_t i = 0; i < channel_count; i++)
		if (asked & channel_bit(i))
			json_object_set_new(
				set, channels[i].name, json_string(reach_name(row->reaches[i])));
	return json_pack("{s:i, s:o, s:o}", "pid", (int)row->pid, "name", json_foreign(row->name),
		"channels", set);
}

int running_json(
	struct buffer *out, const struct running_list *list, channel_set asked, struct error *err)
{
	json_t *rows = json_array(), *whole;
	char *text;
	int result;

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(rows, row_value(&list->rows[i], asked));
	whole = json_pack("{s:i, s:o, s:I}", "version", 1, "containers", rows, "unseen",
		(json_int_t)list->unseen);
	text = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
	json_decref(whole);
	if (text == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	result = buffer_print(out, err, "%s\n", text);
	free(text);
	return result;
}
