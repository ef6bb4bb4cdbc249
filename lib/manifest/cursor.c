/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define WAY_MAX 256 /* of the way in a sentence */

struct place place_root(const struct node *root)
{
	return (struct place){
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

int place_expect(const struct place *place, enum node_kind kind, struct error *err)
{
	if (place->node == NULL)
		return place_error(place, err, "must be %s, is null", kind_words(kind));
	if (place->node->kind == kind)
		return 0;
	return place_error(
		place, err, "must be %s, is %s", kind_words(kind), node_kind_words(place->node));
}

struct place place_find(const struct place *above, const char *key)
{
	const struct node_pair *pair = above->node != NULL ? node_pair(above->node, key) : NULL;
	struct place place = { .above = above, .at = above->at, .key = key, .line = above->line };

	if (pair == NULL)
		return place;
	place.at = pair->value;
	place.line = pair->key->line;
	place.node = pair->value->kind != NODE_NULL ? pair->value : NULL;
	return place;
}

int place_get(const struct place *above, const char *key, enum node_kind kind, struct place *place,
	struct error *err)
{
	*place = place_find(above, key);
	return place->node != NULL ? place_expect(place, kind, err) : 0;
}

int place_follow(const struct place *from, const char *const *keys, enum node_kind kind,
	struct place_way *way, const struct place **place, struct error *err)
{
	*place = from;
	for (size_t i = 0; i < PLACE_STEPS_MAX && keys[i] != NULL; i++) {
		enum node_kind wanted = keys[i + 1] == NULL ? kind : NODE_MAPPING;

		if (place_get(*place, keys[i], wanted, &way->steps[i], err) < 0)
			return -1;
		*place = &way->steps[i];
	}
	return 0;
}

struct place place_at(const struct place *above, size_t index)
{
	struct place place = { .above = above, .index = index };
	const struct node *node;

	if (above->node->kind == NODE_MAPPING) {
		place.key = above->node->pairs[index].key->text;
		place.line = above->node->pairs[index].key->line;
		node = above->node->pairs[index].value;
	} else {
		node = above->node->elements[index];
		place.line = node->line;
	}
	place.node = node->kind == NODE_NULL ? NULL : node;
	place.at = node;
	return place;
}

size_t place_count(const struct place *place)
{
	if (place->node == NULL)
		return 0;
	return place->node->kind == NODE_LIST || place->node->kind == NODE_MAPPING
		? place->node->count
		: 0;
}

int place_text(const struct place *above, const char *key, const char **text, struct error *err)
{
	struct place place;

	if (place_get(above, key, NODE_SCALAR, &place, err) < 0)
		return -1;
	*text = place.node != NULL ? place.node->text : NULL;
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

bool place_says(const struct place *place, const char *word)
{
	if (place->node == NULL || place->node->kind != NODE_LIST)
		return node_says(place->node, word);
	for (size_t i = 0; i < place_count(place); i++)
		if (node_says(place_at(place, i).node, word))
			return true;
	return false;
}

bool place_list_says(const struct place *list, const char *key, const char *word)
{
	if (list->node == NULL || list->node->kind != NODE_LIST)
		return false;
	for (size_t i = 0; i < place_count(list); i++) {
		struct place element = place_at(list, i), value = place_find(&element, key);

		if (place_says(&value, word))
			return true;
	}
	return false;
}

struct mount_site place_site(const struct place *place)
{
	return (struct mount_site){
		.line = place->line,
		.column = place->at->column,
		.list_line = place->above != NULL ? place->above->line : 0,
	};
}

int place_flag(const struct place *above, const char *key, bool *flag, struct error *err)
{
	struct place place;

	if (place_get(above, key, NODE_SCALAR, &place, err) < 0)
		return -1;
	if (place.node == NULL || flag_read(place.node->text, flag) == 0)
		return 0;
	return place_error(&place, err, "must be true or false, is \"%s\"", place.node->text);
}

/* "services.web.volumes[0]"; what is too long loses its end. */
static size_t way_print(const struct place *place, char *way, size_t size)
{
	size_t used = place->above != NULL ? way_print(place->above, way, size) : 0;
	int more = 0;

	if (place->above == NULL || used + 1 >= size)
		return used;
	if (place->key == NULL)
		more = snprintf(way + used, size - used, "[%zu]", place->index);
	else
		more = snprintf(way + used, size - used, "%s%s", used > 0 ? "." : "", place->key);
	return more < 0 || used + (size_t)more >= size ? size - 1 : used + (size_t)more;
}

int place_wrap(const struct place *place, struct error *err)
{
	char way[WAY_MAX] = "";

	way_print(place, way, sizeof(way));
	if (way[0] != '\0')
		error_wrap(err, "%s", way);
	return error_locate(err, place->at->line, place->at->column);
}

int place_error(const struct place *place, struct error *err, const char *format, ...)
{
	char sentence[sizeof(err->text)];
	va_list arguments;

	if (err->code != ERROR_NONE)
		return -1;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	error_set(err, ERROR_INPUT, "%s", sentence);
	return place_wrap(place, err);
}
