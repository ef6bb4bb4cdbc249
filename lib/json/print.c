/* SPDX-License-Identifier: Apache-2.0 */
/* print: prints with json_dumps(), and replaces bytes that are not UTF-8. */
#include "json/print.h"

#include <stdlib.h>
#include <string.h>

json_t *json_foreign_bytes(const char *bytes, size_t length)
{
	json_t *value = json_stringn(bytes, length);
	cleanup(text_clear) char *ascii = NULL;

	if (value != NULL)
		return value;
	ascii = strndup(bytes, length);
	if (ascii == NULL)
		return NULL;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)ascii[i] >= 0x80)
			ascii[i] = '?';
	return json_stringn(ascii, length);
}

json_t *json_foreign(const char *text)
{
	return json_foreign_bytes(text, strlen(text));
}

int json_print(struct buffer *out, json_t *value, size_t flags, struct error *err)
{
	cleanup(text_clear) char *text = value == NULL ? NULL : json_dumps(value, flags);

	json_decref(value);
	if (text == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	return buffer_add(out, text, strlen(text), err);
}
