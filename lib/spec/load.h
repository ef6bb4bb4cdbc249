/* SPDX-License-Identifier: Apache-2.0 */
/* load: reads state, config.json and policy from their files and hands them to the parsers. */
#pragma once

#include "base/error.h"
#include "spec/oci.h"
#include "spec/policy.h"

/* Reads the state from fd to its end, whatever is in it, and parses it: a runtime may fail with
 * EPIPE when a hook leaves its stdin unread (crun before 1.17). */
int state_read(struct state *state, int fd, struct error *err) must_check;

/* Makes the bundle the working directory: config.json's relative paths start there
 * (runtime-spec, config.md "Root"). */
int bundle_enter(const char *path, struct error *err) must_check;

/* Reads and parses config.json in the working directory into *spec, which must be zeroed;
 * spec_clear frees it. path: the bundle, for sentences. Errors in the text read
 * "PATH/config.json:4:15: …". */
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

/* The path of the policy file in force, borrowed: the named one, else the first of policy_files
 * that is there, else policy_files[0]. */
const char *policy_name(const char *named);

/* The key "runtime" of the policy in force, on the heap, whatever else is wrong with that policy:
 * a command that has nothing to do with it needs its runtime all the same. NULL: it has none, or
 * cannot be read, or may be written by others than root. */
char *policy_runtime(const char *named);
