/* SPDX-License-Identifier: Apache-2.0 */
/* mounttable: what libmount reads out of a process's mountinfo, for people and tests. Never on the
 * hook's path. Reads only. */
#pragma once

#include <stdint.h>

#include "base/error.h"

/* What of a table is of interest. */
struct mounttable {
	struct libmnt_table *table;
};

/* proc: an fd on /proc/PID. *table must be zeroed. */
int mounttable_read(struct mounttable *table, int proc, struct error *err) must_check;
void mounttable_clear(struct mounttable *table);

/* The source ("oci-runmask", "tmpfs") of the mount with this id (statx's); NULL: no such mount. The
 * text is the table's. */
const char *mounttable_source(const struct mounttable *table, uint64_t mount);

/* The SELinux context that the file system mounted at "/" was given for all of its files, as
 * engines do it; a copy on the heap, NULL when there is none. */
int mounttable_label(const struct mounttable *table, char **label, struct error *err) must_check;
