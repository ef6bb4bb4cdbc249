/* SPDX-License-Identifier: Apache-2.0 */
/* Every command line is understood somehow, from its own words: lines of the input. */
#include "rewrite/runtime_args.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Within one of the words, or nothing. */
static bool is_of(const char *text, char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text >= words[i] && text <= words[i] + strlen(words[i]))
			return true;
	return text == NULL;
}

static void check(char **words, size_t count)
{
	struct arguments arguments;

	arguments_parse(&arguments, count, words);
	expect(arguments.bundle != NULL);
	expect(strcmp(arguments.bundle, ".") == 0 || is_of(arguments.bundle, words, count));
	expect(is_of(arguments.command, words, count) && is_of(arguments.id, words, count));
	expect(is_of(arguments.log, words, count) && is_of(arguments.log_format, words, count));
	expect(is_of(arguments.config, words, count));
	expect(!arguments.starts || (arguments.command != NULL && arguments.id != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *words[WORDS_MAX + 1] = { NULL }, *rest = text;
	size_t count = 0;

	expect(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	while (rest != NULL && count < WORDS_MAX)
		words[count++] = strsep(&rest, "\n");
	check(words, count);
	free(text);
	return 0;
}
