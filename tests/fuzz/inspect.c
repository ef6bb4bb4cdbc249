/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: the output of docker inspect and podman inspect, or whatever else it orders out to be:
 * this target goes in by the front door. */
#include "manifests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	struct error err = { 0 };
	int result = manifest_parse(&manifest, &context, (const char *)data, size, &err);

	judge(&manifest, result, &err);
	return 0;
}
