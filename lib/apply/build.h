/* SPDX-License-Identifier: Apache-2.0 */
/* build: makes the tmpfs that will lie over a directory, before anything is attached. Part of the
 * apply room. */
#pragma once

#include "observe/target.h"
#include "plan/veil.h"

/* Mounts the veil, detached, and makes its entries with the container's owners. *veil: its mount,
 * which the caller closes, also when this fails. label: linux.mountLabel or NULL. */
int veil_build(int *veil, const struct veil *plan, const struct target *target, const char *label,
	struct error *err) must_check;
