/* SPDX-License-Identifier: Apache-2.0 */
/* build: builds nodes from events in the order of the text, for the YAML and the JSON reader.
 * Inside lib/manifest/yaml only. */
#pragma once

#include "manifest/yaml/tree.h"

/* Children wait on a stack until their list or mapping is closed. */
struct builder {
	struct arena *arena;
	struct duplicate *duplicate; /* where the first one is noted */
	const struct node **waiting;
	size_t waiting_count, waiting_size;
	struct ranked *ranked; /* room for the pairs of a mapping that is closed */
	size_t ranked_size;
	size_t inline_merges; /* merge keys so far with pairs that no alias names */
};

/* A new node at that place in the arena; and one put on the stack. NULL or -1: memory ran out, or
 * the document is larger than its bounds. */
struct node *builder_node(struct builder *builder, enum node_kind kind, size_t line, size_t column,
	struct error *err) must_check;
int builder_push(struct builder *builder, const struct node *node, struct error *err) must_check;

/* Makes everything that was pushed since waiting_count was `from` the elements of the list, or the
 * keys and values, in turn, of the mapping: merges, and notes duplicate keys. */
int builder_close(struct builder *builder, struct node *node, size_t from, struct error *err)
	must_check;
void builder_clear(struct builder *builder);

/* "LINE:COLUMN: sentence", ERROR_INPUT. Always -1. */
int yaml_error(size_t line, size_t column, struct error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Room for the pairs of a mapping, and for the pointers to them that more than a few have; then,
 * once they are there, makes them the mapping's. count may be less than there is room for. */
struct node_pair *pairs_room(struct arena *arena, size_t count, struct error *err) must_check;
void pairs_close(struct node *mapping, struct node_pair *pairs, size_t count);

/* Leaves of a mapping what the pruning keeps. All that was got from the arena since the mark is the
 * mapping's, holds no anchor and no inline merge, and is given back but for what is kept. scratch
 * is for the meantime. */
int mapping_prune(struct arena *arena, struct arena_mark mark, struct arena *scratch,
	const struct pruning *pruning, struct node **mapping, struct error *err) must_check;

/* The readers: one document as a tree; *root is NULL behind the last one. */
int yaml_read(struct documents *documents, const struct node **root, struct error *err) must_check;
int json_read(struct documents *documents, const struct node **root, struct error *err) must_check;
