/* SPDX-License-Identifier: Apache-2.0 */
/* request: what a container asks of oci-runmask by name: to be masked, to be left alone, to be
 * ignored by check. Pure. */
#pragma once

#include "manifest/cursor.h"
#include "manifest/manifest.h"
#include "spec/oci.h"

/* A runtime, RuntimeClass or CDI device named so asks to be masked; whatever said "off" wins. */
void request_mask(struct manifest_container *container);

/* Masks where the runtime, a name or a path, or the device is ours. */
void request_runtime(struct manifest_container *container, const char *runtime);
void request_device(struct manifest_container *container, const char *device);

/* One annotation: KEY and its value. "KEY/CONTAINER" wins over "KEY". */
void request_annotation(struct manifest_container *container, const char *key, const char *value);

/* One label: only io.github.oci-runmask.check counts. */
void request_label(struct manifest_container *container, const char *key, const char *value);

/* All of a mapping, or of a list of "KEY=VALUE". What is neither says nothing. */
void request_annotations(struct manifest_container *container, const struct cursor *annotations);
void request_labels(struct manifest_container *container, const struct cursor *labels);
