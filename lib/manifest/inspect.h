/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: what the readers of inspect output share. */
#pragma once

#include "manifest/cursor.h"
#include "manifest/planned_mount.h"

/* A mount as it was asked of Docker's API: { Type, Source, Target, … }. */
int inspect_asked_mount(struct manifest_container *container,
	const struct manifest_context *context, const struct cursor *cursor, struct error *err)
	must_check;
