/* SPDX-License-Identifier: Apache-2.0 */
/* quadlet: the readers of single values (quadlet_mounts.c, quadlet_units.c) that quadlet.c
 * calls. */
#pragma once

#include "manifest/manifest.h"

/* Adds the mount that a value of Volume=, Mount= or Tmpfs= asks for, or those in the words of
 * PodmanArgs=. The value is taken to pieces. Reasons come without a place. */
typedef int quadlet_value(struct manifest_container *container,
	const struct manifest_context *context, char *value, size_t line, struct error *err);
quadlet_value quadlet_volume, quadlet_mount, quadlet_tmpfs, quadlet_podman_args;

/* Annotation=, Label=, AddDevice= and --runtime: what asks for oci-runmask. Pod=: the mounts of
 * that .pod file. */
quadlet_value quadlet_annotation, quadlet_label, quadlet_device, quadlet_runtime, quadlet_pod;

/* A source NAME.volume, read beside the file: a bind in disguise becomes one. */
int quadlet_volume_unit(struct planned_mount *mount, const struct manifest_context *context,
	const char *source, struct error *err) must_check;

/* Appends the texts of the drop-ins of the unit of that name; each begins and ends outside of a
 * section. They hold no NUL. */
int quadlet_drop_ins(const struct manifest_context *context, const char *name, struct buffer *text,
	struct error *err) must_check;
