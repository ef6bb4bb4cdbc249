/* SPDX-License-Identifier: Apache-2.0 */
/* The file .env beside a compose file: its variables are found, and found again. */
#include "text.h"

#include "manifest/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct manifest_context context = { 0 };
	cleanup(dotenv_clear) struct dotenv dotenv = { 0 };
	struct error err = { 0 };
	const char *value;
	int result = dotenv_parse(&dotenv, &context, (const char *)data, size, &err);

	expect((result < 0) == (err.text[0] != '\0'));
	expect(result == 0 || (err.code == ERROR_INPUT && err.line > 0));
	value = dotenv_find(&dotenv, "TAG");
	expect(dotenv_find(&dotenv, "TAG") == value);
	return 0;
}
