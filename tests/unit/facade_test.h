/* SPDX-License-Identifier: Apache-2.0 */
/* facade: a /run of the host's, and what its facade comes to. */
#pragma once

#include "plan_test.h"

#define ENTRIES_MAX 12
#define PLACES_MAX 8

/* As a facade is seen: entries "NAME", "NAME/" (a directory) or "NAME>TARGET" (a link that leads
 * out); children "NAME" or "NAME/", with "=" in front
 * where they are binds of what the host has there. All lists end at NULL. */
struct scene {
	const char *places[PLACES_MAX]; /* channels, all clear unless they end in "!" (named) */
	const char *entries[ENTRIES_MAX], *children[ENTRIES_MAX];
};

/* The observation of a scene, borrowing from the arrays given. */
struct stage {
	struct observation seen;
	struct seen_entry entries[ENTRIES_MAX];
	struct seen_child children[ENTRIES_MAX];
	char texts[2 * ENTRIES_MAX][600];
	size_t text_count;
};

static inline char *stage_text(struct stage *stage, const char *text, size_t length)
{
	char *copy = stage->texts[stage->text_count++];

	cr_assert_lt(length, sizeof(stage->texts[0]));
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

static inline void stage_entry(struct stage *stage, struct seen_place *run, const char *row)
{
	struct seen_entry *entry = &stage->entries[run->entry_count++];
	const char *link = strchr(row, '>');
	size_t length = link == NULL ? strlen(row) : (size_t)(link - row);

	*entry = (struct seen_entry){ .directory = row[length - 1] == '/' };
	entry->path = stage_text(stage, row, length - entry->directory);
	entry->link = (char *)(link == NULL ? NULL : link + 1);
}

/* The first place's sight is the host's: it is what is exposed. */
static inline void stage_make(struct stage *stage, const struct scene *scene)
{
	struct seen_place *run = &stage->seen.runs[0];

	*stage = (struct stage){ .seen = { .run_count = 1 } };
	*run = run_seen("/run", SIGHT_HOST);
	run->alias = "/var/run";
	run->entries = stage->entries;
	run->children = stage->children;
	for (size_t i = 0; i < PLACES_MAX && scene->places[i] != NULL; i++) {
		char name[32];
		size_t length = strcspn(scene->places[i], "!");

		snprintf(name, sizeof(name), "%.*s", (int)length, scene->places[i]);
		stage->seen.places[stage->seen.place_count++] = channel_seen(
			name, scene->places[i][length] == '!' ? SIGHT_NAMED : SIGHT_HOST);
	}
	for (size_t i = 0; i < ENTRIES_MAX && scene->entries[i] != NULL; i++)
		stage_entry(stage, run, scene->entries[i]);
	for (size_t i = 0; i < ENTRIES_MAX && scene->children[i] != NULL; i++) {
		bool own = scene->children[i][0] == '=';
		const char *name = scene->children[i] + own;
		size_t length = strlen(name);
		bool directory = name[length - 1] == '/';

		stage->children[run->child_count++] = (struct seen_child){
			.path = stage_text(stage, name, length - directory),
			.fd = 2001 + (int)i,
			.directory = directory,
			.own = own,
		};
	}
}

/* The facade of the only place. */
static inline void expect_facade(const struct observation *seen, const struct policy *policy,
	enum veil_underlay underlay, const char *wanted, const char *because)
{
	cleanup(plan_clear) struct plan plan = { 0 };
	struct error err = { 0 };

	cr_assert_eq(plan_make(&plan, seen, policy, STRATEGY_FACADE, &err), 0, "%s: %s", because,
		err.text);
	cr_assert_eq(plan.veil_count, 1, "one facade and no masks: %s", because);
	cr_expect_eq(plan.veils[0].place, &seen->runs[0], "%s", because);
	cr_expect_eq(plan.veils[0].underlay, underlay, "%s", because);
	expect_veil(&plan.veils[0], wanted, because);
}
