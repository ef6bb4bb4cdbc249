/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/PID/uid_map: a line more each time, and an id of ours for the container's root. */
#include "text.h"

#include <sys/mman.h>
#include <unistd.h>

#include "observe/id_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int map = -1;
	struct error err = { 0 };
	unsigned int root = 0;

	if (map < 0)
		map = memfd_create("id_map", MFD_CLOEXEC);
	expect(map >= 0 && ftruncate(map, 0) == 0 && pwrite(map, data, size, 0) == (ssize_t)size);
	succeeds_or_says(id_map_root(map, &root, &err), &err);
	(void)id_map_knows(map, root);
	return 0;
}
