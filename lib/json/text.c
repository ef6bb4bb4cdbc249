/* SPDX-License-Identifier: Apache-2.0 */
/* text: decodes and compares strings of a validated document without copying them. */
#include "json/text.h"

#include <string.h>

uint32_t json_hex(const char *digits)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) /* '1' is 0x31, 'A' 0x41, 'a' 0x61 */
		value = value << 4 | (uint32_t)((digits[i] & 0xf) + (digits[i] > '9' ? 9 : 0));
	return value;
}

struct json_text json_text(struct json string)
{
	return (struct json_text){
		.at = string.text + 1,
		.end = string.text + string.length - 1,
	};
}

/* The code point of the \u escape that begins at the backslash, which it steps over: both halves
 * where it takes two. */
static uint32_t text_code(struct json_text *text)
{
	uint32_t code = json_hex(text->at + 2);

	text->at += JSON_ESCAPE_LENGTH;
	if (code < 0xd800 || code > 0xdfff)
		return code;
	code = 0x10000 + ((code & 0x3ff) << 10) + (json_hex(text->at + 2) & 0x3ff);
	text->at += JSON_ESCAPE_LENGTH;
	return code;
}

/* Puts the code point's UTF-8 into pending. */
static void text_encode(struct json_text *text, uint32_t code)
{
	unsigned count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	uint32_t pending = 0;

	for (unsigned i = 1; i < count; i++, code >>= 6)
		pending = (pending | 0x80 | (code & 0x3f)) << 8;
	if (count > 1)
		code |= (0xf00u >> count) & 0xff;
	text->pending = pending | code;
	text->pending_count = count;
}

int json_text_next(struct json_text *text)
{
	static const char escapes[][2] = { { 'b', '\b' }, { 'f', '\f' }, { 'n', '\n' },
		{ 'r', '\r' }, { 't', '\t' } };
	int byte;

	if (text->pending_count == 0) {
		if (text->at == text->end)
			return -1;
		if (*text->at != '\\')
			return (unsigned char)*text->at++;
		if (text->at[1] != 'u') {
			char letter = text->at[1];

			text->at += 2;
			for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
				if (escapes[i][0] == letter)
					return escapes[i][1];
			return letter; /* a quote, a slash, a backslash */
		}
		text_encode(text, text_code(text));
	}
	byte = (int)(text->pending & 0xff);
	text->pending >>= 8;
	text->pending_count--;
	return byte;
}

static bool has_escapes(struct json string)
{
	return memchr(string.text, '\\', string.length) != NULL;
}

bool json_text_same(struct json a, struct json b)
{
	struct json_text left = json_text(a), right = json_text(b);
	int byte;

	if (!has_escapes(a) && !has_escapes(b))
		return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
	do {
		byte = json_text_next(&left);
		if (byte != json_text_next(&right))
			return false;
	} while (byte >= 0);
	return true;
}

bool json_is(struct json string, const char *text)
{
	struct json_text decoded;
	size_t same = 0;
	int byte;

	if (json_kind(string) != JSON_KIND_STRING)
		return false;
	/* most names differ in their first byte, and hardly one has an escape */
	while (same < string.length - 2 && string.text[1 + same] != '\\') {
		if (string.text[1 + same] != text[same])
			return false;
		same++;
	}
	if (same == string.length - 2)
		return text[same] == '\0';
	decoded = json_text(string);
	while ((byte = json_text_next(&decoded)) > 0)
		if (byte != (unsigned char)*text++)
			return false;
	return byte < 0 && *text == '\0'; /* \u0000 is in no C string */
}

static int lower(int byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* The next byte of the string, folded: two characters beyond ASCII fold into it. */
static int next_folded(struct json_text *text)
{
	static const struct {
		const char *bytes;
		char letter;
	} folds[] = { { "\xc5\xbf", 's' }, { "\xe2\x84\xaa", 'k' } };
	struct json_text ahead = *text;
	int byte = json_text_next(text);

	for (size_t i = 0; byte >= 0x80 && i < sizeof(folds) / sizeof(folds[0]); i++) {
		struct json_text at = ahead;
		const char *bytes = folds[i].bytes;

		while (*bytes != '\0' && json_text_next(&at) == (unsigned char)*bytes)
			bytes++;
		if (*bytes == '\0') {
			*text = at;
			return folds[i].letter;
		}
	}
	return lower(byte);
}

bool json_is_folded(struct json string, const char *text)
{
	struct json_text decoded = json_text(string);
	int first = string.length > 2 ? (unsigned char)*decoded.at : 0;
	int byte;

	/* nearly all differ in their first byte */
	if (first < 0x80 && first != '\\' && lower(first) != lower((unsigned char)*text))
		return false;
	while ((byte = next_folded(&decoded)) > 0)
		if (byte != lower((unsigned char)*text++))
			return false;
	return byte <= 0 && *text == '\0'; /* a \u0000 ends it for a program in C */
}

bool json_word(struct json string, char *text, size_t size)
{
	struct json_text decoded;
	size_t length = 0;
	int byte;

	if (json_kind(string) != JSON_KIND_STRING)
		return false;
	decoded = json_text(string);
	while ((byte = json_text_next(&decoded)) > 0 && length + 1 < size)
		text[length++] = (char)byte;
	text[length] = '\0';
	return byte < 0; /* \u0000 is in no C string */
}
