/* SPDX-License-Identifier: Apache-2.0 */
/* plan_text: "masked PATH (channel NAME)", cut to the size of the log line. */
#include "plan/plan_text.h"

#include <stdarg.h>
#include <stdio.h>

struct sentence {
	char *text;
	size_t size, used;
};

static void say(struct sentence *sentence, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct sentence *sentence, const char *format, ...)
{
	va_list arguments;
	int length;

	if (sentence->used >= sentence->size)
		return;
	va_start(arguments, format);
	length = vsnprintf(sentence->text + sentence->used, sentence->size - sentence->used, format,
		arguments);
	va_end(arguments);
	if (length > 0)
		sentence->used += (size_t)length;
}

static void say_veil(struct sentence *sentence, const struct veil *veil, enum plan_tense tense)
{
	const struct seen_place *place = veil->place;

	if (place->channel != NULL) {
		say(sentence, "%s \"%s\" (channel %s)",
			tense == PLAN_DONE ? "masked" : "would mask", place->path,
			place->channel->name);
		return;
	}
	say(sentence, "%s \"%s\" a facade", tense == PLAN_DONE ? "gave" : "would give",
		place->path);
	if (veil->underlay == UNDERLAY_REMOVED)
		say(sentence, " without the host's");
}

static void say_left_alone(struct sentence *sentence, const struct plan *plan)
{
	if (plan->skipped != NULL)
		say(sentence, "%s\"%s\" shares mounts with the host, %s",
			sentence->used == 0 ? "" : "; ", plan->skipped->path,
			plan->skipped_idle
				? "and nothing listens there: left as it is"
				: "where a mask would show: left as it is (onShared: skip)");
	if (plan->obstructed != NULL)
		say(sentence,
			"%s\"%s\" will go stale when its daemon restarts: %s, so its bind is left "
			"as it is",
			sentence->used == 0 ? "" : "; ", plan->obstructed->mount->destination,
			plan->obstructed->obstacle);
}

void plan_sentence(const struct plan *plan, enum plan_tense tense, char *text, size_t size)
{
	struct sentence sentence = { .text = text, .size = size };

	text[0] = '\0';
	for (size_t i = 0; i < plan->veil_count; i++) {
		say(&sentence, "%s", i == 0 ? "" : ", ");
		say_veil(&sentence, &plan->veils[i], tense);
	}
	for (size_t i = 0; i < plan->link_count; i++) {
		say(&sentence, "%s", sentence.used == 0 ? "" : ", ");
		say(&sentence, "%s \"%s\" through \"%s\"",
			tense == PLAN_DONE ? "routed" : "would route",
			plan->links[i]->mount->destination, plan->links[i]->policy->directory);
	}
	say_left_alone(&sentence, plan);
}

char *channel_names(channel_set set, char *text, size_t size)
{
	struct sentence sentence = { .text = text, .size = size };

	text[0] = '\0';
	for (size_t i = 0; i < channel_count; i++)
		if (set & channel_bit(i))
			say(&sentence, "%s%s", sentence.used == 0 ? "" : ",", channels[i].name);
	return text;
}
