/* SPDX-License-Identifier: Apache-2.0 */
/* mount_table: reads a process's mountinfo into a table. For scan and fix; the hook reads single
 * lines instead (kernel/peer_group.h). */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* A line of the table, its escapes (\040) decoded. */
struct mount_table_mount {
	uint64_t id;   /* statx's, too */
	char *target;  /* below the root of the process */
	char *source;  /* "tmpfs", "/dev/sda1"; NULL: empty */
	char *options; /* the file system's own: "rw,size=1024k"; NULL: empty */
};

struct mount_table {
	struct mount_table_mount *mounts;
	size_t count;
};

/* proc: an fd on /proc/PID. *table must be zeroed. */
int mount_table_read(struct mount_table *table, int proc, struct error *err) must_check;
void mount_table_clear(struct mount_table *table);

/* The source ("oci-runmask", "tmpfs") of the mount with this id (statx's); NULL: no such mount. The
 * text is the table's. */
const char *mount_table_source(const struct mount_table *table, uint64_t mount);

/* The SELinux context that the file system mounted at "/" was given for all of its files, as
 * engines do it; a copy on the heap, NULL when there is none. */
int mount_table_label(const struct mount_table *table, char **label, struct error *err) must_check;

/* Two readers of one format (proc_pid_mountinfo(5)): libmount, which Debian has only as a shared
 * library, and a small one for programs that have all their libraries inside. Each adds the file's
 * lines to the table; lines of another form are skipped. */
typedef int mount_table_reader(struct mount_table *table, FILE *file, struct error *err);
mount_table_reader mount_table_read_libmount, mount_table_read_mountinfo;

/* For the readers: adds a mount, of copies; source and options may be NULL. */
int mount_table_add(struct mount_table *table, uint64_t id, const char *target, const char *source,
	const char *options, struct error *err) must_check;
