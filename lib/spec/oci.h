/* SPDX-License-Identifier: Apache-2.0 */
/* oci: parses a container's state and the wanted parts of config.json (OCI runtime-spec). Pure.
 * Unknown members are ignored (config.md, "Extensibility"). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "json/json.h"

#define STATE_LIMIT ((size_t)16 << 20)  /* bytes; annotations of 300 kB have been seen */
#define CONFIG_LIMIT ((size_t)64 << 20) /* bytes */

#define ANNOTATION_PREFIX "io.github.oci-runmask."
#define ANNOTATION_STRATEGY ANNOTATION_PREFIX "strategy"
#define ANNOTATION_CHECK ANNOTATION_PREFIX "check" /* read by "runmask check" alone */

/* The state on a hook's stdin (runtime-spec, runtime.md "State"). crun says pid 0 at
 * createContainer, runc 1; a missing pid is 0. */
struct state {
	char *id;
	char *bundle; /* absolute */
	int64_t pid;
};

enum propagation {
	PROPAGATION_UNSAID, /* no word on it */
	PROPAGATION_PRIVATE,
	PROPAGATION_SLAVE,
	PROPAGATION_SHARED,
	PROPAGATION_UNBINDABLE,
};

/* One entry of mounts, in the order of config.json (what is later covers what is earlier). */
struct planned_mount {
	char *destination; /* as written; absolute */
	char *source;      /* as written; NULL when missing */
	char *type;        /* NULL when missing */
	bool bind;         /* type bind, or an option bind or rbind */
	bool readonly;     /* the last of ro/rro and rw says so */
	enum propagation propagation;
	bool recursive;           /* rbind */
	bool copies_up;           /* tmpcopyup: the tmpfs gets what it covers, as a copy */
	bool copies_link;         /* copy-symlink: crun binds no link, but makes it again */
	size_t line;              /* of the manifest it comes from, from 1; 0: unknown */
	unsigned int column;      /* the same */
	unsigned int list_line;   /* of the key of the list it stands in; 0: unknown */
	unsigned int source_line; /* of what says elsewhere in the file where it comes from; or 0 */
};

/* The wanted parts of config.json. Everything is on the heap and owned by the spec. */
struct spec {
	char *root_path; /* as written: absolute, or relative to the bundle */
	struct planned_mount *mounts;
	size_t mount_count;
	enum propagation rootfs_propagation; /* linux.rootfsPropagation */
	bool mount_namespace;                /* linux.namespaces asks for a new mount namespace */
	bool user_namespace;                 /* and names a user namespace, new or not */
	char *mount_label;                   /* linux.mountLabel, NULL when missing or empty */
	char *strategy;           /* value of the strategy annotation in force here, or NULL */
	char *strategy_key;       /* the key it was found under: plain, or KEY/CONTAINER */
	char *unknown_annotation; /* the first key below ANNOTATION_PREFIX that means nothing, or
				     NULL */
};

/* Parse a whole state or config.json. *state and *spec must be zeroed; on failure they are left
 * zeroed. Errors (ERROR_INPUT) begin with LINE:COLUMN where there is a place. */
int state_parse(struct state *state, const char *text, size_t length, struct error *err) must_check;
int spec_parse(struct spec *spec, const char *text, size_t length, struct error *err) must_check;
void state_clear(struct state *state);
void spec_clear(struct spec *spec);

/* Reads one mount option word into the mount (bind, rbind, ro, rw, rro, [r]private, [r]slave,
 * [r]shared, [r]unbindable, tmpcopyup, copy-symlink); all other words mean nothing to us. The last
 * word wins, as in the runtimes. */
void planned_mount_option(struct planned_mount *mount, const char *option);
void planned_mount_clear(struct planned_mount *mount);

/* Does the bind share mounts with the host, as far as the plan says: by its own word, or without
 * one by the rootfs's. */
bool planned_mount_shares(const struct planned_mount *mount, enum propagation rootfs_propagation);
