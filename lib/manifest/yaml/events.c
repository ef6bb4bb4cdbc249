/* SPDX-License-Identifier: Apache-2.0 */
/* events: makes nodes of libyaml's events. libyaml checks the grammar; anchors, depth and expansion
 * are bounded here. */
#define _GNU_SOURCE 1 /* tdestroy */

#include <search.h>
#include <string.h>
#include <yaml.h>

#include "base/buffer.h"
#include "manifest/yaml/build.h"

/* What an anchor names; node is NULL until it is closed. */
struct anchor {
	const char *name;
	struct node *node;
};

struct reader {
	struct documents *documents;
	struct builder builder;
	void *anchors;        /* a tree (search.h) of struct anchor */
	size_t anchors_added; /* so far, those that are set again too */
	size_t aliased;       /* nodes that aliases stand for so far */
	bool pruned;          /* the present value of the document's mapping has such members */
	struct arena scratch;
};

#define MEMBER_DEPTH 3 /* of what is pruned: below the document, and a mapping in it */

static void anchor_free(void *anchor)
{
	(void)anchor; /* in the arena */
}

static void reader_clear(struct reader *reader)
{
	tdestroy(reader->anchors, anchor_free);
	arena_clear(&reader->scratch);
	builder_clear(&reader->builder);
}

static int mark_error(yaml_mark_t mark, struct error *err, const char *sentence)
{
	return yaml_error(mark.line + 1, mark.column + 1, err, "%s", sentence);
}

/* libyaml gives no mark for bytes that are no characters, but their offset. */
static int reader_error(const struct documents *documents, struct error *err)
{
	const yaml_parser_t *parser = documents->parser;
	size_t length = (size_t)(documents->end - documents->text), line = 1;
	size_t offset = parser->problem_offset < length ? parser->problem_offset : length;
	const char *at = documents->text, *newline;

	while ((newline = memchr(at, '\n', (size_t)(documents->text + offset - at))) != NULL) {
		at = newline + 1;
		line++;
	}
	return yaml_error(line, (size_t)(documents->text + offset - at) + 1, err,
		"not a text file: %s", parser->problem);
}

static int parser_error(const struct documents *documents, struct error *err)
{
	const yaml_parser_t *parser = documents->parser;
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (parser->error == YAML_READER_ERROR)
		return reader_error(documents, err);
	if (parser->context == NULL)
		return mark_error(mark, err, parser->problem);
	return yaml_error(mark.line + 1, mark.column + 1, err, "%s (%s, which begins at %zu:%zu)",
		parser->problem, parser->context, parser->context_mark.line + 1,
		parser->context_mark.column + 1);
}

static int next_event(struct reader *reader, yaml_event_t *event, struct error *err)
{
	if (yaml_parser_parse(reader->documents->parser, event))
		return 0;
	*event = (yaml_event_t){ 0 };
	return parser_error(reader->documents, err);
}

static const char *keep(struct reader *reader, const void *text, size_t length, struct error *err)
{
	char *copy = arena_get(&reader->documents->arena, length + 1, err);

	if (copy == NULL)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

static int by_name(const void *a, const void *b)
{
	const struct anchor *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/* An anchor that is set again names the new node from there on. */
static int anchor_add(
	struct reader *reader, const yaml_char_t *name, struct anchor **added, struct error *err)
{
	struct anchor *anchor, **found;

	*added = NULL;
	if (name == NULL)
		return 0;
	anchor = arena_get(&reader->documents->arena, sizeof(*anchor), err);
	if (anchor == NULL)
		return -1;
	*anchor = (struct anchor){ .name = keep(reader, name, strlen((const char *)name), err) };
	if (anchor->name == NULL)
		return -1;
	found = tsearch(anchor, &reader->anchors, by_name);
	if (found == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	(*found)->node = NULL;
	*added = *found;
	reader->anchors_added++;
	return 0;
}

static int read_alias(struct reader *reader, const yaml_event_t *event, const struct node **node,
	struct error *err)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct anchor wanted = { .name = name }, **found;
	size_t line = event->start_mark.line + 1, column = event->start_mark.column + 1;

	found = tfind(&wanted, &reader->anchors, by_name);
	if (found == NULL)
		return yaml_error(line, column, err, "nothing has the anchor \"&%s\"", name);
	if ((*found)->node == NULL)
		return yaml_error(
			line, column, err, "the alias \"*%s\" is part of what it names", name);
	reader->aliased += (*found)->node->weight;
	if (reader->aliased > TREE_ALIASED_MAX)
		return yaml_error(line, column, err, "the aliases stand for more than %u nodes",
			TREE_ALIASED_MAX);
	(*found)->node->shared = true;
	*node = (*found)->node;
	return 0;
}

static enum node_tag tag_find(const yaml_char_t *tag)
{
	const char *text = (const char *)tag;

	if (text == NULL)
		return TAG_NONE;
	if (strcmp(text, "!reset") == 0)
		return TAG_RESET;
	return strcmp(text, "!override") == 0 ? TAG_OVERRIDE : TAG_NONE;
}

static bool is_null(const char *text)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	for (size_t i = 0; i < array_count(words); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static int read_scalar(
	struct reader *reader, const yaml_event_t *event, struct node *node, struct error *err)
{
	size_t length = event->data.scalar.length;

	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = keep(reader, event->data.scalar.value, length, err);
	if (node->text == NULL)
		return -1;
	if (strlen(node->text) != length) /* "\0" between quotes */
		return mark_error(event->start_mark, err, "a NUL byte in a string");
	node->count = (unsigned int)length;
	if (node->plain && is_null(node->text))
		node->kind = NODE_NULL;
	return 0;
}

static int read_node(struct reader *reader, const yaml_event_t *event, size_t depth,
	const struct node **node, struct error *err);

/* A key of the document's mapping: is what follows pruned? */
static void note_top(struct reader *reader, const struct node *key)
{
	const struct pruning *pruning = reader->documents->pruning;

	reader->pruned = pruning != NULL && key->kind == NODE_SCALAR &&
		strcmp(key->text, pruning->top) == 0;
}

static int read_children(struct reader *reader, struct node *node, size_t depth, struct error *err)
{
	size_t from = reader->builder.waiting_count;

	for (;;) {
		cleanup(yaml_event_delete) yaml_event_t event = { 0 };
		const struct node *child;

		if (next_event(reader, &event, err) < 0)
			return -1;
		if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT)
			return builder_close(&reader->builder, node, from, err);
		if (read_node(reader, &event, depth + 1, &child, err) < 0 ||
			builder_push(&reader->builder, child, err) < 0)
			return -1;
		if (depth == 1 && (reader->builder.waiting_count - from) % 2 == 1)
			note_top(reader, child);
	}
}

/* What an event that begins a node says of it; libyaml keeps it in three places. */
struct opening {
	enum node_kind kind;
	const yaml_char_t *anchor, *tag;
};

static struct opening opening_of(const yaml_event_t *event)
{
	if (event->type == YAML_SCALAR_EVENT)
		return (struct opening){ NODE_SCALAR, event->data.scalar.anchor,
			event->data.scalar.tag };
	if (event->type == YAML_SEQUENCE_START_EVENT)
		return (struct opening){ NODE_LIST, event->data.sequence_start.anchor,
			event->data.sequence_start.tag };
	return (struct opening){ NODE_MAPPING, event->data.mapping_start.anchor,
		event->data.mapping_start.tag };
}

/* What must not have changed for a node to be pruned. */
struct before {
	struct arena_mark mark;
	size_t anchors, inline_merges;
};

/* Nothing may point into what is pruned: no anchor, no pair that is merged in from there, no place
 * of a duplicate key. */
static int prune(
	struct reader *reader, const struct before *before, struct node **node, struct error *err)
{
	struct documents *documents = reader->documents;

	if (!reader->pruned || (*node)->kind != NODE_MAPPING ||
		reader->anchors_added != before->anchors ||
		reader->builder.inline_merges != before->inline_merges ||
		documents->duplicate.key != NULL)
		return 0;
	return mapping_prune(
		&documents->arena, before->mark, &reader->scratch, documents->pruning, node, err);
}

static int read_node(struct reader *reader, const yaml_event_t *event, size_t depth,
	const struct node **node, struct error *err)
{
	const struct before before = { arena_mark(&reader->documents->arena), reader->anchors_added,
		reader->builder.inline_merges };
	struct opening opening;
	struct anchor *anchor;
	struct node *made;
	int result;

	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(reader, event, node, err);
	if (depth > TREE_DEPTH_MAX)
		return mark_error(event->start_mark, err, "nested too deeply");
	opening = opening_of(event);
	made = builder_node(&reader->builder, opening.kind, event->start_mark.line + 1,
		event->start_mark.column + 1, err);
	if (made == NULL || anchor_add(reader, opening.anchor, &anchor, err) < 0)
		return -1;
	made->tag = tag_find(opening.tag);
	if (opening.kind == NODE_SCALAR)
		result = read_scalar(reader, event, made, err);
	else
		result = read_children(reader, made, depth, err);
	if (result < 0)
		return -1;
	if (anchor != NULL)
		anchor->node = made;
	if (depth == MEMBER_DEPTH && prune(reader, &before, &made, err) < 0)
		return -1;
	*node = made;
	return 0;
}

int yaml_read(struct documents *documents, const struct node **root, struct error *err)
{
	cleanup(reader_clear) struct reader reader = { .documents = documents,
		.builder = { .arena = &documents->arena, .duplicate = &documents->duplicate } };

	*root = NULL;
	for (;;) {
		cleanup(yaml_event_delete) yaml_event_t event = { 0 };

		if (next_event(&reader, &event, err) < 0)
			return -1;
		switch (event.type) {
		case YAML_NO_EVENT: /* asked again behind the end */
		case YAML_STREAM_END_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			return 0;
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
			break;
		default:
			if (read_node(&reader, &event, 1, root, err) < 0)
				return -1;
		}
	}
}
