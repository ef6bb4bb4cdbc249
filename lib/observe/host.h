/* SPDX-License-Identifier: Apache-2.0 */
/* host: the inodes of the host's /run and of the channels, looked at before a container is entered;
 * and rule 0. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "kernel/open.h"
#include "spec/channels.h"
#include "spec/oci.h"
#include "spec/policy.h"

#define HOST_CHANNELS_MAX 40

/* The host's runtime directory. On all but very old systems /var/run is a link to /run; where it
 * is a directory of its own, both are places of the host, and /var is an ancestor too. */

struct host {
	struct inode run[2]; /* /run, and /var/run where that is another directory */
	size_t run_count;
	struct inode ancestors[2]; /* /, and /var where /var/run is a directory of its own */
	size_t ancestor_count;
	struct inode dev; /* /dev; zeroes where there is none */
	/* the channels' directories, and those between /run and them */
	struct inode channels[HOST_CHANNELS_MAX];
	size_t channel_count;
	enum {
		LINKS_NOT_LOOKED,
		LINKS_NONE,
		LINKS_SOME
	} links; /* do channels' sockets have
		    second names? */
};

/* The host's side of one channel place; a part that is not there is all zeroes. */
struct host_place {
	const char *path; /* the directory's */
	bool directory_there, socket_there;
	struct inode directory, socket;
	/* of a channel with clients that ask any name there: what the names lead to, on the heap */
	struct inode *entries;
	size_t entry_count;
	int problem; /* errno, where the host's side could not be looked at; else 0 */
};

/* Fills a zeroed host; does nothing a second time. */
int host_look(struct host *host, struct error *err) must_check;

/* Fills host->dev; needed for sockets only. */
int host_look_dev(struct host *host, struct error *err) must_check;

/* Rule 0: is the container a candidate? It is when one of its mounts could expose anything: a bind
 * of, by inode, the host's /run, an ancestor of it, a channel's directory or one on
 * the way to it; by name one below such a directory; a socket; a directory that may hold a second
 * name of a channel's socket; or may not be looked at; or when its root is the host's. Sources that
 * are relative are relative to the working directory. Looks no further than it must, so host may be
 * filled in part only. */
int host_candidate(struct host *host, const struct spec *spec, bool *candidate, struct error *err)
	must_check;

/* The same of a host that was looked at, with an fd for the bundle (or AT_FDCWD), and marks which
 * mounts are such: candidate[] holds spec->mount_count values. */
bool host_candidates(struct host *host, const struct spec *spec, int bundle, bool *candidate);

/* Is one of its mounts such, and read-only? Of a host that was looked at. */
bool host_candidate_readonly(struct host *host, const struct spec *spec);

/* Is it this socket that a candidate binds: by the host's path, or as the same file under another
 * name? The socket in the policy's directory may be a second one of the daemon's. */
int host_binds_socket(const struct policy_socket *socket, const struct planned_mount *mount,
	int bundle, bool *binds, struct error *err) must_check;

/* Has the host's daemon its socket there? Where a channel has no one name for it, the directory
 * alone says yes. */
static inline bool host_place_listens(
	const struct host_place *place, const struct channel_place *of)
{
	return of->socket == NULL ? place->directory_there : place->socket_there;
}

/* Links that go round are nothing. On failure place->problem is errno, but for want of memory. */
int host_place_look(struct host_place *place, const struct channel_place *of, struct error *err)
	must_check;
void host_place_clear(struct host_place *place);
