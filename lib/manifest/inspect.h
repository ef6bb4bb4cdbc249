/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: a mount in the form of Docker's API, for inspect.c and crictl.c. */
#pragma once

#include "manifest/cursor.h"
#include "manifest/planned_mount.h"

/* Adds a mount written as { Type, Source, Target, … } (Docker's API, Mount). */
int inspect_asked_mount(struct manifest_container *container,
	const struct manifest_context *context, const struct cursor *cursor, struct error *err)
	must_check;
