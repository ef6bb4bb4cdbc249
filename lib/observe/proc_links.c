/* SPDX-License-Identifier: Apache-2.0 */
/* proc_links: follows a path name by name and link by link, and notes a procfs or a watched
 * directory on the way. */
#include "observe/proc_links.h"

#include <limits.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/open.h"

#define LINKS_MAX 40 /* as many as the kernel follows (path_resolution(7)) */

/* A path on its way. */
struct walk {
	int root, at; /* O_PATH: the container's root, the directory reached */
	struct inode_info root_info, info;
	char *text;       /* what is left, on the heap … */
	const char *rest; /* … from here on */
	int links;
	const struct path_watch *watch;
	struct path_way way;
};

enum step { STEP_ON, STEP_END, STEP_FAILED };

static void walk_clear(struct walk *walk)
{
	fd_close(&walk->at);
	text_clear(&walk->text);
}

static const char *skip_dots(const char *path)
{
	for (;;) {
		path += strspn(path, "/");
		if (path[0] != '.' || (path[1] != '/' && path[1] != '\0'))
			return path;
		path++;
	}
}

/* Do the names that are left begin with the watched ones? */
static bool goes_watched_way(const char *rest, const char *watched)
{
	for (;;) {
		size_t length;

		rest = skip_dots(rest);
		watched = skip_dots(watched);
		length = strcspn(watched, "/");
		if (length == 0)
			return true;
		if (strncmp(rest, watched, length) != 0 ||
			(rest[length] != '/' && rest[length] != '\0'))
			return false;
		rest += length;
		watched += length;
	}
}

static void look_at_watch(struct walk *walk)
{
	for (size_t i = 0; walk->watch != NULL && i < walk->watch->count; i++)
		if (inode_same(&walk->info.inode, &walk->watch->directories[i]) &&
			goes_watched_way(walk->rest, walk->watch->rest))
			walk->way.passes_watched = true;
}

static enum step follow(struct walk *walk, int link)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof(target));
	struct error ignored = { 0 };
	struct buffer text = { 0 };

	if (length < 0)
		return STEP_FAILED;
	if (++walk->links > LINKS_MAX)
		return STEP_END;
	if (buffer_add(&text, target, (size_t)length, &ignored) < 0 ||
		buffer_add(&text, "/", 1, &ignored) < 0 ||
		buffer_add(&text, walk->rest, strlen(walk->rest), &ignored) < 0) {
		buffer_clear(&text);
		errno = ENOMEM;
		return STEP_FAILED;
	}
	text_clear(&walk->text);
	walk->text = text.text;
	walk->rest = walk->text;
	if (length == 0 || target[0] != '/')
		return STEP_ON;
	fd_close(&walk->at);
	walk->at = openat(walk->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	walk->info = walk->root_info;
	return walk->at < 0 ? STEP_FAILED : STEP_ON;
}

/* What was opened next: a procfs, a link, a directory, or something that ends every path. */
static enum step enter(struct walk *walk, int *fd)
{
	int in_proc = is_procfs(*fd);
	struct inode_info info;

	if (in_proc < 0 || stat_at(*fd, "", AT_EMPTY_PATH, &info) < 0)
		return STEP_FAILED;
	walk->way.meets_proc = in_proc == 1;
	if (walk->way.meets_proc)
		return STEP_END;
	if (S_ISLNK(info.mode))
		return follow(walk, *fd);
	if (!S_ISDIR(info.mode))
		return STEP_END;
	fd_close(&walk->at);
	walk->at = take_fd(fd);
	walk->info = info;
	return STEP_ON;
}

static enum step step_up(struct walk *walk)
{
	cleanup(fd_close) int up = -1;

	if (inode_same(&walk->info.inode, &walk->root_info.inode) &&
		walk->info.mount == walk->root_info.mount)
		return STEP_ON;
	up = openat(walk->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return up < 0 ? STEP_FAILED : enter(walk, &up);
}

static enum step step(struct walk *walk)
{
	cleanup(fd_close) int fd = -1;
	char name[NAME_MAX + 1];
	size_t length;

	look_at_watch(walk);
	walk->rest = skip_dots(walk->rest);
	length = strcspn(walk->rest, "/");
	if (length == 0 || length > NAME_MAX)
		return STEP_END;
	memcpy(name, walk->rest, length);
	name[length] = '\0';
	walk->rest += length;
	if (strcmp(name, "..") == 0)
		return step_up(walk);
	fd = open_beneath(walk->at, name, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return is_absent(errno) ? STEP_END : STEP_FAILED;
	return enter(walk, &fd);
}

int path_way(int root, const char *path, const struct path_watch *watch, struct path_way *way)
{
	cleanup(walk_clear) struct walk walk = { .root = root, .rest = path, .watch = watch };
	enum step result = STEP_ON;

	walk.at = openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walk.at < 0 || stat_at(root, "", AT_EMPTY_PATH, &walk.root_info) < 0)
		return -1;
	walk.info = walk.root_info;
	while (result == STEP_ON)
		result = step(&walk);
	*way = walk.way;
	return result == STEP_END ? 0 : -1;
}
