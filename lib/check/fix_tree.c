/* SPDX-License-Identifier: Apache-2.0 */
/* fix_tree: adds members and elements to mappings and lists of YAML and JSON, as edits of the
 * text. */
#include <string.h>

#include "base/string.h"
#include "check/fix_internal.h"

void fix_entry_clear(struct fix_entry *entry)
{
	buffer_clear(&entry->block);
	buffer_clear(&entry->flow);
}

int fix_entry_add(struct fix_entry *entry, const char *block, const char *flow, struct error *err)
{
	if (buffer_add(&entry->block, block, strlen(block), err) < 0)
		return -1;
	return buffer_add(&entry->flow, flow, strlen(flow), err);
}

int fix_entry_value(
	struct fix_entry *entry, enum manifest_kind kind, const char *value, struct error *err)
{
	struct remedy_dialect quoted = *remedy_dialect_of(kind);

	if (dialect_add(&entry->block, &quoted, value, err) < 0)
		return -1;
	quoted.always = true;
	return dialect_add(&entry->flow, &quoted, value, err);
}

struct cursor fix_member(const struct cursor *mapping, const char *key)
{
	struct cursor member = cursor_find(mapping, key);
	const struct node_pair *pair = mapping->node ? node_pair(mapping->node, key) : NULL;

	if (pair)
		member.index = (size_t)(pair - mapping->node->pairs);
	return member;
}

bool fix_is_own(const struct cursor *cursor)
{
	for (; cursor; cursor = cursor->above) {
		const struct cursor *above = cursor->above;

		if (cursor->at->shared)
			return false;
		if (above && above->node->kind == NODE_MAPPING && cursor->index >= above->node->own)
			return false;
	}
	return true;
}

static const struct node *key_of(const struct cursor *member)
{
	return member->above->node->pairs[member->index].key;
}

/* Where the node begins, behind its anchor and tag; false: not where it is said to be. */
static bool find_start(const struct fix *fix, const struct node *node, size_t *offset)
{
	size_t at;

	if (!edits_offset(&fix->edits, node->line, node->column, &at))
		return false;
	while (at < fix->length && (fix->text[at] == '&' || fix->text[at] == '!')) {
		at += strcspn(fix->text + at, " \t\r\n");
		at += strspn(fix->text + at, " \t");
	}
	*offset = at;
	return at < fix->length;
}

/* A list or mapping between brackets; *offset is behind the opening one. */
static bool is_flow(const struct fix *fix, const struct node *node, size_t *offset)
{
	if ((node->kind != NODE_LIST && node->kind != NODE_MAPPING) ||
		!find_start(fix, node, offset))
		return false;
	return fix->text[(*offset)++] == (node->kind == NODE_LIST ? '[' : '{');
}

/* Behind the bracket that closes what is open at the offset. */
static size_t flow_end(const struct fix *fix, size_t at)
{
	size_t depth = 1;
	char before = '[';

	for (; at < fix->length && depth > 0; at++) {
		char byte = fix->text[at];
		bool begins = strchr("[{,:", before) != NULL;

		if (byte == '#' && strchr(" \t\n", fix->text[at - 1])) {
			at += strcspn(fix->text + at, "\n");
			continue;
		}
		if (begins && (byte == '"' || byte == '\''))
			for (at++; at < fix->length && fix->text[at] != byte; at++)
				at += byte == '"' && fix->text[at] == '\\';
		depth += byte == '[' || byte == '{';
		depth -= byte == ']' || byte == '}';
		if (!strchr(" \t\r\n", byte))
			before = byte;
	}
	return at;
}

static size_t line_at(const struct fix *fix, size_t offset)
{
	size_t low = 0, high = fix->edits.line_count;

	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (fix->edits.starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

/* Does the line go on with what begins at that depth of indentation in a line before? */
enum line_kind { LINE_OUTSIDE, LINE_EMPTY, LINE_INSIDE };

static enum line_kind line_kind(const struct fix *fix, size_t line, size_t indent, bool list)
{
	size_t length, depth = 0;
	const char *text = edits_line(&fix->edits, line, &length);

	while (depth < length && (text[depth] == ' ' || text[depth] == '\t'))
		depth++;
	if (depth == length)
		return LINE_EMPTY;
	if (depth > indent)
		return text[depth] == '#' ? LINE_EMPTY : LINE_INSIDE;
	if (text[depth] == '#')
		return LINE_EMPTY;
	if (depth < indent || !list || text[depth] != '-')
		return LINE_OUTSIDE;
	return depth + 1 == length || text[depth + 1] == ' ' ? LINE_INSIDE : LINE_OUTSIDE;
}

/* The value of a member stands behind its key, unless the member says an alias. */
static bool is_alias(const struct node *key, const struct node *value)
{
	return value->line < key->line || (value->line == key->line && value->column < key->column);
}

static bool is_literal(const struct fix *fix, const struct node *value)
{
	size_t offset;

	return value->kind == NODE_SCALAR && find_start(fix, value, &offset) &&
		(fix->text[offset] == '|' || fix->text[offset] == '>');
}

/* The line behind the value of a member in block style: what is empty or a comment at its end is
 * not its own, unless it is the text of a literal. */
static size_t block_end(const struct fix *fix, const struct cursor *member)
{
	const struct node *key = key_of(member), *value = member->at;
	bool alias = is_alias(key, value), literal = !alias && is_literal(fix, value);
	bool list = !alias && value->kind == NODE_LIST;
	size_t last = key->line, offset, length;

	if (!alias && is_flow(fix, value, &offset))
		return line_at(fix, flow_end(fix, offset) - 1) + 1;
	for (size_t line = key->line + 1; line <= fix->edits.line_count; line++) {
		enum line_kind kind = line_kind(fix, line, key->column - 1, list);

		if (kind == LINE_OUTSIDE)
			break;
		if (literal && kind == LINE_EMPTY) {
			const char *text = edits_line(&fix->edits, line, &length);

			if (length >= key->column && text[key->column - 1] == ' ')
				kind = LINE_INSIDE;
		}
		if (kind == LINE_INSIDE)
			last = line;
	}
	return last + 1;
}

static int add_lines(struct fix *fix, size_t before, size_t indent, const char *mark,
	const struct buffer *block, struct error *err)
{
	cleanup(buffer_clear) struct buffer lines = { 0 };
	const char *at = block->text;

	for (bool first = true; *at; first = false) {
		size_t run = strcspn(at, "\n");

		if (buffer_print(&lines, err, "%s%*s%s%.*s", first ? "" : "\n", (int)indent, "",
			    first ? mark : "", (int)run, at) < 0)
			return -1;
		at += run + (at[run] == '\n');
	}
	return edits_add_lines(&fix->edits, before, &lines, err);
}

/* Before what stands first between the brackets, with a comma; on a line of its own where that has
 * one. */
static int add_in_flow(
	struct fix *fix, size_t offset, const struct fix_entry *entry, struct error *err)
{
	cleanup(buffer_clear) struct buffer with = { 0 };
	size_t next = offset + strspn(fix->text + offset, " \t\r\n"), start = next;
	bool empty = next >= fix->length || strchr("]}", fix->text[next]);

	while (start > offset && fix->text[start - 1] != '\n')
		start--;
	if (empty || start == offset)
		start = next;
	if (buffer_print(&with, err, "%s%s", entry->flow.text,
		    empty                  ? ""
			    : start < next ? ","
					   : ", ") < 0)
		return -1;
	if (start < next &&
		buffer_print(&with, err, "\n%.*s", (int)(next - start), fix->text + start) < 0)
		return -1;
	return edits_add(&fix->edits, empty ? offset : next, 0, &with, err);
}

int fix_add_member(struct fix *fix, const struct fix_target *target, const struct cursor *mapping,
	const char *behind, struct fix_entry *entry, struct error *err)
{
	struct cursor member = fix_member(mapping, behind);
	size_t offset;

	if (is_flow(fix, mapping->node, &offset))
		return add_in_flow(fix, offset, entry, err);
	if (mapping->node->own == 0)
		return fix_refuse_shared(fix, target, mapping, err);
	if (!node_pair(mapping->node, behind) || member.index >= mapping->node->own) {
		member = cursor_at(mapping, 0);
		for (size_t i = 1; i < mapping->node->own; i++)
			if (mapping->node->pairs[i].key->line > member.line)
				member = cursor_at(mapping, i);
	}
	return add_lines(
		fix, block_end(fix, &member), key_of(&member)->column - 1, "", &entry->block, err);
}

/* Behind a string on one line. */
static size_t string_end(const struct fix *fix, const struct node *string, size_t offset)
{
	char quote = fix->text[offset];

	if (quote != '"' && quote != '\'')
		return offset + string->count;
	for (offset++; offset < fix->length && fix->text[offset] != quote; offset++)
		offset += quote == '"' && fix->text[offset] == '\\';
	return offset + 1;
}

/* In block style "tmpfs: /tmp # x" becomes "tmpfs:", and below it "- /tmp # x". */
static int add_to_string(struct fix *fix, const struct cursor *list, const struct fix_entry *entry,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer with = { 0 }, closing = { 0 };
	size_t indent = key_of(list)->column + 1, offset = 0, colon;
	bool flow = is_flow(fix, list->above->node, &offset);

	if (!find_start(fix, list->node, &offset))
		return error_set(err, ERROR_INPUT, "--fix: a string is not where it was read");
	if (flow)
		return buffer_print(&with, err, "[%s, ", entry->flow.text) < 0 ||
				buffer_print(&closing, err, "]") < 0 ||
				edits_add(&fix->edits, offset, 0, &with, err) < 0
			? -1
			: edits_add(&fix->edits, string_end(fix, list->node, offset), 0, &closing,
				  err);
	for (colon = offset; colon > 0 && strchr(" \t", fix->text[colon - 1]);)
		colon--;
	if (buffer_print(&with, err, "\n%*s- ", (int)indent, "") < 0 ||
		edits_add(&fix->edits, colon, offset - colon, &with, err) < 0)
		return -1;
	return add_lines(fix, block_end(fix, list), indent, "- ", &entry->block, err);
}

int fix_add_element(struct fix *fix, const struct cursor *list, struct fix_entry *entry,
	bool *added, struct error *err)
{
	size_t offset, indent = key_of(list)->column + 1;

	*added = true;
	if (list->at->kind == NODE_LIST && is_flow(fix, list->at, &offset))
		return add_in_flow(fix, offset, entry, err);
	if (list->at->kind == NODE_LIST) {
		size_t length;
		const char *text = edits_line(&fix->edits, list->at->elements[0]->line, &length);

		for (indent = 0; indent < length && text[indent] == ' ';)
			indent++;
		*added = indent < length && text[indent] == '-';
	} else if (list->at->kind == NODE_SCALAR && list->at->line == key_of(list)->line) {
		return add_to_string(fix, list, entry, err);
	} else {
		*added = list->at->kind == NODE_NULL && list->at->text[0] == '\0';
	}
	if (!*added)
		return 0;
	return add_lines(fix, block_end(fix, list), indent, "- ", &entry->block, err);
}

int fix_slave(struct fix *fix, const struct node *scalar, bool *changed, struct error *err)
{
	static const char *const words[][2] = { { "rshared", "rslave" }, { "shared", "slave" },
		{ "Bidirectional", "HostToContainer" } };
	size_t offset;

	*changed = false;
	if (!find_start(fix, scalar, &offset))
		return 0;
	offset += fix->text[offset] == '"' || fix->text[offset] == '\'';
	if (fix->length - offset < scalar->count ||
		memcmp(fix->text + offset, scalar->text, scalar->count) != 0)
		return 0;
	for (size_t i = 0; i < array_count(words) && !*changed; i++) {
		size_t length = strlen(words[i][0]);
		const char *found = strrchr(scalar->text, ':');

		found = strstr(found ? found + 1 : scalar->text, words[i][0]);
		if (found) {
			cleanup(buffer_clear) struct buffer with = { 0 };

			if (buffer_print(&with, err, "%s", words[i][1]) < 0 ||
				edits_add(&fix->edits, offset + (size_t)(found - scalar->text),
					length, &with, err) < 0)
				return -1;
			*changed = true;
		}
	}
	return 0;
}
