/* SPDX-License-Identifier: Apache-2.0 */
/* id_map: translates between ids of a container's user namespace and ids of ours. map: an fd on its
 * uid_map or gid_map in /proc, opened for reading (user_namespaces(7)). */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* One line of a map: count ids from inside on are those from outside on in our namespace. */
struct id_range {
	unsigned int inside, outside, count;
};

/* *outside: the container's id 0 in our namespace; 0 when it is not mapped. -1 when the map cannot
 * be read. */
int id_map_root(int map, unsigned int *outside, struct error *err) must_check;

/* Whether this id of our namespace is mapped in the container. False also when the map cannot be
 * read. */
bool id_map_knows(int map, unsigned int outside);

/* Whether our own user namespace leaves ids unmapped (it is not the initial one, or its map cannot
 * be read): such ids look like the overflow id 65534. proc: an fd on the host's /proc. */
bool id_map_is_partial(int proc);
