/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: a text of any kind, its name chosen by the first byte; and its comments. */
#include "manifests.h"

#include "check/ignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a.yaml", "devcontainer.json", "a.pod", "a.kube",
		"a.json", "-" };
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(ignore_clear) struct ignore_list ignored = { 0 };
	cleanup(text_clear) char *text = strndup((const char *)data, size);
	struct manifest_context named;
	struct error err = { 0 }, other = { 0 };
	int result;

	if (size == 0 || text == NULL || text[0] == '\0')
		return 0;
	named = with_second_file(text + 1, names[data[0] % array_count(names)]);
	result = manifest_parse(&manifest, &named, text + 1, strlen(text + 1), &err);
	judge(&manifest, result, &err);
	result = ignore_find(&ignored, (const char *)data + 1, size - 1, &other);
	if ((result < 0) != (other.text[0] != '\0'))
		abort();
	return 0;
}
