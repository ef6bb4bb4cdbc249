/* SPDX-License-Identifier: Apache-2.0 */
/* paper: judges a container from its planned mounts, by paths alone, as if the host had every
 * channel. Where the hook asks the kernel, paper walks the client's path itself, component by
 * component, through the image and the binds. Pure, and quick enough for thousands of manifests. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/channels.h"
#include "base/error.h"
#include "manifest/manifest.h"
#include "plan/verdict.h"

#define PAPER_NO_MOUNT SIZE_MAX

/* What a client meets at one place of a channel. */
struct paper_place {
	enum sight sight;
	bool shares; /* SIGHT_HOST, SIGHT_NAMED: the responsible bind shares mounts with the host */
	size_t mount; /* the responsible or covering mount: index in the container's mounts */
};

/* What becomes of a single socket, bound as a file, when its daemon makes it anew. */
enum socket_fate {
	SOCKET_UNKNOWN, /* only the destination is named like a socket */
	SOCKET_LIVE,    /* its directory is bound at the same place: the new socket shows there */
	SOCKET_STALE,   /* the bind holds on to the old socket */
};

struct paper_socket {
	size_t mount; /* index in the container's mounts */
	enum socket_fate fate;
};

struct paper {
	/* by index in channels[] and in its places[] */
	struct paper_place places[CHANNELS_MAX][CHANNEL_PLACES_MAX];
	struct paper_socket *sockets; /* in the order of the mounts; those that take effect */
	size_t socket_count;
};

/* Judges. *paper must be zeroed; on failure (memory) it is left zeroed. */
int paper_judge(struct paper *paper, const struct manifest_container *container, struct error *err)
	must_check;
void paper_clear(struct paper *paper);

/* The verdict on channels[channel]: that of the place that matters most, to which *place points
 * afterwards. */
enum verdict paper_verdict(
	const struct paper *paper, size_t channel, const struct paper_place **place);

/* "unknown", "live", "stale". */
const char *socket_fate_name(enum socket_fate fate);
