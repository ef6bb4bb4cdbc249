/* SPDX-License-Identifier: Apache-2.0 */
/* commands: docker run lines; the first byte chooses between a script, a Makefile, Markdown
 * and a service (U). */
#include "manifests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum script_kind kinds[] = { SCRIPT_SHELL, SCRIPT_MAKE, SCRIPT_MARKDOWN };
	cleanup(manifest_clear) struct manifest manifest = { 0 };
	struct error err = { 0 };
	int result;

	(void)script_kind(data == NULL ? NULL : "notes", (const char *)data, size);
	(void)has_command_line((const char *)data, size);
	if (size == 0 || memchr(data, '\0', size) != NULL)
		return 0;
	result = manifest_commands(&manifest, &context,
		data[0] == 'U' ? SCRIPT_UNIT : kinds[data[0] % array_count(kinds)],
		(const char *)data + 1, size - 1, &err);
	judge(&manifest, result, &err);
	return 0;
}
