/* SPDX-License-Identifier: Apache-2.0 */
/* Files of hooks.d: whatever is in them is judged; only memory can fail. */
#include "text.h"

#include "doctor/hooks_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(hooks_file_clear) struct hooks_file file = { 0 };
	struct error err = { 0 };

	expect(hooks_file_read(&file, (const char *)data, size, &err) == 0);
	expect(!file.fatal || file.problem != NULL);
	expect(!file.ours || file.program != NULL);
	expect(file.problem == NULL || file.problem[0] != '\0');
	return 0;
}
