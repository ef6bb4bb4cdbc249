/* SPDX-License-Identifier: Apache-2.0 */
/* plan: observations made by hand, and plans as text. The planner must not touch an fd, so those
 * here are numbers that no fd has: 1000 and more. */
#pragma once

#include "plan/plan.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#define FD_FIRST 1000

/* A place of a channel: "nscd", or the second of several: "userdb:1". */
static inline struct seen_place channel_seen(const char *name, enum sight sight)
{
	static int fd = FD_FIRST;
	struct seen_place place = SEEN_NOTHING;
	const char *colon = strchr(name, ':');
	char word[32];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, ":"), name);
	place.channel = channel_find(word);
	cr_assert_not_null(place.channel, "%s", name);
	place.channel_place = &place.channel->places[colon == NULL ? 0 : colon[1] - '0'];
	place.path = place.channel_place->directory;
	place.sight = sight;
	place.listening = true;
	place.fd = fd++;
	return place;
}

static inline struct seen_place run_seen(const char *path, enum sight sight)
{
	struct seen_place place = SEEN_NOTHING;

	place.path = path;
	place.sight = sight;
	place.fd = FD_FIRST - 1;
	place.mount_root = true;
	return place;
}

/* "KIND PATH[ -> TARGET]\n" for each entry, "mount PATH FD\n" for each mount. */
static inline char *veil_text(const struct veil *veil)
{
	static const char *const kinds[] = { "directory", "link", "file" };
	struct buffer text = { 0 };
	struct error err = { 0 };

	cr_assert_eq(buffer_add(&text, "", 0, &err), 0);
	for (size_t i = 0; i < veil->entry_count; i++) {
		const struct veil_entry *entry = &veil->entries[i];

		cr_assert_eq(
			buffer_print(&text, &err, "%s %s%s%s\n", kinds[entry->kind], entry->path,
				entry->target ? " -> " : "", entry->target ? entry->target : ""),
			0);
	}
	for (size_t i = 0; i < veil->mount_count; i++)
		cr_assert_eq(buffer_print(&text, &err, "mount %s %d%s\n", veil->mounts[i].path,
				     veil->mounts[i].fd, veil->mounts[i].guarded ? " guarded" : ""),
			0);
	return text.text;
}

static inline void expect_veil(const struct veil *veil, const char *wanted, const char *because)
{
	cleanup(text_clear) char *text = veil_text(veil);

	cr_expect_str_eq(text, wanted, "%s:\n%s-- is not --\n%s", because, text, wanted);
}
