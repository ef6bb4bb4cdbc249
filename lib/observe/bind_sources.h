/* SPDX-License-Identifier: Apache-2.0 */
/* bind_sources: which binds of a spec expose a channel, before the container is made: for the
 * commands that edit a spec before a runtime reads it. It enters and changes nothing. */
#pragma once

#include "observe/host.h"
#include "spec/policy.h"

/* A planned bind (or the root itself, where that is the host's) through which a channel's directory
 * of the host would be found under a client's own path. */
struct exposing_bind {
	size_t behind; /* how many mounts are before what follows the bind; 0: the root's own */
	const struct channel *channel;
	const struct channel_place *place;
	char *path;     /* of the directory: without the image's links, or else tidied */
	bool followed;  /* through the image's links and all planned mounts: it is exposed there */
	bool peer;      /* the bind's source is on a mount that shares with others */
	bool listening; /* the host's daemon has its socket there, or may have any */
};

/* A planned bind of one socket that the policy names. */
struct socket_bind {
	size_t mount;
	const struct policy_socket *policy;
};

struct bind_sources {
	struct exposing_bind *binds; /* in the order of the mounts */
	size_t bind_count;
	struct socket_bind *sockets;
	size_t socket_count;
	channel_set kept; /* named on purpose, where the way was followed */
	char *doubt; /* a sentence: whether something leads to the host is not known; or NULL */
};

/* What is asked: of which mounts, on which host. Borrowed. */
struct bind_sources_job {
	const struct host *host;
	const struct spec *spec;
	int bundle;            /* an fd (or AT_FDCWD) that relative sources start at */
	const bool *candidate; /* spec->mount_count values, of host_candidates */
	const struct policy *policy;
};

/* Looks at the candidates: through the image's links where root.path can be opened, else by the
 * destinations as they are written (the runtime will refuse the bundle). *sources must be zeroed,
 * and is zeroed again on failure; it borrows from policy and the table of channels. -1 when a
 * source or the host's side cannot be looked at. */
int bind_sources_find(struct bind_sources *sources, const struct bind_sources_job *job,
	struct error *err) must_check;
void bind_sources_clear(struct bind_sources *sources);
