/* SPDX-License-Identifier: Apache-2.0 */
/* path: paths as text. Nothing is looked up. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What comes after the last "/"; trailing slashes are not looked through. */
const char *path_base(const char *path);

/* Does a component of the path say ".."? */
bool path_steps_up(const char *path);

/* Is an absolute host path this directory or below it, by their words: /var/run and /run are one,
 * and doubled and trailing slashes are nothing. */
bool run_path_within(const char *path, const char *directory);

/* What follows /run or /var/run in an absolute path: "nscd" of "/var/run/nscd"; NULL: not below. */
const char *run_path_below(const char *path);

/* Is the path the directory itself or something below it? Both as path_normalise writes them. */
bool path_within(const char *path, const char *directory);

/* Is the path below the directory, and not the directory itself? Both as they are written; an empty
 * or NULL directory has nothing below it. */
bool path_is_below(const char *path, const char *directory);

/* The next component and its length, behind slashes; moves *path behind it. NULL at the end. */
const char *path_next(const char **path, size_t *length);

/* The last component of a path and its length; NULL when it has none. */
const char *path_last(const char *path, size_t *length);

/* An absolute path without doubled or trailing slashes, "." and ".."; the root becomes "". Writes
 * at most strlen(path) + 2 bytes; normal and path may be the same. */
void path_normalise(char *normal, const char *path);

/* The same on a host: /var/run is the link to /run that it is. */
void host_path(char *resolved, const char *path);

/* How many components the normal path has. */
size_t path_depth(const char *path);
