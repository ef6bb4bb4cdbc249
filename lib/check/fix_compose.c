/* SPDX-License-Identifier: Apache-2.0 */
/* fix_compose: adds a tmpfs or the runtime to services of a compose file. */
#include <string.h>

#include "check/fix_internal.h"

/* "tmpfs:" with all covers, for a service that has none yet. */
static int new_tmpfs(struct fix_entry *entry, const struct fix_target *target, struct error *err)
{
	if (fix_entry_add(entry, "tmpfs:", "\"tmpfs\": [", err) < 0)
		return -1;
	for (size_t i = 0; i < target->veils.count; i++)
		if (fix_entry_add(entry, "\n  - ", i > 0 ? ", " : "", err) < 0 ||
			fix_entry_value(entry, MANIFEST_COMPOSE, target->veils.texts[i], err) < 0)
			return -1;
	return fix_entry_add(entry, "", "]", err);
}

static int more_tmpfs(struct fix *fix, const struct fix_target *target, const struct cursor *tmpfs,
	struct error *err)
{
	cleanup(fix_entry_clear) struct fix_entry entry = { 0 };
	bool added;

	if (!fix_is_own(tmpfs))
		return fix_refuse_shared(fix, target, tmpfs, err);
	for (size_t i = 0; i < target->veils.count; i++)
		if (fix_entry_add(&entry, i > 0 ? "\n- " : "", i > 0 ? ", " : "", err) < 0 ||
			fix_entry_value(&entry, MANIFEST_COMPOSE, target->veils.texts[i], err) < 0)
			return -1;
	if (fix_add_element(fix, tmpfs, &entry, &added, err) < 0)
		return -1;
	return added
		? 0
		: fix_refuse(fix, target, tmpfs->line, 1, err,
			  "tmpfs is written in a way that is not edited: add the lines by hand");
}

/* Where the word stands that makes a volume share mounts: in the short syntax or the long one. */
static const struct node *propagation_of(const struct cursor *entry)
{
	struct cursor bind = cursor_find(entry, "bind");

	if (entry->node && entry->node->kind == NODE_SCALAR)
		return entry->node;
	bind = cursor_find(&bind, "propagation");
	return bind.node && bind.node->kind == NODE_SCALAR ? bind.node : NULL;
}

static int make_slave(struct fix *fix, const struct fix_target *target,
	const struct cursor *service, const struct planned_mount *mount, struct error *err)
{
	struct cursor volumes = fix_member(service, "volumes");
	bool changed = false;

	if (!fix_is_own(&volumes))
		return fix_refuse_shared(fix, target, &volumes, err);
	for (size_t i = 0; i < cursor_count(&volumes); i++) {
		struct cursor entry = cursor_at(&volumes, i);
		const struct node *word = propagation_of(&entry);

		if (!word || entry.line != mount->line || entry.at->column != mount->column)
			continue;
		if (!fix_is_own(&entry) || word->shared)
			return fix_refuse_shared(fix, target, &entry, err);
		if (fix_slave(fix, word, &changed, err) < 0)
			return -1;
	}
	return changed ? 0
		       : fix_refuse(fix, target, mount->line, 1, err,
				 "the bind is shared, and the word that says so is not in this "
				 "service: make it rslave by hand");
}

static int add_tmpfs(struct fix *fix, const struct fix_target *target, const struct cursor *service,
	struct error *err)
{
	cleanup(fix_entry_clear) struct fix_entry entry = { 0 };
	const struct manifest_container *container = target->container;
	struct cursor tmpfs = fix_member(service, "tmpfs");

	for (size_t i = 0; i < target->asked.mount_count; i++) {
		const struct planned_mount *mount = &container->mounts[target->mounts[i]];

		if (planned_mount_shares(mount, container->rootfs_propagation) &&
			make_slave(fix, target, service, mount, err) < 0)
			return -1;
	}
	if (node_pair(service->node, "tmpfs"))
		return more_tmpfs(fix, target, &tmpfs, err);
	if (new_tmpfs(&entry, target, err) < 0)
		return -1;
	return fix_add_member(fix, target, service, "volumes", &entry, err);
}

static int add_runtime(struct fix *fix, const struct fix_target *target,
	const struct cursor *service, struct error *err)
{
	cleanup(fix_entry_clear) struct fix_entry entry = { 0 };
	struct cursor runtime = fix_member(service, "runtime");

	if (node_pair(service->node, "runtime"))
		return fix_refuse(fix, target, runtime.line, 1, err,
			"it has a runtime of its own: oci-runmask's would take its place");
	if (fix_entry_add(
		    &entry, "runtime: " OWN_RUNTIME, "\"runtime\": \"" OWN_RUNTIME "\"", err) < 0)
		return -1;
	return fix_add_member(fix, target, service, "volumes", &entry, err);
}

static int fix_service(struct fix *fix, struct fix_target *target, const struct cursor *services,
	struct error *err)
{
	struct cursor service = fix_member(services, target->container->name);

	target->done = true;
	if (target->container->line == 0)
		return fix_refuse(fix, target, 0, 0, err, "it stands in %s: give --fix that file",
			target->container->beside ? target->container->beside : "another file");
	if (!service.node || service.node->kind != NODE_MAPPING)
		return fix_refuse(fix, target, target->container->line, 1, err,
			"it could not be found in the file again");
	if (!fix_is_own(&service))
		return fix_refuse_shared(fix, target, &service, err);
	return fix->way == WAY_HOOK ? add_runtime(fix, target, &service, err)
				    : add_tmpfs(fix, target, &service, err);
}

int fix_compose(struct fix *fix, const struct node *root, struct error *err)
{
	struct cursor top = cursor_root(root), services = fix_member(&top, "services");

	if (!node_pair(root, "services"))
		services = top;
	for (size_t i = 0; i < fix->count; i++)
		if (fix_service(fix, &fix->targets[i], &services, err) < 0)
			return -1;
	return 0;
}
