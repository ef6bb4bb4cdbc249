/* SPDX-License-Identifier: Apache-2.0 */
/* bundle: the config.json of a bundle, for the door that edits it: read as it is, and put in its
 * place by renaming. All that is ever written is in the bundle. */
#pragma once

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

struct bundle {
	int directory; /* readable, so that it can be synced; -1: not open */
	struct buffer config;
	mode_t mode;
	uid_t owner;
	gid_t group;
};

#define BUNDLE_NONE ((struct bundle){ .directory = -1 })

/* Opens the directory and reads its config.json, which must be a regular file and no link. */
int bundle_read(struct bundle *bundle, const char *path, struct error *err) must_check;
void bundle_clear(struct bundle *bundle);

/* Puts the text in the place of config.json, with the mode and owner of the one that was read. On
 * failure the old one is still there, and nothing else. */
int bundle_replace(const struct bundle *bundle, const struct buffer *text, struct error *err)
	must_check;
