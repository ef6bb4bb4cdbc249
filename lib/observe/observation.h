/* SPDX-License-Identifier: Apache-2.0 */
/* observation: what was seen in a container, as plain data: the input of the plan. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "observe/sight.h"
#include "spec/channels.h"
#include "spec/oci.h"
#include "spec/policy.h"

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
	bool own;      /* a bind of what the host's /run has at that very path */
	bool readonly; /* as config.json says */
};

/* One directory of the container, as the kernel resolved it inside the container's root. */
struct seen_place {
	const struct channel *channel; /* NULL: the container's /run itself */
	const struct channel_place *channel_place;
	const char *path; /* the client's own path */
	const char
		*alias; /* of /run: the other name under which the same place is found, or NULL */
	int fd;         /* the directory found, O_PATH; -1 when there is none */
	int mount;      /* the root of the mount that it is on, O_PATH */
	int above;      /* of the facade: the root of the mount above that one; else -1 */
	uint64_t mount_id;
	bool mount_root; /* fd is the root of its mount */
	enum sight sight;
	int problem;          /* of SIGHT_UNKNOWN: why (look_up.h) … */
	char *unknown;        /* … and of which path; else NULL */
	int park, park_mount; /* of the facade: a directory of the host's tree, out of everybody's
				 way, where a bind can be put so that pivot_root takes it out of
				 reach; and the root of the mount it is on; else -1 */
	bool listening;       /* the host's daemon has its socket there, or may have any */
	bool by_socket; /* exposed by a mount of the socket alone, in a directory of its own */
	bool shares;    /* asked for, and the mount is in the host's peer group */
	bool readonly;  /* config.json plans the bind it belongs to as ro */
	bool noexec;    /* of the facade: its mount is */
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
