/* SPDX-License-Identifier: Apache-2.0 */
/* Units and tmpfiles.d: the last value is the last of all values, and words are parts of one. */
#include "text.h"

#include "base/unit_file.h"

static void words_check(const char *value)
{
	cleanup(text_list_clear) struct text_list words = { 0 };
	struct error err = { 0 };

	succeeds_or_says(unit_words(value, &words, &err), &err);
	for (size_t i = 0; i < words.count; i++)
		expect(strlen(words.texts[i]) <= strlen(value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *text = text_of(data, size), *last = NULL;
	cleanup(text_list_clear) struct text_list values = { 0 };
	struct error err = { 0 };

	succeeds_or_says(unit_values(text, "Service", "ExecStart", &values, &err), &err);
	succeeds_or_says(unit_value(text, "Service", "ExecStart", &last, &err), &err);
	expect((last == NULL) == (values.count == 0));
	expect(last == NULL || strcmp(last, values.texts[values.count - 1]) == 0);
	for (size_t i = 0; i < values.count; i++)
		words_check(values.texts[i]);
	words_check(text);
	expect(tmpfiles_says(text, "/run/nscd") <= TMPFILES_REMOVES);
	return 0;
}
