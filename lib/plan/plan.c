/* SPDX-License-Identifier: Apache-2.0 */
/* plan: a facade over each /run, else a mask over each exposed place, unless the policy leaves
 * shared mounts alone; then the socket binds to replace by links. */
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/lookup_problem.h"
#include "plan/facade.h"
#include "plan/veil.h"

void plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->veil_count; i++)
		veil_clear(&plan->veils[i]);
	free(plan->veils);
	free(plan->links);
	*plan = (struct plan){ 0 };
}

/* Does a daemon of the host listen there? For the container's /run: any that is in sight. */
static bool listens(const struct observation *seen, const struct seen_place *place)
{
	if (place->channel != NULL)
		return place->listening;
	for (size_t i = 0; i < seen->place_count; i++)
		if (seen->places[i].sight == SIGHT_HOST && seen->places[i].listening)
			return true;
	return false;
}

static void skip(struct plan *plan, const struct seen_place *place, bool idle)
{
	if (idle && plan->skipped != NULL)
		return; /* what is worth a warning is what is told */
	plan->skipped = place;
	plan->skipped_idle = idle;
}

/* Whether the place is to be protected although it shares mounts with the host. Where nothing
 * listens (a host that keeps nscd's directory for later, or for no nscd at all), there is no reason
 * to take the sharing from a container, or to refuse it. */
static int shared_place(struct plan *plan, const struct observation *seen,
	const struct seen_place *place, const struct policy *policy, bool *protect,
	struct error *err)
{
	bool idle;

	*protect = !place->shares || policy->on_shared == ON_SHARED_SLAVE;
	if (*protect)
		return 0;
	idle = !listens(seen, place);
	if (idle || policy->on_shared == ON_SHARED_SKIP) {
		skip(plan, place, idle);
		return 0;
	}
	return error_set(err, ERROR_POLICY,
		"\"%s\": its bind shares mounts with the host (onShared: fail)", place->path);
}

/* A mask: shows nothing, or the channel's harmless files by name, through what was there. */
static int mask_place(struct plan *plan, const struct seen_place *place, struct error *err)
{
	struct veil *veil = array_add(&plan->veils, &plan->veil_count, sizeof(*veil), err);

	if (veil == NULL)
		return -1;
	veil->place = place;
	if (veil_add_visible(veil, "", place->channel_place->shows, &veil->underlay, err) < 0)
		return -1;
	/* an empty mask stays writable: an image's own daemon may live there */
	veil->underlay_readonly = veil->underlay == UNDERLAY_REATTACHED && place->readonly;
	return veil_carry_into_clone(veil, err);
}

static int mask_exposed(struct plan *plan, const struct observation *seen,
	const struct policy *policy, struct error *err)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const struct seen_place *place = &seen->places[i];
		bool protect;

		if (facade_covers(plan, place))
			continue; /* it is looked at again behind the facade */
		if (place->sight == SIGHT_UNKNOWN)
			return lookup_error(err, "the container's", place->unknown, place->problem);
		if (place->sight != SIGHT_HOST)
			continue;
		if (shared_place(plan, seen, place, policy, &protect, err) < 0)
			return -1;
		if (protect && mask_place(plan, place, err) < 0)
			return -1;
	}
	return 0;
}

static int veil_runs(struct plan *plan, const struct observation *seen, const struct policy *policy,
	struct error *err)
{
	for (size_t i = 0; i < seen->run_count; i++) {
		const struct seen_place *run = &seen->runs[i];
		bool protect;

		if (run->sight != SIGHT_HOST || facade_all_kept(seen))
			continue;
		if (shared_place(plan, seen, run, policy, &protect, err) < 0)
			return -1;
		if (protect && facade_plan(plan, seen, run, policy, err) < 0)
			return -1;
	}
	return 0;
}

/* Single sockets bound as files, where the policy knows a directory for them. */
static int plan_links(struct plan *plan, const struct observation *seen, struct error *err)
{
	for (size_t i = 0; i < seen->socket_count; i++) {
		const struct seen_socket *socket = &seen->sockets[i], **link;

		if (!socket->found)
			continue;
		if (socket->obstacle != NULL) {
			plan->obstructed = socket;
			continue;
		}
		link = array_add(&plan->links, &plan->link_count, sizeof(*link), err);
		if (link == NULL)
			return -1;
		*link = socket;
	}
	return 0;
}

static void count_channels(struct plan *plan, const struct observation *seen)
{
	for (size_t i = 0; i < seen->place_count; i++) {
		const struct seen_place *place = &seen->places[i];
		channel_set bit = channel_bit((size_t)(place->channel - channels));

		if (place->sight == SIGHT_HOST)
			plan->exposed |= bit;
		if (place->sight == SIGHT_NAMED)
			plan->kept |= bit;
	}
}

bool plan_shows(const struct plan *plan)
{
	for (size_t i = 0; i < plan->veil_count; i++)
		if (plan->veils[i].underlay != UNDERLAY_COVERED)
			return true;
	return false;
}

int plan_make(struct plan *plan, const struct observation *seen, const struct policy *policy,
	enum strategy strategy, struct error *err)
{
	plan->strategy = strategy;
	count_channels(plan, seen);
	switch (strategy) {
	case STRATEGY_OFF:
		return 0;
	case STRATEGY_FACADE:
		if (veil_runs(plan, seen, policy, err) < 0)
			return -1;
		break;
	case STRATEGY_MASK:
		break;
	}
	if (mask_exposed(plan, seen, policy, err) < 0)
		return -1;
	return plan_links(plan, seen, err);
}
