/* SPDX-License-Identifier: Apache-2.0 */
/* peer_group: the peer group of one mount, without reading the whole mount table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* *group: the peer group of the mount that fd is on, 0 when it has none. The number is
 * the kernel's own and comparable between mount namespaces. statmount(2) answers since Linux 6.8;
 * before, the mount's line in mountinfo of ourselves below proc (an fd on /proc opened before
 * any namespace was entered: afterwards /proc may not know us). */
int peer_group(int fd, int proc, uint64_t *group, struct error *err) must_check;

/* Reads one line of mountinfo (proc(5)), without its newline: the mount's id and peer group
 * (0: none). False when the line is not of that form. */
bool peer_line(const char *line, size_t length, uint64_t *mount, uint64_t *group);
