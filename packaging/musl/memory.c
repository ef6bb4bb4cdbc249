/* SPDX-License-Identifier: Apache-2.0 */
/* memory: memcpy and memmove for x86-64. musl's are "rep movsq", which takes longer to begin than
 * most copies here take in all: two thirds of the time of "runmask check". In runmask only: the
 * hook copies little. For other machines musl's are good. */
#ifdef __x86_64__

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FEW 16
#define MANY 2048 /* from here on the processor's own instruction is as quick */

/* Else the compiler makes a call of memcpy of the loop. */
#define not_a_call_of_memcpy() __asm__ volatile("" : : : "memory")

/* Inlined with a constant: two loads, then two stores, so that the places may overlap. */
static inline void copy_ends(char *to, const char *from, size_t size, size_t piece)
{
	char first[FEW], last[FEW];

	__builtin_memcpy(first, from, piece);
	__builtin_memcpy(last, from + size - piece, piece);
	__builtin_memcpy(to, first, piece);
	__builtin_memcpy(to + size - piece, last, piece);
}

static void copy_few(char *to, const char *from, size_t size)
{
	if (size >= 8)
		copy_ends(to, from, size, 8);
	else if (size >= 4)
		copy_ends(to, from, size, 4);
	else if (size >= 2)
		copy_ends(to, from, size, 2);
	else if (size == 1)
		*to = *from;
}

/* Right as well where "to" lies before "from" and they overlap: the end is read first. */
static void copy_forwards(char *to, const char *from, size_t size)
{
	char last[FEW];
	size_t at;

	__builtin_memcpy(last, from + size - FEW, FEW);
	for (at = 0; at + FEW < size; at += FEW) {
		__builtin_memcpy(to + at, from + at, FEW);
		not_a_call_of_memcpy();
	}
	__builtin_memcpy(to + size - FEW, last, FEW);
}

static void copy_backwards(char *to, const char *from, size_t size)
{
	char first[FEW];
	size_t at;

	__builtin_memcpy(first, from, FEW);
	for (at = size; at > FEW; at -= FEW) {
		__builtin_memcpy(to + at - FEW, from + at - FEW, FEW);
		not_a_call_of_memcpy();
	}
	__builtin_memcpy(to, first, FEW);
}

static void copy_many(char *to, const char *from, size_t size)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

void *memcpy(void *to, const void *from, size_t size)
{
	if (size < FEW)
		copy_few(to, from, size);
	else if (size < MANY)
		copy_forwards(to, from, size);
	else
		copy_many(to, from, size);
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	if (size < FEW || (uintptr_t)to - (uintptr_t)from >= size)
		return memcpy(to, from, size);
	copy_backwards(to, from, size);
	return to;
}

#endif
