/* SPDX-License-Identifier: Apache-2.0 */
/* host_place: looks on the host at a channel's directory, and at the socket or all names in it. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/directory.h"
#include "observe/host.h"

/* On the host. A symlink loop counts as absent, since clients cannot follow it either. */
static int stat_host(const char *path, struct inode_info *info, bool *there)
{
	*there = stat_at(AT_FDCWD, path, 0, info) == 0;
	return *there || is_absent(errno) ? 0 : -1;
}

static int add_host_entry(void *closure, const struct dirent64 *entry, struct error *err)
{
	struct host_place *place = closure;
	struct inode_info info;
	struct inode *inode;
	char path[PATH_MAX];
	bool there;

	snprintf(path, sizeof(path), "%s/%s", place->path, entry->d_name);
	if (stat_host(path, &info, &there) < 0 || !there || S_ISDIR(info.mode))
		return 0; /* no way to a daemon */
	inode = array_add(&place->entries, &place->entry_count, sizeof(*inode), err);
	if (inode == NULL)
		return -1;
	*inode = info.inode;
	return 0;
}

static int look_at_host_entries(struct host_place *place, struct error *err)
{
	cleanup(fd_close) int directory = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory >= 0)
		return directory_each(directory, place->path, add_host_entry, place, err);
	place->problem = errno;
	return error_errno(err, "opening the host's %s", place->path);
}

void host_place_clear(struct host_place *place)
{
	free(place->entries);
	*place = (struct host_place){ 0 };
}

int host_place_look(struct host_place *place, const struct channel_place *of, struct error *err)
{
	char socket[128];
	struct inode_info info;
	bool there;

	*place = (struct host_place){ .path = of->directory };
	if (stat_host(of->directory, &info, &there) < 0) {
		place->problem = errno;
		return error_errno(err, "looking at the host's %s", of->directory);
	}
	if (!there || !S_ISDIR(info.mode))
		return 0;
	place->directory_there = true;
	place->directory = info.inode;
	if (of->socket == NULL)
		return look_at_host_entries(place, err);
	snprintf(socket, sizeof(socket), "%s/%s", of->directory, of->socket);
	if (stat_host(socket, &info, &place->socket_there) < 0) {
		place->problem = errno;
		return error_errno(err, "looking at the host's %s", socket);
	}
	if (place->socket_there)
		place->socket = info.inode;
	return 0;
}
