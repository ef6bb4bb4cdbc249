/* SPDX-License-Identifier: Apache-2.0 */
/* peer_group: finds the peer group of one mount, by statmount(2) or by its line in mountinfo. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* *group: the peer group of the mount that fd is on, 0 when it is not shared. The number is the
 * same in all mount namespaces (mount_namespaces(7)). By statmount(2) since Linux 6.8; before, or
 * where it is refused, by our mountinfo below proc, an fd on /proc opened before any namespace was
 * entered: the container's /proc may not show this process. */
int peer_group(int fd, int proc, uint64_t *group, struct error *err) must_check;

/* Parses one line of mountinfo (proc_pid_mountinfo(5)), length bytes without the newline: the
 * mount's id and peer group (0: none). False, with both undefined, for any other form. */
bool peer_line(const char *line, size_t length, uint64_t *mount, uint64_t *group);
