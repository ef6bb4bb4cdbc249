/* SPDX-License-Identifier: Apache-2.0 */
/* print: makes jansson strings of foreign text, and prints jansson values for reports. Pure. */
#pragma once

#include <jansson.h>

#include "base/buffer.h"

/* A new JSON string, a reference of the caller's. JSON cannot hold bytes that are not UTF-8: where
 * there are any, each byte that is not ASCII becomes "?". NULL: memory ran out. */
json_t *json_foreign(const char *text);
json_t *json_foreign_bytes(const char *bytes, size_t length);

/* Appends the value as text, and drops the caller's reference, also on failure; flags are those of
 * json_dumps(). value may be NULL, where making it failed: then, or when memory runs out, -1 and
 * ERROR_SYSTEM. */
int json_print(struct buffer *out, json_t *value, size_t flags, struct error *err) must_check;
