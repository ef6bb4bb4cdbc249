/* SPDX-License-Identifier: Apache-2.0 */
/* template: finds each {name} and puts its value in. */
#include "base/template.h"

#include <string.h>

#include "base/string.h"

/* The index of the name in braces at the beginning of text[0..length), and in *used how much of the
 * text that is; -1: none. */
static int name_at(
	const char *text, size_t length, const struct template_values *values, size_t *used)
{
	const char *end = memchr(text, '}', length);

	if (text[0] != '{' || end == NULL)
		return -1;
	*used = (size_t)(end - text) + 1;
	for (size_t i = 0; i < values->count; i++)
		if (slice_is(text + 1, *used - 2, values->names[i]))
			return (int)i;
	return -1;
}

int template_add(struct buffer *out, const char *text, size_t length,
	const struct template_values *values, struct error *err)
{
	for (size_t at = 0, used; at < length; at += used) {
		int name = name_at(text + at, length - at, values, &used);
		const char *put = text + at, *brace;

		if (name >= 0) {
			put = values->values[name];
			if (put != NULL && buffer_add(out, put, strlen(put), err) < 0)
				return -1;
			continue;
		}
		brace = memchr(put + 1, '{', length - at - 1);
		used = brace == NULL ? length - at : (size_t)(brace - put);
		if (buffer_add(out, put, used, err) < 0)
			return -1;
	}
	return 0;
}
