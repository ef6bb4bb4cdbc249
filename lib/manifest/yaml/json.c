/* SPDX-License-Identifier: Apache-2.0 */
/* json: makes the same nodes of JSON that json_validate has checked, one value of the text after
 * the other. */
#include <ctype.h>
#include <string.h>

#include "base/buffer.h"
#include "json/decode.h"
#include "json/json.h"
#include "manifest/yaml/build.h"

/* Nodes are made in the order of the text, so their places are found in one pass over it. */
struct json_reader {
	struct documents *documents;
	struct builder builder;
};

static void reader_clear(struct json_reader *reader)
{
	builder_clear(&reader->builder);
}

/* Goes forward to a place in the text and counts its lines. */
static void advance(struct documents *documents, const char *to)
{
	const char *newline;

	while ((newline = memchr(documents->at, '\n', (size_t)(to - documents->at))) != NULL) {
		documents->at = newline + 1;
		documents->line++;
		documents->column = 1;
	}
	documents->column += (size_t)(to - documents->at);
	documents->at = to;
}

static bool skip_space(struct documents *documents)
{
	const char *at = documents->at;

	while (at < documents->end && isspace((unsigned char)*at))
		at++;
	advance(documents, at);
	return at < documents->end;
}

/* Behind the closing quote of the string that begins at the quote, or the end of the text. */
static const char *string_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\' && at + 1 < end)
			at++;
	return at < end ? at + 1 : end;
}

/* Behind the object or array that begins here, by its brackets alone: json_validate is the judge.
 * Where the brackets do not match, it is the end of the text. */
static const char *value_end(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = string_end(at, end);
			continue;
		}
		if (*at == '{' || *at == '[')
			depth++;
		else if (depth == 0)
			return end;
		else if ((*at == '}' || *at == ']') && --depth == 0)
			return at + 1;
		at++;
	}
	return end;
}

/* json_validate counts from where its text begins; people count from the beginning of the file. */
static int position_error(
	const struct documents *documents, const struct error *cause, struct error *err)
{
	size_t line = cause->line, column = cause->column;

	if (cause->code != ERROR_INPUT)
		return error_set(err, (enum error_code)cause->code, "%s", cause->text);
	if (line == 0)
		return yaml_error(documents->line, documents->column, err, "%s", cause->text);
	if (line == 1)
		column += documents->column - 1;
	return yaml_error(documents->line + line - 1, column, err, "%s", error_sentence(cause));
}

/* A string without escapes is its own text; jansson decodes the others. */
static int read_text(
	struct json_reader *reader, struct json value, struct node *node, struct error *err)
{
	struct json_source document = { .text = reader->documents->text, .code = ERROR_INPUT };
	cleanup(text_clear) char *decoded = NULL;
	const char *text = value.text;
	size_t length = value.length;
	char *copy;

	if (json_kind(value) == JSON_KIND_STRING) {
		text++;
		length -= 2;
		if (memchr(text, '\\', length) != NULL) {
			if (decode_text(&document, value, "a string", &decoded, err) < 0)
				return -1;
			text = decoded;
			length = strlen(decoded);
		}
	}
	copy = arena_get(&reader->documents->arena, length + 1, err);
	if (copy == NULL)
		return -1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	node->text = copy;
	node->count = (unsigned int)length;
	return 0;
}

static enum node_kind node_kind_of(enum json_kind kind)
{
	switch (kind) {
	case JSON_KIND_OBJECT:
		return NODE_MAPPING;
	case JSON_KIND_ARRAY:
		return NODE_LIST;
	case JSON_KIND_NULL:
		return NODE_NULL;
	case JSON_KIND_STRING:
	case JSON_KIND_NUMBER:
	case JSON_KIND_TRUE:
	case JSON_KIND_FALSE:
		break;
	}
	return NODE_SCALAR;
}

static int read_value(struct json_reader *reader, struct json value, struct error *err);

static int read_children(struct json_reader *reader, struct json value, struct error *err)
{
	struct json_walk walk = json_walk(value);
	struct json key, child;

	if (json_kind(value) == JSON_KIND_OBJECT) {
		while (json_next_member(&walk, &key, &child))
			if (read_value(reader, key, err) < 0 || read_value(reader, child, err) < 0)
				return -1;
		return 0;
	}
	while (json_next_element(&walk, &child))
		if (read_value(reader, child, err) < 0)
			return -1;
	return 0;
}

/* Pushes the value's node; json_validate has bounded the depth. */
static int read_value(struct json_reader *reader, struct json value, struct error *err)
{
	struct documents *documents = reader->documents;
	enum json_kind kind = json_kind(value);
	size_t from = reader->builder.waiting_count;
	struct node *node;

	advance(documents, value.text);
	node = builder_node(
		&reader->builder, node_kind_of(kind), documents->line, documents->column, err);
	if (node == NULL)
		return -1;
	if (node->kind == NODE_LIST || node->kind == NODE_MAPPING) {
		if (read_children(reader, value, err) < 0 ||
			builder_close(&reader->builder, node, from, err) < 0)
			return -1;
	} else {
		node->plain = kind != JSON_KIND_STRING;
		if (read_text(reader, value, node, err) < 0)
			return -1;
	}
	return builder_push(&reader->builder, node, err);
}

int json_read(struct documents *documents, const struct node **root, struct error *err)
{
	cleanup(reader_clear) struct json_reader reader = { .documents = documents,
		.builder = { .arena = &documents->arena, .duplicate = &documents->duplicate } };
	struct error cause = { 0 };
	const char *end;
	struct json value;

	*root = NULL;
	if (!skip_space(documents))
		return 0;
	end = value_end(documents->at, documents->end);
	if (json_validate(documents->at, (size_t)(end - documents->at), &value, &cause) < 0)
		return position_error(documents, &cause, err);
	if (read_value(&reader, value, err) < 0)
		return -1;
	*root = reader.builder.waiting[0];
	advance(documents, end);
	return 0;
}
