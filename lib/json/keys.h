/* SPDX-License-Identifier: Apache-2.0 */
/* keys: finds duplicate keys: holds the keys of all objects that are open in the scan. Inside
 * lib/json only.
 *
 * A stack of keys with a hash index over it. An object's keys leave when it is closed, the last one
 * first, so a slot can be emptied without a tombstone: no later key was ever pushed past it. The
 * hash is over the whole key and seeded, so a document cannot be written to make its keys collide.
 * Usual documents fit into the fixed arrays; larger ones move to the heap. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

#define JSON_KEYS_FIXED 64 /* more would be pages that a usual config.json never needs */

struct json_key {
	uint64_t hash;
	const char *text; /* a string slice's */
	size_t length;
	size_t slot;
};

struct json_keys {
	struct json_key *keys;
	uint32_t *slots; /* a key's index + 1; 0: empty; twice as many as keys */
	size_t count, size;
	const char *text_end;
	uint64_t seed[2];
	struct json_key fixed_keys[JSON_KEYS_FIXED];
	uint32_t fixed_slots[2 * JSON_KEYS_FIXED];
};

enum json_keys_result {
	JSON_KEYS_NEW,
	JSON_KEYS_DUPLICATE,
	JSON_KEYS_NO_MEMORY,
};

/* text_end: the end of the document; hashing may read beyond a key, but not beyond this. */
void json_keys_init(struct json_keys *keys, const char *text_end);
void json_keys_clear(struct json_keys *keys);

/* Adds a string slice, with escapes in it or not, to the innermost open object: the one at the
 * given depth; its keys begin at index first. */
enum json_keys_result json_keys_add(
	struct json_keys *keys, size_t first, size_t depth, struct json string, bool escaped);

/* Forgets the keys from index first on: their object is closed. */
void json_keys_drop(struct json_keys *keys, size_t first);
