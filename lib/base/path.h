/* SPDX-License-Identifier: Apache-2.0 */
/* path: compares, splits and normalises paths as text, without looking them up. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What comes after the last "/"; trailing slashes are not looked through. */
const char *path_base(const char *path);

/* Whether a component of the path is "..". */
bool path_steps_up(const char *path);

/* Whether an absolute host path is this directory or below it, as text: /var/run counts as /run,
 * and doubled and trailing slashes are skipped. */
bool run_path_within(const char *path, const char *directory);

/* The same path with /run for /var/run, borrowed from it. */
const char *run_path_short(const char *path);

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

/* Writes an absolute path without doubled or trailing slashes, "." and ".." (taken off as text:
 * links are not followed); the root becomes "". Writes at most strlen(path) + 2 bytes; normal and
 * path may be the same. */
void path_normalise(char *normal, const char *path);

/* The same, with a leading /var/run replaced by /run, as the link on a host leads. */
void host_path(char *resolved, const char *path);

/* How many components the normal path has. */
size_t path_depth(const char *path);
