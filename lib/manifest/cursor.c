/* SPDX-License-Identifier: Apache-2.0 */
/* cursor: looks up members by key, and prints the path to a node for an error. */
#include "manifest/cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

#define WAY_MAX 256 /* of the way in a sentence */

struct cursor cursor_root(const struct node *root)
{
	return (struct cursor){
		.node = root->kind == NODE_NULL ? NULL : root, .at = root, .line = root->line
	};
}

static const char *kind_words(enum node_kind kind)
{
	static const char *const words[] = {
		[NODE_NULL] = "null",
		[NODE_SCALAR] = "a string",
		[NODE_LIST] = "a list",
		[NODE_MAPPING] = "a mapping",
	};

	return words[kind];
}

int cursor_expect(const struct cursor *cursor, enum node_kind kind, struct error *err)
{
	if (cursor->node == NULL)
		return cursor_error(cursor, err, "must be %s, is null", kind_words(kind));
	if (cursor->node->kind == kind)
		return 0;
	return cursor_error(
		cursor, err, "must be %s, is %s", kind_words(kind), node_kind_words(cursor->node));
}

struct cursor cursor_find(const struct cursor *above, const char *key)
{
	const struct node_pair *pair = above->node != NULL ? node_pair(above->node, key) : NULL;
	struct cursor cursor = { .above = above, .at = above->at, .key = key, .line = above->line };

	if (pair == NULL)
		return cursor;
	cursor.at = pair->value;
	cursor.line = pair->key->line;
	cursor.node = pair->value->kind != NODE_NULL ? pair->value : NULL;
	return cursor;
}

int cursor_get(const struct cursor *above, const char *key, enum node_kind kind,
	struct cursor *cursor, struct error *err)
{
	*cursor = cursor_find(above, key);
	return cursor->node != NULL ? cursor_expect(cursor, kind, err) : 0;
}

int cursor_follow(const struct cursor *from, const char *const *keys, enum node_kind kind,
	struct cursor_way *way, const struct cursor **cursor, struct error *err)
{
	*cursor = from;
	for (size_t i = 0; i < CURSOR_STEPS_MAX && keys[i] != NULL; i++) {
		enum node_kind wanted = keys[i + 1] == NULL ? kind : NODE_MAPPING;

		if (cursor_get(*cursor, keys[i], wanted, &way->steps[i], err) < 0)
			return -1;
		*cursor = &way->steps[i];
	}
	return 0;
}

struct cursor cursor_at(const struct cursor *above, size_t index)
{
	struct cursor cursor = { .above = above, .index = index };
	const struct node *node;

	if (above->node->kind == NODE_MAPPING) {
		cursor.key = above->node->pairs[index].key->text;
		cursor.line = above->node->pairs[index].key->line;
		node = above->node->pairs[index].value;
	} else {
		node = above->node->elements[index];
		cursor.line = node->line;
	}
	cursor.node = node->kind == NODE_NULL ? NULL : node;
	cursor.at = node;
	return cursor;
}

size_t cursor_count(const struct cursor *cursor)
{
	if (cursor->node == NULL)
		return 0;
	return cursor->node->kind == NODE_LIST || cursor->node->kind == NODE_MAPPING
		? cursor->node->count
		: 0;
}

int cursor_text(const struct cursor *above, const char *key, const char **text, struct error *err)
{
	struct cursor cursor;

	if (cursor_get(above, key, NODE_SCALAR, &cursor, err) < 0)
		return -1;
	*text = cursor.node != NULL ? cursor.node->text : NULL;
	return 0;
}

int flag_read(const char *word, bool *flag)
{
	static const struct {
		const char *word;
		bool flag;
	} words[] = {
		{ "true", true },
		{ "false", false },
		{ "yes", true },
		{ "no", false },
		{ "on", true },
		{ "off", false },
		{ "1", true },
		{ "0", false },
		{ "t", true },
		{ "f", false },
		{ "y", true },
		{ "n", false },
	};

	for (size_t i = 0; i < array_count(words); i++)
		if (strcasecmp(word, words[i].word) == 0) {
			*flag = words[i].flag;
			return 0;
		}
	return -1;
}

static bool node_says(const struct node *node, const char *word)
{
	return node != NULL && node->kind == NODE_SCALAR &&
		strncmp(node->text, word, strlen(word)) == 0;
}

bool cursor_says(const struct cursor *cursor, const char *word)
{
	if (cursor->node == NULL || cursor->node->kind != NODE_LIST)
		return node_says(cursor->node, word);
	for (size_t i = 0; i < cursor_count(cursor); i++)
		if (node_says(cursor_at(cursor, i).node, word))
			return true;
	return false;
}

bool cursor_list_says(const struct cursor *list, const char *key, const char *word)
{
	if (list->node == NULL || list->node->kind != NODE_LIST)
		return false;
	for (size_t i = 0; i < cursor_count(list); i++) {
		struct cursor element = cursor_at(list, i), value = cursor_find(&element, key);

		if (cursor_says(&value, word))
			return true;
	}
	return false;
}

struct mount_site cursor_site(const struct cursor *cursor)
{
	return (struct mount_site){
		.line = cursor->line,
		.column = cursor->at->column,
		.list_line = cursor->above != NULL ? cursor->above->line : 0,
	};
}

int cursor_flag(const struct cursor *above, const char *key, bool *flag, struct error *err)
{
	struct cursor cursor;

	if (cursor_get(above, key, NODE_SCALAR, &cursor, err) < 0)
		return -1;
	if (cursor.node == NULL || flag_read(cursor.node->text, flag) == 0)
		return 0;
	return cursor_error(&cursor, err, "must be true or false, is \"%s\"", cursor.node->text);
}

/* "services.web.volumes[0]"; what is too long loses its end. */
static size_t way_print(const struct cursor *cursor, char *way, size_t size)
{
	size_t used = cursor->above != NULL ? way_print(cursor->above, way, size) : 0;
	int more = 0;

	if (cursor->above == NULL || used + 1 >= size)
		return used;
	if (cursor->key == NULL)
		more = snprintf(way + used, size - used, "[%zu]", cursor->index);
	else
		more = snprintf(way + used, size - used, "%s%s", used > 0 ? "." : "", cursor->key);
	return more < 0 || used + (size_t)more >= size ? size - 1 : used + (size_t)more;
}

int cursor_wrap(const struct cursor *cursor, struct error *err)
{
	char way[WAY_MAX] = "";

	way_print(cursor, way, sizeof(way));
	if (way[0] != '\0')
		error_wrap(err, "%s", way);
	return error_locate(err, cursor->at->line, cursor->at->column);
}

int cursor_error(const struct cursor *cursor, struct error *err, const char *format, ...)
{
	char sentence[sizeof(err->text)];
	va_list arguments;

	if (err->code != ERROR_NONE)
		return -1;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	error_set(err, ERROR_INPUT, "%s", sentence);
	return cursor_wrap(cursor, err);
}
