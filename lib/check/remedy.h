/* SPDX-License-Identifier: Apache-2.0 */
/* remedy: prints remedies for one container, with the exact lines to paste into its kind of file
 * and its own paths. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "manifest/manifest.h"
#include "spec/channels.h"

/* Where the hook is installed; for lines that name it. */
#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec"
#endif
#define REMEDY_HOOK LIBEXECDIR "/oci/hooks.d/oci-runmask"

enum remedy_kind {
	WAY_HOOK,      /* nothing changes but that the hook is called */
	WAY_DIRECTORY, /* bind only a directory that holds the socket */
	WAY_TMPFS,     /* cover the channel's directory */
	WAY_ELSEWHERE, /* bind it somewhere else */
	WAY_TCP,       /* no bind: the API over TCP with TLS */
};
#define REMEDY_KINDS (WAY_TCP + 1)

struct remedy {
	enum remedy_kind way;
	struct buffer text;  /* a sentence or two, for people */
	struct buffer lines; /* to paste; each ends in a newline */
};

/* What is to be fixed: a bind that exposes channels, or a single socket bound as a file. */
struct remedy_case {
	const struct manifest_container *container;
	const struct planned_mount *mount; /* the one to name first */
	/* all binds through which it is exposed; indices in the container's mounts */
	const size_t *mounts;
	size_t mount_count;
	bool several;         /* it stands for several cases alike: say no line numbers */
	bool shares;          /* the bind shares mounts with the host */
	channel_set channels; /* what it exposes; empty: the mount is a single socket */
};

/* Writes the remedies that fit into remedies[0..WAYS) and their number into *count. They are to be
 * cleared in every case. */
int remedies_make(struct remedy *remedies, size_t *count, const struct remedy_case *asked,
	struct error *err) must_check;
void remedies_clear(struct remedy *remedies, size_t count);

/* Where a tmpfs goes to cover the place of that index in the case's channels, and the channel's
 * name; an empty *veil: nothing of the host's shows there. */
#define REMEDY_VEILS_MAX (channel_count * CHANNEL_PLACES_MAX)
int remedy_veil(struct buffer *veil, const char **channel, const struct remedy_case *asked,
	size_t index, struct error *err) must_check;

/* "hook", "directory", "tmpfs", "elsewhere", "tcp". */
const char *remedy_kind_name(enum remedy_kind way);
