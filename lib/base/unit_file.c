/* SPDX-License-Identifier: Apache-2.0 */
/* unit_file: logical lines first (continuations, comments), then sections, keys and quoted
 * words. */
#include "base/unit_file.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
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

/* The physical line without its end; false behind the last. */
static bool next_physical(struct unit_reader *reader, const char **line, size_t *length)
{
	const char *newline;

	if (reader->at == reader->end)
		return false;
	*line = reader->at;
	newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
	*length = (size_t)((newline != NULL ? newline : reader->end) - reader->at);
	reader->at = newline != NULL ? newline + 1 : reader->end;
	reader->next++;
	if (*length > 0 && (*line)[*length - 1] == '\r')
		(*length)--;
	return true;
}

struct unit_reader unit_reader(const char *text, size_t length)
{
	return (struct unit_reader){ .at = text, .end = text + length, .next = 1 };
}

int unit_line(struct unit_reader *reader, struct buffer *line, bool *found, struct error *err)
{
	bool more = true;
	const char *part;
	size_t length;

	line->length = 0;
	reader->line = reader->next;
	if (buffer_add(line, "", 0, err) < 0)
		return -1;
	while (more && next_physical(reader, &part, &length)) {
		trim(&part, &length);
		if (length > 0 && (*part == '#' || *part == ';')) {
			more = line->length > 0;
			continue;
		}
		more = length > 0 && part[length - 1] == '\\';
		if (buffer_add(line, part, length - more, err) < 0 ||
			(more && buffer_add(line, " ", 1, err) < 0))
			return -1;
	}
	*found = reader->line != reader->next;
	return 0;
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

/* Is the line "[NAME]"? */
static bool is_section(const char *line, const char *name)
{
	size_t length = strcspn(line + 1, "]");

	return length == strlen(name) && strncmp(line + 1, name, length) == 0;
}

static int add_value(const char *value, struct text_list *values, struct error *err)
{
	size_t length = strlen(value);

	trim(&value, &length);
	if (length > 0)
		return text_list_add(values, value, length, err);
	text_list_clear(values);
	return 0;
}

int unit_values(const char *text, const char *section, const char *key, struct text_list *values,
	struct error *err)
{
	struct unit_reader reader = unit_reader(text, strlen(text));
	cleanup(buffer_clear) struct buffer line = { 0 };
	bool inside = false, more;

	for (;;) {
		const char *value;

		if (unit_line(&reader, &line, &more, err) < 0)
			return -1;
		if (!more)
			return 0;
		if (line.text[0] == '[')
			inside = is_section(line.text, section);
		else if (inside && is_assignment(line.text, key, &value) &&
			add_value(value, values, err) < 0)
			return -1;
	}
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
