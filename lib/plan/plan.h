/* SPDX-License-Identifier: Apache-2.0 */
/* plan: the list of operations to apply. Pure: observation, policy and strategy in, plan out.
 *
 * There is one operation, the veil: a private tmpfs over a directory of the container, showing
 * chosen names of what was there. A mask is a veil over a channel's directory that shows nothing
 * (or the channel's harmless files); a facade is a veil over the container's /run. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "observe/observation.h"
#include "spec/policy.h"

enum veil_entry_kind { VEIL_DIRECTORY, VEIL_LINK, VEIL_FILE };

struct veil_entry {
	enum veil_entry_kind kind;
	char *path;    /* relative to the veil's root; parents come first */
	char *target;  /* of a link */
	bool readonly; /* of a link to a socket: the bind of the socket on itself */
};

/* What becomes of what was there. */
enum veil_underlay {
	UNDERLAY_COVERED,    /* stays below the veil, out of reach */
	UNDERLAY_REATTACHED, /* is attached again under HIDDEN_NAME */
	UNDERLAY_REMOVED,    /* is taken out of the container altogether */
};

/* A mount that goes onto an entry of the veil once the veil is attached. */
struct veil_mount {
	char *path;   /* of the entry */
	int fd;       /* a child mount's root, or a detached clone */
	bool guarded; /* to be private, read-only, nosuid, nodev, noexec */
};

struct veil {
	const struct seen_place *place;
	struct veil_entry *entries;
	size_t entry_count;
	struct veil_mount *mounts;
	size_t mount_count;
	enum veil_underlay underlay;
	bool readonly;          /* the veil itself */
	bool underlay_readonly; /* what is attached again below it */
};

struct plan {
	enum strategy strategy;
	struct veil *veils;
	size_t veil_count;
	const struct seen_socket **links; /* single socket binds to be kept alive */
	size_t link_count;
	const struct seen_socket *obstructed; /* one that has to be left as it is; NULL: none */
	const struct seen_place *skipped;     /* exposed, shared, and left alone; NULL: none */
	bool skipped_idle;                    /* and nothing listens there: no reason to warn */
	channel_set exposed, kept;            /* what was found */
};

/* Fills *plan, which must be zeroed. It borrows texts and fds from the observation, which must
 * outlive it. -1 where onShared says fail (ERROR_POLICY), where a place could not be looked at
 * (SIGHT_UNKNOWN), or when memory runs out; plan_clear frees what is there then. */
int plan_make(struct plan *plan, const struct observation *seen, const struct policy *policy,
	enum strategy strategy, struct error *err) must_check;

/* Frees the plan's own lists and texts; closes no fd. */
void plan_clear(struct plan *plan);

/* Whether a veil of the plan shows something of what it covers: then a link may lead through it to
 * the host, and target_verify has to look again. */
bool plan_shows(const struct plan *plan);
