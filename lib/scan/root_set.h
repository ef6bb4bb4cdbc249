/* SPDX-License-Identifier: Apache-2.0 */
/* root_set: a hash set of roots (namespace, inode, mount), to look at each one once. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "kernel/open.h"

struct root_id {
	ino_t namespace; /* never 0 in a set */
	struct inode inode;
	uint64_t mount;
};

/* A table of hashes, at most half full. Zeroed: empty. */
struct root_set {
	struct root_id *slots; /* namespace 0: free */
	size_t size, count;
};

/* *known: it was there already; now it is in any case. */
int root_set_add(struct root_set *set, const struct root_id *root, bool *known, struct error *err)
	must_check;
void root_set_clear(struct root_set *set);
