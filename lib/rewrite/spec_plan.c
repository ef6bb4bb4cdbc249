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

void spec_plan_clear(struct spec_plan *plan)
{
	free(plan->masks);
	*plan = (struct spec_plan){ 0 };
}

/* Is the path, by its words, this directory or below it; /var/run and /run are two. */
static bool within_as_written(const char *path, const char *directory)
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
		if (within_as_written(bind->path, spec->mounts[i].destination))
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
static bool is_kept(const struct exposing_bind *bind, const struct spec_plan_input *input)
{
	for (size_t i = bind->behind; i < input->spec->mount_count; i++)
		if (input->policy->on_named == ON_NAMED_KEEP &&
			names_place(&input->spec->mounts[i], bind->place))
			return true;
	return false;
}

/* Does a candidate name a place of the policy's channels? */
static bool names_channel(const struct spec_plan_input *input)
{
	for (size_t i = 0; i < input->spec->mount_count; i++)
		for_each_place(channel, place, input->policy->channels)
		{
			if (input->candidate[i] && names_place(&input->spec->mounts[i], place))
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
static int needs_hook(struct spec_plan *plan, const struct spec_plan_input *input, const char *what,
	struct error *err)
{
	if (input->means == MEANS_MOUNTS)
		return error_set(err, ERROR_POLICY,
			"%s cannot be done by editing mounts (doors that can: " DOORS_WITH_HOOK
			" without --rewrite)",
			what);
	plan->hook = true;
	return 0;
}

/* One bind that exposes a channel. */
static int plan_bind(struct spec_plan *plan, const struct spec_plan_input *input,
	const struct exposing_bind *bind, struct error *err)
{
	const struct exposing_bind **mask;

	if (bind->place->shows[0] != NULL)
		return needs_hook(
			plan, input, "a mask that leaves files visible (policy key channels)", err);
	if (shares(bind, input->spec)) {
		if (!bind->listening && input->policy->on_shared != ON_SHARED_SLAVE)
			return 0; /* no daemon to be kept from, and sharing that is wanted */
		switch (input->policy->on_shared) {
		case ON_SHARED_SKIP:
			plan->skipped =
				"its bind shares mounts with the host, on which a mask would show: "
				"left as it is (onShared: skip)";
			return 0;
		case ON_SHARED_SLAVE:
			return needs_hook(plan, input, "onShared: slave", err);
		case ON_SHARED_FAIL:
			return error_set(err, ERROR_POLICY,
				"\"%s\": its bind shares mounts with the host (onShared: fail)",
				bind->path);
		}
	}
	mask = array_add(&plan->masks, &plan->mask_count, sizeof(*mask), err);
	if (mask == NULL)
		return -1;
	*mask = bind;
	return 0;
}

static int plan_binds(
	struct spec_plan *plan, const struct spec_plan_input *input, struct error *err)
{
	if (input->policy->on_named == ON_NAMED_KEEP)
		plan->kept |= input->sources->kept;
	for (size_t i = 0; i < input->sources->bind_count; i++) {
		const struct exposing_bind *bind = &input->sources->binds[i];
		channel_set bit = channel_bit((size_t)(bind->channel - channels));

		if (!bind->followed && is_kept(bind, input)) {
			plan->kept |= bit;
			continue;
		}
		if (!bind->followed && is_covered(bind, input->spec))
			continue;
		plan->exposed |= bit;
		if (plan_bind(plan, input, bind, err) < 0)
			return -1;
	}
	return 0;
}

/* What cannot be told from here: the hook looks for itself, once the container is there. */
static void plan_doubt(struct spec_plan *plan, const struct spec_plan_input *input)
{
	if (input->sources->doubt == NULL)
		return;
	if (input->means == MEANS_MOUNTS)
		plan->skipped = input->sources->doubt;
	else
		plan->hook = true;
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

		if (within_as_written("/dev", mount->destination))
			own = !mount->bind && mount->type != NULL &&
				strcmp(mount->type, "tmpfs") == 0 &&
				within_as_written(mount->destination, "/dev");
	}
	return own;
}

static int plan_sockets(
	struct spec_plan *plan, const struct spec_plan_input *input, struct error *err)
{
	for (size_t i = 0; i < input->sources->socket_count; i++) {
		const struct policy_socket *socket = input->sources->sockets[i].policy;

		if (socket->tcp == NULL) {
			if (needs_hook(plan, input, "sockets[].directory", err) < 0)
				return -1;
			continue;
		}
		if (plan->tcp != NULL && !same_tcp(plan->tcp, socket))
			return error_set(err, ERROR_POLICY,
				"sockets \"%s\" and \"%s\" are both bound, and a container has one "
				"DOCKER_HOST",
				plan->tcp->path, socket->path);
		plan->tcp = socket;
	}
	if (plan->tcp != NULL && !has_own_dev(input->spec))
		return error_set(err, ERROR_SYSTEM,
			"socket \"%s\": the container has no /dev of its own to hold the "
			"certificates",
			plan->tcp->path);
	return 0;
}

static bool is_taken_out(const struct spec_plan_input *input, size_t mount)
{
	for (size_t i = 0; i < input->sources->socket_count; i++)
		if (input->sources->sockets[i].mount == mount &&
			input->sources->sockets[i].policy->tcp != NULL)
			return true;
	return false;
}

/* Is it a candidate still, when the sockets that go are gone? */
static bool stays_candidate(const struct spec_plan_input *input)
{
	for (size_t i = 0; i < input->spec->mount_count; i++)
		if (input->candidate[i] && !is_taken_out(input, i))
			return true;
	return input->root;
}

int spec_plan_make(struct spec_plan *plan, const struct spec_plan_input *input, struct error *err)
{
	if (plan_sockets(plan, input, err) < 0)
		return -1;
	if (!stays_candidate(input))
		return 0;
	if (input->means == MEANS_HOOK)
		plan->hook = true;
	if (input->strategy == STRATEGY_FACADE &&
		needs_hook(plan, input, "strategy facade", err) < 0)
		return -1;
	if (input->policy->on_named == ON_NAMED_MASK &&
		(input->sources->kept != 0 || names_channel(input)) &&
		needs_hook(plan, input, "onNamed: mask", err) < 0)
		return -1;
	if (input->means != MEANS_HOOK && plan_binds(plan, input, err) < 0)
		return -1;
	plan_doubt(plan, input);
	if (plan->hook) { /* it looks for itself, and masks what it finds */
		plan->mask_count = 0;
		plan->skipped = NULL;
	}
	return 0;
}

static int rewrite_tcp(const struct spec_plan *plan, const struct spec_plan_input *input,
	struct rewrite *rewrite, struct error *err)
{
	for (size_t i = 0; i < input->spec->mount_count; i++)
		if (is_taken_out(input, i) && rewrite_remove(rewrite, REWRITE_MOUNTS, i, err) < 0)
			return -1;
	if (rewrite_bind(rewrite, plan->tcp->certificates, CERTIFICATES, err) < 0 ||
		rewrite_variable(rewrite, "DOCKER_HOST", plan->tcp->tcp, err) < 0 ||
		rewrite_variable(rewrite, "DOCKER_TLS_VERIFY", "1", err) < 0)
		return -1;
	return rewrite_variable(rewrite, "DOCKER_CERT_PATH", CERTIFICATES, err);
}

int spec_plan_edit(const struct spec_plan *plan, const struct spec_plan_input *input,
	const struct rewrite_hook *hook, struct rewrite *rewrite, struct error *err)
{
	for (size_t i = 0; i < plan->mask_count; i++)
		if (rewrite_mask(rewrite, plan->masks[i]->behind, plan->masks[i]->path, err) < 0)
			return -1;
	if (plan->tcp != NULL && rewrite_tcp(plan, input, rewrite, err) < 0)
		return -1;
	return plan->hook ? rewrite_hook(rewrite, hook, err) : 0;
}

void spec_plan_sentence(const struct spec_plan *plan, bool dry_run, char *text, size_t size)
{
	const char *would = dry_run ? "would put" : "put";
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->mask_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used,
			"%s%s a mask on \"%s\" (channel %s)", used == 0 ? "" : ", ", would,
			plan->masks[i]->path, plan->masks[i]->channel->name);
	if (plan->hook && used < size)
		used += (size_t)snprintf(text + used, size - used, "%s%s the hook into config.json",
			used == 0 ? "" : ", ", would);
	if (plan->tcp != NULL && used < size)
		snprintf(text + used, size - used, "%s%s \"%s\" in the place of \"%s\"",
			used == 0 ? "" : ", ", would, plan->tcp->tcp, plan->tcp->path);
}
