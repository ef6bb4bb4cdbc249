/* SPDX-License-Identifier: Apache-2.0 */
/* host: who is whose inode on the host, looked at before a container is entered; and rule 0. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "channels.h"
#include "error.h"
#include "linux.h"
#include "oci.h"

/* The host's runtime directory. On all but very old systems /var/run is a link to /run; where it
 * is a directory of its own, both are places of the host, and /var is an ancestor too. */

struct host {
	struct inode run[2]; /* /run, and /var/run where that is another directory */
	size_t run_count;
	struct inode ancestors[2]; /* /, and /var where /var/run is a directory of its own */
	size_t ancestor_count;
	struct inode dev; /* /dev; zeroes where there is none */
};

/* The host's side of one channel place; a part that is not there is all zeroes. */
struct host_place {
	bool directory_there, socket_there;
	struct inode directory, socket;
};

int host_look(struct host *host, struct error *err) must_check;

/* Fills host->dev; needed for sockets only. */
int host_look_dev(struct host *host, struct error *err) must_check;

/* Rule 0: marks in candidate[i] whether mount i of the spec could expose anything: a bind whose
 * source is the host's /run, an ancestor of it, a channel's directory, below it or on the way to
 * it, a socket, or may not be looked at. Sources that are relative are relative to the bundle.
 * Returns whether the container is a candidate: one of its mounts is, or its root is the host's.
 * candidate[] holds spec->mount_count values. */
bool host_candidates(const struct host *host, const struct spec *spec, int bundle, bool *candidate);

int host_place_look(struct host_place *place, const struct channel_place *of, struct error *err)
	must_check;
