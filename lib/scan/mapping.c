/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/mapping.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

static const struct {
	const char *prefix;
	bool deleted_only;
} places[] = {
	{ "/var/cache/nscd/", false },
	{ "/var/db/nscd/", false },
	{ "/var/run/nscd/db", true },
	{ "/run/nscd/db", true },
};

static bool is_place(const struct mapping *mapping)
{
	for (size_t i = 0; i < array_count(places); i++) {
		size_t length = strlen(places[i].prefix);

		if (mapping->path_length > length &&
			strncmp(mapping->path, places[i].prefix, length) == 0 &&
			(mapping->deleted || !places[i].deleted_only))
			return true;
	}
	return false;
}

/* Behind the next run of blanks; NULL when nothing is there. */
static const char *next_field(const char *at, const char *end)
{
	at = memchr(at, ' ', (size_t)(end - at));
	while (at != NULL && at < end && *at == ' ')
		at++;
	return at == end ? NULL : at;
}

bool mapping_of_nscd(const char *line, size_t length, struct mapping *mapping)
{
	static const char deleted[] = " (deleted)";
	const char *end = line + length, *at = line, *space = memchr(line, ' ', length);
	size_t tail = sizeof(deleted) - 1;

	if (space == NULL || (size_t)(space - line) >= sizeof(mapping->range))
		return false;
	snprintf(mapping->range, sizeof(mapping->range), "%.*s", (int)(space - line), line);
	/* range permissions offset device inode path */
	for (int field = 0; field < 5 && at != NULL; field++)
		at = next_field(at, end);
	if (at == NULL)
		return false;
	mapping->path = at;
	mapping->path_length = (size_t)(end - at);
	mapping->deleted = mapping->path_length > tail && memcmp(end - tail, deleted, tail) == 0;
	if (mapping->deleted)
		mapping->path_length -= tail;
	return is_place(mapping);
}
