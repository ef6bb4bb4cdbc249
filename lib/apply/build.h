/* SPDX-License-Identifier: Apache-2.0 */
/* build: makes the detached tmpfs of one veil and fills it. Inside lib/apply only. */
#pragma once

#include "observe/target.h"
#include "plan/veil.h"

/* Makes the veil's tmpfs, detached, and its entries, owned by the container's root; a link gets the
 * owner of what it leads to. *veil: the fd of the mount, which the caller closes, also when this
 * fails. label: linux.mountLabel or NULL. */
int veil_build(int *veil, const struct veil *plan, const struct target *target, const char *label,
	struct error *err) must_check;
