/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: reads compose, Kubernetes, inspect, quadlet, shell and OCI texts into containers with
 * planned mounts. Pure but for the callbacks of the context; runs nothing, fetches nothing. */
#pragma once

#include "base/buffer.h"
#include "base/error.h"
#include "base/text_list.h"
#include "spec/oci.h"

enum manifest_kind {
	MANIFEST_COMPOSE,
	MANIFEST_KUBERNETES,
	MANIFEST_INSPECT, /* docker inspect, podman inspect */
	MANIFEST_QUADLET,
	MANIFEST_COMMAND, /* docker run and its like in a script; devcontainer.json */
	MANIFEST_OCI,     /* a config.json; a bundle is read as its config.json */
};

/* Whether a container asks for oci-runmask by name. */
enum request {
	REQUEST_NONE,
	REQUEST_MASK, /* by runtime, RuntimeClass, CDI device, or annotation */
	REQUEST_OFF,  /* the annotation says "off" */
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
	enum request request;
	bool request_is_own; /* by an annotation for this container of the pod alone */
	bool ignored;        /* the label or annotation io.github.oci-runmask.check says "ignore" */
	const char *beside;  /* the file beside it that was read with it; a literal, or NULL */
	/* where keys of its own stand that a way out adds to; 0: they are not there */
	size_t tmpfs_line, environment_line, annotations_line;
};

/* What a reader needs to know of the world; filled in by the caller, so that readers stay pure. */
struct manifest_context {
	const char *file;              /* for sentences; "-" for standard input */
	const char *directory;         /* absolute; relative sources are relative to it */
	const char *home;              /* for ~ and %h */
	const char *runtime_directory; /* for %t: "/run", or "/run/user/N" */
	/* the environment's value of a variable, or NULL */
	const char *(*variable)(void *closure, const char *name);
	/* Reads a file beside or below the manifest by its relative path: 1 with *text, 0 when
	 * there is none, -1 with a sentence that quotes nothing of it. NULL: nothing is read. */
	int (*beside)(void *closure, const char *path, struct buffer *text, struct error *err);
	/* The names in a directory beside or below the manifest: the same answers. */
	int (*list_beside)(
		void *closure, const char *path, struct text_list *names, struct error *err);
	void *closure;
};

/* The names by which a container asks for oci-runmask: Docker's runtime, and the beginning of the
 * CDI devices' names. */
#define OWN_RUNTIME "runmask"
#define OWN_DEVICE "oci-runmask.github.io/run="

/* Is the text of a kind that is read here? */
enum manifest_fit {
	FIT_OURS,    /* yes; what is wrong with it is an error */
	FIT_FOREIGN, /* no */
	FIT_RENDER,  /* it holds containers once rendered or exported; the error says how */
};

struct manifest {
	struct manifest_container *containers;
	size_t container_count;
	char unread[64]; /* the kind of the first object without containers that is not known */
	enum manifest_fit fit;
	struct error *problems; /* parts of the text that could not be judged; the rest is there */
	size_t problem_count;
	struct claims *claims; /* volumes that stand elsewhere in the text; while it is read */
};

/* Finds out what kind of text it is and reads it. On failure *manifest is left zeroed, but for
 * fit, and err says "LINE:COLUMN: reason" (or just the reason where there is no place). */
int manifest_parse(struct manifest *manifest, const struct manifest_context *context,
	const char *text, size_t length, struct error *err) must_check;
void manifest_clear(struct manifest *manifest);
