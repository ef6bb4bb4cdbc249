/* SPDX-License-Identifier: Apache-2.0 */
/* words: skips the plain bytes of a string eight at a time. Inside lib/json only. */
#pragma once

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Skips what stands for itself in a string, as far as whole words reach: most of any document is
 * that. The result is at most seven bytes short of the first byte that does not.
 *
 * Every term has the top bit set in the bytes it looks for. Subtraction borrows only from a byte
 * that was found into higher ones, so the lowest bit that is set is always a true one. */
static inline const char *json_skip_words(const char *at, const char *end)
{
	const uint64_t ones = 0x0101010101010101, tops = ones << 7;

	for (uint64_t word; (size_t)(end - at) >= sizeof(word); at += sizeof(word)) {
		uint64_t quote, backslash, found;

		memcpy(&word, at, sizeof(word));
		word = le64toh(word);
		quote = word ^ ones * '"';
		backslash = word ^ ones * '\\';
		found = ((word - ones * ' ') | (quote - ones) | (backslash - ones) | word) & tops;
		if (found != 0)
			return at + __builtin_ctzll(found) / 8;
	}
	return at;
}
