/* SPDX-License-Identifier: Apache-2.0 */
/* claims: notes volumes and claims as objects come, and resolves the mounts at the end of the
 * text. */
#include "manifest/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "manifest/kubernetes.h"
#include "manifest/planned_mount.h"
#include "manifest/variable_set.h"

#define BY_CLASS ':' /* in no name of an object */

struct claim_use {
	size_t container, mount;
	char *claim; /* NAMESPACE/NAME */
	char *part;  /* below the volume; NULL: all of it */
};

struct claims {
	struct variable_set volumes; /* name: the host's path */
	struct variable_set
		classes; /* name of a class: name of its volume that no claim is asked of */
	struct variable_set
		claims; /* NAMESPACE/NAME: name of the volume, or BY_CLASS and its class */
	struct claim_use *uses;
	size_t use_count;
};

static struct claims *claims_of(struct manifest *manifest, struct error *err)
{
	if (manifest->claims == NULL)
		manifest->claims = calloc(1, sizeof(*manifest->claims));
	if (manifest->claims == NULL)
		error_set(err, ERROR_SYSTEM, "out of memory");
	return manifest->claims;
}

static const char *text_at(const struct cursor *object, const char *first, const char *second)
{
	struct cursor inner = cursor_find(object, first), cursor = cursor_find(&inner, second);

	return cursor.node != NULL && cursor.node->kind == NODE_SCALAR ? cursor.node->text : NULL;
}

static int full_name(
	struct buffer *name, const char *name_space, const char *claim, struct error *err)
{
	bool unsaid = name_space == NULL || name_space[0] == '\0';

	return buffer_print(name, err, "%s/%s", unsaid ? "default" : name_space, claim);
}

static int bind_claim(struct claims *claims, const char *name_space, const char *claim,
	const char *volume, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 };

	if (full_name(&name, name_space, claim, err) < 0)
		return -1;
	return variable_set(&claims->claims, name.text, volume, err);
}

/* What a volume or its claim says of the other counts before the class. */
static int bind_unless_bound(struct claims *claims, const char *name_space, const char *claim,
	const char *volume, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 };

	if (full_name(&name, name_space, claim, err) < 0)
		return -1;
	return variable_find(&claims->claims, name.text) != NULL
		? 0
		: variable_set(&claims->claims, name.text, volume, err);
}

/* Of several volumes of a class, one that may lead to the host's /run is the one to be told of. */
static int note_class(
	struct claims *claims, const char *class, const char *volume, struct error *err)
{
	const char *first = variable_find(&claims->classes, class);

	if (first != NULL && may_lead_to_run(variable_find(&claims->volumes, first)))
		return 0;
	return variable_set(&claims->classes, class, volume, err);
}

static int note_volume(struct claims *claims, const struct cursor *object, struct error *err)
{
	const char *name = text_at(object, "metadata", "name"), *path, *claim, *class;
	struct cursor specification = cursor_find(object, "spec");

	path = text_at(&specification, "hostPath", "path");
	if (path == NULL)
		path = text_at(&specification, "local", "path");
	if (name == NULL || path == NULL || path[0] != '/')
		return 0;
	if (variable_set(&claims->volumes, name, path, err) < 0)
		return -1;
	claim = text_at(&specification, "claimRef", "name");
	if (claim != NULL)
		return bind_claim(
			claims, text_at(&specification, "claimRef", "namespace"), claim, name, err);
	class = text_at(object, "spec", "storageClassName");
	return note_class(claims, class != NULL ? class : "", name, err);
}

/* A claim without a class gets the cluster's default one, which is not known here. */
static int note_claim(struct claims *claims, const struct cursor *object, struct error *err)
{
	const char *name = text_at(object, "metadata", "name");
	const char *name_space = text_at(object, "metadata", "namespace");
	const char *bound = text_at(object, "spec", "volumeName");
	const char *class = text_at(object, "spec", "storageClassName");
	cleanup(buffer_clear) struct buffer by_class = { 0 };

	if (name == NULL)
		return 0;
	if (bound != NULL)
		return bind_claim(claims, name_space, name, bound, err);
	if (class == NULL)
		return 0;
	if (buffer_print(&by_class, err, "%c%s", BY_CLASS, class) < 0)
		return -1;
	return bind_unless_bound(claims, name_space, name, by_class.text, err);
}

int claims_object(
	struct manifest *manifest, const struct cursor *object, const char *kind, struct error *err)
{
	bool volume = strcmp(kind, "PersistentVolume") == 0;
	struct claims *claims;

	if (!volume && strcmp(kind, "PersistentVolumeClaim") != 0)
		return 0;
	claims = claims_of(manifest, err);
	if (claims == NULL)
		return -1;
	return volume ? note_volume(claims, object, err) : note_claim(claims, object, err);
}

int claims_use(struct manifest *manifest, const struct manifest_container *container,
	const char *name_space, const char *claim, const char *part, struct error *err)
{
	struct claims *claims = claims_of(manifest, err);
	cleanup(buffer_clear) struct buffer name = { 0 };
	struct claim_use *use;

	if (claims == NULL || full_name(&name, name_space, claim, err) < 0)
		return -1;
	use = array_add(&claims->uses, &claims->use_count, sizeof(*use), err);
	if (use == NULL)
		return -1;
	use->container = (size_t)(container - manifest->containers);
	use->mount = container->mount_count - 1;
	use->claim = take(name.text);
	use->part = part != NULL ? text_copy(part, err) : NULL;
	return part != NULL && use->part == NULL ? -1 : 0;
}

static const char *volume_of(const struct claims *claims, const char *claim)
{
	const char *volume = variable_find(&claims->claims, claim);

	return volume != NULL && volume[0] == BY_CLASS ? variable_find(&claims->classes, volume + 1)
						       : volume;
}

static int resolve(struct manifest *manifest, const struct manifest_context *context,
	const struct claim_use *use, struct error *err)
{
	const struct claims *claims = manifest->claims;
	const char *volume = volume_of(claims, use->claim);
	const char *path = volume != NULL ? variable_find(&claims->volumes, volume) : NULL;
	struct planned_mount *mount = &manifest->containers[use->container].mounts[use->mount];
	cleanup(text_clear) char *below = NULL;

	if (path == NULL)
		return 0;
	if (use->part != NULL) {
		below = path_resolve(use->part, path, err);
		if (below == NULL)
			return -1;
	}
	return planned_mount_bind(mount, context, below != NULL ? below : path, err);
}

int claims_resolve(
	struct manifest *manifest, const struct manifest_context *context, struct error *err)
{
	for (size_t i = 0; manifest->claims != NULL && i < manifest->claims->use_count; i++)
		if (resolve(manifest, context, &manifest->claims->uses[i], err) < 0)
			return -1;
	return 0;
}

void claims_clear(struct manifest *manifest)
{
	struct claims *claims = manifest->claims;

	if (claims == NULL)
		return;
	for (size_t i = 0; i < claims->use_count; i++) {
		text_clear(&claims->uses[i].claim);
		text_clear(&claims->uses[i].part);
	}
	free(claims->uses);
	variable_set_clear(&claims->volumes);
	variable_set_clear(&claims->classes);
	variable_set_clear(&claims->claims);
	free(claims);
	manifest->claims = NULL;
}
