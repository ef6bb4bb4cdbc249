/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/proc_links.h"

#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

#include "kernel/open.h"
#include "base/mem.h"

#define LINKS_MAX 40 /* as many as the kernel follows (path_resolution(7)) */

/* *broken: the length of the shortest part of the path that cannot be opened; 0: all can. *meets: a
 * part that can be opened is of a procfs. */
static int first_broken(int root, const char *path, size_t *broken, bool *meets)
{
	size_t length = 0;

	*broken = 0;
	while (path[length] != '\0') {
		char part[PATH_MAX];
		cleanup(fd_close) int fd = -1;
		struct statfs kind;

		length += strspn(path + length, "/");
		length += strcspn(path + length, "/");
		snprintf(part, sizeof(part), "%.*s", (int)length, path);
		if (open_in_root_if_there(root, part, O_PATH, &fd) < 0)
			return -1;
		if (fd < 0) {
			*broken = length;
			return 0;
		}
		if (fstatfs(fd, &kind) < 0)
			return -1;
		*meets = kind.f_type == PROC_SUPER_MAGIC;
		if (*meets)
			return 0;
	}
	return 0;
}

/* What the link that ends at `length` says; "" when there is none. */
static int read_link(int root, const char *path, size_t length, char target[PATH_MAX])
{
	char part[PATH_MAX];
	cleanup(fd_close) int fd = -1;
	ssize_t target_length;

	target[0] = '\0';
	snprintf(part, sizeof(part), "%.*s", (int)length, path);
	if (open_in_root_if_there(root, part, O_PATH | O_NOFOLLOW, &fd) < 0)
		return -1;
	if (fd < 0)
		return 0;
	target_length = readlinkat(fd, "", target, PATH_MAX - 1);
	if (target_length < 0)
		return errno == ENOENT || errno == EINVAL ? 0 : -1; /* readlink(2): no link */
	target[target_length] = '\0';
	return 0;
}

/* Puts the link's target in the place of what ends at `length`. False when the whole is too long to
 * be a path. */
static bool follow(char path[PATH_MAX], size_t length, const char *target)
{
	char whole[PATH_MAX];
	size_t directory;
	int written;

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
		char link[PATH_MAX];
		size_t broken;

		if (first_broken(root, walked, &broken, meets) < 0 ||
			(broken != 0 && read_link(root, walked, broken, link) < 0))
			return error_errno(err, "following \"%s\"", path);
		if (*meets || broken == 0 || link[0] == '\0' || !follow(walked, broken, link))
			return 0;
	}
	return error_set(err, ERROR_SYSTEM, "\"%s\": too many links", path);
}
