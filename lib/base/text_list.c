/* SPDX-License-Identifier: Apache-2.0 */
/* text_list: an array of copied texts, grown by array_add; linear search. */
#include "base/text_list.h"

#include <string.h>

#include "base/buffer.h"

int text_list_add(struct text_list *list, const char *text, size_t length, struct error *err)
{
	char **added = array_add(&list->texts, &list->count, sizeof(*added), err);

	if (added == NULL)
		return -1;
	*added = text_copy_bytes(text, length, err);
	return *added == NULL ? -1 : 0;
}

void text_list_clear(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		text_clear(&list->texts[i]);
	free(list->texts);
	*list = (struct text_list){ 0 };
}

bool text_list_has(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->texts[i], text) == 0)
			return true;
	return false;
}
