/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: what people write (compose, Kubernetes, inspect, quadlet, OCI) as containers with
 * planned mounts. Pure: texts in, values out; nothing is executed, nothing fetched. */
#pragma once

#include "base/error.h"
#include "spec/oci.h"

enum manifest_kind {
	MANIFEST_COMPOSE,
	MANIFEST_KUBERNETES,
	MANIFEST_INSPECT, /* docker inspect, podman inspect */
	MANIFEST_QUADLET,
	MANIFEST_OCI, /* a config.json; a bundle is read as its config.json */
};

/* One container, as planned by its manifest. */
struct manifest_container {
	enum manifest_kind kind;
	char *name;   /* compose service, Kubernetes container, inspect name, ContainerName */
	char *object; /* "Deployment web", "Pod agent", …; NULL where the kind has no such thing */
	size_t line;  /* where it begins, from 1; 0: unknown */
	struct planned_mount *mounts; /* sources as host paths, absolute; each with its line */
	size_t mount_count;
	bool ordered; /* mounts take effect in their order (OCI); else the deepest destination wins
		       */
	enum propagation rootfs_propagation; /* OCI only; else PROPAGATION_UNSAID */
	bool requests_runmask; /* by the runtime's or the CDI device's name (Docker, Compose) */
};

/* What a reader needs to know of the world; filled in by the caller, so that readers stay pure. */
struct manifest_context {
	const char *file;              /* for sentences; "-" for standard input */
	const char *directory;         /* absolute; relative sources are relative to it */
	const char *home;              /* for ~ and %h */
	const char *runtime_directory; /* for %t: "/run", or "/run/user/N" */
	/* the value of a variable, or NULL: from the environment first, then from .env beside the
	 * file */
	const char *(*variable)(void *closure, const char *name);
	void *closure;
};

/* The names by which a container asks for oci-runmask: Docker's runtime, and the beginning of the
 * CDI devices' names. */
#define OWN_RUNTIME "runmask"
#define OWN_DEVICE "oci-runmask.github.io/run="

struct manifest {
	struct manifest_container *containers;
	size_t container_count;
};

/* Finds out what kind of text it is and reads it. On failure *manifest is left zeroed and err says
 * "LINE:COLUMN: reason" (or just the reason where there is no place). */
int manifest_parse(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err) must_check;
void manifest_clear(struct manifest *manifest);
