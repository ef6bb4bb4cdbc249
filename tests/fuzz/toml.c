/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations of engines: a key is there or not, and its values are texts of the file. */
#include "text.h"

#include "doctor/toml_file.h"

static void ask(const char *text, const char *table, const char *key)
{
	cleanup(text_list_clear) struct text_list values = { 0 };
	struct error err = { 0 };
	bool there = false;

	succeeds_or_says(toml_values(text, table, key, &values, &there, &err), &err);
	expect(there || values.count == 0);
	for (size_t i = 0; i < values.count; i++)
		expect(strlen(values.texts[i]) <= strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *text = text_of(data, size);

	ask(text, "", "hooks_dir");
	ask(text, "engine", "hooks_dir");
	ask(text, "crio.runtime", "hooks_dir");
	return 0;
}
