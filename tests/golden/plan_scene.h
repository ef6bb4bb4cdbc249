/* SPDX-License-Identifier: Apache-2.0 */
/* seen.txt: an observation as plain text, one thing a line, words apart by blanks; "#" begins a
 * comment. Paths have no blanks in them.
 *
 *	option STRATEGY
 *		--strategy on the command line
 *	place CHANNEL[:N] SIGHT FLAG…
 *		the channel's place (N from 0): clear, covered, named or host
 *	run PATH SIGHT FLAG…
 *		the container's /run or /var/run
 *	entry PATH, entry PATH/, entry PATH > TARGET
 *		of the run last named: a file, a directory, a link that leads out
 *	child PATH, child PATH/
 *		a mount below the run or place last named: of a file, of a directory
 *	directory PATH [missing]
 *		a directory of the policy, cloned; or not there
 *	socket I J found|covered [REASON…]
 *		sockets[I] of the policy, bound by mounts[J]; why it has to be left as it is
 *
 * FLAGs: mount (the root of a mount), shares, ro, alias=PATH, idle (nothing listens there). Fds are
 *numbers that nobody has. */
#pragma once

#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/string.h"

#define SCENE_LINES_MAX 200
#define SCENE_WORDS_MAX 24

struct scene {
	struct observation seen;
	struct seen_place *last; /* what entries and children belong to */
	const struct spec *spec;
	const struct policy *policy;
	int option;  /* enum strategy, or -1 */
	int next_fd; /* 1000 and more */
	char *words[SCENE_WORDS_MAX];
	size_t count;
};

static const char *const sight_words[] = { "clear", "covered", "named", "host" };

/* One more element of an array of the observation. */
static inline void *scene_add(void *array, size_t *count, size_t size)
{
	struct error err = { 0 };
	void *element = array_add(array, count, size, &err);

	if (element == NULL)
		abort();
	return element;
}

static inline bool scene_flags(struct scene *scene, struct seen_place *place, size_t from)
{
	place->fd = scene->next_fd++;
	place->listening = true;
	for (size_t i = from; i < scene->count; i++) {
		char *word = scene->words[i];

		if (strcmp(word, "mount") == 0)
			place->mount_root = true;
		else if (strcmp(word, "shares") == 0)
			place->shares = true;
		else if (strcmp(word, "idle") == 0)
			place->listening = false;
		else if (strcmp(word, "ro") == 0)
			place->readonly = true;
		else if (strncmp(word, "alias=", 6) == 0)
			place->alias = word + 6;
		else
			return false;
	}
	return true;
}

static inline bool scene_sight(struct scene *scene, struct seen_place *place)
{
	int sight = scene->count < 3 ? -1 : word_find(scene->words[2], sight_words, 4);

	scene->last = place;
	place->sight = (enum sight)sight;
	return sight >= 0 && scene_flags(scene, place, 3);
}

static inline bool scene_place(struct scene *scene)
{
	struct seen_place *place = &scene->seen.places[scene->seen.place_count++];
	char *colon = strchr(scene->words[1], ':');

	*place = SEEN_NOTHING;
	if (colon != NULL)
		*colon = '\0';
	place->channel = channel_find(scene->words[1]);
	if (place->channel == NULL)
		return false;
	place->channel_place = &place->channel->places[colon == NULL ? 0 : colon[1] - '0'];
	place->path = place->channel_place->directory;
	return scene_sight(scene, place);
}

static inline bool scene_run(struct scene *scene)
{
	struct seen_place *run = &scene->seen.runs[scene->seen.run_count++];

	*run = SEEN_NOTHING;
	run->path = scene->words[1];
	return scene_sight(scene, run);
}

/* Takes the slash at a directory's end away. */
static inline bool scene_directory_name(char *name)
{
	size_t length = strlen(name);
	bool directory = length > 0 && name[length - 1] == '/';

	if (directory)
		name[length - 1] = '\0';
	return directory;
}

static inline bool scene_entry(struct scene *scene)
{
	struct seen_place *run = scene->last;
	struct seen_entry *entry;

	if (run == NULL || (scene->count != 2 && scene->count != 4))
		return false;
	entry = scene_add(&run->entries, &run->entry_count, sizeof(*entry));
	entry->directory = scene_directory_name(scene->words[1]);
	entry->path = scene->words[1];
	entry->link = scene->count == 4 ? scene->words[3] : NULL;
	return true;
}

static inline bool scene_child(struct scene *scene)
{
	struct seen_place *place = scene->last;
	struct seen_child *child;

	if (place == NULL || scene->count != 2)
		return false;
	child = scene_add(&place->children, &place->child_count, sizeof(*child));
	child->directory = scene_directory_name(scene->words[1]);
	child->path = scene->words[1];
	child->fd = scene->next_fd++;
	return true;
}

static inline bool scene_directory(struct scene *scene)
{
	struct seen_directory *directory = scene_add(
		&scene->seen.directories, &scene->seen.directory_count, sizeof(*directory));
	bool missing = scene->count == 3 && strcmp(scene->words[2], "missing") == 0;

	directory->path = scene->words[1];
	directory->problem = missing ? ENOENT : 0;
	for (size_t i = 0; i < RUN_PLACES_MAX; i++)
		directory->clones[i] = missing ? -1 : scene->next_fd++;
	return missing || scene->count == 2;
}

static inline bool scene_socket(struct scene *scene)
{
	struct seen_socket *socket = scene_add(
		&scene->seen.sockets, &scene->seen.socket_count, sizeof(*socket));
	size_t policy, mount;

	if (scene->count < 4)
		return false;
	policy = strtoul(scene->words[1], NULL, 10);
	mount = strtoul(scene->words[2], NULL, 10);
	if (policy >= scene->policy->socket_count || mount >= scene->spec->mount_count)
		return false;
	socket->policy = &scene->policy->sockets[policy];
	socket->mount = &scene->spec->mounts[mount];
	socket->clone = socket->bind = socket->dev = -1;
	socket->found = strcmp(scene->words[3], "found") == 0;
	/* the line's words lie behind one another: blanks again where they were cut */
	for (size_t i = 5; i < scene->count; i++)
		scene->words[i][-1] = ' ';
	socket->obstacle = scene->count > 4 ? scene->words[4] : NULL;
	return true;
}

static inline bool scene_option(struct scene *scene)
{
	scene->option = strategy_from(scene->words[1]);
	return scene->option >= 0;
}

static inline bool scene_line(struct scene *scene, char *line)
{
	static const struct {
		const char *word;
		bool (*read)(struct scene *scene);
	} kinds[] = {
		{ "place", scene_place },
		{ "run", scene_run },
		{ "entry", scene_entry },
		{ "child", scene_child },
		{ "directory", scene_directory },
		{ "socket", scene_socket },
		{ "option", scene_option },
	};

	line[strcspn(line, "#")] = '\0';
	scene->count = 0;
	for (char *word; (word = strsep(&line, " \t")) != NULL;)
		if (word[0] != '\0' && scene->count < SCENE_WORDS_MAX)
			scene->words[scene->count++] = word;
	if (scene->count == 0)
		return true;
	for (size_t i = 0; i < array_count(kinds); i++)
		if (strcmp(scene->words[0], kinds[i].word) == 0)
			return scene->count > 1 && kinds[i].read(scene);
	return false;
}

/* Reads all lines; the scene borrows from the text, which is cut up. On failure says which line. */
static inline bool scene_read(struct scene *scene, char *text)
{
	size_t number = 0;

	for (char *line; (line = strsep(&text, "\n")) != NULL;) {
		number++;
		if (scene_line(scene, line))
			continue;
		printf("seen.txt:%zu: \"%s\" is not understood\n", number, line);
		return false;
	}
	return true;
}

static inline void scene_clear(struct scene *scene)
{
	struct observation *seen = &scene->seen;

	for (size_t i = 0; i < seen->place_count; i++)
		free(seen->places[i].children);
	for (size_t i = 0; i < seen->run_count; i++) {
		free(seen->runs[i].entries);
		free(seen->runs[i].children);
	}
	free(seen->directories);
	free(seen->sockets);
	*scene = (struct scene){ 0 };
}
