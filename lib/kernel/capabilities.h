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

/* Sets the effective and permitted sets to what this step and the later ones need. Steps go forward
 * only. A capability that the process never had is left out without an error. 0, or -1 when
 * capset(2) fails for another reason. */
int privilege_step(enum privilege_step step, struct error *err) must_check;

/* 0 when the permitted set has what every container needs: SYS_ADMIN, SYS_CHROOT, SYS_PTRACE and
 * DAC_READ_SEARCH; otherwise -1, and the sentence names the first one missing. SETUID, SETGID and
 * CHOWN are not checked: only ids other than root's need them. */
int privilege_check(struct error *err) must_check;
