/* SPDX-License-Identifier: Apache-2.0 */
/* print: values of jansson as text, for reports and logs. Pure. */
#pragma once

#include <jansson.h>

#include "base/buffer.h"

/* A JSON string of foreign bytes. JSON has no place for bytes that are not UTF-8: where there are
 * any, each byte that is not ASCII becomes "?". NULL: memory ran out. */
json_t *json_foreign(const char *text);
json_t *json_foreign_bytes(const char *bytes, size_t length);

/* Appends the value as text, and lets go of it; flags are those of json_dumps(). A value that is
 * NULL could not be made: memory ran out. ERROR_SYSTEM. */
int json_print(struct buffer *out, json_t *value, size_t flags, struct error *err) must_check;
