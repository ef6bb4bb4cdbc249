/* SPDX-License-Identifier: Apache-2.0 */
/* mount_line: cuts lines of mountinfo at their blanks, and looks for the mount that a file of the
 * host is below. */
#include "scan/mount_line.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

/* the kernel's mark on the root of a mount that has no name any more */
#define DELETED "//deleted"

static const char *next_field(const char *at, const char *end, size_t *length)
{
	const char *field = at;

	while (at < end && *at != ' ')
		at++;
	*length = (size_t)(at - field);
	return at < end ? at + 1 : end;
}

bool mount_line_parse(struct mount_line *line, const char *at, const char *end)
{
	unsigned int major, minor;
	const char *device;
	size_t length;

	at = next_field(at, end, &length); /* id */
	at = next_field(at, end, &length); /* parent's id */
	device = at;
	at = next_field(at, end, &length);
	line->root = at;
	at = next_field(at, end, &line->root_length);
	line->point = at;
	next_field(at, end, &line->point_length);
	if (line->point_length == 0 || sscanf(device, "%u:%u ", &major, &minor) != 2)
		return false;
	line->device = makedev(major, minor);
	length = strlen(DELETED);
	line->deleted = line->root_length > length &&
		memcmp(line->root + line->root_length - length, DELETED, length) == 0;
	line->root_length -= line->deleted ? length : 0;
	return true;
}

static bool is_octal(const char *at)
{
	return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' && at[2] >= '0' &&
		at[2] <= '7';
}

bool mount_line_unescape(char *out, size_t size, const char *text, size_t length)
{
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		char byte = text[i];

		if (at + 1 >= size)
			return false;
		if (byte == '\\' && length - i > 3 && is_octal(text + i + 1)) {
			byte = (char)((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 |
				(text[i + 3] - '0'));
			i += 3;
		}
		out[at++] = byte;
	}
	out[at] = '\0';
	return true;
}

bool mount_line_host_path(char out[PATH_MAX], const char *table, const struct mount_line *of)
{
	struct mount_line best = { 0 }, line;
	char root[PATH_MAX], point[PATH_MAX], path[PATH_MAX];

	for (const char *at = table; at != NULL && *at != '\0';) {
		const char *end = at + strcspn(at, "\n");

		if (mount_line_parse(&line, at, end) && line.device == of->device &&
			!line.deleted && line.root_length <= of->root_length &&
			memcmp(line.root, of->root, line.root_length) == 0 &&
			(line.root_length == 1 || of->root[line.root_length] == '/') &&
			(best.root == NULL || line.root_length >= best.root_length))
			best = line;
		at = *end == '\n' ? end + 1 : end;
	}
	if (best.root == NULL ||
		!mount_line_unescape(point, sizeof(point), best.point, best.point_length) ||
		!mount_line_unescape(root, sizeof(root), best.root, best.root_length) ||
		!mount_line_unescape(path, sizeof(path), of->root, of->root_length))
		return false;
	return snprintf(out, PATH_MAX, "%s%s", strcmp(point, "/") == 0 ? "" : point,
		       strcmp(root, "/") == 0 ? path : path + strlen(root)) < PATH_MAX;
}
