/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet: quadlet files, whatever is in them. */
#include "manifests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	struct error err = { 0 };
	int result;

	if (size == 0 || memchr(data, 0, size) != NULL) /* manifest_parse has refused it before */
		return 0;
	result = manifest_quadlet(&manifest, &context, (const char *)data, size, &err);
	judge(&manifest, result, &err);
	return 0;
}
