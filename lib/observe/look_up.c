/* SPDX-License-Identifier: Apache-2.0 */
/* look_up: openat2 below the root, and on failure the way of the path: did it pass a procfs? One
 * call shows that it did not where no other mount is on the way, as in most images. */
#include "observe/look_up.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"

void lookup_clear(struct lookup *look)
{
	fd_close(&look->fd);
}

static bool absent_on_root_mount(int root, const char *path, int flags)
{
	cleanup(fd_close) int fd = open_on_root_mount(root, path, O_PATH | flags);

	return fd < 0 && (errno == ENOENT || errno == ENOTDIR) && is_procfs(root) == 0;
}

/* Nothing is there for the container's programs either, unless they get further than we do. */
static int problem_of(int root, const char *path)
{
	struct path_way way;

	if (path_way(root, path, NULL, &way) < 0)
		return errno;
	return way.meets_proc ? PROBLEM_PROC : 0;
}

static void judge_failure(int root, const char *path, int flags, struct lookup *look)
{
	int error = errno;

	if (!is_absent(error))
		look->problem = error;
	else if (absent_on_root_mount(root, path, flags))
		look->on_root_mount = true;
	else
		look->problem = problem_of(root, path);
}

void look_up(int root, const char *path, int flags, struct lookup *look)
{
	*look = (struct lookup){ .fd = open_in_root(root, path, O_PATH | flags) };
	if (look->fd < 0) {
		judge_failure(root, path, flags, look);
	} else if (stat_at(look->fd, "", AT_EMPTY_PATH, &look->info) < 0) {
		look->problem = errno;
		fd_close(&look->fd);
	} else {
		look->found = true;
	}
}

void look_up_name(int root, const char *path, int host_fd, struct lookup *look)
{
	if (host_fd < 0) {
		look_up(root, path, 0, look);
		return;
	}
	*look = LOOKUP_NOTHING;
	if (stat_at(host_fd, strrchr(path, '/') + 1, AT_SYMLINK_NOFOLLOW, &look->info) == 0)
		look->found = true;
	else if (!is_absent(errno))
		look->problem = errno;
}
