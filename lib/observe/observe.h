/* SPDX-License-Identifier: Apache-2.0 */
/* observe: what is seen in the container, beside what lib/host saw on the host. Part of the target
 * room: it looks, it changes nothing. */
#pragma once

#include "observe/host.h"
#include "observe/observation.h"
#include "observe/target.h"

/* What is taken along from the host into the container's mount namespace. */
struct host_snapshot {
	struct host host;
	/* spec->mount_count values, borrowed: none that is false is a candidate */
	const bool *candidate;
	bool sharing_asked;    /* by some candidate */
	bool readonly_planned; /* of some candidate, where it matters */
	channel_set channels;
	bool facade;
	bool mask_named; /* a mount that names a channel is masked too (policy key onNamed) */
	struct host_place places[OBSERVED_MAX]; /* of the channels, in the table's order */
	uint64_t peers[OBSERVED_MAX]; /* peer groups of the host's mounts there, when sharing is
					 asked */
	uint64_t run_peers[RUN_PLACES_MAX];
	bool find_children; /* a facade with a list: the runtime's mounts are carried one by one */
	int run;            /* then: the host's /run, O_PATH */
};

/* Fills candidate[0..spec->mount_count), which the view borrows from then on; before entering. Each
 * answer costs a look at a bind's source, so where it does not matter which bind it was (no socket
 * is asked for, nothing shared, and nothing to show that is read-only) every bind may be one. */
int host_view_candidates(struct host_snapshot *view, const struct spec *spec,
	const struct policy *policy, enum strategy strategy, bool *candidate, struct error *err)
	must_check;

/* The host's side of what the policy's channels and the strategy name; before entering, after
 * host_view_candidates. */
int host_snapshot_take(struct host_snapshot *view, const struct spec *spec,
	const struct policy *policy, enum strategy strategy, struct error *err) must_check;
void host_snapshot_clear(struct host_snapshot *view);

/* Detached clones of the directories that the policy names for sockets, as far as the strategy
 * and the container use them. Needs the capability to mount; before entering. A directory that is
 * missing is an error where a single socket is bound; for a list the plan says so if it needs it.
 */
int host_view_clone(const struct host_snapshot *view, const struct spec *spec,
	const struct policy *policy, struct observation *seen, struct error *err) must_check;

/* Looks at every place that matters. *seen must be zeroed; its fds and texts are its own, the rest
 * borrows from view, spec and policy. */
int target_observe(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, struct observation *seen, struct error *err) must_check;
void observation_clear(struct observation *seen);

/* Looks again, after veils that show something of what they cover: no place, and no socket, may
 * lead to the host's, but those that are named on purpose and, with shared_left, those that share
 * mounts with the host. Every failure is ERROR_FINAL. */
int target_verify(const struct target *target, const struct host_snapshot *view,
	const struct spec *spec, const struct observation *seen, bool shared_left,
	struct error *err) must_check;
