/* SPDX-License-Identifier: Apache-2.0 */
/* Single sockets that are bound as files: which are replaced by links. */
#include "plan_test.h"

static const struct policy_socket docker = { .path = (char *)"/run/docker.sock",
	.directory = (char *)"/run/docker-api" };
static const struct planned_mount bind = { .destination = (char *)"/var/run/docker.sock",
	.source = (char *)"/run/docker.sock",
	.bind = true };

static const struct {
	enum strategy strategy;
	bool found;
	const char *obstacle;
	size_t links;
	bool obstructed;
	const char *because;
} rows[] = {
	{ STRATEGY_MASK, true, NULL, 1, false, "found, nothing in the way" },
	{ STRATEGY_FACADE, true, NULL, 1, false, "a facade as well" },
	{ STRATEGY_OFF, true, NULL, 0, false, "off" },
	{ STRATEGY_MASK, false, NULL, 0, false, "covered, or in the host's own directory" },
	{ STRATEGY_MASK, true, "the container has no /dev of its own", 0, true, "an obstacle" },
	{ STRATEGY_MASK, false, "the container has no /dev of its own", 0, false,
		"an obstacle to nothing" },
	{ STRATEGY_OFF, true, "the container has no /dev of its own", 0, false, "off" },
};

Test(plan_sockets, one)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		const struct policy policy = { .expose_all = true };
		struct seen_socket socket = { .policy = &docker,
			.mount = &bind,
			.clone = -1,
			.bind = -1,
			.dev = -1,
			.found = rows[i].found,
			.obstacle = rows[i].obstacle };
		const struct observation seen = { .sockets = &socket, .socket_count = 1 };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };

		cr_assert_eq(plan_make(&plan, &seen, &policy, rows[i].strategy, &err), 0, "%s: %s",
			rows[i].because, err.text);
		cr_expect_eq(plan.link_count, rows[i].links, "%s", rows[i].because);
		cr_expect_eq(plan.obstructed == &socket, rows[i].obstructed, "%s", rows[i].because);
		if (plan.link_count > 0)
			cr_expect_eq(plan.links[0], &socket, "%s", rows[i].because);
	}
}

Test(plan_sockets, many_keep_their_order)
{
	const struct policy policy = { 0 };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct seen_socket sockets[40] = { 0 };
	const struct observation seen = { .sockets = sockets, .socket_count = 40 };
	struct error err = { 0 };
	size_t next = 0;

	for (size_t i = 0; i < array_count(sockets); i++)
		sockets[i] = (struct seen_socket){ .policy = &docker,
			.mount = &bind,
			.found = i % 3 != 0,
			.obstacle = i % 5 == 0 ? "its /dev is read-only" : NULL };
	cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
	for (size_t i = 0; i < array_count(sockets); i++)
		if (sockets[i].found && sockets[i].obstacle == NULL)
			cr_expect_eq(plan.links[next++], &sockets[i]);
	cr_expect_eq(plan.link_count, next);
	cr_expect_not_null(plan.obstructed);
}

/* Beside an exposed channel, both are done. */
Test(plan_sockets, beside_a_mask)
{
	const struct policy policy = { 0 };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct seen_socket socket = { .policy = &docker, .mount = &bind, .found = true };
	struct observation seen = { .place_count = 1, .sockets = &socket, .socket_count = 1 };
	struct error err = { 0 };

	seen.places[0] = channel_seen("nscd", SIGHT_HOST);
	cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
	cr_expect(plan.veil_count == 1 && plan.link_count == 1);
}
