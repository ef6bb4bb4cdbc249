/* SPDX-License-Identifier: Apache-2.0 */
/* capabilities: which capabilities the hook holds at each step. What a later step does not need is
 * given up for good. */
#pragma once

#include "base/error.h"

enum privilege_step {
	PRIVILEGE_READ,   /* state, config.json, policy, the host's side */
	PRIVILEGE_ENTER,  /* the container's mount namespace */
	PRIVILEGE_LOOK,   /* at what the image's author controls */
	PRIVILEGE_MOUNT,  /* build and attach */
	PRIVILEGE_VERIFY, /* look once more */
};

/* Steps go forward only. Capabilities that the caller never had are not asked for. */
int privilege_step(enum privilege_step step, struct error *err) must_check;

/* Is all that entering a container and mounting there needs permitted? An error names what is not.
 */
int privilege_check(struct error *err) must_check;
