/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of faults and of hostile neighbours share: a cheap stand-in for a container at the
 * moment of its hooks, the hook run in it, and a look at the host and at the container. A private
 * host is what all of this runs on (tests/lab). Whatever goes wrong in the tests' own doing ends
 * them: give_up. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

void give_up(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

struct bound {
	const char *source, *destination;
};

enum proof {
	PROOF_NSCD,     /* no path of the container leads to the host's nscd */
	PROOF_FACADE,   /* and its /run is the hook's own */
	PROOF_READONLY, /* and it is read-only, with the host's below it */
	PROOF_ROUTE,    /* the socket's destination leads into the policy's directory */
};

#define BINDS_MAX 2

struct scene {
	const char *name;
	const char *policy; /* its keys beside "version" */
	struct bound binds[BINDS_MAX];
	enum proof proof;
	bool shares;         /* its bind shares mounts with the host, and config.json asks for it */
	bool user_namespace; /* of its own */
	bool readonly;       /* the bind, by config.json; crun makes it so after the hooks */
	bool proc;           /* the image's /var/run leads through its /proc */
	bool warns;          /* onError is warn */
	bool refused;        /* by the policy, when all goes well */
};

extern const struct scene scenes[];
const struct scene *scene_find(const char *name);

/* Where one scene is played: a bundle with rootfs, config.json and policy.json below $LAB_DIR. */
struct stage {
	const struct scene *scene;
	char directory[128], root[160], policy[160];
};

void stage_set(struct stage *stage, const struct scene *scene);
void stage_clear(struct stage *stage); /* removes it */
void remove_tree(const char *path);

struct stand_in {
	const struct stage *stage;
	pid_t pid;
	int namespace; /* of its mounts */
	int root;      /* its root, as it sees it */
};

void stand_in_start(struct stand_in *stand_in, const struct stage *stage);
void stand_in_end(struct stand_in *stand_in);

/* A path as the container's own programs would find it; -1 and errno. */
int stand_in_open(const struct stand_in *stand_in, const char *path);

/* Whether the proof of the scene holds; if not, *why. */
bool stand_in_protected(const struct stand_in *stand_in, const char **why);

/* Text that grows: a picture of something, to be compared with a later one. */
struct picture {
	char *text;
	size_t length, size;
};

void picture_add(struct picture *picture, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void picture_clear(struct picture *picture);
/* The first line that differs, from either; NULL: none does. */
const char *picture_difference(const struct picture *before, const struct picture *now);

/* The mount table of a process; bare: without what sharing leaves in it. */
void picture_mounts(struct picture *picture, pid_t pid, bool bare);
/* All that is in a directory, on its file system: names, kinds, inodes, owners, and when each
 * directory was last changed. */
void picture_tree(struct picture *picture, const char *path);
/* The same without times: names that are moved to and fro change their directory's. */
void picture_names(struct picture *picture, const char *path);
/* The host: its mounts, by itself and by the lab's witness, and its /run. */
void picture_host(struct picture *picture, bool with_run);

/* One run of the hook. */
struct hook_run {
	const char *const *argv;
	const char *variable; /* one more in its environment, or NULL */
	int limit;            /* milliseconds */
	/* what came of it */
	int status; /* as waitpid(2) has it */
	bool late;
	size_t unread; /* bytes of the state that it left in the pipe */
	char said[4096], printed[256];
};

/* `inside`: in the container's mount namespace, as createContainer. */
void hook_run(struct hook_run *run, const struct stand_in *stand_in, bool inside);

/* One line of the hook's, that ends well. */
bool one_line(const char *said);
