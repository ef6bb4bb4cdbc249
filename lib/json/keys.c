/* SPDX-License-Identifier: Apache-2.0 */
/* keys: a hash index with open addressing over the stack of keys; its seed is AT_RANDOM
 * (getauxval(3)). */
#include "json/keys.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "json/text.h"

__extension__ typedef unsigned __int128 product;

#define WORD sizeof(uint64_t)

void json_keys_init(struct json_keys *keys, const char *text_end)
{
	/* 16 random bytes from the kernel, without a system call. */
	const void *random = (const void *)getauxval(AT_RANDOM);

	keys->keys = keys->fixed_keys;
	keys->slots = keys->fixed_slots;
	keys->count = 0;
	keys->size = JSON_KEYS_FIXED;
	keys->text_end = text_end;
	memset(keys->fixed_slots, 0, sizeof(keys->fixed_slots));
	memset(keys->seed, 0x5a, sizeof(keys->seed));
	if (random != NULL)
		memcpy(keys->seed, random, sizeof(keys->seed));
	keys->seed[1] |= 1; /* a factor must not be 0 */
}

void json_keys_clear(struct json_keys *keys)
{
	if (keys->keys == keys->fixed_keys)
		return;
	free(keys->keys);
	free(keys->slots);
	keys->keys = keys->fixed_keys;
	keys->slots = keys->fixed_slots;
}

/* Both halves of the product depend on every bit of both factors, and one factor is secret. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
	product wide = (product)a * b;

	return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

/* The last bytes of a key, fewer than a word, as the low bytes of one. */
static inline uint64_t last_word(const char *at, size_t length, const char *text_end)
{
	uint64_t word = 0;

	if ((size_t)(text_end - at) >= WORD) {
		memcpy(&word, at, WORD);
		return le64toh(word) & (((uint64_t)1 << 8 * length) - 1);
	}
	for (size_t i = length; i > 0; i--)
		word = word << 8 | (unsigned char)at[i - 1];
	return word;
}

static inline uint64_t hash_plain(
	struct json string, const char *text_end, uint64_t seed, uint64_t factor)
{
	const char *at = string.text + 1;
	size_t length = string.length - 2, left = length;
	uint64_t hash = seed, word;

	for (; left >= WORD; left -= WORD, at += WORD) {
		memcpy(&word, at, WORD);
		hash = fold(hash ^ le64toh(word), factor);
	}
	hash = fold(hash ^ last_word(at, left, text_end), factor);
	return fold(hash ^ length, factor);
}

/* The same hash from the decoded bytes: "\u0061" must find "a". */
static uint64_t hash_escaped(struct json string, uint64_t seed, uint64_t factor)
{
	struct json_text text = json_text(string);
	uint64_t hash = seed, word = 0;
	size_t length = 0;

	for (int byte; (byte = json_text_next(&text)) >= 0;) {
		word |= (uint64_t)byte << 8 * (length % WORD);
		if (++length % WORD == 0) {
			hash = fold(hash ^ word, factor);
			word = 0;
		}
	}
	hash = fold(hash ^ word, factor);
	return fold(hash ^ length, factor);
}

/* Makes room for twice as many keys. Pushed again in their order they find slots that can again be
 * emptied from the last one on. */
static int keys_grow(struct json_keys *keys)
{
	size_t size = 2 * keys->size, mask = 2 * size - 1;
	struct json_key *grown = NULL;
	uint32_t *slots = NULL;

	if (size < UINT32_MAX / 2) {
		grown = malloc(size * sizeof(*grown));
		slots = calloc(2 * size, sizeof(*slots));
	}
	if (grown == NULL || slots == NULL) {
		free(grown);
		free(slots);
		return -1;
	}
	memcpy(grown, keys->keys, keys->count * sizeof(*grown));
	for (size_t i = 0; i < keys->count; i++) {
		size_t slot = grown[i].hash & mask;

		while (slots[slot] != 0)
			slot = (slot + 1) & mask;
		slots[slot] = (uint32_t)i + 1;
		grown[i].slot = slot;
	}
	json_keys_clear(keys);
	keys->keys = grown;
	keys->slots = slots;
	keys->size = size;
	return 0;
}

static inline struct json key_string(const struct json_key *key)
{
	return (struct json){ .text = key->text, .length = key->length };
}

enum json_keys_result json_keys_add(
	struct json_keys *keys, size_t first, size_t depth, struct json string, bool escaped)
{
	/* Objects inside one another have the same names often; their keys are not to queue up. */
	uint64_t seed = keys->seed[0] + depth * keys->seed[1];
	uint64_t hash = escaped ? hash_escaped(string, seed, keys->seed[1])
				: hash_plain(string, keys->text_end, seed, keys->seed[1]);
	size_t mask, slot;

	if (keys->count == keys->size && keys_grow(keys) < 0)
		return JSON_KEYS_NO_MEMORY;
	mask = 2 * keys->size - 1;
	for (slot = hash & mask; keys->slots[slot] != 0; slot = (slot + 1) & mask) {
		size_t index = keys->slots[slot] - 1;

		if (keys->keys[index].hash == hash && index >= first &&
			json_text_same(key_string(&keys->keys[index]), string))
			return JSON_KEYS_DUPLICATE;
	}
	keys->slots[slot] = (uint32_t)keys->count + 1;
	keys->keys[keys->count++] = (struct json_key){
		.hash = hash, .text = string.text, .length = string.length, .slot = slot
	};
	return JSON_KEYS_NEW;
}

void json_keys_drop(struct json_keys *keys, size_t first)
{
	while (keys->count > first)
		keys->slots[keys->keys[--keys->count].slot] = 0;
}
