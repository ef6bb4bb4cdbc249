/* SPDX-License-Identifier: Apache-2.0 */
/* id_map: the ids of a container's user namespace as ids of ours, by an fd on its uid_map or
 * gid_map in /proc (user_namespaces(7)). */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* One line of a map: count ids from inside on are those from outside on in our namespace. */
struct id_range {
	unsigned int inside, outside, count;
};

/* *outside: the container's id 0 in our namespace; 0 when it is not mapped at all. */
int id_map_root(int map, unsigned int *outside, struct error *err) must_check;

/* Does the container know this id of ours? False also where its map cannot be read. */
bool id_map_knows(int map, unsigned int outside);

/* Are we in a user namespace ourselves? There ids that it does not map look like the overflow id
 * 65534. proc: an fd on the host's /proc. */
bool id_map_is_partial(int proc);
