/* SPDX-License-Identifier: Apache-2.0 */
/* claims: PersistentVolumes of the host's directories, the claims that are bound to them, and the
 * mounts that use these, as far as they stand in one text, in any order. Pure. */
#pragma once

#include "manifest/cursor.h"
#include "manifest/manifest.h"

/* Notes a PersistentVolume or a PersistentVolumeClaim; other kinds are nothing to it. */
int claims_object(struct manifest *manifest, const struct cursor *object, const char *kind,
	struct error *err) must_check;

/* Notes that the container's last mount is of that claim (or a part of it; NULL: all). */
int claims_use(struct manifest *manifest, const struct manifest_container *container,
	const char *name_space, const char *claim, const char *part, struct error *err) must_check;

/* Makes binds of mounts of claims that are bound to the host's directories. */
int claims_resolve(struct manifest *manifest, const struct manifest_context *context,
	struct error *err) must_check;
void claims_clear(struct manifest *manifest);
