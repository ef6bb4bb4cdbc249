/* SPDX-License-Identifier: Apache-2.0 */
/* observe: compares what the container's paths lead to with a snapshot of the host, before and
 * after veils are attached. It changes nothing. */
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

/* Fills candidate[0..spec->mount_count), which the snapshot (zeroed before) borrows from then on;
 * before entering. Each answer costs a look at a bind's source, so where it does not matter which
 * bind it was (no socket in the policy, nothing shared, and nothing shown that is read-only) every
 * bind counts as one. */
int host_snapshot_candidates(struct host_snapshot *snapshot, const struct spec *spec,
	const struct policy *policy, enum strategy strategy, bool *candidate, struct error *err)
	must_check;

/* Looks at the host's side of the policy's channels and, for a facade, of /run; before entering,
 * after host_snapshot_candidates. A place that cannot be looked at only keeps its problem.
 * host_snapshot_clear frees and closes, also after a failure. */
int host_snapshot_take(struct host_snapshot *snapshot, const struct spec *spec,
	const struct policy *policy, enum strategy strategy, struct error *err) must_check;
void host_snapshot_clear(struct host_snapshot *snapshot);

/* Adds detached clones of the directories that the policy names for sockets to seen->directories
 * and seen->sockets, as far as the strategy and the container use them; before entering. Needs
 * CAP_SYS_ADMIN (open_tree(2)). A missing directory is an error where a single socket is bound; for
 * a list of names the plan reports it when it needs the directory. observation_clear closes. */
int host_snapshot_clone(const struct host_snapshot *snapshot, const struct spec *spec,
	const struct policy *policy, struct observation *seen, struct error *err) must_check;

/* A container that was entered, what the host looked like before, and what config.json says.
 * Borrowed. */
struct looking {
	const struct target *target;
	const struct host_snapshot *snapshot;
	const struct spec *spec;
};

/* Looks at every place that matters, in the container that was entered. *seen must be zeroed but
 * for what host_snapshot_clone added; its fds and texts are its own, also after a failure; the rest
 * borrows from snapshot, spec and policy. -1 when a look-up fails in a way that no policy can
 * decide. */
int target_observe(const struct looking *looking, struct observation *seen, struct error *err)
	must_check;
void observation_clear(struct observation *seen);

/* Looks again, after veils that show something of what they cover were attached (plan_shows): no
 * place and no socket may lead to the host's, except those named on purpose and, with shared_left,
 * those that share mounts with the host. Every failure is ERROR_FINAL. */
int target_verify(const struct looking *looking, const struct observation *seen, bool shared_left,
	struct error *err) must_check;
