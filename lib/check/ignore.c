/* SPDX-License-Identifier: Apache-2.0 */
/* ignore: finds the comments by line, and matches them with the lines of mounts and containers. */
#define _GNU_SOURCE 1 /* memmem */

#include "check/ignore.h"

#include <ctype.h>
#include <string.h>

#include "base/string.h"

static const char directive[] = "runmask: ignore";

/* What stands before it on its line: blanks and "#", ";" or "//" alone, or something else. */
static bool is_comment(const char *start, const char *at, bool *alone)
{
	const char *mark = at;

	while (mark > start && (mark[-1] == ' ' || mark[-1] == '\t'))
		mark--;
	if (mark == start || (mark[-1] != '#' && mark[-1] != ';' && mark[-1] != '/'))
		return false;
	while (mark > start && (mark[-1] == '#' || mark[-1] == ';' || mark[-1] == '/'))
		mark--;
	*alone = true;
	for (const char *before = start; before < mark; before++)
		*alone = *alone && isspace((unsigned char)*before);
	return *alone || mark == start || isspace((unsigned char)mark[-1]);
}

/* "nscd, resolved -- because": the channels; all when none is named. */
static int read_channels(
	struct ignore_comment *comment, const char *at, const char *end, struct error *err)
{
	while (at < end) {
		char name[32];
		size_t length = 0;
		const struct channel *found;

		while (at < end && (isspace((unsigned char)*at) || *at == ','))
			at++;
		if (at == end || (end - at >= 2 && strncmp(at, "--", 2) == 0))
			break;
		while (at + length < end && length + 1 < sizeof(name) &&
			isalnum((unsigned char)at[length]))
			length++;
		memcpy(name, at, length);
		name[length] = '\0';
		found = channel_find(name);
		if (found == NULL)
			return error_at(err, ERROR_INPUT, comment->line, 1,
				"runmask: ignore: unknown channel \"%s\" (a reason goes after "
				"\"--\")",
				name);
		comment->channels |= channel_bit((size_t)(found - channels));
		at += length;
	}
	if (comment->channels == 0)
		comment->channels = CHANNELS_ALL;
	return 0;
}

static int add_comment(struct ignore_list *list, struct ignore_comment comment, const char *at,
	const char *end, struct error *err)
{
	struct ignore_comment *added;

	if (at < end && !isspace((unsigned char)*at) && *at != ',')
		return 0; /* another word that begins so */
	if (read_channels(&comment, at, end, err) < 0)
		return -1;
	added = array_add(&list->comments, &list->count, sizeof(*added), err);
	if (added == NULL)
		return -1;
	*added = comment;
	return 0;
}

int ignore_find(struct ignore_list *list, const char *text, size_t length, struct error *err)
{
	const char *at = text, *end = text + length, *line = text, *found;
	struct ignore_comment comment = { .line = 1 };

	while (length > 0 &&
		(found = memmem(at, (size_t)(end - at), directive, strlen(directive))) != NULL) {
		const char *newline, *stop;

		while ((newline = memchr(line, '\n', (size_t)(found - line))) != NULL) {
			line = newline + 1;
			comment.line++;
		}
		at = found + strlen(directive);
		stop = memchr(at, '\n', (size_t)(end - at));
		if (is_comment(line, found, &comment.alone) &&
			add_comment(list, comment, at, stop != NULL ? stop : end, err) < 0)
			return -1;
	}
	return 0;
}

void ignore_clear(struct ignore_list *list)
{
	free(list->comments);
	*list = (struct ignore_list){ 0 };
}

/* What a comment on that line, or alone above it, says to ignore. Comments are sorted by line. */
static channel_set at_line(const struct ignore_list *list, size_t line)
{
	size_t low = 0, high = list->count;
	channel_set set = 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (list->comments[middle].line + 1 < line)
			low = middle + 1;
		else
			high = middle;
	}
	for (; line > 0 && low < list->count && list->comments[low].line <= line; low++)
		if (list->comments[low].line == line || list->comments[low].alone)
			set |= list->comments[low].channels;
	return set;
}

static channel_set of_mount(const struct ignore_list *list, const struct planned_mount *mount)
{
	return at_line(list, mount->line) | at_line(list, mount->list_line) |
		at_line(list, mount->source_line);
}

static bool place_ignored(const struct ignore_list *list,
	const struct manifest_container *container, const struct judgement *judgement,
	const struct judged_place *place, channel_set bit)
{
	for (size_t i = 0; i < place->exposing_count; i++) {
		size_t mount = judgement->exposing[place->exposing + i];

		if (!(of_mount(list, &container->mounts[mount]) & bit))
			return false;
	}
	return true;
}

void ignore_apply(const struct ignore_list *list, const struct manifest_container *container,
	struct judgement *judgement)
{
	channel_set all = container->ignored ? CHANNELS_ALL : 0;

	if (list->count == 0 && all == 0)
		return;
	all |= at_line(list, container->line);
	judgement->ignored = all;
	for (size_t i = 0; i < channel_count; i++) {
		bool ignored = true;

		for (size_t j = 0; j < CHANNEL_PLACES_MAX; j++)
			ignored = ignored &&
				place_ignored(list, container, judgement, &judgement->places[i][j],
					channel_bit(i));
		if (ignored)
			judgement->ignored |= channel_bit(i);
	}
	for (size_t i = 0; i < judgement->socket_count; i++) {
		const struct planned_mount *mount = &container->mounts[judgement->sockets[i].mount];

		judgement->sockets[i].ignored = all == CHANNELS_ALL ||
			of_mount(list, mount) == CHANNELS_ALL;
	}
}

int judge_as_written(struct judgement *judgement, const struct judge_request *request,
	const struct ignore_list *list, const struct manifest_container *container,
	struct error *err)
{
	if (judge_container(judgement, container, request->channels, request->mask_named, err) < 0)
		return -1;
	judgement->masked = container->request == REQUEST_MASK;
	judgement->shared_is_masked = request->shared_is_masked;
	ignore_apply(list, container, judgement);
	return 0;
}
