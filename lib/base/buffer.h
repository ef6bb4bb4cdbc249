/* SPDX-License-Identifier: Apache-2.0 */
/* buffer: growing texts and arrays, copies, and freeing at the end of a scope.
 *
 * cleanup(f) calls f(&variable) at the end of the scope. Every _clear and _close function accepts
 * a zeroed value (an fd: -1) and may be called twice. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"

#define cleanup(f) __attribute__((cleanup(f)))
#define array_count(a) (sizeof(a) / sizeof((a)[0]))

/* Hands a pointer over: returns it and leaves NULL behind. */
#define take(pointer)                                                                              \
	({                                                                                         \
		__typeof__(pointer) taken_ = (pointer);                                            \
		(pointer) = NULL;                                                                  \
		taken_;                                                                            \
	})

static inline void text_clear(char **text)
{
	free(*text);
	*text = NULL;
}

/* A text of bytes that grows; NUL-terminated after every call that succeeded. */
struct buffer {
	char *text;
	size_t length, size;
};

void buffer_clear(struct buffer *buffer);
/* Append bytes, or text as printf(3) makes it. ERROR_SYSTEM when memory runs out; the text is then
 * as before. */
int buffer_add(struct buffer *buffer, const void *bytes, size_t length, struct error *err)
	must_check;
int buffer_print(struct buffer *buffer, struct error *err, const char *format, ...) must_check
__attribute__((format(printf, 3, 4)));

/* Makes room for one more element of the given size in an array of *count elements; grows by
 * doubling. Returns the zeroed new element and counts it, or NULL with the error set. The array
 * is *array, owned by the caller, freed with free(). */
void *array_add(void *array, size_t *count, size_t size, struct error *err) must_check;

/* A copy on the heap, NUL-terminated; NULL with the error set. */
char *text_copy(const char *text, struct error *err) must_check;
char *text_copy_bytes(const char *text, size_t length, struct error *err) must_check;

/* Reads fd to its end into *buffer with as few read(2) as possible, and appends it. size_hint is
 * how much a regular file holds: when one read returns just that, it is all (0: unknown). It stops
 * one byte past limit, which is an error, "larger than N MiB"; the buffer's length is then as
 * before. Callers want file_read (base/file.h), which looks at the fd first. */
int buffer_read(struct buffer *buffer, int fd, size_t size_hint, size_t limit, struct error *err)
	must_check;
