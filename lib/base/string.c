/* SPDX-License-Identifier: Apache-2.0 */
/* string: the escaper, by code points; word lists by linear search, for they are short. */
#include "base/string.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"

#define CUT "…"

/* Characters that cannot be seen or change how the text around them is read: controls, marks of
 * direction (UAX #9) and of invisible format, separators of lines, tags. In order. */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x61c, 0x61c },
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb },
	{ 0xe0000, 0xe007f },
};

static bool is_hidden(uint32_t code)
{
	for (size_t i = 0; i < array_count(hidden) && hidden[i].first <= code; i++)
		if (code <= hidden[i].last)
			return true;
	return false;
}

size_t character_escape(char out[4], const char *text, size_t length, size_t *used)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char first = (unsigned char)text[0];
	size_t size = utf8_length(text, length);

	if (size > 0 && !is_hidden(utf8_code(text, size))) {
		memcpy(out, text, size);
		*used = size;
		return size;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[first >> 4];
	out[3] = digits[first & 0xf];
	*used = 1;
	return 4;
}

size_t text_escape(char *out, size_t size, const char *text)
{
	size_t length = strlen(text), end = 0, cut = 0, used = 0;
	char piece[4];

	for (size_t at = 0; at < length; at += used) {
		size_t count = character_escape(piece, text + at, length - at, &used);

		if (end + count >= size) {
			memcpy(out + cut, CUT, sizeof(CUT));
			return cut + sizeof(CUT) - 1;
		}
		memcpy(out + end, piece, count);
		end += count;
		if (end + sizeof(CUT) <= size)
			cut = end;
	}
	out[end] = '\0';
	return end;
}

int text_add_escaped(struct buffer *out, const char *text, size_t limit, struct error *err)
{
	size_t length = strlen(text), room = length < limit / 4 ? 4 * length : limit;
	cleanup(text_clear) char *escaped = malloc(room + sizeof(CUT));

	if (escaped == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	return buffer_add(out, escaped, text_escape(escaped, room + sizeof(CUT), text), err);
}

bool slice_is(const char *text, size_t length, const char *word)
{
	return strncmp(word, text, length) == 0 && word[length] == '\0';
}

bool words_have(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
			return true;
	}
	return false;
}

int word_find(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return (int)i;
	return -1;
}

const char *words_join(char *text, size_t size, const char *const *words, size_t count)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";

		used += (size_t)snprintf(text + used, size - used, "%s\"%s\"", between, words[i]);
	}
	return text;
}

bool name_is_plain(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
		strcmp(name, "..") != 0;
}
