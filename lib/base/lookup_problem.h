/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_problem: why it is unknown what a path of a container leads to, as a number and as a
 * sentence. */
#pragma once

#include "base/error.h"

/* A problem is an errno, or one of these: the path passes a procfs, behind which only the
 * container's own programs see what is there; a file system that is not mounted yet; a bind of a
 * link into /proc/self; a path relative to a bundle that is not known; or a directory of the image
 * with more names than are looked at. */
#define PROBLEM_PROC (-1)
#define PROBLEM_UNMADE (-2)
#define PROBLEM_READER (-3)
#define PROBLEM_BUNDLE (-4)
#define PROBLEM_NAMES (-5)
#define NAMES_LOOKED_AT 4096 /* of an image's own directory; with more of them there is doubt */

/* The sentence for a problem; owner: "the container's", "its". Always -1. */
int lookup_error(struct error *err, const char *owner, const char *path, int problem);
