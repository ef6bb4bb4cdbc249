/* SPDX-License-Identifier: Apache-2.0 */
/* procwalk: does a path of the container lead through its /proc? Part of the target room.
 *
 * Before pivot_root the container's procfs does not know the hook, and /proc/self there leads
 * nowhere, while the container's own programs will be led on. What is not found that way must not
 * pass for "not there". */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* path: absolute, in the container whose root is the O_PATH fd. Follows links one by one. */
int path_meets_proc(int root, const char *path, bool *meets, struct error *err) must_check;
