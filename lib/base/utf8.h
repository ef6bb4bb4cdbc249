/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: checks and decodes one character (RFC 3629). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define UTF8_LENGTH_MAX 4

/* The length in bytes of the character that text[0..length) begins with; 0 when there is none: a
 * stray or missing continuation byte, an overlong form, a surrogate, beyond U+10FFFF, no text. */
static inline size_t utf8_length(const char *text, size_t length)
{
	static const uint32_t least[UTF8_LENGTH_MAX + 1] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = length > 0 ? (unsigned char)text[0] : 0xff;
	size_t need = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = first & (0x7fu >> need);

	if (first < 0x80)
		return 1;
	if (first < 0xc0 || first > 0xf7 || length < need)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[need] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return need;
}

/* The number of the character that text[0..length) is; length is utf8_length's answer, not 0. */
static inline uint32_t utf8_code(const char *text, size_t length)
{
	uint32_t code = (unsigned char)text[0];

	if (length > 1)
		code &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++)
		code = code << 6 | (text[i] & 0x3f);
	return code;
}
