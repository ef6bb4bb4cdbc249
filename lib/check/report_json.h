/* SPDX-License-Identifier: Apache-2.0 */
/* report_json: strings and lists of objects, for report_json.c and report_sarif.c. */
#pragma once

#include <jansson.h>

#include "base/buffer.h"
#include "base/error.h"

/* A string of JSON. Foreign text that is not UTF-8 keeps its ASCII; NULL is null. */
json_t *report_string(const char *text);

/* Appends the object to a list's inside, and lets go of it; NULL: memory ran out. */
int report_list_add(struct buffer *list, json_t *object, struct error *err) must_check;
