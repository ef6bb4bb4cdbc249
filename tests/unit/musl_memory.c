/* SPDX-License-Identifier: Apache-2.0 */
/* musl_memory: memcpy and memmove of packaging/musl, under other names, against a copy byte by
 * byte: all small sizes, those around each bound, and places that overlap in both directions. */
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"

#define memcpy tested_memcpy
#define memmove tested_memmove
void *tested_memcpy(void *to, const void *from, size_t size);
void *tested_memmove(void *to, const void *from, size_t size);
#include "../../packaging/musl/memory.c"
#undef memcpy
#undef memmove

#ifndef __x86_64__ /* where musl's own are taken */
#define tested_memcpy memcpy
#define tested_memmove memmove
#endif

#define ROOM 5000

static void fill(unsigned char *bytes)
{
	for (size_t i = 0; i < ROOM; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 251);
}

/* The same byte by byte, through a copy of the source. */
static void expect(unsigned char *bytes, size_t to, size_t from, size_t size)
{
	unsigned char source[ROOM];

	for (size_t i = 0; i < size; i++)
		source[i] = bytes[from + i];
	for (size_t i = 0; i < size; i++)
		bytes[to + i] = source[i];
}

static void one(size_t to, size_t from, size_t size)
{
	unsigned char bytes[ROOM], wanted[ROOM];
	size_t apart = to > from ? to - from : from - to;

	fill(wanted);
	expect(wanted, to, from, size);
	fill(bytes);
	cr_assert_eq(tested_memmove(bytes + to, bytes + from, size), bytes + to);
	cr_assert_arr_eq(bytes, wanted, ROOM, "memmove: %zu bytes from %zu to %zu", size, from, to);
	if (apart < size)
		return;
	fill(bytes);
	cr_assert_eq(tested_memcpy(bytes + to, bytes + from, size), bytes + to);
	cr_assert_arr_eq(bytes, wanted, ROOM, "memcpy: %zu bytes from %zu to %zu", size, from, to);
}

Test(musl_memory, every_size_and_distance)
{
	static const size_t sizes[] = { 100, 2046, 2047, 2048, 2049, 2200 };
	static const size_t distances[] = { 0, 1, 2, 7, 8, 15, 16, 17, 33, 100, 2047, 2500 };

	for (size_t d = 0; d < array_count(distances); d++) {
		for (size_t size = 0; size < 70; size++) {
			one(3, 3 + distances[d], size);
			one(3 + distances[d], 3, size);
		}
		for (size_t i = 0; i < array_count(sizes); i++) {
			one(3, 3 + distances[d], sizes[i]);
			one(3 + distances[d], 3, sizes[i]);
		}
	}
}
