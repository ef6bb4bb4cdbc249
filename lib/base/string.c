/* SPDX-License-Identifier: Apache-2.0 */
#include "base/string.h"

#include <stdio.h>
#include <string.h>

bool slice_is(const char *text, size_t length, const char *word)
{
	return strncmp(word, text, length) == 0 && word[length] == '\0';
}

int word_find(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return (int)i;
	return -1;
}

const char *words_join(char *text, size_t size, const char *const *words, size_t count)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";

		used += (size_t)snprintf(text + used, size - used, "%s\"%s\"", between, words[i]);
	}
	return text;
}

bool name_is_plain(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
		strcmp(name, "..") != 0;
}
