/* SPDX-License-Identifier: Apache-2.0 */
/* spec_plan: chooses between hook and mounts, and computes the masks from the binds that expose a
 * channel. */
#include "rewrite/spec_plan.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"

/* Where the certificates are bound: in the container's own /dev, which is a tmpfs in every engine's
 * config.json, so that no mount point is made in the image or on the host. */
#define CERTIFICATES "/dev/.oci-runmask.certificates"

#define DOORS_WITH_HOOK "createRuntime, prestart, createContainer, precreate, runtime"

void amend_clear(struct amendment *amendment)
{
	free(amendment->masks);
	*amendment = (struct amendment){ 0 };
}

/* Is the path, by its words, this directory or below it; /var/run and /run are two. */
static bool within_by_words(const char *path, const char *directory)
{
	for (;;) {
		size_t length;

		path += strspn(path, "/");
		directory += strspn(directory, "/");
		length = strcspn(directory, "/");
		if (length == 0)
			return true;
		if (strncmp(path, directory, length) != 0 ||
			(path[length] != '/' && path[length] != '\0'))
			return false;
		path += length;
		directory += length;
	}
}

/* A later mount on the place, or around it, covers what the bind shows there. Under the other of
 * the names /run and /var/run it may be another place: a mask below it does no harm. */
static bool is_covered(const struct exposing_bind *bind, const struct spec *spec)
{
	for (size_t i = bind->behind; i < spec->mount_count; i++)
		if (within_by_words(bind->path, spec->mounts[i].destination))
			return true;
	return false;
}

/* A bind of the channel's own directory, or of its socket, to its own path. */
static bool names_place(const struct planned_mount *mount, const struct channel_place *place)
{
	return mount->bind && mount->source != NULL &&
		run_path_within(mount->source, place->directory) &&
		run_path_within(mount->destination, place->directory);
}

/* A later bind names the place: it is meant. */
static bool is_kept(const struct exposing_bind *bind, const struct amend_case *of)
{
	for (size_t i = bind->behind; i < of->spec->mount_count; i++)
		if (of->policy->on_named == ON_NAMED_KEEP &&
			names_place(&of->spec->mounts[i], bind->place))
			return true;
	return false;
}

/* Does a candidate name a place of the policy's channels? */
static bool names_channel(const struct amend_case *of)
{
	for (size_t i = 0; i < of->spec->mount_count; i++)
		for_each_place(channel, place, of->policy->channels)
		{
			if (of->candidate[i] && names_place(&of->spec->mounts[i], place))
				return true;
		}
	return false;
}

static bool shares(const struct exposing_bind *bind, const struct spec *spec)
{
	return bind->peer && bind->behind > 0 &&
		planned_mount_shares(&spec->mounts[bind->behind - 1], spec->rootfs_propagation);
}

/* Only the hook can do it: put it in, or name the doors that can. */
static int needs_hook(struct amendment *amendment, const struct amend_case *of, const char *what,
	struct error *err)
{
	if (of->means == AMEND_MOUNTS)
		return error_set(err, ERROR_POLICY,
			"%s cannot be done by editing mounts (doors that can: " DOORS_WITH_HOOK
			" without --rewrite)",
			what);
	amendment->hook = true;
	return 0;
}

/* One bind that exposes a channel. */
static int amend_way(struct amendment *amendment, const struct amend_case *of,
	const struct exposing_bind *bind, struct error *err)
{
	const struct exposing_bind **mask;

	if (bind->place->shows[0] != NULL)
		return needs_hook(amendment, of,
			"a mask that leaves files visible (policy key channels)", err);
	if (shares(bind, of->spec)) {
		if (!bind->listening && of->policy->on_shared != ON_SHARED_SLAVE)
			return 0; /* no daemon to be kept from, and sharing that is wanted */
		switch (of->policy->on_shared) {
		case ON_SHARED_SKIP:
			amendment->skipped =
				"its bind shares mounts with the host, on which a mask would show: "
				"left as it is (onShared: skip)";
			return 0;
		case ON_SHARED_SLAVE:
			return needs_hook(amendment, of, "onShared: slave", err);
		case ON_SHARED_FAIL:
			return error_set(err, ERROR_POLICY,
				"\"%s\": its bind shares mounts with the host (onShared: fail)",
				bind->path);
		}
	}
	mask = array_add(&amendment->masks, &amendment->mask_count, sizeof(*mask), err);
	if (mask == NULL)
		return -1;
	*mask = bind;
	return 0;
}

static int amend_ways(struct amendment *amendment, const struct amend_case *of, struct error *err)
{
	if (of->policy->on_named == ON_NAMED_KEEP)
		amendment->kept |= of->sources->kept;
	for (size_t i = 0; i < of->sources->bind_count; i++) {
		const struct exposing_bind *bind = &of->sources->binds[i];
		channel_set bit = channel_bit((size_t)(bind->channel - channels));

		if (!bind->followed && is_kept(bind, of)) {
			amendment->kept |= bit;
			continue;
		}
		if (!bind->followed && is_covered(bind, of->spec))
			continue;
		amendment->exposed |= bit;
		if (amend_way(amendment, of, bind, err) < 0)
			return -1;
	}
	return 0;
}

/* What cannot be told from here: the hook looks for itself, once the container is there. */
static void amend_doubt(struct amendment *amendment, const struct amend_case *of)
{
	if (of->sources->doubt == NULL)
		return;
	if (of->means == AMEND_MOUNTS)
		amendment->skipped = of->sources->doubt;
	else
		amendment->hook = true;
}

static bool same_tcp(const struct policy_socket *a, const struct policy_socket *b)
{
	return strcmp(a->tcp, b->tcp) == 0 && strcmp(a->certificates, b->certificates) == 0;
}

static bool has_own_dev(const struct spec *spec)
{
	bool own = false;

	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct planned_mount *mount = &spec->mounts[i];

		if (within_by_words("/dev", mount->destination))
			own = !mount->bind && mount->type != NULL &&
				strcmp(mount->type, "tmpfs") == 0 &&
				within_by_words(mount->destination, "/dev");
	}
	return own;
}

static int amend_sockets(
	struct amendment *amendment, const struct amend_case *of, struct error *err)
{
	for (size_t i = 0; i < of->sources->socket_count; i++) {
		const struct policy_socket *socket = of->sources->sockets[i].policy;

		if (socket->tcp == NULL) {
			if (needs_hook(amendment, of, "sockets[].directory", err) < 0)
				return -1;
			continue;
		}
		if (amendment->tcp != NULL && !same_tcp(amendment->tcp, socket))
			return error_set(err, ERROR_POLICY,
				"sockets \"%s\" and \"%s\" are both bound, and a container has one "
				"DOCKER_HOST",
				amendment->tcp->path, socket->path);
		amendment->tcp = socket;
	}
	if (amendment->tcp != NULL && !has_own_dev(of->spec))
		return error_set(err, ERROR_SYSTEM,
			"socket \"%s\": the container has no /dev of its own to hold the "
			"certificates",
			amendment->tcp->path);
	return 0;
}

static bool is_taken_out(const struct amend_case *of, size_t mount)
{
	for (size_t i = 0; i < of->sources->socket_count; i++)
		if (of->sources->sockets[i].mount == mount &&
			of->sources->sockets[i].policy->tcp != NULL)
			return true;
	return false;
}

/* Is it a candidate still, when the sockets that go are gone? */
static bool stays_candidate(const struct amend_case *of)
{
	for (size_t i = 0; i < of->spec->mount_count; i++)
		if (of->candidate[i] && !is_taken_out(of, i))
			return true;
	return of->root;
}

int amend_make(struct amendment *amendment, const struct amend_case *of, struct error *err)
{
	if (amend_sockets(amendment, of, err) < 0)
		return -1;
	if (!stays_candidate(of))
		return 0;
	if (of->means == AMEND_HOOK)
		amendment->hook = true;
	if (of->strategy == STRATEGY_FACADE &&
		needs_hook(amendment, of, "strategy facade", err) < 0)
		return -1;
	if (of->policy->on_named == ON_NAMED_MASK &&
		(of->sources->kept != 0 || names_channel(of)) &&
		needs_hook(amendment, of, "onNamed: mask", err) < 0)
		return -1;
	if (of->means != AMEND_HOOK && amend_ways(amendment, of, err) < 0)
		return -1;
	amend_doubt(amendment, of);
	if (amendment->hook) { /* it looks for itself, and masks what it finds */
		amendment->mask_count = 0;
		amendment->skipped = NULL;
	}
	return 0;
}

static int rewrite_tcp(const struct amendment *amendment, const struct amend_case *of,
	struct rewrite *rewrite, struct error *err)
{
	for (size_t i = 0; i < of->spec->mount_count; i++)
		if (is_taken_out(of, i) && rewrite_remove(rewrite, REWRITE_MOUNTS, i, err) < 0)
			return -1;
	if (rewrite_bind(rewrite, amendment->tcp->certificates, CERTIFICATES, err) < 0 ||
		rewrite_variable(rewrite, "DOCKER_HOST", amendment->tcp->tcp, err) < 0 ||
		rewrite_variable(rewrite, "DOCKER_TLS_VERIFY", "1", err) < 0)
		return -1;
	return rewrite_variable(rewrite, "DOCKER_CERT_PATH", CERTIFICATES, err);
}

int amend_rewrite(const struct amendment *amendment, const struct amend_case *of,
	const struct rewrite_hook *hook, struct rewrite *rewrite, struct error *err)
{
	for (size_t i = 0; i < amendment->mask_count; i++)
		if (rewrite_mask(rewrite, amendment->masks[i]->behind, amendment->masks[i]->path,
			    err) < 0)
			return -1;
	if (amendment->tcp != NULL && rewrite_tcp(amendment, of, rewrite, err) < 0)
		return -1;
	return amendment->hook ? rewrite_hook(rewrite, hook, err) : 0;
}

void amend_sentence(const struct amendment *amendment, bool dry_run, char *text, size_t size)
{
	const char *would = dry_run ? "would put" : "put";
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < amendment->mask_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used,
			"%s%s a mask on \"%s\" (channel %s)", used == 0 ? "" : ", ", would,
			amendment->masks[i]->path, amendment->masks[i]->channel->name);
	if (amendment->hook && used < size)
		used += (size_t)snprintf(text + used, size - used, "%s%s the hook into config.json",
			used == 0 ? "" : ", ", would);
	if (amendment->tcp != NULL && used < size)
		snprintf(text + used, size - used, "%s%s \"%s\" in the place of \"%s\"",
			used == 0 ? "" : ", ", would, amendment->tcp->tcp, amendment->tcp->path);
}
