/* SPDX-License-Identifier: Apache-2.0 */
/* corpus: real containers, collected from public deployments, against check's judge. Each row
 * of tests/unit/planned-mounts.jsonl becomes the text of an OCI config.json, is read back by
 * spec_parse, and judged.
 *
 * The rows say what people wrote for their engines, in any order; an OCI config is ordered. So the
 * mounts are put as an engine would put them: parents before children, else as written. Left aside
 * are rows with a subPath or a named volume: their OCI sources are paths of the kubelet's or the
 * engine's own. A destination that is a template's placeholder gets a slash in front. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "check/judge.h"

#ifndef CORPUS
#define CORPUS "tests/unit/planned-mounts.jsonl"
#endif
#define ROWS 149
#define ROWS_ASIDE 2

struct sortable {
	json_t *mount;
	size_t depth, index;
};

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool has_option(const json_t *mount, const char *prefix)
{
	const json_t *option;
	size_t i;

	json_array_foreach(json_object_get(mount, "options"), i,
		option) if (strncmp(json_string_value(option), prefix, strlen(prefix)) ==
		0) return true;
	return false;
}

static bool is_aside(const json_t *row)
{
	const json_t *mount;
	size_t i;

	json_array_foreach(
		json_object_get(row, "mounts"), i, mount) if (has_option(mount, "subPath=") ||
		has_option(mount, "named-volume")) return true;
	return false;
}

/* Of the path as the engine sees it: tidied, with the image's link. */
static size_t depth_of(const char *destination)
{
	size_t depth = 0;
	bool by_link = strncmp(destination, "/var/run", 8) == 0 &&
		(destination[8] == '\0' || destination[8] == '/');

	for (const char *at = destination; *at; at++)
		depth += *at != '/' && (at == destination || at[-1] == '/');
	return by_link ? depth - 1 : depth;
}

static int by_depth(const void *left, const void *right)
{
	const struct sortable *a = left, *b = right;

	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static json_t *oci_mount(const json_t *mount)
{
	const char *source = member(mount, "source"), *destination = member(mount, "destination");
	bool tmpfs = has_option(mount, "tmpfs"), empty = has_option(mount, "emptyDir");
	char absolute[4096], pod[4096];
	json_t *options = json_deep_copy(json_object_get(mount, "options"));

	snprintf(absolute, sizeof(absolute), "%s%s", destination[0] == '/' ? "" : "/", destination);
	snprintf(pod, sizeof(pod), "/var/lib/kubelet/pods/5f0c/volumes/kubernetes.io~empty-dir/%zu",
		strlen(destination));
	if (!tmpfs && !has_option(mount, "norbind"))
		json_array_insert_new(options, 0, json_string("rbind"));
	return json_pack("{s:s, s:s, s:s, s:o}", "destination", absolute, "type",
		tmpfs ? "tmpfs" : "bind", "source", empty ? pod : source, "options", options);
}

/* The text of a config.json; the caller's to free. */
static char *oci_config(const json_t *row)
{
	const json_t *planned = json_object_get(row, "mounts");
	struct sortable sorted[64];
	size_t count = json_array_size(planned);
	json_t *mounts = json_array(), *config;
	char *text;

	cr_assert_leq(count, array_count(sorted));
	for (size_t i = 0; i < count; i++) {
		json_t *mount = json_array_get(planned, i);

		sorted[i] = (struct sortable){ mount, depth_of(member(mount, "destination")), i };
	}
	qsort(sorted, count, sizeof(sorted[0]), by_depth);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(mounts, oci_mount(sorted[i].mount));
	config = json_pack("{s:s, s:{s:s}, s:o}", "ociVersion", "1.0.2", "root", "path", "rootfs",
		"mounts", mounts);
	text = json_dumps(config, JSON_INDENT(2));
	json_decref(config);
	return text;
}

static void expect_verdict(long long id, const json_t *row, const struct judgement *judgement)
{
	const struct judged_place *place;
	enum verdict verdict = judgement_verdict(
		judgement, (size_t)(channel_find("nscd") - channels), &place);

	cr_expect_str_eq(verdict_name(verdict), member(row, "nscd"),
		"row %lld (%s): nscd: %s, not %s", id, member(row, "tool"), verdict_name(verdict),
		member(row, "nscd"));
}

/* The rows list sockets as written; the config has them sorted. */
static void expect_sockets(
	long long id, const json_t *row, const struct spec *spec, const struct judgement *judgement)
{
	const json_t *expected = json_object_get(row, "socket_file_binds"), *line;
	size_t i;

	cr_expect_eq(judgement->socket_count, json_array_size(expected),
		"row %lld: %zu sockets bound as files, not %zu", id, judgement->socket_count,
		json_array_size(expected));
	json_array_foreach(expected, i, line)
	{
		bool found = false;

		for (size_t j = 0; j < judgement->socket_count; j++) {
			const struct planned_mount *mount =
				&spec->mounts[judgement->sockets[j].mount];
			char text[4096];

			snprintf(text, sizeof(text), "%s -> %s", mount->source, mount->destination);
			found |= strcmp(text, json_string_value(line)) == 0;
		}
		cr_expect(found, "row %lld: %s is not found", id, json_string_value(line));
	}
}

static void judge_row(const json_t *row)
{
	long long id = json_integer_value(json_object_get(row, "id"));
	char *text = oci_config(row);
	struct spec spec = { 0 };
	struct judgement judgement = { 0 };
	struct error err = { 0 };
	struct manifest_container container = { .kind = MANIFEST_OCI, .ordered = true };

	cr_assert_eq(spec_parse(&spec, text, strlen(text), &err), 0, "row %lld: %s", id, err.text);
	container.mounts = spec.mounts;
	container.mount_count = spec.mount_count;
	container.rootfs_propagation = spec.rootfs_propagation;
	cr_assert_eq(judge_container(&judgement, &container, ~0u, false, &err), 0, "row %lld: %s",
		id, err.text);
	expect_verdict(id, row, &judgement);
	expect_sockets(id, row, &spec, &judgement);
	judgement_clear(&judgement);
	spec_clear(&spec);
	free(text);
}

Test(corpus, every_row)
{
	FILE *file = fopen(CORPUS, "re");
	size_t rows = 0, aside = 0, size = 0;
	char *line = NULL;

	cr_assert_not_null(file, "%s", CORPUS);
	for (; getline(&line, &size, file) > 0; rows++) {
		json_error_t error;
		json_t *row = json_loads(line, 0, &error);

		cr_assert_not_null(row, "line %zu: %s", rows + 1, error.text);
		if (is_aside(row))
			aside++;
		else
			judge_row(row);
		json_decref(row);
	}
	free(line);
	fclose(file);
	cr_expect_eq(aside, ROWS_ASIDE, "%zu rows set aside", aside);
	cr_expect_eq(rows - aside, ROWS - ROWS_ASIDE, "%zu rows judged", rows - aside);
}
