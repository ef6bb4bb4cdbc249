/* SPDX-License-Identifier: Apache-2.0 */
/* prune: leaves out of a member what no reader asks for: ports, health checks and the like are most
 * of a compose file. What is kept is copied aside, the member's memory is given back, and the copy
 * takes its place. */
#include <string.h>

#include "base/buffer.h"
#include "manifest/yaml/build.h"

/* A copy, and the beginning of the scalars or keys that it keeps; name is NULL: all. */
struct copying {
	struct arena *arena;
	const char *name;
};

static const struct node *copy_node(
	const struct copying *copying, const struct node *from, struct error *err);

static const struct node *copy_all(
	const struct copying *copying, const struct node *from, struct error *err)
{
	const struct copying all = { .arena = copying->arena };

	return copy_node(&all, from, err);
}

static bool is_kept(const struct copying *copying, const struct node *node)
{
	const char *name = copying->name;

	return name == NULL ||
		(node->kind == NODE_SCALAR && strncmp(node->text, name, strlen(name)) == 0);
}

static int copy_elements(
	const struct copying *copying, struct node *to, const struct node *from, struct error *err)
{
	const struct node **elements = arena_get(
		copying->arena, from->count * sizeof(*elements), err);

	if (elements == NULL)
		return -1;
	for (size_t i = 0; i < from->count; i++) {
		if (!is_kept(copying, from->elements[i]))
			continue;
		elements[to->count] = copy_all(copying, from->elements[i], err);
		if (elements[to->count++] == NULL)
			return -1;
	}
	to->elements = elements;
	return 0;
}

/* Pairs that were merged in belong to another mapping. */
static int copy_pairs(
	const struct copying *copying, struct node *to, const struct node *from, struct error *err)
{
	struct node_pair *pairs = pairs_room(copying->arena, from->count, err);
	size_t count = 0;

	if (pairs == NULL)
		return -1;
	for (size_t i = 0; i < from->count; i++) {
		struct node_pair *pair = &pairs[count];

		if (!is_kept(copying, from->pairs[i].key))
			continue;
		*pair = from->pairs[i];
		count++;
		if (i >= from->own)
			continue;
		to->own++;
		pair->key = copy_all(copying, pair->key, err);
		pair->value = copy_all(copying, pair->value, err);
		if (pair->key == NULL || pair->value == NULL)
			return -1;
	}
	pairs_close(to, pairs, count);
	return 0;
}

static int copy_bytes(struct arena *arena, const char **text, size_t length, struct error *err)
{
	char *copy = arena_get(arena, length + 1, err);

	if (copy == NULL)
		return -1;
	memcpy(copy, *text, length + 1);
	*text = copy;
	return 0;
}

static int copy_content(
	const struct copying *copying, struct node *to, const struct node *from, struct error *err)
{
	to->count = to->own = 0;
	switch (from->kind) {
	case NODE_LIST:
		return copy_elements(copying, to, from, err);
	case NODE_MAPPING:
		return copy_pairs(copying, to, from, err);
	case NODE_NULL:
	case NODE_SCALAR:
		break;
	}
	to->count = from->count;
	return copy_bytes(copying->arena, &to->text, from->count, err);
}

/* What an alias names stands at another place, and stays there. */
static const struct node *copy_node(
	const struct copying *copying, const struct node *from, struct error *err)
{
	struct node *to;

	if (from->shared)
		return from;
	to = arena_get(copying->arena, sizeof(*to), err);
	if (to == NULL)
		return NULL;
	*to = *from;
	return copy_content(copying, to, from, err) < 0 ? NULL : to;
}

static const struct kept_key *key_find(const struct pruning *pruning, const char *key)
{
	for (size_t i = 0; i < pruning->count; i++)
		if (strcmp(pruning->keys[i].key, key) == 0)
			return &pruning->keys[i];
	return NULL;
}

/* The value of a kept pair, or NULL without an error where nothing of it is kept. */
static const struct node *copy_value(struct arena *arena, const struct pruning *pruning,
	enum kept kept, const struct node_pair *pair, struct error *err)
{
	const struct copying copying = { .arena = arena,
		.name = kept == KEPT_NAMED ? pruning->name : NULL };
	const struct node *value;

	if (kept == KEPT_PLACE)
		return pair->value->kind == NODE_NULL ? NULL : pair->key;
	value = copy_node(&copying, pair->value, err);
	if (value == NULL || kept != KEPT_NAMED)
		return value;
	return value->kind == NODE_NULL || value->count == 0 ? NULL : value;
}

/* An own pair; *kept says whether it is. Its key's text is the table's. */
static int copy_member_pair(struct arena *arena, const struct pruning *pruning,
	const struct kept_key *key, struct node_pair *pair, bool *kept, struct error *err)
{
	struct node *name = arena_get(arena, sizeof(*name), err);

	*kept = false;
	if (name == NULL)
		return -1;
	*name = *pair->key;
	name->text = key->key;
	pair->key = name;
	pair->value = copy_value(arena, pruning, key->kept, pair, err);
	*kept = pair->value != NULL;
	return err->code != ERROR_NONE ? -1 : 0;
}

static int copy_member_pairs(struct arena *arena, const struct pruning *pruning, struct node *to,
	const struct node *from, struct error *err)
{
	struct node_pair *pairs = pairs_room(arena, from->count, err);
	size_t count = 0;

	if (pairs == NULL)
		return -1;
	for (size_t i = 0; i < from->count; i++) {
		const struct kept_key *key = key_find(pruning, from->pairs[i].key->text);
		bool kept = true;

		if (key == NULL)
			continue;
		pairs[count] = from->pairs[i];
		if (i < from->own &&
			copy_member_pair(arena, pruning, key, &pairs[count], &kept, err) < 0)
			return -1;
		to->own += kept && i < from->own;
		count += kept;
	}
	pairs_close(to, pairs, count);
	return 0;
}

int mapping_prune(struct arena *arena, struct arena_mark mark, struct arena *scratch,
	const struct pruning *pruning, struct node **mapping, struct error *err)
{
	struct node aside = **mapping, *back;

	aside.own = 0;
	if (copy_member_pairs(scratch, pruning, &aside, *mapping, err) < 0)
		return -1;
	arena_rewind(arena, mark);
	back = arena_get(arena, sizeof(*back), err);
	if (back == NULL)
		return -1;
	*back = aside;
	back->own = 0;
	if (copy_member_pairs(arena, pruning, back, &aside, err) < 0)
		return -1;
	arena_reset(scratch);
	*mapping = back;
	return 0;
}
