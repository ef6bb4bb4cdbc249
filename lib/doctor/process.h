/* SPDX-License-Identifier: Apache-2.0 */
/* process: finds a host's daemons in /proc, their command line, start and inotify watches. Only for
 * the doctor's own host; processes in containers do not count. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text_list.h"
#include "doctor/doctor.h"

/* The first process of that name (comm, 15 bytes) with the host's root; 0: none. without, where it
 * is not NULL: one with these letters in its command line does not count. */
int process_find(const struct doctor *doctor, const char *name, const char *without, pid_t *pid,
	struct error *err) must_check;

/* Is the process in a container (its root differs from the doctor's)? False where the doctor does
 * not look at its own host. */
bool process_in_container(const struct doctor *doctor, const char *pid);

/* Its command line; empty where it cannot be read. */
int process_words(pid_t pid, struct text_list *words, struct error *err) must_check;

/* When it was started, in nanoseconds since the epoch, known to a tick (10 ms); 0: not known. */
int64_t process_started(pid_t pid);

/* Does it watch the directory (inotify), compared by inode number: a directory that was removed and
 * made again under the same name is another one. *known is false where /proc does not say (it takes
 * root), or where the process watches nothing at all. */
int process_watches(pid_t pid, ino_t directory, bool *watches, bool *known, struct error *err)
	must_check;
