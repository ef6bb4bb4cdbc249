/* SPDX-License-Identifier: Apache-2.0 */
/* bundle: reads a bundle's config.json and replaces it by rename(2). It writes only inside the
 * bundle. */
#pragma once

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

struct bundle {
	int directory; /* open for reading; -1: not open */
	struct buffer config;
	mode_t mode;
	uid_t owner;
	gid_t group;
};

#define BUNDLE_NONE ((struct bundle){ .directory = -1 })

/* Opens the directory and reads its config.json, which must be a regular file and not a symlink.
 * *bundle must be BUNDLE_NONE; bundle_clear closes and frees, also after a failure. */
int bundle_read(struct bundle *bundle, const char *path, struct error *err) must_check;
void bundle_clear(struct bundle *bundle);

/* Replaces config.json by the text, with the mode and owner of the one that was read. On failure
 * the old one is unchanged, and no other file is left behind. */
int bundle_replace(const struct bundle *bundle, const struct buffer *text, struct error *err)
	must_check;
