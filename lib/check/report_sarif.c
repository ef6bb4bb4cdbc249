/* SPDX-License-Identifier: Apache-2.0 */
/* report_sarif: SARIF 2.1.0 (OASIS): one run, a rule for each verdict that is trouble, one result
 * for each container and channel. */
#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "check/report_internal.h"
#include "check/report_json.h"
#include "json/print.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

enum rule { RULE_EXPOSED, RULE_SHARED, RULE_STALE };

static const struct {
	const char *id, *name, *level, *summary, *explanation;
} rules[] = {
	[RULE_EXPOSED] = { "runmask/exposed", "HostNameServiceExposed", "error",
		"The container's programs ask the host's name service",
		"A bind of the host's /run brings the host's name-service socket along. Programs "
		"in the container ask the host's daemon and take its answers as final, so "
		"container names do not resolve." },
	[RULE_SHARED] = { "runmask/shared", "HostNameServiceShared", "error",
		"The same, through a bind that shares mounts with the host",
		"The bind is shared: a mount over the socket in the container would show on the "
		"host, so oci-runmask leaves it alone unless the policy says \"onShared\": "
		"\"slave\"." },
	[RULE_STALE] = { "runmask/stale", "SocketBoundAsFile", "warning",
		"A socket bound as a file goes dead when its daemon replaces it",
		"A bind of a single socket holds on to the inode it found. When the daemon "
		"restarts and makes a new socket, the container still has the old one. Bind a "
		"directory that holds it." },
};

static enum rule rule_of(const struct finding *finding)
{
	if (finding == NULL)
		return RULE_STALE;
	return finding->verdict == VERDICT_SHARED ? RULE_SHARED : RULE_EXPOSED;
}

/* A relative reference (RFC 3986): what it does not allow is percent-encoded. */
static json_t *uri_value(const char *path)
{
	cleanup(buffer_clear) struct buffer uri = { 0 };
	struct error err = { 0 };
	bool absolute = path[0] == '/';

	if (absolute && buffer_print(&uri, &err, "file://") < 0)
		return NULL;
	for (; *path; path++) {
		unsigned char byte = (unsigned char)*path;
		bool plain = isalnum(byte) || strchr("-._~/", *path);

		if (plain ? buffer_add(&uri, path, 1, &err) < 0
			  : buffer_print(&uri, &err, "%%%02X", byte) < 0)
			return NULL;
	}
	return json_string(uri.text ? uri.text : "");
}

static json_t *location_value(const char *file, size_t line, size_t column)
{
	json_t *location = json_pack("{s:{s:{s:o}}}", "physicalLocation", "artifactLocation", "uri",
		uri_value(strcmp(file, "-") == 0 ? "stdin" : file));
	json_t *region;

	if (line == 0)
		return location;
	region = json_pack("{s:I}", "startLine", (json_int_t)line);
	if (column > 0)
		json_object_set_new(region, "startColumn", json_integer((json_int_t)column));
	json_object_set_new(json_object_get(location, "physicalLocation"), "region", region);
	return location;
}

static json_t *mount_location(const struct summary *summary, const struct planned_mount *mount)
{
	return location_value(summary->file, line_of(summary, mount), column_of(summary, mount));
}

/* The other binds through which it is exposed. */
static json_t *related_value(const struct summary *summary, const struct remedy_case *asked)
{
	json_t *related = json_array();

	for (size_t i = 0; i < asked->mount_count; i++) {
		const struct planned_mount *mount = &summary->container->mounts[asked->mounts[i]];
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error err = { 0 };
		json_t *location;

		if (mount == asked->mount)
			continue;
		location = mount_location(summary, mount);
		if (buffer_print(&text, &err, "The bind of %s at %s does the same.", mount->source,
			    mount->destination) == 0)
			json_object_set_new(location, "message",
				json_pack("{s:o}", "text", report_string(text.text)));
		json_array_append_new(related, location);
	}
	return related;
}

/* The ways out with their lines, behind the sentence. */
static int print_remedies(struct buffer *out, const struct remedy_case *asked, struct error *err)
{
	struct remedy remedies[REMEDY_KINDS];
	size_t count;
	int result = remedies_make(remedies, &count, asked, err);

	if (result == 0 && count > 0)
		result = buffer_print(out, err, "\nAny one of these ends it:");
	for (size_t i = 0; result == 0 && i < count; i++)
		result = buffer_print(out, err, "\n- %s%s%s", remedies[i].text.text,
			remedies[i].lines.length > 0 ? "\n" : "",
			remedies[i].lines.length > 0 ? remedies[i].lines.text : "");
	remedies_clear(remedies, count);
	return result;
}

/* "NAME: SENTENCE", and what helps. */
static int print_message(struct buffer *out, const struct item *item,
	const struct remedy_case *asked, struct error *err)
{
	if (print_name(out, item->summary, err) < 0 || buffer_print(out, err, ": ") < 0 ||
		(item->finding ? because_finding(out, item->summary, item->finding, err)
			       : because_stale(out, item->mount, err)) < 0)
		return -1;
	return print_remedies(out, asked, err);
}

/* channel: NULL for a socket, which belongs to none. */
static int add_result(struct report *report, const struct item *item, const char *channel,
	const struct remedy_case *asked, struct error *err)
{
	cleanup(buffer_clear) struct buffer message = { 0 };
	const struct summary *summary = item->summary;
	enum rule rule = rule_of(item->finding);
	json_t *result;

	if (print_message(&message, item, asked, err) < 0)
		return -1;
	result = json_pack("{s:s, s:i, s:s, s:{s:o}, s:[o], s:{s:o, s:s?}}", "ruleId",
		rules[rule].id, "ruleIndex", (int)rule, "level", rules[rule].level, "message",
		"text", report_string(message.text), "locations",
		mount_location(summary, item->mount), "properties", "container",
		report_string(summary->container->name), "channel", channel);
	if (result && asked->mount_count > 1)
		json_object_set_new(result, "relatedLocations", related_value(summary, asked));
	return report_list_add(&report->rows, result, err);
}

static int add_channels(struct report *report, const struct summary *summary,
	const struct finding *finding, struct error *err)
{
	const struct item item = finding_item(summary, finding);
	const struct remedy_case asked = finding_case(summary, finding);

	for (size_t i = 0; i < channel_count; i++)
		if ((finding->channels & channel_bit(i)) &&
			add_result(report, &item, channels[i].name, &asked, err) < 0)
			return -1;
	return 0;
}

int sarif_container(struct report *report, const struct summary *summary, struct error *err)
{
	for (size_t i = 0; i < summary->finding_count; i++)
		if (finding_is_trouble(&summary->findings[i]) &&
			add_channels(report, summary, &summary->findings[i], err) < 0)
			return -1;
	for (size_t i = 0; i < summary->judgement->socket_count; i++) {
		const struct judged_socket *socket = &summary->judgement->sockets[i];
		const struct item item = stale_item(summary, socket);
		const struct remedy_case asked = stale_case(summary, socket);

		if (socket_is_trouble(socket) && add_result(report, &item, NULL, &asked, err) < 0)
			return -1;
	}
	return 0;
}

int sarif_error(
	struct report *report, const char *file, const struct error *failure, struct error *err)
{
	json_t *notification = json_pack("{s:s, s:{s:o}, s:[o]}", "level", "error", "message",
		"text", report_string(error_sentence(failure)), "locations",
		location_value(file, failure->line, failure->column));

	return report_list_add(&report->error_rows, notification, err);
}

static json_t *rule_value(enum rule rule)
{
	return json_pack("{s:s, s:s, s:{s:s}, s:{s:s}, s:{s:s}, s:s, s:{s:s}}", "id",
		rules[rule].id, "name", rules[rule].name, "shortDescription", "text",
		rules[rule].summary, "fullDescription", "text", rules[rule].explanation, "help",
		"text", rules[rule].explanation, "helpUri", HELP_PAGE, "defaultConfiguration",
		"level", rules[rule].level);
}

int sarif_end(struct report *report, struct buffer *out, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	json_t *list = json_array(), *driver;

	for (size_t i = 0; i < array_count(rules); i++)
		json_array_append_new(list, rule_value((enum rule)i));
	driver = json_pack("{s:s, s:s, s:s, s:o}", "name", "runmask", "version",
		report->version ? report->version : "unknown", "informationUri", HELP_PAGE, "rules",
		list);
	if (json_print(&text, driver, JSON_COMPACT, err) < 0)
		return -1;
	if (buffer_print(out, err,
		    "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{"
		    "\"driver\":%s},\"columnKind\":\"unicodeCodePoints\",\"invocations\":[{"
		    "\"executionSuccessful\":%s,\"toolExecutionNotifications\":[%s]}],\"results\":"
		    "[",
		    text.text, report->errors > 0 ? "false" : "true",
		    report->error_rows.text ? report->error_rows.text : "") < 0 ||
		buffer_add(out, report->rows.text ? report->rows.text : "", report->rows.length,
			err) < 0 ||
		buffer_print(out, err, "]}]}\n") < 0)
		return -1;
	return 0;
}
