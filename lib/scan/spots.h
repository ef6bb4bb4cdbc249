/* SPDX-License-Identifier: Apache-2.0 */
/* spots: a set of roots in mount namespaces: what was looked at. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "kernel/open.h"

struct spot {
	ino_t namespace; /* never 0 in a set */
	struct inode root;
	uint64_t mount;
};

/* A table of hashes, at most half full. Zeroed: empty. */
struct spots {
	struct spot *slots; /* namespace 0: free */
	size_t size, count;
};

/* *known: it was there already; now it is in any case. */
int spot_note(struct spots *spots, const struct spot *spot, bool *known, struct error *err)
	must_check;
void spots_clear(struct spots *spots);
