/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what is to be done, as a value. Pure: observation, spec and policy in, plan out.
 *
 * There is one operation, the veil: a private tmpfs over a directory of the container, showing
 * chosen names of what was there. A mask is a veil over a channel's directory that shows nothing
 * (or the channel's harmless files); a facade is a veil over the container's /run. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/channels.h"
#include "base/error.h"
#include "kernel/open.h"
#include "spec/oci.h"
#include "spec/policy.h"
#include "plan/verdict.h"

#define OBSERVED_MAX (CHANNELS_MAX * CHANNEL_PLACES_MAX) /* places of all channels */
#define RUN_PLACES_MAX 2

/* A name in the host's /run, for the facade's links. */
struct seen_entry {
	char *path; /* relative to the place: "docker.sock", "systemd/journal" */
	bool directory;
	char *link; /* a relative link that leads out of the place: where it leads; else NULL */
};

/* A mount of the runtime's or the user's below a place of the facade. */
struct seen_child {
	char *path; /* relative to the place */
	int fd;     /* its root, O_PATH; -1 in tests */
	bool directory;
};

/* One directory of the container, as the kernel resolved it inside the container's root. */
struct seen_place {
	const struct channel *channel; /* NULL: the container's /run itself */
	const struct channel_place *of;
	const char *path; /* the client's own path */
	const char
		*alias; /* of /run: the other name under which the same place is found, or NULL */
	int fd;         /* the directory found, O_PATH; -1 when there is none */
	int mount;      /* the root of the mount that it is on, O_PATH */
	int above;      /* of the facade: the root of the mount above that one; else -1 */
	uint64_t mount_id;
	bool mount_root; /* fd is the root of its mount */
	enum sight sight;
	int park, park_mount; /* of the facade: a directory of the host's view, out of everybody's
				 way, where a bind can be put so that pivot_root takes it out of
				 reach; and the root of the mount it is on; else -1 */
	bool shares;          /* asked for, and the mount is in the host's peer group */
	bool readonly;        /* config.json plans the bind it belongs to as ro */
	/* the rest for a place of the facade */
	struct seen_entry *entries;
	size_t entry_count;
	struct seen_child *children;
	size_t child_count;
};

#define SEEN_NOTHING                                                                               \
	((struct seen_place){ .fd = -1, .mount = -1, .above = -1, .park = -1, .park_mount = -1 })

/* A host directory that the policy names for a socket. */
struct seen_directory {
	const char *path;           /* the policy's, borrowed */
	int clones[RUN_PLACES_MAX]; /* detached clones, one for each use; -1 when there is none */
	int problem;                /* errno, where it could not be cloned */
};

/* A planned bind of one socket that the policy names with a directory. */
struct seen_socket {
	const struct policy_socket *policy;
	const struct planned_mount *mount;
	int clone; /* a detached clone of the policy's directory */
	int bind;  /* the socket found at the destination: the root of its mount */
	int dev;   /* the container's own /dev */
	uint64_t mount_id;
	bool found;           /* the destination leads to that bind */
	const char *obstacle; /* why it has to be left as it is; NULL: nothing in the way */
};

struct observation {
	struct seen_place places[OBSERVED_MAX]; /* of the policy's channels */
	size_t place_count;
	struct seen_place runs[RUN_PLACES_MAX]; /* /run, and /var/run where it is another place */
	size_t run_count;
	struct seen_directory *directories;
	size_t directory_count;
	struct seen_socket *sockets;
	size_t socket_count;
};

enum veil_entry_kind { VEIL_DIRECTORY, VEIL_LINK, VEIL_FILE };

struct veil_entry {
	enum veil_entry_kind kind;
	char *path;   /* relative to the veil's root; parents come first */
	char *target; /* of a link */
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
	bool readonly;        /* the veil itself */
	bool behind_readonly; /* what is attached again below it */
};

struct plan {
	enum strategy strategy;
	struct veil *veils;
	size_t veil_count;
	const struct seen_socket **reroutes; /* single socket binds to be kept alive */
	size_t reroute_count;
	const struct seen_socket *obstructed; /* one that has to be left as it is; NULL: none */
	const struct seen_place *skipped;     /* exposed, shared, and left alone; NULL: none */
	channel_set exposed, kept;            /* what was found */
};

/* Decides. The plan borrows from observation, spec and policy, which must outlive it. An error
 * where the policy says fail. */
int plan_make(struct plan *plan, const struct observation *seen, const struct policy *policy,
	enum strategy strategy, struct error *err) must_check;
void plan_clear(struct plan *plan);
