/* SPDX-License-Identifier: Apache-2.0 */
/* running_holders: which processes of a container still have a database of the host's nscd mapped,
 * and so go on answering themselves with the host's names. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "scan/mapping.h"
#include "scan/running.h"
#include "base/file.h"

#define MAPS_LIMIT ((size_t)64 << 20)

/* The database of the container's own nscd: its file is found in the container under that path. */
static bool is_its_own(int proc, int root, const struct mapping *mapping)
{
	cleanup(fd_close) int fd = -1;
	char path[PATH_MAX], mapped[sizeof(mapping->range) + 16];
	struct inode_info own, held;

	snprintf(path, sizeof(path), "%.*s", (int)mapping->path_length, mapping->path);
	snprintf(mapped, sizeof(mapped), "map_files/%s", mapping->range);
	fd = open_in_root(root, path, O_PATH);
	return fd >= 0 && stat_at(fd, "", AT_EMPTY_PATH, &own) == 0 &&
		stat_at(proc, mapped, 0, &held) == 0 && inode_same(&own.inode, &held.inode);
}

static bool holds(int proc, int root)
{
	cleanup(fd_close) int fd = openat(proc, "maps", O_RDONLY | O_CLOEXEC);
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error ignored = { 0 };

	if (fd < 0 || buffer_read(&text, fd, 0, MAPS_LIMIT, &ignored) < 0 || text.length == 0)
		return false;
	for (const char *line = text.text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		struct mapping mapping;

		if (mapping_of_nscd(line, length, &mapping) && !is_its_own(proc, root, &mapping))
			return true;
		line += length;
		line += *line == '\n';
	}
	return false;
}

static void read_command(int proc, struct running_holder *holder)
{
	cleanup(fd_close) int fd = openat(proc, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, holder->command, sizeof(holder->command) - 1);

	holder->command[length < 0 ? 0 : length] = '\0';
	holder->command[strcspn(holder->command, "\n")] = '\0';
}

static int ask_process(const struct running_view *view, const struct running_process *container,
	const char *name, struct running_holder **holders, size_t *count, struct error *err)
{
	cleanup(fd_close) int proc = openat(view->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct running_holder *holder;
	struct inode_info info;

	if (proc < 0 || stat_at(proc, "ns/mnt", 0, &info) < 0 ||
		info.inode.number != container->number || !holds(proc, container->root))
		return 0;
	holder = array_add(holders, count, sizeof(*holder), err);
	if (holder == NULL)
		return -1;
	holder->pid = atoi(name);
	read_command(proc, holder);
	return 0;
}

int running_holders(const struct running_view *view, const struct running_process *container,
	struct running_holder **holders, size_t *count, struct error *err)
{
	cleanup(fd_close) int fd = openat(view->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(directory_close) DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (directory == NULL)
		return error_errno(err, "listing /proc");
	fd = -1;
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
			ask_process(view, container, entry->d_name, holders, count, err) < 0)
			return -1;
	return 0;
}
