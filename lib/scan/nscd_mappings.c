/* SPDX-License-Identifier: Apache-2.0 */
/* nscd_mappings: walks /proc in a helper, reads maps, and compares inodes with the container's
 * own databases. */
#include "scan/nscd_mappings.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "scan/helper.h"
#include "scan/running.h"

#define MAPS_LIMIT ((size_t)64 << 20)

static const struct {
	const char *prefix;
	bool deleted_only;
} places[] = {
	{ "/var/cache/nscd/", false },
	{ "/var/db/nscd/", false },
	{ "/var/run/nscd/db", true },
	{ "/run/nscd/db", true },
};

static bool is_place(const struct mapping *mapping)
{
	for (size_t i = 0; i < array_count(places); i++) {
		size_t length = strlen(places[i].prefix);

		if (mapping->path_length > length &&
			strncmp(mapping->path, places[i].prefix, length) == 0 &&
			(mapping->deleted || !places[i].deleted_only))
			return true;
	}
	return false;
}

/* Behind the next run of blanks; NULL when nothing is there. */
static const char *next_field(const char *at, const char *end)
{
	at = memchr(at, ' ', (size_t)(end - at));
	while (at != NULL && at < end && *at == ' ')
		at++;
	return at == end ? NULL : at;
}

bool mapping_of_nscd(const char *line, size_t length, struct mapping *mapping)
{
	static const char deleted[] = " (deleted)";
	const char *end = line + length, *at = line, *space = memchr(line, ' ', length);
	size_t tail = sizeof(deleted) - 1;

	if (space == NULL || (size_t)(space - line) >= sizeof(mapping->range))
		return false;
	snprintf(mapping->range, sizeof(mapping->range), "%.*s", (int)(space - line), line);
	/* range permissions offset device inode path */
	for (int field = 0; field < 5 && at != NULL; field++)
		at = next_field(at, end);
	if (at == NULL)
		return false;
	mapping->path = at;
	mapping->path_length = (size_t)(end - at);
	mapping->deleted = mapping->path_length > tail && memcmp(end - tail, deleted, tail) == 0;
	if (mapping->deleted)
		mapping->path_length -= tail;
	return is_place(mapping);
}

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

static bool holds(int proc)
{
	cleanup(fd_close) int fd = openat(proc, "maps", O_RDONLY | O_CLOEXEC);
	cleanup(fd_close) int root = openat(proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
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

/* One walk over all processes. */
struct walk {
	const struct running_view *view;
	const ino_t *namespaces;
	size_t count;
	struct running_holder *holders;
	size_t holder_count;
	pid_t *stuck;
	size_t stuck_count;
};

static int by_number(const void *left, const void *right)
{
	const ino_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static bool is_stuck(const struct walk *walk, pid_t pid)
{
	for (size_t i = 0; i < walk->stuck_count; i++)
		if (walk->stuck[i] == pid)
			return true;
	return false;
}

static int ask_process(
	struct walk *walk, struct helper *helper, const char *name, struct error *err)
{
	struct running_holder holder = { .pid = atoi(name) };
	struct inode_info info;
	cleanup(fd_close) int proc = open_process(walk->view->proc, name, &info);

	if (proc < 0 || is_stuck(walk, holder.pid) ||
		bsearch(&info.inode.number, walk->namespaces, walk->count, sizeof(ino_t),
			by_number) == NULL)
		return 0;
	helper_at(helper, holder.pid, info.inode.number, 0);
	if (!holds(proc))
		return 0;
	holder.namespace = info.inode.number;
	read_command(proc, &holder);
	return helper_send(helper, &holder, sizeof(holder)) < 0
		? error_errno(err, "telling the parent")
		: 0;
}

static int work(void *closure, struct helper *helper, struct error *err)
{
	struct walk *walk = closure;
	cleanup(directory_close) DIR *directory = directory_list(walk->view->proc);
	const struct dirent *entry;

	if (directory == NULL)
		return error_errno(err, "listing /proc");
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
			ask_process(walk, helper, entry->d_name, err) < 0)
			return -1;
	return 0;
}

static int hear(void *closure, const char *bytes, size_t length, struct error *err)
{
	struct walk *walk = closure;
	struct running_holder *holder = array_add(
		&walk->holders, &walk->holder_count, sizeof(*holder), err);

	if (holder == NULL)
		return -1;
	memcpy(holder, bytes, length);
	return 0;
}

/* The next helper starts from nothing. */
static int stuck(void *closure, const struct helper_mark *mark, struct error *err)
{
	struct walk *walk = closure;
	pid_t *pid = array_add(&walk->stuck, &walk->stuck_count, sizeof(*pid), err);

	walk->holder_count = 0;
	free(walk->holders);
	walk->holders = NULL;
	if (pid == NULL)
		return -1;
	*pid = mark->pid;
	return 0;
}

int running_holders(const struct running_view *view, const ino_t *namespaces, size_t count,
	struct running_holder **holders, size_t *holder_count, struct error *err)
{
	struct walk walk = { .view = view, .namespaces = namespaces, .count = count };
	const struct helper_job job = { &walk, work, hear, stuck, NULL };
	int result = count == 0 ? 0 : helper_run(&job, err);

	free(walk.stuck);
	if (result < 0) {
		free(walk.holders);
		return -1;
	}
	*holders = walk.holders;
	*holder_count = walk.holder_count;
	return 0;
}
