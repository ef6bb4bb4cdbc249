/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as plain text: every word of it is compared. */
#pragma once

#include "plan/plan_text.h"

#include "plan_scene.h"

#define say(text, ...)                                                                             \
	do {                                                                                       \
		struct error err_ = { 0 };                                                         \
		if (buffer_print(text, &err_, __VA_ARGS__) < 0)                                    \
			abort();                                                                   \
	} while (0)

/* What a planned mount is, by its fd. */
static inline void text_fd(struct buffer *text, const struct observation *seen, int fd)
{
	for (size_t i = 0; i < seen->place_count + seen->run_count; i++) {
		const struct seen_place *place = i < seen->place_count
			? &seen->places[i]
			: &seen->runs[i - seen->place_count];

		if (place->fd == fd)
			say(text, "what is at %s", place->path);
		for (size_t j = 0; j < place->child_count; j++)
			if (place->children[j].fd == fd)
				say(text, "child %s of %s", place->children[j].path, place->path);
	}
	for (size_t i = 0; i < seen->directory_count; i++)
		for (size_t j = 0; j < RUN_PLACES_MAX; j++)
			if (seen->directories[i].clones[j] == fd)
				say(text, "clone %zu of %s", j, seen->directories[i].path);
}

static inline void text_veil(
	struct buffer *text, const struct observation *seen, const struct veil *veil)
{
	static const char *const behinds[] = { "covered", "reattached", "away" };
	static const char *const kinds[] = { "directory", "link", "file" };
	const struct seen_place *place = veil->place;

	say(text, "%s %s %s%s%s\n", place->channel != NULL ? "mask" : "facade", place->path,
		behinds[veil->underlay], veil->readonly ? " ro" : "",
		veil->underlay_readonly ? ", ro behind" : "");
	for (size_t i = 0; i < veil->entry_count; i++) {
		const struct veil_entry *entry = &veil->entries[i];

		say(text, "  %s %s%s%s\n", kinds[entry->kind], entry->path,
			entry->target != NULL ? " -> " : "",
			entry->target != NULL ? entry->target : "");
	}
	for (size_t i = 0; i < veil->mount_count; i++) {
		say(text, "  mount %s: ", veil->mounts[i].path);
		text_fd(text, seen, veil->mounts[i].fd);
		say(text, "%s\n", veil->mounts[i].guarded ? ", guarded" : "");
	}
}

static inline void text_plan(
	struct buffer *text, const struct observation *seen, const struct plan *plan)
{
	char words[1024];

	say(text, "strategy %s\n", strategy_name(plan->strategy));
	if (plan->exposed != 0)
		say(text, "exposed %s\n", channel_names(plan->exposed, words, sizeof(words)));
	if (plan->kept != 0)
		say(text, "kept %s\n", channel_names(plan->kept, words, sizeof(words)));
	if (plan->skipped != NULL)
		say(text, "skipped %s\n", plan->skipped->path);
	for (size_t i = 0; i < plan->veil_count; i++)
		text_veil(text, seen, &plan->veils[i]);
	for (size_t i = 0; i < plan->link_count; i++)
		say(text, "route %s through %s\n", plan->links[i]->mount->destination,
			plan->links[i]->policy->directory);
	if (plan->obstructed != NULL)
		say(text, "obstructed %s: %s\n", plan->obstructed->mount->destination,
			plan->obstructed->obstacle);
	plan_sentence(plan, PLAN_WOULD, words, sizeof(words));
	say(text, "says: %s\n", words[0] != '\0' ? words : "nothing");
}

/* "KIND: sentence": what became of it instead of a plan. */
static inline void text_error(struct buffer *text, const struct error *err)
{
	static const char *const kinds[] = { "none", "input", "policy", "system", "final" };

	say(text, "%s: %s\n", kinds[err->code], err->text);
}
