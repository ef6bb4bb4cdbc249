/* SPDX-License-Identifier: Apache-2.0 */
/* directory: the entries of one, by getdents64(2): readdir(3) asks four questions about the
 * directory first, and takes 32 KiB of heap. */
#pragma once

#include <dirent.h>

#include "base/error.h"

/* Calls each() for every entry but "." and "..", until one returns -1. directory: open for reading;
 * path: for sentences. */
int directory_each(int directory, const char *path,
	int (*each)(void *closure, const struct dirent64 *entry, struct error *err), void *closure,
	struct error *err) must_check;
