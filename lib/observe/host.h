/* SPDX-License-Identifier: Apache-2.0 */
/* host: the inodes of the host's /run and of the channels' directories, looked at before a
 * container is entered; and rule 0: whether a container can be concerned at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "kernel/open.h"
#include "spec/channels.h"
#include "spec/oci.h"
#include "spec/policy.h"

#define HOST_CHANNELS_MAX 40

/* In the place of the bundle's fd: a relative path cannot be looked at (EBADF). */
#define BUNDLE_UNKNOWN (-1)

/* The host's runtime directory. On all but very old systems /var/run is a link to /run; where it
 * is a directory of its own, both are places of the host, and /var is an ancestor too. */

struct host {
	struct inode run[2]; /* /run, and /var/run where that is another directory */
	size_t run_count;
	struct inode root;
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
		    second names, or lie behind links? */
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

/* Fills a zeroed host, or one that host_candidate filled in part; does nothing a second time. -1
 * when /run, /var/run, /var or / cannot be looked at. Owns nothing: there is no clear. */
int host_look(struct host *host, struct error *err) must_check;

/* Fills host->dev, which only observe_sockets needs. A host without /dev leaves it zeroed. */
int host_look_dev(struct host *host, struct error *err) must_check;

/* Rule 0: is the container a candidate? It is when one of its mounts could expose anything: a bind
 * of, by inode, the host's /run, an ancestor of it, a channel's directory or one on
 * the way to it; by name one below such a directory; a socket; a directory that may hold a second
 * name of a channel's socket; a procfs or a process's directory; by a magic link of /proc; or may
 * not be looked at; or when its root is any of these. Sources that are relative are relative to the
 * working directory. Looks no further than it must, so host may be filled in part only. */
int host_candidate(struct host *host, const struct spec *spec, bool *candidate, struct error *err)
	must_check;

/* The same of a host that was looked at, with an fd for the bundle (or AT_FDCWD): marks which
 * mounts are such, and whether any is; candidate[] holds spec->mount_count values. And of the root
 * alone.
 */
bool host_candidates(struct host *host, const struct spec *spec, int bundle, bool *candidate);
bool host_root_candidate(struct host *host, const struct spec *spec, int bundle);

/* runc shortens a relative path by its words, the kernel goes the way of its links: below a link
 * "../run" may be two files. (And runc starts at the name by which it came to the bundle.) */
bool host_means_two_files(const char *path);

/* *binds: whether a candidate mount binds this socket, by the host's path or as the same inode
 * under another name. bundle: as for host_candidates. -1 when one of the two cannot be looked
 * at. */
int host_binds_socket(const struct policy_socket *socket, const struct planned_mount *mount,
	int bundle, bool *binds, struct error *err) must_check;

/* Whether the host's daemon has its socket there. For a channel without a fixed name of the socket,
 * whether the directory is there. */
static inline bool host_place_listens(
	const struct host_place *place, const struct channel_place *of)
{
	return of->socket == NULL ? place->directory_there : place->socket_there;
}

/* The inodes of the directory, of the socket, and of all names in the directory. */
static inline struct inode_list host_directory(const struct host_place *place)
{
	return (struct inode_list){ &place->directory, place->directory_there };
}

static inline struct inode_list host_socket(const struct host_place *place)
{
	return (struct inode_list){ &place->socket, place->socket_there };
}

static inline struct inode_list host_entries(const struct host_place *place)
{
	return (struct inode_list){ place->entries, place->entry_count };
}

/* Fills *place, without reading what was in it. A symlink loop counts as absent. On failure
 * place->problem is the errno, or 0 when memory ran out or the directory could not be listed;
 * host_place_clear frees what is there. */
int host_place_look(struct host_place *place, const struct channel_place *of, struct error *err)
	must_check;
void host_place_clear(struct host_place *place);
