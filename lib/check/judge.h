/* SPDX-License-Identifier: Apache-2.0 */
/* judge: judges a container by the paths of its planned mounts alone, as if the host had every
 * channel. Where the hook asks the kernel, judge walks the client's path itself, name by name,
 * through image and binds. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "manifest/manifest.h"
#include "plan/verdict.h"
#include "spec/channels.h"

#define NO_MOUNT SIZE_MAX

/* What a client meets at one place of a channel. */
struct judged_place {
	enum sight sight;
	bool shares; /* SIGHT_HOST, SIGHT_NAMED: the responsible bind shares mounts with the host */
	size_t mount; /* the responsible or covering mount: index in the container's mounts */
	/* SIGHT_HOST: all mounts through which it would be exposed, one after the other taken away;
	 * judgement.exposing[exposing..exposing + exposing_count), the responsible one first */
	size_t exposing, exposing_count;
	bool more; /* than are listed: there were too many to try them all */
};

/* What becomes of a single socket, bound as a file, when its daemon makes it again. */
enum socket_fate {
	SOCKET_UNKNOWN, /* only the destination is named like a socket */
	SOCKET_LIVE,    /* its directory is bound at the same place: the new socket shows there */
	SOCKET_STALE,   /* the bind holds on to the old socket */
};

struct judged_socket {
	size_t mount; /* index in the container's mounts */
	enum socket_fate fate;
	bool ignored; /* on purpose; the caller says so */
};

struct judgement {
	/* by index in channels[] and in its places[] */
	struct judged_place places[CHANNELS_MAX][CHANNEL_PLACES_MAX];
	struct judged_socket *sockets; /* in the order of the mounts; those that take effect */
	size_t socket_count;
	size_t *exposing; /* indices in the container's mounts, place by place */
	size_t exposing_count;
	bool masked;           /* it asks for oci-runmask by name */
	bool shared_is_masked; /* and so where the bind is shared */
	channel_set ignored;   /* its findings on these are ignored on purpose */
};

/* Judges what the asked channels are. mask_named: a mount that names a channel is exposed as well
 * (policy key onNamed). *judgement must be zeroed; on failure (memory) it is left zeroed. */
int judge_container(struct judgement *judgement, const struct manifest_container *container,
	channel_set asked, bool mask_named, struct error *err) must_check;
void judgement_clear(struct judgement *judgement);

/* The verdict on channels[channel]: that of the place that matters most, to which *place points
 * afterwards. */
enum verdict judgement_verdict(
	const struct judgement *judgement, size_t channel, const struct judged_place **place);

/* What the hook meets, whatever the file asks of it and of check. */
enum verdict hook_verdict(
	const struct judgement *judgement, size_t channel, const struct judged_place **place);

/* "unknown", "live", "stale". */
const char *socket_fate_name(enum socket_fate fate);
