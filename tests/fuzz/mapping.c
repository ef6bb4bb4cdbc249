/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of /proc/PID/maps: a range that fits, and a path within the line. */
#include "text.h"

#include "scan/nscd_mappings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = (const char *)data;
	struct mapping mapping = { 0 };

	if (!mapping_of_nscd(line, size, &mapping))
		return 0;
	expect(memchr(mapping.range, '\0', sizeof(mapping.range)) != NULL);
	expect(strncmp(line, mapping.range, strlen(mapping.range)) == 0);
	expect(mapping.path > line && mapping.path + mapping.path_length <= line + size);
	expect(mapping.path[0] == '/');
	return 0;
}
