/* SPDX-License-Identifier: Apache-2.0 */
/* sockets: finds sockets that a container binds as single files, in its mountinfo. Such a bind
 * keeps the inode that was there when the container started, and is dead once the daemon makes a
 * new socket. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/string.h"
#include "scan/mount_line.h"
#include "scan/running.h"

#define TABLE_LIMIT ((size_t)16 << 20)
static int add(struct running *row, const char *destination, const char *source,
	enum socket_state state, struct error *err)
{
	struct running_socket *socket = array_add(
		&row->sockets, &row->socket_count, sizeof(*socket), err);

	if (socket == NULL)
		return -1;
	socket->state = state;
	socket->destination = text_copy(destination, err);
	socket->source = text_copy(source, err);
	return socket->destination == NULL || socket->source == NULL ? -1 : 0;
}

static int read_table(struct buffer *table, int proc)
{
	cleanup(fd_close) int fd = openat(proc, "mountinfo", O_RDONLY | O_CLOEXEC);
	struct error ignored = { 0 };

	return fd < 0 ? -1 : buffer_read(table, fd, 0, TABLE_LIMIT, &ignored);
}

/* The source on the host; false: unknown. */
static bool find_source(
	const struct running_view *view, const struct mount_line *line, char source[PATH_MAX])
{
	cleanup(buffer_clear) struct buffer host = { 0 };
	cleanup(fd_close) int pid = -1;
	char path[PATH_MAX];

	if (line->device == view->run)
		return mount_line_unescape(path, sizeof(path), line->root, line->root_length) &&
			snprintf(source, PATH_MAX, "/run%s", path) < PATH_MAX;
	pid = openat(view->proc, "1", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return pid >= 0 && read_table(&host, pid) == 0 &&
		mount_line_host_path(source, host.text, line);
}

/* The bind is a socket's; is it the one that the host has there now? */
static int judge(const struct running_view *view, int root, const struct mount_line *line,
	struct running *row, struct error *err)
{
	cleanup(fd_close) int fd = -1;
	struct inode_info bound, there;
	char destination[PATH_MAX], source[PATH_MAX] = "";
	enum socket_state state = SOCKET_DEAD;

	if (!mount_line_unescape(destination, sizeof(destination), line->point, line->point_length))
		return 0;
	fd = open_in_root(root, destination, O_PATH);
	if (fd < 0 || stat_at(fd, "", AT_EMPTY_PATH, &bound) < 0 || !S_ISSOCK(bound.mode) ||
		!bound.mount_root)
		return 0;
	if (find_source(view, line, source) && stat_at(AT_FDCWD, source, 0, &there) == 0 &&
		inode_same(&there.inode, &bound.inode))
		state = SOCKET_ALIVE;
	return add(row, destination, source, state, err);
}

/* Of other file systems than that of the host's /run only the dead ones are looked for. */
int running_sockets(
	const struct running_view *view, int proc, int root, struct running *row, struct error *err)
{
	cleanup(buffer_clear) struct buffer table = { 0 };

	if (read_table(&table, proc) < 0)
		return 0;
	for (const char *at = table.text; *at != '\0';) {
		const char *end = at + strcspn(at, "\n");
		struct mount_line line;

		if (mount_line_parse(&line, at, end) && line.root_length > 1 &&
			(line.deleted || line.device == view->run) &&
			judge(view, root, &line, row, err) < 0)
			return -1;
		at = *end == '\n' ? end + 1 : end;
	}
	return 0;
}

void running_sockets_free(struct running *row)
{
	for (size_t i = 0; i < row->socket_count; i++) {
		text_clear(&row->sockets[i].destination);
		text_clear(&row->sockets[i].source);
	}
	free(row->sockets);
	row->sockets = NULL;
	row->socket_count = 0;
}
