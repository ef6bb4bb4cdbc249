/* SPDX-License-Identifier: Apache-2.0 */
/* facade: decides for each entry of /run whether a link shows it, a mount is carried onto it, or it
 * is hidden. */
#include "plan/facade.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "plan/veil.h"

/* What people bind /run for, and may be made after the container starts: sockets, and locks that
 * host and container must share. Paths below /run. */
static const char *const well_known[] = {
	"docker.sock",
	"podman/podman.sock",
	"containerd/containerd.sock",
	"crio/crio.sock",
	"cri-dockerd.sock",
	"xtables.lock",
};

/* One facade being planned: what it is made from, and the veil that it becomes. */
struct facade {
	struct veil *veil;
	const struct observation *seen;
	const struct seen_place *run;
	const struct policy *policy;
};

bool facade_all_kept(const struct observation *seen)
{
	for (size_t i = 0; i < seen->place_count; i++)
		if (seen->places[i].sight != SIGHT_NAMED)
			return false;
	return seen->place_count > 0;
}

/* By name, or because an image's link leads into that very bind. */
static bool run_holds(const struct seen_place *run, const struct seen_place *place)
{
	if (run->mount_root && run->mount_id != 0 && run->mount_id == place->mount_id)
		return true;
	return path_is_below(place->path, run->path) || path_is_below(place->path, run->alias);
}

bool facade_covers(const struct plan *plan, const struct seen_place *place)
{
	for (size_t i = 0; i < plan->veil_count; i++)
		if (plan->veils[i].place->channel == NULL && run_holds(plan->veils[i].place, place))
			return true;
	return false;
}

/* The observed place of a channel that is to be hidden under this name in /run, or NULL. */
static const struct seen_place *hidden_at(const struct observation *seen, const char *name)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const char *below = run_path_below(seen->places[i].path);

		if (seen->places[i].sight != SIGHT_NAMED && below != NULL &&
			strcmp(below, name) == 0)
			return &seen->places[i];
	}
	return NULL;
}

/* Does the name lead to a hidden place further down? */
static bool leads_to_hidden(const struct observation *seen, const char *name)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const char *below = run_path_below(seen->places[i].path);

		if (seen->places[i].sight != SIGHT_NAMED && below != NULL &&
			path_is_below(below, name))
			return true;
	}
	return false;
}

/* An empty directory where a channel's is on the host: an image's own daemon may live there, and
 * what the user mounted on it stays his. */
static int hide(const struct facade *facade, const struct seen_place *place, const char *name,
	struct error *err)
{
	struct veil *veil = facade->veil;

	if (veil_add(veil, VEIL_DIRECTORY, name, NULL, err) < 0)
		return -1;
	if (place->sight == SIGHT_CLEAR && place->mount_root && run_holds(facade->run, place))
		return veil_carry(veil, name, place->fd, err) == NULL ? -1 : 0;
	return veil_add_visible(veil, name, place->channel_place->shows, &veil->underlay, err);
}

/* Is the entry's directory one of the veil's own, and not a link to the host's? */
static bool has_parent(const struct veil *veil, const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct veil_entry *parent;
	char directory[PATH_MAX];

	if (slash == NULL)
		return true;
	snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
	parent = veil_find(veil, directory);
	return parent != NULL && parent->kind == VEIL_DIRECTORY;
}

static int show_entry(
	const struct facade *facade, const struct seen_entry *entry, struct error *err)
{
	const struct seen_place *hidden = hidden_at(facade->seen, entry->path);
	struct veil *veil = facade->veil;

	if (!has_parent(veil, entry->path))
		return 0;
	if (hidden != NULL)
		return hide(facade, hidden, entry->path, err);
	/* whatever it is: a link there could lead to the hidden place */
	if (leads_to_hidden(facade->seen, entry->path))
		return veil_add(veil, VEIL_DIRECTORY, entry->path, NULL, err);
	if (entry->link != NULL)
		return veil_add(veil, VEIL_LINK, entry->path, entry->link, err);
	return veil_link(veil, entry->path, err);
}

/* Is a part of the path shown already, or hidden? Then the rest of it needs no entry. */
static bool shown_on_the_way(const struct facade *facade, const char *path)
{
	char way[PATH_MAX];

	for (size_t at = strcspn(path, "/");; at += 1 + strcspn(path + at + 1, "/")) {
		const struct veil_entry *entry;

		snprintf(way, sizeof(way), "%.*s", (int)at, path);
		entry = veil_find(facade->veil, way);
		if (hidden_at(facade->seen, way) != NULL ||
			(entry != NULL && (entry->kind != VEIL_DIRECTORY || path[at] == '\0')))
			return true;
		if (path[at] == '\0')
			return false;
	}
}

/* A link to what is not there yet. The directories on the way are the veil's own: "mkdir -p" takes
 * them for what they are, where it would stumble over a link that leads nowhere. */
static int show_later(const struct facade *facade, const char *path, struct error *err)
{
	if (path[0] == '\0' || shown_on_the_way(facade, path) ||
		leads_to_hidden(facade->seen, path))
		return 0;
	if (veil_parents(facade->veil, path, err) < 0)
		return -1;
	return veil_link(facade->veil, path, err);
}

/* All of the host's entries but the channels, and the sockets that may come later. */
static int show_all(const struct facade *facade, struct error *err)
{
	const struct seen_place *run = facade->run;
	const struct policy *policy = facade->policy;

	facade->veil->underlay = UNDERLAY_REATTACHED;
	for (size_t i = 0; i < run->entry_count; i++)
		if (show_entry(facade, &run->entries[i], err) < 0)
			return -1;
	for (size_t i = 0; i < policy->later_count; i++)
		if (show_later(facade, policy->later[i], err) < 0)
			return -1;
	for (size_t i = 0; i < array_count(well_known); i++)
		if (show_later(facade, well_known[i], err) < 0)
			return -1;
	for (size_t i = 0; i < policy->socket_count; i++) {
		const char *below = run_path_below(policy->sockets[i].path);

		if (below != NULL && show_later(facade, below, err) < 0)
			return -1;
	}
	return 0;
}

/* The directory that the policy names for a socket of this name in /run, or NULL. */
static const char *directory_for(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->socket_count; i++) {
		const char *below = run_path_below(policy->sockets[i].path);

		if (policy->sockets[i].directory != NULL && below != NULL &&
			strcmp(below, name) == 0)
			return policy->sockets[i].directory;
	}
	return NULL;
}

static bool all_have_directories(const struct policy *policy)
{
	for (size_t i = 0; i < policy->expose_count; i++)
		if (directory_for(policy, policy->expose[i]) == NULL)
			return false;
	return true;
}

/* A socket through its own directory: HIDDEN_NAME/N is the directory, NAME leads into it. */
static int show_through_directory(const struct facade *facade, const char *name,
	const char *directory, bool readonly, struct error *err)
{
	cleanup(buffer_clear) struct buffer at = { 0 }, target = { 0 };
	const struct observation *seen = facade->seen;
	size_t use = (size_t)(facade->run - seen->runs), i = 0;
	const struct seen_directory *found;
	struct veil *veil = facade->veil;
	struct veil_mount *mount;

	while (strcmp(seen->directories[i].path, directory) != 0)
		i++;
	found = &seen->directories[i];
	if (found->clones[use] < 0) {
		errno = found->problem;
		return error_errno(err, "directory \"%s\" (policy key sockets)", directory);
	}
	if (buffer_print(&at, err, HIDDEN_NAME "/%zu", i) < 0 ||
		buffer_print(&target, err, "%s/%s", at.text, name) < 0)
		return -1;
	if (veil_find(veil, at.text) == NULL) {
		mount = veil_carry(veil, at.text, found->clones[use], err);
		if (mount == NULL || veil_add(veil, VEIL_DIRECTORY, at.text, NULL, err) < 0)
			return -1;
		mount->guarded = true;
	}
	if (veil_add(veil, VEIL_LINK, name, target.text, err) < 0)
		return -1;
	veil->entries[veil->entry_count - 1].readonly = readonly;
	return 0;
}

/* A mount that names a channel, where the policy makes no exception for it (onNamed: mask). */
static bool names_hidden(const struct observation *seen, const char *path)
{
	const char *base = path_base(path);
	const struct seen_place *place = hidden_at(seen, path);
	char directory[PATH_MAX];

	if (place != NULL && place->sight == SIGHT_HOST)
		return true;
	snprintf(directory, sizeof(directory), "%.*s", (int)(base > path ? base - path - 1 : 0),
		path);
	place = hidden_at(seen, directory);
	return place != NULL && place->sight == SIGHT_HOST &&
		place->channel_place->socket != NULL &&
		strcmp(place->channel_place->socket, base) == 0;
}

static bool concerns_a_channel(const struct observation *seen, const char *path)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const char *below = run_path_below(seen->places[i].path);

		if (below != NULL &&
			(strcmp(below, path) == 0 || path_is_below(below, path) ||
				path_is_below(path, below)))
			return true;
	}
	return false;
}

static bool is_listed(const struct policy *policy, const char *path)
{
	for (size_t i = 0; i < policy->expose_count; i++)
		if (strcmp(policy->expose[i], path) == 0 || path_is_below(path, policy->expose[i]))
			return true;
	return false;
}

/* A bind of what the host's /run has at the same path lies on that very file: when the host makes
 * it again, the kernel drops the bind, and the new one is there. So it must stay by name; on a file
 * of the veil it would go dead. *shown: it does. */
static int show_own(
	const struct facade *facade, const struct seen_child *child, bool *shown, struct error *err)
{
	const char *directory = directory_for(facade->policy, child->path);
	struct veil *veil = facade->veil;

	*shown = false;
	if (!child->own || concerns_a_channel(facade->seen, child->path))
		return 0;
	if (veil->underlay == UNDERLAY_REMOVED) {
		if (directory == NULL || strchr(child->path, '/') != NULL)
			return 0;
		*shown = true;
		if (veil_find(veil, HIDDEN_NAME) == NULL &&
			veil_add(veil, VEIL_DIRECTORY, HIDDEN_NAME, NULL, err) < 0)
			return -1;
		return show_through_directory(facade, child->path, directory, child->readonly, err);
	}
	*shown = true;
	if (is_listed(facade->policy, child->path))
		return 0;
	return veil_parents(veil, child->path, err) < 0 ? -1 : veil_link(veil, child->path, err);
}

static int carry_child(struct veil *veil, const struct seen_child *child, struct error *err)
{
	if (veil_parents(veil, child->path, err) < 0 ||
		veil_add(veil, child->directory ? VEIL_DIRECTORY : VEIL_FILE, child->path, NULL,
			err) < 0)
		return -1;
	return veil_carry(veil, child->path, child->fd, err) == NULL ? -1 : 0;
}

/* What the runtime or the user mounted below /run stays where it was. */
static int carry_children(const struct facade *facade, struct error *err)
{
	for (size_t i = 0; i < facade->run->child_count; i++) {
		const struct seen_child *child = &facade->run->children[i];
		bool shown;

		if (veil_find(facade->veil, child->path) != NULL ||
			(facade->policy->on_named == ON_NAMED_MASK &&
				names_hidden(facade->seen, child->path)))
			continue;
		if (show_own(facade, child, &shown, err) < 0 ||
			(!shown && carry_child(facade->veil, child, err) < 0))
			return -1;
	}
	return 0;
}

/* A listed directory on the way to a hidden place: its own entries, but that one. */
static int show_way(const struct facade *facade, const char *name, struct error *err)
{
	const struct seen_place *run = facade->run;
	struct veil *veil = facade->veil;

	if (veil_add(veil, VEIL_DIRECTORY, name, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < run->entry_count; i++)
		if (path_is_below(run->entries[i].path, name) &&
			veil_find(veil, run->entries[i].path) == NULL &&
			show_entry(facade, &run->entries[i], err) < 0)
			return -1;
	return 0;
}

/* One name of the list. */
static int show_name(const struct facade *facade, const char *name, struct error *err)
{
	if (facade->veil->underlay == UNDERLAY_REMOVED)
		return show_through_directory(
			facade, name, directory_for(facade->policy, name), false, err);
	if (leads_to_hidden(facade->seen, name))
		return show_way(facade, name, err);
	return veil_link(facade->veil, name, err);
}

static int show_list(const struct facade *facade, struct error *err)
{
	const struct policy *policy = facade->policy;
	struct veil *veil = facade->veil;

	veil->underlay = all_have_directories(policy) ? UNDERLAY_REMOVED : UNDERLAY_REATTACHED;
	if (carry_children(facade, err) < 0)
		return -1;
	if (veil->underlay == UNDERLAY_REMOVED && policy->expose_count > 0 &&
		veil_find(veil, HIDDEN_NAME) == NULL &&
		veil_add(veil, VEIL_DIRECTORY, HIDDEN_NAME, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->expose_count; i++) {
		const char *name = policy->expose[i];

		if (hidden_at(facade->seen, name) != NULL || veil_find(veil, name) != NULL ||
			strcmp(name, HIDDEN_NAME) == 0)
			continue; /* a channel stays hidden; a mount of the user's stays his */
		if (show_name(facade, name, err) < 0)
			return -1;
	}
	return 0;
}

int facade_plan(struct plan *plan, const struct observation *seen, const struct seen_place *run,
	const struct policy *policy, struct error *err)
{
	struct veil *veil = array_add(&plan->veils, &plan->veil_count, sizeof(*veil), err);
	const struct facade facade = { veil, seen, run, policy };

	if (veil == NULL)
		return -1;
	veil->place = run;
	veil->readonly = veil->underlay_readonly = run->readonly;
	if (!policy->expose_all)
		return show_list(&facade, err);
	if (show_all(&facade, err) < 0)
		return -1;
	return veil_carry_into_clone(veil, err);
}
