/* SPDX-License-Identifier: Apache-2.0 */
/* build: a stack of open nodes; pairs are sorted by key when a mapping is closed. */
#include "manifest/yaml/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A pair while its mapping is made: rank is its place in the mapping, so that what is the
 * mapping's own wins over what is merged in, and what is merged in first over what comes later. */
struct ranked {
	struct node_pair pair;
	size_t rank;
	bool merged;
};

struct ranking {
	struct ranked *pairs;
	size_t count;
};

int yaml_error(size_t line, size_t column, struct error *err, const char *format, ...)
{
	char sentence[sizeof(err->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	return error_at(err, ERROR_INPUT, line, column, "%s", sentence);
}

struct node *builder_node(
	struct builder *builder, enum node_kind kind, size_t line, size_t column, struct error *err)
{
	struct node *node = arena_get(builder->arena, sizeof(*node), err);

	if (node != NULL)
		*node = (struct node){ .kind = kind,
			.line = (unsigned int)line,
			.column = (unsigned int)column,
			.weight = 1 };
	return node;
}

int builder_push(struct builder *builder, const struct node *node, struct error *err)
{
	if (builder->waiting_count == builder->waiting_size) {
		size_t size = builder->waiting_size == 0 ? 64 : 2 * builder->waiting_size;
		const struct node **more = reallocarray(builder->waiting, size, sizeof(*more));

		if (more == NULL)
			return error_set(err, ERROR_SYSTEM, "out of memory");
		builder->waiting = more;
		builder->waiting_size = size;
	}
	builder->waiting[builder->waiting_count++] = node;
	return 0;
}

void builder_clear(struct builder *builder)
{
	free(builder->waiting);
	free(builder->ranked);
	*builder = (struct builder){ 0 };
}

static bool is_merge(const struct node *key)
{
	return key->plain && strcmp(key->text, "<<") == 0;
}

/* How many pairs a merge key's value brings; what it may be is checked here. */
static int merge_count(const struct node *value, size_t *count, struct error *err)
{
	if (value->kind == NODE_MAPPING) {
		*count += value->count;
		return 0;
	}
	if (value->kind != NODE_LIST)
		return yaml_error(value->line, value->column, err,
			"the merge key \"<<\" takes a mapping or a list of mappings, not %s",
			node_kind_words(value));
	for (size_t i = 0; i < value->count; i++) {
		const struct node *element = value->elements[i];

		if (element->kind != NODE_MAPPING)
			return yaml_error(element->line, element->column, err,
				"the merge key \"<<\" takes mappings, not %s",
				node_kind_words(element));
		*count += element->count;
	}
	return 0;
}

static void rank(struct ranking *ranking, struct node_pair pair, bool merged)
{
	ranking->pairs[ranking->count] = (struct ranked){
		.pair = pair, .rank = ranking->count, .merged = merged
	};
	ranking->count++;
}

static void rank_merged(struct ranking *ranking, const struct node *value)
{
	if (value->kind == NODE_MAPPING)
		for (size_t i = 0; i < value->count; i++)
			rank(ranking, value->pairs[i], true);
	else
		for (size_t i = 0; i < value->count; i++)
			rank_merged(ranking, value->elements[i]);
}

/* Does a merge key's value stand here, and not where an alias leads? */
static bool is_inline(const struct node *value)
{
	if (value->shared || value->kind == NODE_MAPPING)
		return !value->shared;
	for (size_t i = 0; i < value->count; i++)
		if (is_inline(value->elements[i]))
			return true;
	return false;
}

static int by_key(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	int order = strcmp(left->pair.key->text, right->pair.key->text);

	if (order != 0)
		return order;
	return left->rank < right->rank ? -1 : left->rank > right->rank;
}

static int by_rank(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	return left->rank < right->rank ? -1 : left->rank > right->rank;
}

static int by_key_text(const void *a, const void *b)
{
	const struct node_pair *const *left = a, *const *right = b;

	return strcmp((*left)->key->text, (*right)->key->text);
}

static void note_duplicate(
	struct duplicate *duplicate, const struct node *first, const struct node *key)
{
	if (duplicate->key == NULL)
		*duplicate = (struct duplicate){ key->text, key->line, key->column, first->line,
			first->column };
}

/* Keeps the first of each key that is merged in, and the last of the mapping's own. */
static void unique(struct ranking *ranking, struct duplicate *duplicate)
{
	size_t kept = 0;

	qsort(ranking->pairs, ranking->count, sizeof(*ranking->pairs), by_key);
	for (size_t i = 0; i < ranking->count; i++) {
		struct ranked *last = kept > 0 ? &ranking->pairs[kept - 1] : NULL;
		const struct node *key = ranking->pairs[i].pair.key;

		if (last == NULL || strcmp(last->pair.key->text, key->text) != 0) {
			ranking->pairs[kept++] = ranking->pairs[i];
		} else if (!ranking->pairs[i].merged) {
			note_duplicate(duplicate, last->pair.key, key);
			*last = ranking->pairs[i];
		}
	}
	ranking->count = kept;
	qsort(ranking->pairs, ranking->count, sizeof(*ranking->pairs), by_rank);
}

static struct ranked *ranked_room(struct builder *builder, size_t count, struct error *err)
{
	if (builder->ranked_size < count) {
		struct ranked *more = reallocarray(builder->ranked, count, sizeof(*more));

		if (more == NULL) {
			error_set(err, ERROR_SYSTEM, "out of memory");
			return NULL;
		}
		builder->ranked = more;
		builder->ranked_size = count;
	}
	return builder->ranked;
}

/* Own pairs first, then those merged in, in the order of the merge keys' values. */
static int rank_all(struct ranking *ranking, const struct node *const *nodes, size_t count,
	struct builder *builder, struct error *err)
{
	size_t room = count / 2;

	for (size_t i = 0; i < count; i += 2)
		if (is_merge(nodes[i]) && merge_count(nodes[i + 1], &room, err) < 0)
			return -1;
	ranking->pairs = ranked_room(builder, room + 1, err);
	if (ranking->pairs == NULL)
		return -1;
	for (size_t i = 0; i < count; i += 2)
		if (!is_merge(nodes[i]))
			rank(ranking, (struct node_pair){ nodes[i], nodes[i + 1] }, false);
	for (size_t i = 0; i < count; i += 2)
		if (is_merge(nodes[i])) {
			rank_merged(ranking, nodes[i + 1]);
			builder->inline_merges += is_inline(nodes[i + 1]);
		}
	unique(ranking, builder->duplicate);
	return 0;
}

struct node_pair *pairs_room(struct arena *arena, size_t count, struct error *err)
{
	size_t sorted = count > SEARCHED_MAX ? sizeof(struct node_pair *) : 0;

	return arena_get(arena, count * (sizeof(struct node_pair) + sorted), err);
}

void pairs_close(struct node *mapping, struct node_pair *pairs, size_t count)
{
	const struct node_pair **by_key = (const struct node_pair **)(void *)(pairs + count);

	mapping->pairs = pairs;
	mapping->count = (unsigned int)count;
	if (count <= SEARCHED_MAX)
		return;
	for (size_t i = 0; i < count; i++)
		by_key[i] = &pairs[i];
	qsort(by_key, count, sizeof(*by_key), by_key_text);
}

/* A few pairs of different keys, as most mappings have: nothing is to be sorted. */
static bool is_simple(const struct node *const *nodes, size_t count)
{
	if (count > 2 * SEARCHED_MAX)
		return false;
	for (size_t i = 0; i < count; i += 2) {
		if (is_merge(nodes[i]))
			return false;
		for (size_t j = 0; j < i; j += 2)
			if (strcmp(nodes[i]->text, nodes[j]->text) == 0)
				return false;
	}
	return true;
}

static int close_simple(struct builder *builder, struct node *mapping,
	const struct node *const *nodes, size_t count, struct error *err)
{
	struct node_pair *pairs = pairs_room(builder->arena, count / 2, err);

	if (pairs == NULL)
		return -1;
	for (size_t i = 0; i < count; i += 2)
		pairs[i / 2] = (struct node_pair){ nodes[i], nodes[i + 1] };
	mapping->own = (unsigned int)(count / 2);
	pairs_close(mapping, pairs, count / 2);
	return 0;
}

static int close_ranked(
	struct builder *builder, struct node *mapping, struct ranking *ranking, struct error *err)
{
	struct node_pair *pairs = pairs_room(builder->arena, ranking->count, err);

	if (pairs == NULL)
		return -1;
	for (size_t i = 0; i < ranking->count; i++) {
		mapping->own += !ranking->pairs[i].merged;
		pairs[i] = ranking->pairs[i].pair;
	}
	pairs_close(mapping, pairs, ranking->count);
	return 0;
}

static int close_mapping(struct builder *builder, struct node *mapping,
	const struct node *const *nodes, size_t count, struct error *err)
{
	struct ranking ranking = { 0 };

	for (size_t i = 0; i < count; i += 2)
		if (nodes[i]->kind != NODE_SCALAR && nodes[i]->kind != NODE_NULL)
			return yaml_error(nodes[i]->line, nodes[i]->column, err,
				"a key must be a string, is %s", node_kind_words(nodes[i]));
	if (is_simple(nodes, count))
		return close_simple(builder, mapping, nodes, count, err);
	if (rank_all(&ranking, nodes, count, builder, err) < 0)
		return -1;
	return close_ranked(builder, mapping, &ranking, err);
}

static int close_list(struct builder *builder, struct node *list, const struct node *const *nodes,
	size_t count, struct error *err)
{
	const struct node **elements = arena_get(builder->arena, count * sizeof(*elements), err);

	if (elements == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		elements[i] = nodes[i];
	list->elements = elements;
	list->count = (unsigned int)count;
	return 0;
}

int builder_close(struct builder *builder, struct node *node, size_t from, struct error *err)
{
	size_t count = builder->waiting_count - from;
	const struct node *const *nodes = count > 0 ? &builder->waiting[from] : NULL;

	for (size_t i = 0; i < count; i++)
		node->weight += nodes[i]->weight;
	builder->waiting_count = from;
	if (node->kind == NODE_MAPPING)
		return close_mapping(builder, node, nodes, count, err);
	return close_list(builder, node, nodes, count, err);
}
