/* SPDX-License-Identifier: Apache-2.0 */
/* host_files: the files of a host, all below one root, which may be "/" or a copy of another
 * host's: links lead where they would lead there. Looks, changes nothing. */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text_list.h"

/* O_PATH. */
int host_open(int *root, const char *directory, struct error *err) must_check;

/* Opens a regular file for reading; *fd is -1 where nothing is there. Anything else than a regular
 * file is an error ("is not a regular file"), since others may have made it; but /dev/null is
 * opened, because a link to it stands for an empty file. */
int host_file_open(int root, const char *path, int *fd, struct error *err) must_check;

/* The whole file, NUL-terminated also when it is empty; *there is false where no such file is. An
 * error beyond 32 MiB. */
int host_read_bytes(int root, const char *path, struct buffer *text, bool *there, struct error *err)
	must_check;

/* The same for a text: a NUL byte is an error. */
int host_read(int root, const char *path, struct buffer *text, bool *there, struct error *err)
	must_check;

/* What a path leads to. */
int host_stat(int root, const char *path, struct stat *status, bool *there, struct error *err)
	must_check;

/* Is there anything under that name, a link that leads nowhere included? *target, where it is not
 * NULL and the name is a link's: where it leads, on the heap. */
int host_has(int root, const char *path, bool *there, char **target, struct error *err) must_check;

/* The names in a directory that end in suffix, sorted; a directory that is not there has none. */
int host_list(int root, const char *directory, const char *suffix, struct text_list *names,
	struct error *err) must_check;

/* The paths of files NAME*SUFFIX in several directories, by name; of two of one name the earlier
 * directory's counts. As systemd does it, and containers.conf.d. */
int host_merge(int root, const char *const *directories, size_t count, const char *suffix,
	struct text_list *paths, struct error *err) must_check;

/* A systemd unit and its drop-ins, as one text. *there is false where there is none, or a masked
 * one. */
int host_unit(int root, const char *name, struct buffer *text, bool *there, struct error *err)
	must_check;

/* Does another unit want or require it (systemctl enable)? */
int host_unit_wanted(int root, const char *name, bool *wanted, struct error *err) must_check;

/* The version of the first of these packages that is installed, on the heap; NULL: none of them is
 * installed, or the package database is not of a known kind. */
int host_package(int root, const char *const *names, size_t count, char **version,
	struct error *err) must_check;
