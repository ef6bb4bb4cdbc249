/* SPDX-License-Identifier: Apache-2.0 */
/* load: the one room that reads files: state, config.json, policy. */
#pragma once

#include "base/error.h"
#include "spec/oci.h"
#include "spec/policy.h"

/* Reads the state from fd to its end, whatever is in it, and parses it: a runtime may fail with
 * EPIPE when a hook leaves its stdin unread (crun before 1.17). */
int state_read(struct state *state, int fd, struct error *err) must_check;

/* Makes the bundle the working directory: config.json's relative paths start there. */
int bundle_enter(const char *path, struct error *err) must_check;

/* Reads and parses config.json in the working directory; path is for sentences. */
int spec_load(struct spec *spec, const char *path, struct error *err) must_check;

/* Where a policy is looked for; the first that is there counts. */
#define POLICY_FILES 2
extern const char *const policy_files[POLICY_FILES];

/* May the open file decide what root does? An error when it is not a regular file, is writable by
 * group or others, or is not owned by root (in a user namespace: of the overflow uid). */
int policy_trusted(int fd, struct error *err) must_check;

/* The policy in force: the named file; or the administrator's, else the packaged one, else the
 * built-in. A file that others than root can write is refused: it decides what root does. */
int policy_load(struct policy *policy, const char *named, struct error *err) must_check;

/* The file that policy_runtime reads: the one that was named, or the first that is there. */
const char *policy_name(const char *named);

/* The key "runtime" of the policy in force, on the heap, whatever else is wrong with that policy:
 * a command that has nothing to do with it needs its runtime all the same. NULL: it has none, or
 * cannot be read, or may be written by others than root. */
char *policy_runtime(const char *named);
