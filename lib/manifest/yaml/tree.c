/* SPDX-License-Identifier: Apache-2.0 */
/* tree: chooses the reader by the first character, and owns the memory of the nodes. */
#include "manifest/yaml/tree.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buffer.h"
#include "manifest/yaml/build.h"

#define CHUNK_FIRST ((size_t)64 << 10) /* bytes; a usual manifest fits */
#define ALIGNMENT sizeof(void *)       /* of nodes, pairs and lists; texts need none */
#define CHUNK_LARGEST ((size_t)1 << 20)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	max_align_t bytes[];
};

static struct arena_chunk *chunk_new(struct arena *arena, size_t size, struct error *err)
{
	size_t room = arena->chunks == NULL ? CHUNK_FIRST : 2 * arena->chunks->size;
	struct arena_chunk *chunk;

	if (room > CHUNK_LARGEST)
		room = CHUNK_LARGEST;
	if (room < size)
		room = size;
	chunk = room < PTRDIFF_MAX - sizeof(*chunk) ? malloc(sizeof(*chunk) + room) : NULL;
	if (chunk == NULL) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	*chunk = (struct arena_chunk){ .next = arena->chunks, .size = room };
	arena->chunks = chunk;
	return chunk;
}

void *arena_get(struct arena *arena, size_t size, struct error *err)
{
	struct arena_chunk *chunk = arena->chunks;
	char *got;

	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (chunk == NULL || chunk->size - chunk->used < size) {
		chunk = chunk_new(arena, size, err);
		if (chunk == NULL)
			return NULL;
	}
	got = (char *)chunk->bytes + chunk->used;
	chunk->used += size;
	return got;
}

/* The newest chunks, up to that one. */
static void chunks_free(struct arena_chunk *chunk, const struct arena_chunk *end)
{
	while (chunk != end) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){ arena->chunks,
		arena->chunks != NULL ? arena->chunks->used : 0 };
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	chunks_free(arena->chunks, mark.chunk);
	arena->chunks = mark.chunk;
	if (mark.chunk != NULL)
		mark.chunk->used = mark.used;
}

void arena_reset(struct arena *arena)
{
	if (arena->chunks == NULL)
		return;
	chunks_free(arena->chunks->next, NULL);
	arena->chunks->next = NULL;
	arena->chunks->used = 0;
}

void arena_clear(struct arena *arena)
{
	chunks_free(arena->chunks, NULL);
	arena->chunks = NULL;
}

static bool is_number(const char *text)
{
	char *end;

	if (!isdigit((unsigned char)text[strspn(text, "+-.")])) /* else strtod knows "inf" */
		return false;
	strtod(text, &end);
	return *end == '\0';
}

const char *node_kind_words(const struct node *node)
{
	switch (node->kind) {
	case NODE_NULL:
		return "null";
	case NODE_LIST:
		return "a list";
	case NODE_MAPPING:
		return "a mapping";
	case NODE_SCALAR:
		break;
	}
	if (!node->plain)
		return "a string";
	if (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)
		return "a boolean";
	return is_number(node->text) ? "a number" : "a string";
}

static int key_compare(const void *key, const void *pair)
{
	const struct node_pair *const *found = pair;

	return strcmp(key, (*found)->key->text);
}

const struct node_pair *node_pair(const struct node *node, const char *key)
{
	const struct node_pair *const *found;

	if (node->kind != NODE_MAPPING)
		return NULL;
	if (node->count <= SEARCHED_MAX) {
		for (size_t i = 0; i < node->count; i++)
			if (strcmp(key, node->pairs[i].key->text) == 0)
				return &node->pairs[i];
		return NULL;
	}
	found = bsearch(key, node->pairs + node->count, node->count, sizeof(*found), key_compare);
	return found == NULL ? NULL : *found;
}

bool documents_are_json(const char *text, size_t length)
{
	while (length > 0 && isspace((unsigned char)*text)) {
		text++;
		length--;
	}
	return length > 0 && (*text == '{' || *text == '[');
}

int documents_open(struct documents *documents, const char *text, size_t length, struct error *err)
{
	*documents = (struct documents){ .text = text, .end = text + length };
	if (documents_are_json(text, length)) {
		documents->at = text;
		documents->line = documents->column = 1;
		return 0;
	}
	documents->parser = malloc(sizeof(*documents->parser));
	if (documents->parser == NULL || !yaml_parser_initialize(documents->parser)) {
		free(documents->parser);
		*documents = (struct documents){ 0 };
		return error_set(err, ERROR_SYSTEM, "out of memory");
	}
	yaml_parser_set_input_string(documents->parser, (const unsigned char *)text, length);
	return 0;
}

int documents_next(struct documents *documents, const struct node **root, struct error *err)
{
	arena_reset(&documents->arena);
	documents->duplicate = (struct duplicate){ 0 };
	if (documents->parser != NULL)
		return yaml_read(documents, root, err);
	return json_read(documents, root, err);
}

void documents_clear(struct documents *documents)
{
	if (documents->parser != NULL)
		yaml_parser_delete(documents->parser);
	free(documents->parser);
	arena_clear(&documents->arena);
	*documents = (struct documents){ 0 };
}
