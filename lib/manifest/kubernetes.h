/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_kubernetes: a pod's specification, wherever it was found. */
#pragma once

#include "manifest/manifest.h"
#include "manifest/cursor.h"

/* One of the pod's volumes; texts belong to the document. */
struct volume {
	const char *name;
	const char *type;      /* "hostPath", "emptyDir", … */
	const char *host_path; /* NULL: not the host's, or not a path of this kind of host */
	size_t order;
};

struct pod {
	struct manifest *manifest;
	const struct manifest_context *context;
	const char *object;     /* "Deployment web" */
	bool builtin;           /* one of Kubernetes' own kinds: what is missing is an error */
	struct volume *volumes; /* sorted by name */
	size_t volume_count;
};

void pod_clear(struct pod *pod);

/* What a StatefulSet claims for each of its pods is a volume too, and wins over the pod's own. To
 * be called first. */
int pod_claims(struct pod *pod, const struct place *object, struct error *err) must_check;

/* Adds the containers of all sorts to the pod's manifest. */
int pod_read(struct pod *pod, const struct place *specification, struct error *err) must_check;

int need_text(const struct place *above, const char *key, const char **text, struct error *err)
	must_check;
