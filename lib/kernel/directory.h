/* SPDX-License-Identifier: Apache-2.0 */
/* directory: lists a directory with getdents64(2). Not readdir(3): that makes four more system
 * calls, and allocates 32 KiB. */
#pragma once

#include <dirent.h>

#include "base/error.h"

/* Calls each() for every entry but "." and "..", in the kernel's order, until one returns -1.
 * directory: an fd open for reading (not O_PATH), which stays the caller's; path: its name, for
 * sentences. -1 when each() failed, with its sentence, or when listing did. */
int directory_each(int directory, const char *path,
	int (*each)(void *closure, const struct dirent64 *entry, struct error *err), void *closure,
	struct error *err) must_check;
