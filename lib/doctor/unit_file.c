/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/unit_file.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/string.h"

#define BLANKS " \t\r"

static void trim(const char **text, size_t *length)
{
	while (*length > 0 && strchr(BLANKS, **text) != NULL) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && strchr(BLANKS, (*text)[*length - 1]) != NULL)
		(*length)--;
}

/* The next line, with the lines that it goes on in; comments in between are no part of it. False at
 * the end. */
static bool next_line(const char **at, struct buffer *line, int *result, struct error *err)
{
	bool more = true, any = false;

	line->length = 0;
	*result = buffer_add(line, "", 0, err);
	while (*result == 0 && more && **at != '\0') {
		size_t length = strcspn(*at, "\n"), kept;
		const char *text = *at;

		*at += length + ((*at)[length] == '\n');
		trim(&text, &length);
		if (length > 0 && strchr("#;", *text) != NULL) {
			more = any && line->length > 0;
			any = true;
			continue;
		}
		more = length > 0 && text[length - 1] == '\\';
		kept = length - more;
		*result = buffer_add(line, text, kept, err);
		if (*result == 0 && more)
			*result = buffer_add(line, " ", 1, err);
		any = true;
	}
	return any;
}

/* "KEY = VALUE" of that key. */
static bool is_assignment(const char *line, const char *key, const char **value)
{
	size_t length = strlen(key);

	if (strncmp(line, key, length) != 0)
		return false;
	line += length;
	line += strspn(line, BLANKS);
	*value = line + 1;
	return *line == '=';
}

int unit_values(const char *text, const char *section, const char *key, struct text_list *values,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer line = { 0 };
	bool inside = false;
	int result;

	while (next_line(&text, &line, &result, err) && result == 0) {
		const char *value;
		size_t length;

		if (line.text[0] == '[') {
			length = strcspn(line.text + 1, "]");
			inside = length == strlen(section) &&
				strncmp(line.text + 1, section, length) == 0;
			continue;
		}
		if (!inside || !is_assignment(line.text, key, &value))
			continue;
		length = strlen(value);
		trim(&value, &length);
		if (length == 0)
			text_list_clear(values);
		else
			result = text_list_add(values, value, length, err);
		if (result < 0)
			return -1;
	}
	return result;
}

int unit_value(
	const char *text, const char *section, const char *key, char **value, struct error *err)
{
	cleanup(text_list_clear) struct text_list values = { 0 };

	*value = NULL;
	if (unit_values(text, section, key, &values, err) < 0)
		return -1;
	if (values.count > 0)
		*value = take(values.texts[values.count - 1]);
	return 0;
}

int unit_words(const char *value, struct text_list *words, struct error *err)
{
	cleanup(buffer_clear) struct buffer word = { 0 };

	while (*(value += strspn(value, BLANKS)) != '\0') {
		char quote = '\0';

		word.length = 0;
		for (; *value != '\0' && (quote || strchr(BLANKS, *value) == NULL); value++) {
			bool opens = !quote && strchr("\"'", *value) != NULL;

			if (opens)
				quote = *value;
			else if (quote && *value == quote)
				quote = '\0';
			else if (buffer_add(&word, value, 1, err) < 0)
				return -1;
		}
		if (text_list_add(words, word.length > 0 ? word.text : "", word.length, err) < 0)
			return -1;
	}
	return 0;
}

/* One line: TYPE[MODIFIERS] PATH … */
static enum tmpfiles line_says(const char *line, const char *directory)
{
	char type[16], path[256];

	if (line[0] == '#' || sscanf(line, "%15s %255s", type, path) != 2 ||
		!run_path_within(path, directory) || !run_path_within(directory, path))
		return TMPFILES_SILENT;
	if (strchr("dDvqQe", type[0]) != NULL)
		return TMPFILES_MAKES;
	if (strchr("rR", type[0]) != NULL && strchr(type, '!') == NULL)
		return TMPFILES_REMOVES;
	return TMPFILES_SILENT;
}

enum tmpfiles tmpfiles_says(const char *text, const char *directory)
{
	enum tmpfiles worst = TMPFILES_SILENT;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		char line[512];
		enum tmpfiles says;

		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		says = line_says(line, directory);
		if (says > worst)
			worst = says;
		text += length + (text[length] == '\n');
	}
	return worst;
}
