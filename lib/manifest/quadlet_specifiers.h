/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet_specifiers: the percent signs of unit files (systemd.unit, "Specifiers"), as far as they
 * can be known from outside the service manager: %% %t %h %n %N %p %i %u %U and the directories
 * %S %C %L %E %T %V. All others stay as they are: none of them is part of a path below /run. */
#pragma once

#include "base/buffer.h"
#include "manifest/manifest.h"

/* Adds the text to *expanded. A unit of a user is told from the context's runtime_directory. */
int specifiers_expand(struct buffer *expanded, const char *text,
	const struct manifest_context *context, struct error *err) must_check;
