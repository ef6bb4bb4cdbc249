/* SPDX-License-Identifier: Apache-2.0 */
/* wrap: breaks at blanks; widths are counted in characters, not bytes. */
#include "base/wrap.h"

#include <string.h>

#include "base/string.h"

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += !continues(*text);
	return width;
}

size_t text_width_bytes(const char *text, size_t width)
{
	size_t at = 0;

	for (; text[at]; at++)
		if (!continues(text[at]) && width-- == 0)
			break;
	return at;
}

static int add_blanks(struct buffer *out, int count, struct error *err)
{
	return buffer_print(out, err, "%*s", count, "");
}

int text_wrap(struct buffer *out, int indent, const char *text, struct error *err)
{
	cleanup(buffer_clear) struct buffer clean = { 0 };
	size_t column = 0;

	if (text_add_escaped(&clean, text, ESCAPED_LINE, err) < 0)
		return -1;
	for (const char *word = clean.text ? clean.text : ""; *word;) {
		size_t length = strcspn(word, " "), width = 0;

		for (size_t i = 0; i < length; i++)
			width += !continues(word[i]);
		if (column > 0 && column + 1 + width > PAGE_WIDTH) {
			if (buffer_add(out, "\n", 1, err) < 0)
				return -1;
			column = 0;
		}
		if (add_blanks(out, column > 0 ? 1 : indent, err) < 0 ||
			buffer_add(out, word, length, err) < 0)
			return -1;
		column += (column > 0 ? 1 : (size_t)indent) + width;
		word += length;
		word += strspn(word, " ");
	}
	return buffer_add(out, "\n", 1, err);
}

int text_indent(struct buffer *out, int indent, const char *lines, struct error *err)
{
	while (*lines) {
		size_t length = strcspn(lines, "\n");
		cleanup(text_clear) char *line = text_copy_bytes(lines, length, err);

		if (!line || add_blanks(out, indent, err) < 0 ||
			text_add_escaped(out, line, ESCAPED_LINE, err) < 0 ||
			buffer_add(out, "\n", 1, err) < 0)
			return -1;
		lines += length + (lines[length] == '\n');
	}
	return 0;
}
