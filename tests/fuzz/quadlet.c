/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet: quadlet files, whatever is in them. */
#include "manifests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	cleanup(text_clear) char *text = strndup((const char *)data, size);
	struct manifest_context with;
	struct error err = { 0 };
	int result;

	if (size == 0 || text == NULL ||
		strlen(text) != size) /* manifest_parse has refused it before */
		return 0;
	with = with_second_file(text, "a-c@b.container");
	result = manifest_quadlet(&manifest, &with, text, strlen(text), &err);
	judge(&manifest, result, &err);
	return 0;
}
