/* SPDX-License-Identifier: Apache-2.0 */
/* id_map: reads the ranges of uid_map and gid_map, line by line. */
#include "observe/id_map.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

#define MAP_SIZE 12288 /* a map has at most 340 lines of 33 bytes (Linux 4.15) */

static bool id_range_next(const char **text, struct id_range *range)
{
	const char *newline = strchr(*text, '\n');

	if (sscanf(*text, "%u %u %u", &range->inside, &range->outside, &range->count) != 3)
		return false;
	*text = newline == NULL ? *text + strlen(*text) : newline + 1;
	return true;
}

static bool in_range(unsigned int id, unsigned int first, unsigned int count)
{
	return id >= first && id - first < count;
}

static int read_map(int map, char *text, struct error *err)
{
	size_t length = 0;
	ssize_t count;

	do {
		count = pread(map, text + length, MAP_SIZE - 1 - length, (off_t)length);
		length += count > 0 ? (size_t)count : 0;
	} while (count > 0 && length < MAP_SIZE - 1);
	text[length] = '\0';
	return count < 0 ? error_errno(err, "reading the container's user namespace") : 0;
}

int id_map_root(int map, unsigned int *outside, struct error *err)
{
	char text[MAP_SIZE];
	const char *at = text;
	struct id_range range;

	if (read_map(map, text, err) < 0)
		return -1;
	*outside = 0;
	while (id_range_next(&at, &range))
		if (in_range(0, range.inside, range.count))
			*outside = range.outside;
	return 0;
}

bool id_map_knows(int map, unsigned int outside)
{
	char text[MAP_SIZE];
	const char *at = text;
	struct id_range range;
	struct error ignored = { 0 };

	if (read_map(map, text, &ignored) < 0)
		return false;
	while (id_range_next(&at, &range))
		if (in_range(outside, range.outside, range.count))
			return true;
	return false;
}

bool id_map_is_partial(int proc)
{
	cleanup(fd_close) int map = openat(proc, "self/uid_map", O_RDONLY | O_CLOEXEC);

	return map < 0 || !id_map_knows(map, 4294967294);
}
