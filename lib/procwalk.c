/* SPDX-License-Identifier: Apache-2.0 */
#include "procwalk.h"

#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

#include "linux.h"
#include "mem.h"

#define LINKS_MAX 40 /* as many as the kernel follows (path_resolution(7)) */

/* The length of the shortest part of the path, from `from` on, that cannot be opened; 0: all can.
 * *meets: a part that can be opened is of a procfs. */
static size_t first_broken(int root, const char *path, bool *meets)
{
	size_t length = 0;

	while (path[length] != '\0') {
		char part[PATH_MAX];
		cleanup(fd_close) int fd = -1;
		struct statfs kind;

		length += strspn(path + length, "/");
		length += strcspn(path + length, "/");
		snprintf(part, sizeof(part), "%.*s", (int)length, path);
		fd = open_in_root(root, part, O_PATH);
		if (fd < 0)
			return length;
		if (fstatfs(fd, &kind) == 0 && kind.f_type == PROC_SUPER_MAGIC) {
			*meets = true;
			return 0;
		}
	}
	return 0;
}

/* Puts the target of the link that ends at `length` in its place. False when it is no link. */
static bool follow(int root, char path[PATH_MAX], size_t length)
{
	char part[PATH_MAX], target[PATH_MAX], whole[PATH_MAX];
	cleanup(fd_close) int fd = -1;
	ssize_t target_length;
	size_t directory;
	int written;

	snprintf(part, sizeof(part), "%.*s", (int)length, path);
	fd = open_in_root(root, part, O_PATH | O_NOFOLLOW);
	target_length = fd < 0 ? -1 : readlinkat(fd, "", target, sizeof(target) - 1);
	if (target_length <= 0)
		return false;
	target[target_length] = '\0';
	for (directory = length; directory > 0 && path[directory - 1] != '/'; directory--)
		continue;
	if (target[0] == '/')
		directory = 0;
	written = snprintf(
		whole, sizeof(whole), "%.*s%s%s", (int)directory, path, target, path + length);
	if (written < 0 || (size_t)written >= sizeof(whole))
		return false;
	memcpy(path, whole, (size_t)written + 1);
	return true;
}

int path_meets_proc(int root, const char *path, bool *meets, struct error *err)
{
	char walked[PATH_MAX];

	*meets = false;
	if ((size_t)snprintf(walked, sizeof(walked), "%s", path) >= sizeof(walked))
		return error_set(err, ERROR_SYSTEM, "\"%s\" is too long", path);
	for (int links = 0; links < LINKS_MAX; links++) {
		size_t broken = first_broken(root, walked, meets);

		if (*meets || broken == 0 || !follow(root, walked, broken))
			return 0;
	}
	return error_set(err, ERROR_SYSTEM, "\"%s\": too many links", path);
}
