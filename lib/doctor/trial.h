/* SPDX-License-Identifier: Apache-2.0 */
/* trial: runs the hook, with --dry-run, on a bundle made for it, as a runtime would: a mount
 * namespace with the host's /run bound, and the OCI state on stdin. Bundle and binds are in a mount
 * namespace of the trial's own, on a tmpfs, so that the host's files and mounts stay as they are.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/text_list.h"
#include "doctor/run.h"

/* The bundle's config.json. */
extern const char trial_config[];

/* args: hook.args as the engine passes them (args[0] the name, args[1] the door: any
 * but "runtime"). What the hook said and its exit code are the answer. Fails where a
 * namespace cannot be made (it takes CAP_SYS_ADMIN). */
int trial_run(const char *program, const struct text_list *args, struct run_answer *answer,
	struct error *err) must_check;

/* Runs a program that is the door "runtime" in the bundle, with the args that the engine passes
 * before the runtime's own, and a command that no runtime knows. *config: config.json afterwards.
 * Fails as trial_run does. */
int trial_door(const char *program, const struct text_list *args, struct buffer *config,
	struct run_answer *answer, struct error *err) must_check;
