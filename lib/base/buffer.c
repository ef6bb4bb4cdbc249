/* SPDX-License-Identifier: Apache-2.0 */
/* buffer: a growing text, a growing array, copies, and reading to the end. */
#include "base/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MIB ((size_t)1 << 20)
#define BUFFER_FIRST ((size_t)256)
#define READ_FIRST ((size_t)4095)    /* with a NUL, one page */
#define READ_NEXT ((size_t)64 << 10) /* what a pipe holds */
#define READ_LARGE ((size_t)128 << 10)
#define ARRAY_FIRST ((size_t)1) /* most arrays stay so short: the mounts of a container */

static int out_of_memory(struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "out of memory");
}

void buffer_clear(struct buffer *buffer)
{
	free(buffer->text);
	*buffer = (struct buffer){ 0 };
}

/* Makes room for more bytes and the NUL behind them. */
static int buffer_reserve(struct buffer *buffer, size_t more, struct error *err)
{
	size_t need, size = buffer->size > 0 ? 2 * buffer->size : BUFFER_FIRST;
	char *text;

	if (more >= PTRDIFF_MAX - buffer->length)
		return out_of_memory(err);
	need = buffer->length + more + 1;
	if (need <= buffer->size)
		return 0;
	if (size < need)
		size = need;
	text = realloc(buffer->text, size);
	if (text == NULL)
		return out_of_memory(err);
	buffer->text = text;
	buffer->size = size;
	return 0;
}

int buffer_add(struct buffer *buffer, const void *bytes, size_t length, struct error *err)
{
	if (buffer_reserve(buffer, length, err) < 0)
		return -1;
	if (length > 0)
		memcpy(buffer->text + buffer->length, bytes, length);
	buffer->length += length;
	buffer->text[buffer->length] = '\0';
	return 0;
}

int buffer_print(struct buffer *buffer, struct error *err, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return error_errno(err, "format \"%s\"", format);
	if (buffer_reserve(buffer, (size_t)length, err) < 0)
		return -1;
	va_start(arguments, format);
	vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
	return 0;
}

void *array_add(void *array, size_t *count, size_t size, struct error *err)
{
	bool full = *count == 0 || (*count >= ARRAY_FIRST && (*count & (*count - 1)) == 0);
	size_t room = *count == 0 ? ARRAY_FIRST : 2 * *count, bytes;
	char *elements;

	/* The array's own type is not known here; copying its pointer is right for every type. */
	memcpy(&elements, array, sizeof(elements));
	if (full) {
		bool huge = __builtin_mul_overflow(room, size, &bytes) || bytes > PTRDIFF_MAX;

		elements = huge ? NULL : realloc(elements, bytes);
		if (elements == NULL) {
			out_of_memory(err);
			return NULL;
		}
		memcpy(array, &elements, sizeof(elements));
	}
	elements += *count * size;
	(*count)++;
	return memset(elements, 0, size);
}

char *text_copy_bytes(const char *text, size_t length, struct error *err)
{
	char *copy = length < PTRDIFF_MAX ? malloc(length + 1) : NULL;

	if (copy == NULL) {
		out_of_memory(err);
		return NULL;
	}
	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *text_copy(const char *text, struct error *err)
{
	return text_copy_bytes(text, strlen(text), err);
}

static ssize_t read_again(int fd, void *bytes, size_t size)
{
	ssize_t count;

	do
		count = read(fd, bytes, size);
	while (count < 0 && errno == EINTR);
	return count;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Asks for all pages of a large buffer at once. What the kernel cannot do (before Linux 5.14), it
 * does page by page. */
static void populate(const struct buffer *buffer)
{
	uintptr_t page = 4096,
		  begin = ((uintptr_t)buffer->text + buffer->length + page - 1) & -page;
	uintptr_t end = ((uintptr_t)buffer->text + buffer->size) & -page;

	if (end > begin && end - begin >= READ_LARGE)
		madvise((void *)begin, end - begin, MADV_POPULATE_WRITE);
}

/* What room there is: the end of a short stream needs no more. Then a pipe's worth, or twice the
 * buffer. */
static size_t next_want(const struct buffer *buffer)
{
	size_t room = buffer->size - buffer->length - 1;

	if (room > 0)
		return room;
	return buffer->length < READ_NEXT ? READ_NEXT : 1;
}

/* Reads to the end or to one byte past limit, which tells what is just large enough from what is
 * too large. */
static int read_limited(
	struct buffer *buffer, int fd, size_t size_hint, size_t limit, struct error *err)
{
	/* One byte more than expected: a read of as many as expected has met the end. */
	size_t want = size_hint > 0 && size_hint < limit ? size_hint + 1 : READ_FIRST;
	size_t left = limit < SIZE_MAX ? limit + 1 : limit;
	ssize_t count;

	do {
		if (buffer_reserve(buffer, smaller(want, left), err) < 0)
			return -1;
		populate(buffer);
		want = smaller(buffer->size - buffer->length - 1, left);
		count = read_again(fd, buffer->text + buffer->length, want);
		if (count < 0)
			return error_errno(err, "read");
		buffer->length += (size_t)count;
		left -= (size_t)count;
		if (size_hint > 0 && (size_t)count == size_hint)
			break;
		want = next_want(buffer);
	} while (count > 0 && left > 0);
	buffer->text[buffer->length] = '\0';
	return 0;
}

int buffer_read(struct buffer *buffer, int fd, size_t size_hint, size_t limit, struct error *err)
{
	size_t start = buffer->length;

	if (read_limited(buffer, fd, size_hint, limit, err) == 0) {
		if (buffer->length - start <= limit)
			return 0;
		if (limit % MIB == 0)
			error_set(err, ERROR_INPUT, "larger than %zu MiB", limit / MIB);
		else
			error_set(err, ERROR_INPUT, "larger than %zu bytes", limit);
	}
	buffer->length = start;
	if (buffer->text != NULL)
		buffer->text[start] = '\0';
	return -1;
}
