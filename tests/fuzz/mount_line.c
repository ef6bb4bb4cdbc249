/* SPDX-License-Identifier: Apache-2.0 */
/* The mountinfo of a container and of the host, in which scan looks for sockets that are bound as
 * single files: here one text is both. */
#include "text.h"

#include "scan/mount_line.h"

static void line_check(const char *table, const char *at, const char *end)
{
	struct mount_line line;
	char path[PATH_MAX], point[PATH_MAX], tiny[4];

	if (!mount_line_parse(&line, at, end))
		return;
	expect(line.root >= at && line.root + line.root_length <= end);
	expect(line.point >= at && line.point + line.point_length <= end);
	if (mount_line_unescape(point, sizeof(point), line.point, line.point_length))
		expect(strlen(point) <= line.point_length);
	(void)mount_line_unescape(tiny, sizeof(tiny), line.point, line.point_length);
	if (mount_line_host_path(path, table, &line))
		expect(memchr(path, '\0', sizeof(path)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(text_clear) char *table = text_of(data, size);

	for (const char *at = table; *at != '\0';) {
		const char *end = at + strcspn(at, "\n");

		line_check(table, at, end);
		at = *end == '\n' ? end + 1 : end;
	}
	return 0;
}
