/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_find: the real runtime behind the runtime door. */
#pragma once

#include "base/error.h"

/* *path: the named one, or without a name the first of runc and crun in the usual places; on the
 * heap. Never this program itself, under whatever name: named, that is an error; in the usual
 * places it is passed over. */
int runtime_find(char **path, const char *named, struct error *err) must_check;
