/* SPDX-License-Identifier: Apache-2.0 */
/* bundle_config: reads a config.json: mounts by spec_parse, with absolute sources, and the hooks
 * and annotations that ask for oci-runmask. */
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "manifest/forms.h"
#include "manifest/planned_mount.h"
#include "manifest/request.h"

/* Relative sources of binds are relative to the bundle. */
static int oci_sources(struct manifest_container *container, const struct manifest_context *context,
	struct error *err)
{
	for (size_t i = 0; i < container->mount_count; i++) {
		struct planned_mount *mount = &container->mounts[i];
		char *absolute;

		if (!mount->bind || mount->source == NULL || mount->source[0] == '/')
			continue;
		absolute = path_resolve(mount->source, context->directory, err);
		if (absolute == NULL)
			return error_wrap(err, "%zu:1: mounts[%zu].source", mount->line, i);
		text_clear(&mount->source);
		mount->source = absolute;
	}
	return 0;
}

/* Its hooks call ours; an annotation has the last word. */
static void oci_requests(
	struct manifest_container *container, const struct node *root, const struct spec *spec)
{
	static const char *const stages[] = { "prestart", "createRuntime", "createContainer" };
	struct cursor top = cursor_root(root), hooks = cursor_find(&top, "hooks");
	struct cursor annotations = cursor_find(&top, "annotations");

	for (size_t i = 0; i < array_count(stages); i++) {
		struct cursor stage = cursor_find(&hooks, stages[i]);

		for (size_t j = 0; stage.node != NULL && stage.node->kind == NODE_LIST &&
			j < cursor_count(&stage);
			j++) {
			struct cursor hook = cursor_at(&stage, j),
				      path = cursor_find(&hook, "path");

			if (path.node != NULL && path.node->kind == NODE_SCALAR &&
				strcmp(path_base(path.node->text), "oci-runmask") == 0)
				request_mask(container);
		}
	}
	request_annotations(container, &annotations);
	if (spec->strategy != NULL)
		request_annotation(container, ANNOTATION_STRATEGY, spec->strategy);
}

/* The runtime names a container after nothing in its config.json; engines name the bundle's
 * directory after the container. */
int manifest_oci(struct manifest *manifest, const struct manifest_context *context,
	const struct node *root, const char *text, size_t length, struct error *err)
{
	const char *name = context->directory != NULL ? path_base(context->directory) : "";
	cleanup(spec_clear) struct spec spec = { 0 };
	struct manifest_container *container;

	if (spec_parse(&spec, text, length, err) < 0)
		return -1;
	container = manifest_container_add(
		manifest, MANIFEST_OCI, name[0] != '\0' ? name : "container", NULL, 1, err);
	if (container == NULL)
		return -1;
	container->ordered = true;
	container->rootfs_propagation = spec.rootfs_propagation;
	oci_requests(container, root, &spec);
	container->mount_count = spec.mount_count;
	container->mounts = take(spec.mounts);
	spec.mount_count = 0;
	return oci_sources(container, context, err);
}
