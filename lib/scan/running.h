/* SPDX-License-Identifier: Apache-2.0 */
/* running: the containers that run on this host, looked at from outside. A container is a mount
 * namespace whose root is not the host's; services with a private mount namespace and the host's
 * root are none, and processes that were only chrooted neither. Part of the target room: it looks
 * below /proc/PID/root, and enters nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "spec/channels.h"
#include "base/error.h"
#include "observe/host.h"
#include "kernel/open.h"
#include "base/mem.h"
#include "plan/plan.h"

/* What is so now with one channel, in order of what matters more. */
enum reach {
	REACH_CLEAR,   /* nothing of the host's in sight */
	REACH_MASKED,  /* something stands in the way: a mask, or a facade of ours */
	REACH_KEEP,    /* the host's, through a mount of its own: somebody means it */
	REACH_EXPOSED, /* the host's, through a mount of something bigger */
};

/* "clear", "masked", "keep", "exposed". */
const char *reach_name(enum reach reach);

/* The host's side of one place. */
struct running_place {
	const struct channel *channel;
	const struct channel_place *of;
	struct host_place host;
	bool mounted;        /* the host's directory is a mount of its own … */
	struct inode parent; /* … and this the directory it is in; zeroes: not there */
};

/* The host, looked at once. */
struct running_view {
	int proc;               /* /proc, O_PATH */
	struct inode root;      /* the host's / */
	struct inode namespace; /* our own mount namespace */
	channel_set channels;
	struct running_place places[OBSERVED_MAX];
	size_t place_count;
	struct running_states *states; /* of the OCI runtimes; read when first needed */
};

#define RUNNING_VIEW_NONE ((struct running_view){ .proc = -1 })

struct running {
	pid_t pid; /* the lowest of its processes */
	ino_t namespace;
	char *name;                       /* as engines know it, else its pid; foreign text */
	bool named;                       /* not its pid */
	enum reach reaches[CHANNELS_MAX]; /* by index in channels[] */
	enum reach worst;
};

struct running_list {
	struct running *rows; /* exposed ones first, then by pid */
	size_t count;
	size_t processes; /* looked at */
	size_t unseen; /* processes that we may not look at, and containers that would not be read
			*/
	struct error problem; /* the first of these containers', where there is one */
};

/* Called after each process. */
struct running_progress {
	void (*tell)(void *closure, size_t processes, size_t containers);
	void *closure;
};

int running_view_take(struct running_view *view, channel_set channels, struct error *err)
	must_check;
void running_view_clear(struct running_view *view);

/* Every container. *list must be zeroed. Processes that vanish meanwhile are none. */
int running_find(struct running_list *list, struct running_view *view,
	const struct running_progress *progress, struct error *err) must_check;
void running_list_clear(struct running_list *list);

/* One process, held: what is opened below belongs to it and no later one of the same number. */
struct running_process {
	pid_t pid;
	int pidfd;     /* -1 until running_open */
	int proc;      /* /proc/PID, O_PATH */
	int namespace; /* its mount namespace */
	int root;      /* the root of that namespace, O_PATH: a chroot in it is left */
	ino_t number;  /* of the namespace */
};

#define RUNNING_PROCESS_NONE                                                                       \
	((struct running_process){ .pidfd = -1, .proc = -1, .namespace = -1, .root = -1 })

/* Opens the container of the process. An error says which of these it is not: alive, in a mount
 * namespace other than ours, one whose root is not the host's. */
int running_open(struct running_process *process, const struct running_view *view, pid_t pid,
	struct error *err) must_check;
void running_close(struct running_process *process);

/* Still the process that was opened? */
bool running_alive(const struct running_process *process);

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

/* Its name, by cgroup, command line of its parent, and the state that engines keep: *named. Else
 * its pid. *name is on the heap. */
int running_name(struct running_view *view, int proc, pid_t pid, char **name, bool *named,
	struct error *err) must_check;
void running_states_free(struct running_states **states);

/* A process of the container that holds a mapping of the host's nscd. */
struct running_holder {
	pid_t pid;
	char command[32];
};

/* All that do. *holders is on the heap. */
int running_holders(const struct running_view *view, const struct running_process *container,
	struct running_holder **holders, size_t *count, struct error *err) must_check;
