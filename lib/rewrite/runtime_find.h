/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_find: finds the real runtime that the door "runtime" calls. */
#pragma once

#include "base/error.h"

/* *path: the named one, or with named NULL the first of runc and crun in the usual places; on the
 * heap, freed by the caller. Never this program itself, compared by inode: if it is named, that is
 * an error; in the usual places it is skipped. -1 also when nothing is found. */
int runtime_find(char **path, const char *named, struct error *err) must_check;
