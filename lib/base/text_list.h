/* SPDX-License-Identifier: Apache-2.0 */
/* text_list: a growing list of texts that it owns. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct text_list {
	char **texts;
	size_t count;
};

/* Appends a copy of text[0..length). ERROR_SYSTEM when memory runs out. */
int text_list_add(struct text_list *list, const char *text, size_t length, struct error *err)
	must_check;

/* Frees the texts and the array; the list is empty then. */
void text_list_clear(struct text_list *list);
/* Whether the list has a text that is the same byte for byte. */
bool text_list_has(const struct text_list *list, const char *text);
