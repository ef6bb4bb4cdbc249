/* SPDX-License-Identifier: Apache-2.0 */
/* text_list: some texts, each on the heap. Pure. */
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
void text_list_clear(struct text_list *list);
/* Is this very text in the list? */
bool text_list_has(const struct text_list *list, const char *text);
