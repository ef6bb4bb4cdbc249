/* SPDX-License-Identifier: Apache-2.0 */
/* fix: collects the exposed containers, lets the editor of that kind of file change the text, then
 * reads and judges the result again. */
#include "check/fix.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check/fix_internal.h"

/* A text, read and judged. */
struct reading {
	struct manifest manifest;
	struct ignore_list ignored;
	struct verdicts {
		unsigned char of[CHANNELS_MAX];
	} *verdicts; /* of each container */
};

static void reading_clear(struct reading *reading)
{
	manifest_clear(&reading->manifest);
	ignore_clear(&reading->ignored);
	free(reading->verdicts);
}

static void fix_clear(struct fix *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		free(fix->targets[i].mounts);
		text_list_clear(&fix->targets[i].veils);
		text_list_clear(&fix->targets[i].names);
	}
	free(fix->targets);
	edits_clear(&fix->edits);
}

int fix_refuse(const struct fix *fix, const struct fix_target *target, size_t line, size_t column,
	struct error *err, const char *format, ...)
{
	char sentence[sizeof(err->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	error_set(err, ERROR_INPUT, "%s: --fix %s: %s", target->container->name,
		remedy_kind_name(fix->way), sentence);
	return line > 0 ? error_locate(err, line, column) : -1;
}

int fix_refuse_shared(const struct fix *fix, const struct fix_target *target,
	const struct cursor *cursor, struct error *err)
{
	return fix_refuse(fix, target, cursor->line, 1, err,
		"this part of the file stands at more than one place, through an anchor or \"<<\": "
		"edit it by hand");
}

static bool is_trouble(const struct verdicts *verdicts)
{
	for (size_t i = 0; i < channel_count; i++)
		if (verdicts->of[i] >= VERDICT_SHARED)
			return true;
	return false;
}

/* Adds the binds of one channel's places to those of the target. */
static int add_mounts(struct fix_target *target, const struct judgement *judgement, size_t channel,
	struct error *err)
{
	for (size_t j = 0; j < CHANNEL_PLACES_MAX; j++) {
		const struct judged_place *place = &judgement->places[channel][j];

		for (size_t i = 0; i < place->exposing_count; i++) {
			size_t mount = judgement->exposing[place->exposing + i], *added, known = 0;

			while (known < target->asked.mount_count && target->mounts[known] != mount)
				known++;
			if (known < target->asked.mount_count)
				continue;
			added = array_add(
				&target->mounts, &target->asked.mount_count, sizeof(*added), err);
			if (!added)
				return -1;
			*added = mount;
		}
	}
	return 0;
}

static int add_veils(struct fix_target *target, struct error *err)
{
	cleanup(buffer_clear) struct buffer veil = { 0 };
	const char *channel;

	for (size_t i = 0; i < REMEDY_VEILS_MAX; i++) {
		if (remedy_veil(&veil, &channel, &target->asked, i, err) < 0)
			return -1;
		if (veil.length > 0 &&
			(text_list_add(&target->veils, veil.text, veil.length, err) < 0 ||
				text_list_add(&target->names, channel, strlen(channel), err) < 0))
			return -1;
	}
	return 0;
}

static int add_target(struct fix *fix, const struct manifest_container *container,
	const struct judgement *judgement, const struct verdicts *verdicts, struct error *err)
{
	struct fix_target *target = array_add(&fix->targets, &fix->count, sizeof(*target), err);

	if (!target)
		return -1;
	target->container = target->asked.container = container;
	for (size_t i = 0; i < channel_count; i++) {
		if (verdicts->of[i] < VERDICT_SHARED)
			continue;
		target->asked.shares |= verdicts->of[i] == VERDICT_SHARED;
		target->asked.channels |= channel_bit(i);
		if (add_mounts(target, judgement, i, err) < 0)
			return -1;
	}
	target->asked.mounts = target->mounts;
	return add_veils(target, err);
}

/* Reads and judges; collects the targets where they are asked for (fix). */
static int reading_make(struct reading *reading, struct fix *fix, const struct fix_request *request,
	const char *text, size_t length, struct error *err)
{
	size_t count;

	if (manifest_parse(&reading->manifest, request->context, text, length, err) < 0 ||
		ignore_find(&reading->ignored, text, length, err) < 0)
		return -1;
	count = reading->manifest.container_count;
	reading->verdicts = calloc(count + 1, sizeof(*reading->verdicts));
	if (!reading->verdicts)
		return error_errno(err, "judging again");
	for (size_t i = 0; i < count; i++) {
		const struct manifest_container *container = &reading->manifest.containers[i];
		cleanup(judgement_clear) struct judgement judgement = { 0 };
		const struct judged_place *place;

		if (judge_as_written(
			    &judgement, &request->judge, &reading->ignored, container, err) < 0)
			return -1;
		for (size_t j = 0; j < channel_count; j++)
			if (request->judge.channels & channel_bit(j))
				reading->verdicts[i].of[j] = (unsigned char)judgement_verdict(
					&judgement, j, &place);
		if (fix && is_trouble(&reading->verdicts[i]) &&
			add_target(fix, container, &judgement, &reading->verdicts[i], err) < 0)
			return -1;
	}
	return 0;
}

static bool same_mount(const struct planned_mount *old, const struct planned_mount *new)
{
	return strcmp(old->destination, new->destination) == 0 && old->bind == new->bind &&
		(!old->source || (new->source &&strcmp(old->source, new->source) == 0)) &&
		old->readonly == new->readonly;
}

/* All the old mounts are there in their order; what is new among them are the covers. */
static bool same_mounts(
	const struct manifest_container *old, const struct manifest_container *new, size_t covers)
{
	size_t kept = 0;

	for (size_t i = 0; i < new->mount_count; i++)
		if (kept < old->mount_count && same_mount(&old->mounts[kept], &new->mounts[i]))
			kept++;
	return kept == old->mount_count && new->mount_count == old->mount_count + covers;
}

static const struct fix_target *target_of(
	const struct fix *fix, const struct manifest_container *container)
{
	for (size_t i = 0; i < fix->count; i++)
		if (fix->targets[i].container == container)
			return &fix->targets[i];
	return NULL;
}

/* What was written must read as meant: the targets are well, and nothing else is another. */
static int verify(const struct fix *fix, const struct reading *before,
	const struct fix_request *request, const struct buffer *out, struct error *err)
{
	cleanup(reading_clear) struct reading after = { 0 };
	struct error cause = { 0 };

	if (reading_make(&after, NULL, request, out->text, out->length, &cause) < 0)
		return error_set(err, ERROR_INPUT,
			"--fix %s: what would be written could not be read again: nothing is "
			"written",
			remedy_kind_name(fix->way));
	if (after.manifest.container_count != before->manifest.container_count)
		return error_set(err, ERROR_INPUT,
			"--fix %s: other containers would be in the file: nothing is written",
			remedy_kind_name(fix->way));
	for (size_t i = 0; i < after.manifest.container_count; i++) {
		const struct manifest_container *old = &before->manifest.containers[i];
		const struct fix_target *target = is_trouble(&before->verdicts[i])
			? target_of(fix, old)
			: NULL;
		size_t covers = target && fix->way == WAY_TMPFS ? target->veils.count : 0;
		const struct fix_target named = { .container = old };

		if (target ? is_trouble(&after.verdicts[i])
			   : memcmp(&after.verdicts[i], &before->verdicts[i],
				     sizeof(after.verdicts[i])) != 0)
			return fix_refuse(fix, &named, old->line, 1, err,
				target ? "it would still be exposed: edit it by hand"
				       : "it would change as well: nothing is written");
		if (strcmp(old->name, after.manifest.containers[i].name) != 0 ||
			!same_mounts(old, &after.manifest.containers[i], covers))
			return fix_refuse(fix, &named, old->line, 1, err,
				"its mounts would be others: nothing is written");
	}
	return 0;
}

/* Why this container cannot be fixed in that way; NULL: it can. */
static const char *reason_against(const struct fix *fix, const struct fix_target *target)
{
	const struct manifest_container *container = target->container;

	if (container->kind != MANIFEST_COMPOSE && container->kind != MANIFEST_KUBERNETES &&
		container->kind != MANIFEST_QUADLET)
		return "only compose files, quadlets and files of Kubernetes are edited: use the "
		       "lines that \"runmask check\" prints";
	if (container->kind == MANIFEST_KUBERNETES && container->beside)
		return "it stands in the file that Yaml= names: give --fix that file";
	if (fix->way == WAY_HOOK && container->request == REQUEST_OFF)
		return "the annotation " ANNOTATION_STRATEGY " says \"off\": remove it by hand";
	if (fix->way == WAY_HOOK && target->asked.shares)
		return "the bind is shared, and the hook leaves such a bind alone: make it rslave, "
		       "or use --fix tmpfs";
	if (fix->way == WAY_TMPFS && target->veils.count == 0)
		return "no place for a tmpfs was found: edit it by hand";
	return NULL;
}

static int edit_documents(struct fix *fix, struct error *err)
{
	cleanup(documents_clear) struct documents documents = { 0 };
	bool compose = fix->targets[0].container->kind == MANIFEST_COMPOSE;
	const struct node *root;

	if (documents_open(&documents, fix->text, fix->length, err) < 0)
		return -1;
	for (;;) {
		if (documents_next(&documents, &root, err) < 0)
			return -1;
		if (!root)
			return 0;
		if (root->kind == NODE_MAPPING &&
			(compose ? fix_compose(fix, root, err) : fix_kubernetes(fix, root, err)) <
				0)
			return -1;
	}
}

static int by_line(const void *a, const void *b)
{
	const struct fix_target *left = a, *right = b;

	return left->container->line < right->container->line
		? -1
		: left->container->line > right->container->line;
}

static int edit(struct fix *fix, struct error *err)
{
	qsort(fix->targets, fix->count, sizeof(*fix->targets), by_line);
	for (size_t i = 0; i < fix->count; i++) {
		const char *reason = reason_against(fix, &fix->targets[i]);

		if (reason)
			return fix_refuse(fix, &fix->targets[i], fix->targets[i].container->line, 1,
				err, "%s", reason);
	}
	if (edits_open(&fix->edits, fix->text, fix->length, err) < 0)
		return -1;
	if (fix->targets[0].container->kind == MANIFEST_QUADLET ? fix_quadlet(fix, err) < 0
								: edit_documents(fix, err) < 0)
		return -1;
	for (size_t i = 0; i < fix->count; i++)
		if (!fix->targets[i].done)
			return fix_refuse(fix, &fix->targets[i], fix->targets[i].container->line, 1,
				err, "it could not be found in the file again: edit it by hand");
	return 0;
}

int text_fix(struct buffer *out, size_t *fixed, const struct fix_request *request, const char *text,
	size_t length, struct error *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skipped = length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
	cleanup(fix_clear) struct fix fix = {
		.way = request->way,
		.text = text + skipped,
		.length = length - skipped,
		.edits = { .bytes = documents_are_json(text + skipped, length - skipped) },
	};
	cleanup(reading_clear) struct reading before = { 0 };
	cleanup(buffer_clear) struct buffer changed = { 0 };
	struct error unreadable = { 0 };

	/* a text that cannot be judged has nothing to fix: the caller says what is wrong with it */
	*fixed = 0;
	if (reading_make(&before, &fix, request, text, length, &unreadable) < 0)
		return 0;
	*fixed = fix.count;
	if (fix.count == 0)
		return 0;
	if (edit(&fix, err) < 0 || buffer_add(&changed, text, skipped, err) < 0 ||
		edits_apply(&fix.edits, &changed, err) < 0 ||
		verify(&fix, &before, request, &changed, err) < 0)
		return -1;
	*out = changed;
	changed = (struct buffer){ 0 };
	return 0;
}
