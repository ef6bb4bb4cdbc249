/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: what inspect.c and crictl.c share: the list of what was inspected, and a mount in the
 * form of Docker's API. */
#pragma once

#include "manifest/cursor.h"
#include "manifest/planned_mount.h"

/* Reads one of the things that were inspected. */
typedef int inspect_element(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *element, struct error *err);

/* Calls read for each element of a list, or for the root itself if that is not a list;
 * stops at the first -1. */
int inspect_elements(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, inspect_element *read, struct error *err) must_check;

/* Adds a mount written as { Type, Source, Target, … } (Docker's API, Mount). */
int inspect_asked_mount(struct manifest_container *container,
	const struct manifest_context *context, const struct cursor *cursor, struct error *err)
	must_check;
