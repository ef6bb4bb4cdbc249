/* SPDX-License-Identifier: Apache-2.0 */
/* report_json: prints a JSON object for each container; docs/schema/check.json has the keys. */
#include "check/report_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "check/report_internal.h"
#include "json/print.h"

json_t *report_string(const char *text)
{
	return text ? json_foreign(text) : json_null();
}

static json_t *number_value(size_t number)
{
	return number > 0 ? json_integer((json_int_t)number) : json_null();
}

static json_t *channels_value(const struct judgement *judgement, channel_set asked)
{
	json_t *value = json_object();
	const struct judged_place *place;

	for (size_t i = 0; i < channel_count; i++)
		if (asked & channel_bit(i))
			json_object_set_new(value, channels[i].name,
				json_string(verdict_name(judgement_verdict(judgement, i, &place))));
	return value;
}

static json_t *mount_value(const struct summary *summary, const struct planned_mount *mount)
{
	if (!mount)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "source", report_string(mount->source), "destination",
		report_string(mount->destination), "line", number_value(line_of(summary, mount)));
}

/* All binds through which what matters most is exposed; else the one mount that is responsible. */
static json_t *mounts_value(const struct summary *summary)
{
	const struct finding *worst = summary->finding_count > 0 ? &summary->findings[0] : NULL;
	json_t *value = json_array();

	if (!worst || !worst->mount)
		return value;
	if (worst->mount_count == 0)
		json_array_append_new(value, mount_value(summary, worst->mount));
	for (size_t i = 0; i < worst->mount_count; i++)
		json_array_append_new(
			value, mount_value(summary, &summary->container->mounts[worst->mounts[i]]));
	return value;
}

static json_t *sockets_value(const struct summary *summary)
{
	json_t *value = json_array();

	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];
		const struct planned_mount *mount = &summary->container->mounts[socket->mount];

		json_array_append_new(value,
			json_pack("{s:o, s:o, s:s}", "destination",
				report_string(mount->destination), "source",
				report_string(mount->source), "verdict",
				socket->ignored ? "ignored" : socket_fate_name(socket->fate)));
	}
	return value;
}

static json_t *lines_value(const char *lines)
{
	json_t *value = json_array();

	while (lines && *lines) {
		size_t length = strcspn(lines, "\n");

		if (json_array_append_new(value, json_foreign_bytes(lines, length)) < 0) {
			json_decref(value);
			return NULL;
		}
		lines += length + (lines[length] == '\n');
	}
	return value;
}

static json_t *remedies_value(const struct remedy_case *asked, struct error *err)
{
	struct remedy remedies[REMEDY_KINDS];
	size_t count;
	json_t *value = NULL;

	if (remedies_make(remedies, &count, asked, err) == 0)
		value = json_array();
	for (size_t i = 0; value && i < count; i++) {
		json_t *remedy = json_pack("{s:s, s:o, s:o}", "way",
			remedy_kind_name(remedies[i].way), "text",
			report_string(remedies[i].text.text), "lines",
			lines_value(remedies[i].lines.text));

		if (json_array_append_new(value, remedy) < 0) {
			json_decref(value);
			value = NULL;
		}
	}
	remedies_clear(remedies, count);
	return value;
}

/* One sentence and the ways out, of what matters most. */
static int because_and_remedies(json_t *object, const struct summary *summary, struct error *err)
{
	cleanup(buffer_clear) struct buffer because = { 0 };
	const struct finding *worst = summary->finding_count > 0 ? &summary->findings[0] : NULL;
	struct remedy_case asked = { 0 };
	json_t *remedies;

	if (worst && finding_is_trouble(worst))
		asked = finding_case(summary, worst);
	else if (summary->stale)
		asked = stale_case(summary, summary->stale);
	if (worst && (worst->verdict != VERDICT_CLEAR || !summary->stale)) {
		if (because_finding(&because, summary, worst, err) < 0)
			return -1;
	} else if (summary->stale && because_stale(&because, asked.mount, err) < 0) {
		return -1;
	}
	remedies = asked.mount ? remedies_value(&asked, err) : json_array();
	if (!remedies)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	json_object_set_new(object, "because", report_string(because.text ? because.text : ""));
	json_object_set_new(object, "remedies", remedies);
	return 0;
}

int report_list_add(struct buffer *list, json_t *object, struct error *err)
{
	if (list->length > 0 && buffer_add(list, ",", 1, err) < 0) {
		json_decref(object);
		return -1;
	}
	return json_print(list, object, JSON_COMPACT, err);
}

int json_container(struct report *report, const struct summary *summary, struct error *err)
{
	const struct manifest_container *container = summary->container;
	json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
		report_string(container->name), "object", report_string(container->object), "file",
		report_string(summary->file), "line", number_value(container->line), "channels",
		channels_value(summary->judgement, report->channels), "mount",
		mount_value(
			summary, summary->finding_count > 0 ? summary->findings[0].mount : NULL),
		"mounts", mounts_value(summary), "sockets", sockets_value(summary));

	if (!object)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (because_and_remedies(object, summary, err) < 0) {
		json_decref(object);
		return -1;
	}
	return report_list_add(&report->rows, object, err);
}

int json_error(
	struct report *report, const char *file, const struct error *failure, struct error *err)
{
	json_t *object = json_pack("{s:o, s:o, s:o, s:o}", "file", report_string(file), "line",
		number_value(failure->line), "column", number_value(failure->column), "message",
		report_string(error_sentence(failure)));

	return report_list_add(&report->error_rows, object, err);
}

int json_end(struct report *report, struct buffer *out, struct error *err)
{
	static const char head[] = "{\"version\":1,\"containers\":[";
	const struct buffer *rows = &report->rows, *errors = &report->error_rows;

	if (buffer_add(out, head, sizeof(head) - 1, err) < 0 ||
		buffer_add(out, rows->text, rows->length, err) < 0 ||
		buffer_print(out, err, "],\"errors\":[%s]}\n", errors->text ? errors->text : "") <
			0)
		return -1;
	return 0;
}
