/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every plan, over many observations by dice. A failure names its seed. */
#include <criterion/criterion.h>

#include "plan_check.h"

#define WORLDS 40000

static bool is_veiled(const struct plan *plan, const struct seen_place *place)
{
	for (size_t i = 0; i < plan->veil_count; i++)
		if (plan->veils[i].place == place)
			return true;
	return false;
}

/* By a facade over the run that the place lies in. */
static bool is_behind_facade(const struct plan *plan, const struct seen_place *place)
{
	for (size_t i = 0; i < plan->veil_count; i++)
		if (plan->veils[i].place->channel == NULL && lies_in(plan->veils[i].place, place))
			return true;
	return false;
}

static bool all_kept(const struct observation *seen)
{
	size_t kept = 0;

	for (size_t i = 0; i < seen->place_count; i++)
		kept += seen->places[i].sight == SIGHT_NAMED;
	return kept > 0 && kept == seen->place_count;
}

static bool may_touch(const struct world *world, const struct seen_place *place)
{
	return !place->shares || world->policy.on_shared == ON_SHARED_SLAVE;
}

static const char *check_runs(const struct world *world, const struct plan *plan)
{
	for (size_t i = 0; i < world->seen.run_count; i++) {
		const struct seen_place *run = &world->seen.runs[i];
		bool wanted = world->strategy == STRATEGY_FACADE && run->sight == SIGHT_HOST &&
			!all_kept(&world->seen) && may_touch(world, run);

		if (is_veiled(plan, run) != wanted)
			return complain("facade of %s: %s", run->path, wanted ? "none" : "one");
	}
	return NULL;
}

static const char *check_places(const struct world *world, const struct plan *plan)
{
	size_t veils = 0;

	for (size_t i = 0; i < world->seen.place_count; i++) {
		const struct seen_place *place = &world->seen.places[i];
		bool wanted = world->strategy != STRATEGY_OFF && place->sight == SIGHT_HOST &&
			may_touch(world, place) && !is_behind_facade(plan, place);

		if (is_veiled(plan, place) != wanted)
			return complain("mask of %s: %s", place->path, wanted ? "none" : "one");
		veils += wanted;
	}
	for (size_t i = 0; i < world->seen.run_count; i++)
		veils += is_veiled(plan, &world->seen.runs[i]);
	if (plan->veil_count != veils)
		return complain("%zu veils over %zu places", plan->veil_count, veils);
	return NULL;
}

/* What is left alone because it shares is told, and nothing else is. */
static const char *check_skipped(const struct world *world, const struct plan *plan)
{
	bool left = false;

	for (size_t i = 0; i < world->seen.place_count + world->seen.run_count; i++) {
		bool is_run = i >= world->seen.place_count;
		const struct seen_place *place = is_run
			? &world->seen.runs[i - world->seen.place_count]
			: &world->seen.places[i];
		bool asked = is_run
			? world->strategy == STRATEGY_FACADE && !all_kept(&world->seen)
			: world->strategy != STRATEGY_OFF && !is_behind_facade(plan, place);

		left = left || (asked && place->sight == SIGHT_HOST && !may_touch(world, place));
	}
	if ((plan->skipped != NULL) != left)
		return complain("skipped: %s", plan->skipped ? plan->skipped->path : "nothing");
	return NULL;
}

static const char *check_links(const struct world *world, const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < world->seen.socket_count; i++) {
		const struct seen_socket *socket = &world->seen.sockets[i];

		if (!socket->found || socket->obstacle != NULL || world->strategy == STRATEGY_OFF)
			continue;
		if (count >= plan->link_count || plan->links[count] != socket)
			return complain("socket %zu is not replaced by a link", i);
		count++;
	}
	return count == plan->link_count ? NULL
					 : complain("too many sockets are replaced by links");
}

static const char *check_plan(const struct world *world, const struct plan *plan)
{
	static const char *(*const checks[])(const struct world *,
		const struct plan *) = { check_runs, check_places, check_skipped, check_links };
	const char *wrong = NULL;

	for (size_t i = 0; wrong == NULL && i < array_count(checks); i++)
		wrong = checks[i](world, plan);
	for (size_t i = 0; wrong == NULL && i < plan->veil_count; i++)
		wrong = check_veil(&world->seen, &plan->veils[i]);
	return wrong;
}

/* A failure is due just where something that shares would have to be touched. */
static bool failure_is_due(struct world *world)
{
	cleanup(plan_clear) struct plan plan = { 0 };
	struct error err = { 0 };
	bool due;

	world->policy.on_shared = ON_SHARED_SKIP;
	due = plan_make(&plan, &world->seen, &world->policy, world->strategy, &err) == 0 &&
		plan.skipped != NULL;
	world->policy.on_shared = ON_SHARED_FAIL;
	return due;
}

static bool world_plan(struct world *world, uint64_t seed, struct plan *plan)
{
	struct error err = { 0 };
	int result;

	world_roll(world, seed);
	result = plan_make(plan, &world->seen, &world->policy, world->strategy, &err);
	if (result == 0)
		return true;
	cr_assert(world->policy.on_shared == ON_SHARED_FAIL && err.code == ERROR_POLICY,
		"seed %llu: %s", (unsigned long long)seed, err.text);
	cr_assert(failure_is_due(world), "seed %llu: %s", (unsigned long long)seed, err.text);
	return false;
}

Test(plan, every_plan_is_sound)
{
	static struct world world;
	size_t made = 0, facades = 0;

	for (uint64_t seed = 0; seed < WORLDS; seed++) {
		cleanup(plan_clear) struct plan plan = { 0 };
		const char *wrong;

		if (!world_plan(&world, seed, &plan))
			continue;
		wrong = check_plan(&world, &plan);
		cr_assert_null(wrong, "seed %llu: %s", (unsigned long long)seed, wrong);
		made++;
		for (size_t i = 0; i < plan.veil_count; i++)
			facades += plan.veils[i].place->channel == NULL;
	}
	cr_expect_gt(made, (size_t)WORLDS / 2, "most worlds have a plan");
	cr_expect_gt(facades, (size_t)WORLDS / 8, "many of them a facade");
}

/* What the plan makes of the world: no veiled place leads to the host any more. */
static void world_veil(struct world *world, const struct plan *plan)
{
	for (size_t i = 0; i < world->seen.place_count; i++) {
		struct seen_place *place = &world->seen.places[i];

		if (is_veiled(plan, place) ||
			(place->sight == SIGHT_HOST && is_behind_facade(plan, place)))
			place->sight = SIGHT_CLEAR;
	}
	for (size_t i = 0; i < world->seen.run_count; i++)
		if (is_veiled(plan, &world->seen.runs[i]))
			world->seen.runs[i].sight = SIGHT_CLEAR;
	for (size_t i = 0; i < plan->link_count; i++)
		world->sockets[plan->links[i] - world->sockets].found = false;
}

Test(plan, planning_again_finds_nothing)
{
	static struct world world;

	for (uint64_t seed = 0; seed < WORLDS; seed++) {
		cleanup(plan_clear) struct plan first = { 0 }, second = { 0 };
		struct error err = { 0 };

		if (!world_plan(&world, seed, &first))
			continue;
		world_veil(&world, &first);
		cr_assert_eq(plan_make(&second, &world.seen, &world.policy, world.strategy, &err),
			0, "seed %llu: %s", (unsigned long long)seed, err.text);
		cr_assert_eq(second.veil_count + second.link_count, 0, "seed %llu",
			(unsigned long long)seed);
		cr_assert_eq((second.skipped != NULL), (first.skipped != NULL), "seed %llu",
			(unsigned long long)seed);
	}
}

Test(plan, nothing_to_do_where_all_is_clear)
{
	static struct world world;

	for (uint64_t seed = 0; seed < WORLDS / 4; seed++) {
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };

		world_roll(&world, seed);
		for (size_t i = 0; i < world.seen.place_count; i++)
			world.seen.places[i].sight = SIGHT_CLEAR;
		for (size_t i = 0; i < world.seen.run_count; i++)
			world.seen.runs[i].sight = SIGHT_CLEAR;
		world.seen.socket_count = 0;
		cr_assert_eq(plan_make(&plan, &world.seen, &world.policy, world.strategy, &err), 0);
		cr_assert(plan.veil_count == 0 && plan.link_count == 0 && plan.skipped == NULL &&
				plan.exposed == 0 && plan.kept == 0,
			"seed %llu", (unsigned long long)seed);
	}
}
