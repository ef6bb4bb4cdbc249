/* SPDX-License-Identifier: Apache-2.0 */
/* kubernetes: reads a pod's specification, given by one of Kubernetes' own kinds or found by its
 * shape. */
#pragma once

#include "manifest/cursor.h"
#include "manifest/manifest.h"

#define RENDER_IT "a template must be rendered first: helm template CHART | runmask check -"

/* One of the pod's volumes; texts belong to the document. */
struct volume {
	const char *name;
	const char *type;      /* "hostPath", "emptyDir", … */
	const char *host_path; /* NULL: not the host's, or not a path of this kind of host */
	const char *claim;     /* of a persistentVolumeClaim; NULL: none */
	unsigned int line;
	size_t order;
};

struct pod {
	struct manifest *manifest;
	const struct manifest_context *context;
	const char *object;     /* "Deployment web" */
	bool builtin;           /* one of Kubernetes' own kinds: what is missing is an error */
	struct volume *volumes; /* sorted by name */
	size_t volume_count;
	struct cursor annotations; /* of the pod */
	const char *runtime_class;
	const char *name_space; /* of the object; "" where it does not say */
};

void pod_clear(struct pod *pod);

/* What a StatefulSet claims for each of its pods is a volume too, and wins over the pod's own. To
 * be called first. */
int pod_claims(struct pod *pod, const struct cursor *object, struct error *err) must_check;

/* One container: a mapping with or without volumeMounts. index: of the list it stands in. */
int pod_container(struct pod *pod, const struct cursor *cursor, size_t index, struct error *err)
	must_check;

/* Its runtimeClassName. */
void pod_runtime_class(struct pod *pod, const struct cursor *specification);

/* The list "volumes" of a specification. */
int pod_volumes(struct pod *pod, const struct cursor *specification, struct error *err) must_check;

/* Pods of any object, wherever they stand in it: what has a list "volumes", and the containers
 * below that mount them. *found: how many containers. A hostPath that no container is seen to mount
 * and that may lead to /run is an error. */
int pods_by_shape(struct manifest *manifest, const struct manifest_context *context,
	const struct cursor *object, const char *words, size_t *found, struct error *err)
	must_check;

/* Is this path of a hostPath the host's /run, above it, or below it? */
bool may_lead_to_run(const char *path);

/* Adds the containers of all sorts to the pod's manifest. */
int pod_read(struct pod *pod, const struct cursor *specification, struct error *err) must_check;
