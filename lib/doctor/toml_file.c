/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/toml_file.h"

#include <string.h>

#include "base/mem.h"

/* Blanks, and where lines may end (in arrays), also those and comments. */
static const char *skip(const char *at, bool lines)
{
	for (;;) {
		at += strspn(at, lines ? " \t\r\n" : " \t\r");
		if (!lines || *at != '#')
			return at;
		at += strcspn(at, "\n");
	}
}

/* A string, basic or literal; in the basic one a backslash stands before what it escapes: of such
 * escapes paths have none but those of themselves. */
static int read_string(const char **at, struct buffer *string, struct error *err)
{
	char quote = *(*at)++;

	string->length = 0;
	for (; **at != '\0' && **at != '\n' && **at != quote; (*at)++) {
		if (quote == '"' && **at == '\\' && (*at)[1] != '\0' && (*at)[1] != '\n')
			(*at)++;
		if (buffer_add(string, *at, 1, err) < 0)
			return -1;
	}
	*at += **at == quote;
	return 0;
}

static int read_scalar(const char **at, struct text_list *values, struct error *err)
{
	cleanup(buffer_clear) struct buffer string = { 0 };
	size_t length;

	if (**at == '"' || **at == '\'') {
		if (read_string(at, &string, err) < 0)
			return -1;
		return text_list_add(
			values, string.length > 0 ? string.text : "", string.length, err);
	}
	length = strcspn(*at, " \t\r\n,[]#\"'");
	if (length > 0 && text_list_add(values, *at, length, err) < 0)
		return -1;
	*at += length;
	return 0;
}

static int read_value(const char **at, struct text_list *values, struct error *err)
{
	*at = skip(*at, false);
	if (**at != '[')
		return read_scalar(at, values, err);
	for (*at = skip(*at + 1, true); **at != '\0' && **at != ']';) {
		const char *before = *at;

		if (read_scalar(at, values, err) < 0)
			return -1;
		*at = skip(*at, true);
		*at += **at == ',';
		*at += *at == before; /* never stand still */
		*at = skip(*at, true);
	}
	*at += **at == ']';
	return 0;
}

/* A table's name or a key: with or without quotes around it as a whole. */
static bool named(const char *text, size_t length, const char *name)
{
	while (length > 0 && strchr(" \t", text[length - 1]) != NULL)
		length--;
	if (length >= 2 && (text[0] == '"' || text[0] == '\'') && text[length - 1] == text[0]) {
		text++;
		length -= 2;
	}
	return length == strlen(name) && strncmp(text, name, length) == 0;
}

int toml_values(const char *text, const char *table, const char *key, struct text_list *values,
	bool *there, struct error *err)
{
	cleanup(text_list_clear) struct text_list ignored = { 0 };
	bool inside = table[0] == '\0';

	*there = false;
	while (*(text = skip(text, true)) != '\0') {
		size_t length;

		if (*text == '[') {
			text += 1 + (text[1] == '[');
			text = skip(text, false);
			inside = named(text, strcspn(text, "]\n"), table);
			text += strcspn(text, "\n");
			continue;
		}
		length = strcspn(text, "=\n");
		if (text[length] != '=') {
			text += length;
			continue;
		}
		if (inside && named(text, length, key)) {
			text_list_clear(values);
			text += length + 1;
			*there = true;
			if (read_value(&text, values, err) < 0)
				return -1;
		} else {
			text += length + 1;
			if (read_value(&text, &ignored, err) < 0)
				return -1;
		}
		text += strcspn(text, "\n");
	}
	return 0;
}
