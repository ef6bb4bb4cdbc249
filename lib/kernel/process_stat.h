/* SPDX-License-Identifier: Apache-2.0 */
/* process_stat: fields of /proc/PID/stat (proc_pid_stat(5)). Pure. */
#pragma once

#include <stdint.h>

/* When the process was started, in clock ticks since the boot: field 22. The name in field 2 may
 * hold anything, so fields are counted behind its last ")". 0: not known. */
uint64_t process_stat_started(const char *text);
