/* SPDX-License-Identifier: Apache-2.0 */
/* running: the containers that run on this host, looked at from outside: below /proc/PID/root, and
 * no namespace is entered. The host is what /proc/1 sees.
 *
 * A container is a mount namespace with a root other than the host's; a service with a private
 * mount namespace and the host's root is not a container. A chroot that shares the host's mounts is
 * listed as such.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "kernel/open.h"
#include "observe/host.h"
#include "plan/plan.h"
#include "spec/channels.h"
#include "spec/policy.h"

/* What a container reaches of one channel, from the least to the most serious. */
enum reach {
	REACH_CLEAR,   /* nothing of the host's in sight */
	REACH_MASKED,  /* something stands in the way: a mask, or a facade of ours */
	REACH_KEEP,    /* the host's, through a mount of its own: it is meant */
	REACH_EXPOSED, /* the host's, through a mount of something bigger */
};

/* "clear", "masked", "keep", "exposed". */
const char *reach_name(enum reach reach);

enum running_kind { RUNNING_CONTAINER, RUNNING_CHROOT };

/* The host's side of one place. */
struct running_place {
	const struct channel *channel;
	const struct channel_place *channel_place;
	struct host_place host;
	bool listening;      /* a daemon listens there, as far as can be told */
	bool mounted;        /* the host's directory is a mount of its own … */
	struct inode parent; /* … and this the directory it is in; zeroes: not there */
};

/* The host, looked at once. */
struct running_view {
	int proc;               /* /proc, open for reading */
	struct inode root;      /* the host's / */
	struct inode namespace; /* the host's mount namespace */
	dev_t run;              /* the file system of the host's /run */
	bool selinux;           /* mounts may have labels */
	channel_set channels;
	bool mask_named; /* a mount that names a channel is exposed as well (policy key onNamed) */
	struct running_place places[OBSERVED_MAX];
	size_t place_count;
	struct running_states *states; /* of the OCI runtimes; read when first needed */
};

#define RUNNING_VIEW_NONE ((struct running_view){ .proc = -1 })

/* Takes the host's root (/proc/1/root) for this process's own, where it is not yet: from then on
 * absolute paths are the host's. An error where the host cannot be seen. */
int running_view_take(struct running_view *view, const struct policy *policy, struct error *err)
	must_check;
/* Looks at the places again. */
int running_view_look(struct running_view *view, struct error *err) must_check;
void running_view_clear(struct running_view *view);

/* A socket that is bound as a single file. */
enum socket_state { SOCKET_ALIVE, SOCKET_DEAD };
struct running_socket {
	char *destination; /* in the container */
	char *source;      /* on the host; empty: unknown */
	enum socket_state state;
};

struct running {
	pid_t pid; /* the lowest of its processes, or the one (or its thread) that reaches most */
	ino_t namespace;
	enum running_kind kind;
	char *name;                       /* as engines know it, else its pid; foreign text */
	bool named;                       /* not its pid */
	enum reach reaches[CHANNELS_MAX]; /* by index in channels[] */
	enum reach worst;
	bool listening; /* a daemon listens where it is exposed or keeps */
	struct running_socket *sockets;
	size_t socket_count;
};

struct running_list {
	struct running *rows; /* containers before chroots, each by worst, then by pid */
	size_t count;
	size_t processes;     /* looked at */
	size_t unseen;        /* processes and containers that could not be looked at */
	struct error problem; /* the first of these, where there is one */
};

/* Called now and then while it lasts. */
struct running_progress {
	void (*tell)(void *closure, size_t processes, size_t containers);
	void *closure;
};

/* Every container and chroot. *list must be zeroed. Processes that end meanwhile are left out. A
 * helper process looks; where a container's file system does not answer within two seconds, the
 * container is counted as unseen and the next helper goes on. */
int running_find(struct running_list *list, struct running_view *view,
	const struct running_progress *progress, struct error *err) must_check;
void running_clear(struct running *row);
void running_list_clear(struct running_list *list);

/* Rows that are containers and reach a daemon that listens; and those where none listens. */
size_t running_exposed(const struct running_list *list, bool listening);

/* One process, held: what is opened below belongs to it and no later one of the same number. A
 * thread with a mount namespace or a root of its own counts as one. */
struct running_process {
	pid_t pid;
	int pidfd;     /* of the process; -1 until running_open */
	int proc;      /* /proc/PID, or of a thread where the first thread has ended; O_PATH */
	int namespace; /* its mount namespace */
	int root;      /* the root of that namespace, O_PATH: a chroot in it is left */
	int chroot;    /* the process's own root where that is another; else -1 */
	ino_t number;  /* of the namespace */
};

#define RUNNING_PROCESS_NONE                                                                       \
	((struct running_process){                                                                 \
		.pidfd = -1, .proc = -1, .namespace = -1, .root = -1, .chroot = -1 })

/* Opens the container of the process. An error says which of these it is not: alive, in a mount
 * namespace other than the host's, with a root other than the host's. */
int running_open(struct running_process *process, const struct running_view *view, pid_t pid,
	struct error *err) must_check;
void running_close(struct running_process *process);

/* Still the process that was opened? */
bool running_alive(const struct running_process *process);

/* From a process's root, of which *info is, up to the root of its mount namespace, of which *info
 * is then; -1 with errno. */
int open_namespace_root(int root, struct inode_info *info) must_check;

/* The /proc directory in which its namespaces can be looked at: /proc/PID, or of one of its threads
 * where the first has ended. -1 with errno. */
int open_process(int proc, const char *pid, struct inode_info *namespace) must_check;

/* What it reaches now; proc and root as in struct running_process. reaches[CHANNELS_MAX]. Where
 * keeps is not NULL: for each place that is kept, the client's path that is the mount's root, into
 * keeps[] at the place's index ("" for the others). */
struct running_keep {
	char path[64];
};
int running_look(const struct running_view *view, int proc, int root, enum reach *reaches,
	struct running_keep *keeps, struct error *err) must_check;

/* The highest of the reaches of the view's channels. */
enum reach running_worst(const struct running_view *view, const enum reach *reaches);

/* Is a daemon there where one of the reaches is at least `least`? */
bool running_listening(
	const struct running_view *view, const enum reach *reaches, enum reach least);

/* Adds the sockets that are bound as single files, from its mount table, to row->sockets. */
int running_sockets(const struct running_view *view, int proc, int root, struct running *row,
	struct error *err) must_check;
void running_sockets_free(struct running *row);

/* Its name, by cgroup, command line of its parent, and the state that engines keep: *named. Else
 * its pid. *name is on the heap. */
int running_name(struct running_view *view, int proc, pid_t pid, char **name, bool *named,
	struct error *err) must_check;
