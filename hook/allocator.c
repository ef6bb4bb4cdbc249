/* SPDX-License-Identifier: Apache-2.0 */
/* allocator: malloc(3) for a process that lives for a millisecond. Blocks are cut from the zeroed
 * data of the program, one behind the other, and from larger pieces of the system when that is used
 * up. Only the last block is ever given back or grows in place: no lists of free blocks, nothing to
 * be linked wrongly, and what was freed is not handed out again. Tests that make allocations fail,
 * sanitizers and runmask have the C library's. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT ((size_t)16)
#define PIECE ((size_t)1 << 20)
#define HEADER ALIGNMENT /* in front of each block: its size */

/* Linkers place common symbols after all other zeroed data. The small data before it then shares
 * one page: one page fault less for each mask. */
__attribute__((common)) _Alignas(ALIGNMENT) char first_piece[(size_t)64 << 10];
static char *next = first_piece, *end = first_piece + sizeof(first_piece);

static size_t size_of(const char *block)
{
	size_t size;

	memcpy(&size, block - HEADER, sizeof(size));
	return size;
}

static void set_size(char *block, size_t size)
{
	memcpy(block - HEADER, &size, sizeof(size));
}

static size_t rounded(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

/* What is left of the piece before is not used any more. */
static int new_piece(size_t size)
{
	size_t piece = size > PIECE / 2 ? rounded(size) : PIECE;
	char *begin = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (begin == MAP_FAILED)
		return -1;
	next = begin;
	end = begin + piece;
	return 0;
}

/* Not malloc itself: the compiler makes one call of calloc of malloc() and memset(), in calloc,
 * too. */
static void *cut(size_t size)
{
	char *block;

	if (size > PTRDIFF_MAX - 2 * HEADER) {
		errno = ENOMEM;
		return NULL;
	}
	size = size == 0 ? ALIGNMENT : rounded(size);
	if ((size_t)(end - next) < HEADER + size && new_piece(HEADER + size) < 0)
		return NULL;
	block = next + HEADER;
	next = block + size;
	set_size(block, size);
	return block;
}

void *malloc(size_t size)
{
	return cut(size);
}

void free(void *block)
{
	if (block != NULL && (char *)block + size_of(block) == next)
		next = (char *)block - HEADER;
}

void *realloc(void *block, size_t size)
{
	size_t before = block == NULL ? 0 : size_of(block);
	void *grown;

	if (size <= before && block != NULL)
		return block;
	if (block != NULL && (char *)block + before == next &&
		size <= (size_t)(end - (char *)block)) {
		next = (char *)block + rounded(size);
		set_size(block, rounded(size));
		return block;
	}
	grown = cut(size);
	if (grown != NULL && before > 0)
		memcpy(grown, block, before);
	return grown;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *block;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	block = cut(bytes);
	return block == NULL ? NULL : memset(block, 0, bytes);
}
