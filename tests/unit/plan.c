/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of decision, on observations made by hand: which places get a veil, and what kind. */
#include <fcntl.h>
#include <sys/stat.h>

#include "plan_test.h"

/* One place of nscd, with all that decides about it. */
static const struct {
	enum strategy strategy;
	enum sight sight;
	bool shares;
	enum on_shared on_shared;
	size_t veils;
	bool skipped, exposed, kept;
	const char *because;
} rows[] = {
	{ STRATEGY_OFF, SIGHT_HOST, false, ON_SHARED_SKIP, 0, false, true, false, "off" },
	{ STRATEGY_OFF, SIGHT_HOST, true, ON_SHARED_FAIL, 0, false, true, false,
		"off, and nothing fails" },
	{ STRATEGY_MASK, SIGHT_CLEAR, false, ON_SHARED_SKIP, 0, false, false, false, "clear" },
	{ STRATEGY_MASK, SIGHT_CLEAR, true, ON_SHARED_FAIL, 0, false, false, false,
		"clear, though its bind shares" },
	{ STRATEGY_MASK, SIGHT_COVERED, false, ON_SHARED_SKIP, 0, false, false, false,
		"covered by the user" },
	{ STRATEGY_MASK, SIGHT_NAMED, false, ON_SHARED_SKIP, 0, false, false, true, "kept" },
	{ STRATEGY_MASK, SIGHT_NAMED, true, ON_SHARED_FAIL, 0, false, false, true,
		"kept, and shared on purpose" },
	{ STRATEGY_MASK, SIGHT_HOST, false, ON_SHARED_SKIP, 1, false, true, false, "exposed" },
	{ STRATEGY_MASK, SIGHT_HOST, false, ON_SHARED_SLAVE, 1, false, true, false, "exposed" },
	{ STRATEGY_MASK, SIGHT_HOST, false, ON_SHARED_FAIL, 1, false, true, false, "exposed" },
	{ STRATEGY_MASK, SIGHT_HOST, true, ON_SHARED_SKIP, 0, true, true, false, "shared: skip" },
	{ STRATEGY_MASK, SIGHT_HOST, true, ON_SHARED_SLAVE, 1, false, true, false,
		"shared: slave" },
	/* the container has no /run of the host, only nscd's directory is there */
	{ STRATEGY_FACADE, SIGHT_HOST, false, ON_SHARED_SKIP, 1, false, true, false,
		"a part of /run: mask" },
	{ STRATEGY_FACADE, SIGHT_HOST, true, ON_SHARED_SKIP, 0, true, true, false,
		"a part of /run, shared: skip" },
	{ STRATEGY_FACADE, SIGHT_CLEAR, false, ON_SHARED_SKIP, 0, false, false, false,
		"no /run of the host's" },
};

Test(plan, one_place)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		const struct policy policy = { .on_shared = rows[i].on_shared, .expose_all = true };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct observation seen = { .place_count = 1 };
		struct error err = { 0 };

		seen.places[0] = channel_seen("nscd", rows[i].sight);
		seen.places[0].shares = rows[i].shares;
		cr_assert_eq(plan_make(&plan, &seen, &policy, rows[i].strategy, &err), 0, "%s: %s",
			rows[i].because, err.text);
		cr_expect_eq(plan.strategy, rows[i].strategy, "%s", rows[i].because);
		cr_expect_eq(plan.veil_count, rows[i].veils, "row %zu: %s", i, rows[i].because);
		cr_expect_eq(
			plan.skipped != NULL, rows[i].skipped, "row %zu: %s", i, rows[i].because);
		cr_expect_eq(
			plan.exposed, rows[i].exposed ? 1 : 0, "row %zu: %s", i, rows[i].because);
		cr_expect_eq(plan.kept, rows[i].kept ? 1 : 0, "row %zu: %s", i, rows[i].because);
		if (plan.veil_count == 0)
			continue;
		cr_expect_eq(plan.veils[0].place, &seen.places[0], "%s", rows[i].because);
		cr_expect_eq(plan.veils[0].underlay, UNDERLAY_COVERED, "%s", rows[i].because);
		expect_veil(&plan.veils[0], "", rows[i].because);
	}
}

Test(plan, nothing_seen_is_nothing_done)
{
	const struct policy policy = { .expose_all = true };
	static const struct observation seen;

	for (int strategy = STRATEGY_OFF; strategy <= STRATEGY_FACADE; strategy++) {
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };

		cr_expect_eq(plan_make(&plan, &seen, &policy, (enum strategy)strategy, &err), 0);
		cr_expect(plan.veil_count == 0 && plan.link_count == 0 && plan.skipped == NULL &&
			plan.obstructed == NULL && plan.exposed == 0 && plan.kept == 0);
	}
}

static const struct {
	enum strategy strategy;
	bool run;
	const char *error;
} failing[] = {
	{ STRATEGY_MASK, false,
		"\"/var/run/nscd\": its bind shares mounts with the host (onShared: fail)" },
	{ STRATEGY_FACADE, false,
		"\"/var/run/nscd\": its bind shares mounts with the host (onShared: fail)" },
	{ STRATEGY_FACADE, true,
		"\"/run\": its bind shares mounts with the host (onShared: fail)" },
};

Test(plan, shared_and_the_policy_says_fail)
{
	for (size_t i = 0; i < array_count(failing); i++) {
		const struct policy policy = { .on_shared = ON_SHARED_FAIL, .expose_all = true };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct observation seen = { .place_count = 1, .run_count = failing[i].run };
		struct error err = { 0 };

		seen.places[0] = channel_seen("nscd", SIGHT_HOST);
		seen.places[0].shares = true;
		seen.runs[0] = run_seen("/run", SIGHT_HOST);
		seen.runs[0].alias = "/var/run";
		seen.runs[0].shares = true;
		cr_expect_eq(plan_make(&plan, &seen, &policy, failing[i].strategy, &err), -1);
		cr_expect_str_eq(err.text, failing[i].error);
		cr_expect_eq(
			err.code, ERROR_POLICY, "onError does not soften what the policy says");
	}
}

/* A host that keeps nscd's directory for later, or for no nscd at all: onShared waits for a socket,
 * and a container that shares nothing is masked all the same. */
static const struct {
	enum strategy strategy;
	enum on_shared on_shared;
	bool shares;
	size_t veils;
	bool skipped;
	const char *because;
} idle[] = {
	{ STRATEGY_MASK, ON_SHARED_SKIP, true, 0, true, "left as it is, without a warning" },
	{ STRATEGY_MASK, ON_SHARED_FAIL, true, 0, true, "not refused" },
	{ STRATEGY_MASK, ON_SHARED_SLAVE, true, 1, false, "slave protects at once" },
	{ STRATEGY_MASK, ON_SHARED_SKIP, false, 1, false, "masked for the day that nscd starts" },
	{ STRATEGY_MASK, ON_SHARED_FAIL, false, 1, false, "masked, whatever onShared says" },
	{ STRATEGY_FACADE, ON_SHARED_SKIP, true, 0, true, "a facade: left as it is" },
	{ STRATEGY_FACADE, ON_SHARED_FAIL, true, 0, true, "a facade: not refused" },
	{ STRATEGY_FACADE, ON_SHARED_SLAVE, true, 1, false, "a facade: slave protects" },
};

Test(plan, nothing_listens)
{
	for (size_t i = 0; i < array_count(idle); i++) {
		const struct policy policy = { .on_shared = idle[i].on_shared, .expose_all = true };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct observation seen = { .place_count = 1,
			.run_count = idle[i].strategy == STRATEGY_FACADE };
		struct error err = { 0 };

		seen.places[0] = channel_seen("nscd", SIGHT_HOST);
		seen.places[0].shares = idle[i].shares;
		seen.places[0].listening = false;
		seen.runs[0] = run_seen("/run", SIGHT_HOST);
		seen.runs[0].alias = "/var/run";
		seen.runs[0].shares = idle[i].shares;
		cr_assert_eq(plan_make(&plan, &seen, &policy, idle[i].strategy, &err), 0, "%s: %s",
			idle[i].because, err.text);
		cr_expect_eq(plan.veil_count, idle[i].veils, "%s", idle[i].because);
		cr_expect_eq(plan.skipped != NULL, idle[i].skipped, "%s", idle[i].because);
		cr_expect_eq(plan.skipped_idle, idle[i].skipped, "%s", idle[i].because);
	}
}

/* What is worth a warning is what is told. */
Test(plan, one_listens_and_one_does_not)
{
	for (int first = 0; first <= 1; first++) {
		const struct policy policy = { .on_shared = ON_SHARED_SKIP };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct observation seen = { .place_count = 2 };
		struct error err = { 0 };

		seen.places[0] = channel_seen("nscd", SIGHT_HOST);
		seen.places[1] = channel_seen("dbus", SIGHT_HOST);
		seen.places[0].shares = seen.places[1].shares = true;
		seen.places[first].listening = false;
		cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
		cr_expect_eq(plan.skipped, &seen.places[1 - first]);
		cr_expect_not(plan.skipped_idle);
	}
}

Test(plan, shared_and_skipped_says_which)
{
	const struct policy policy = { .on_shared = ON_SHARED_SKIP };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct observation seen = { .place_count = 1 };
	struct error err = { 0 };

	seen.places[0] = channel_seen("nscd", SIGHT_HOST);
	seen.places[0].shares = true;
	cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
	cr_expect_eq(plan.skipped, &seen.places[0]);
}

/* Every channel for itself: one is kept, one shares, one is clear, two are masked. */
Test(plan, every_place_for_itself)
{
	const struct policy policy = { .on_shared = ON_SHARED_SKIP };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct observation seen = { .place_count = 6 };
	struct error err = { 0 };

	seen.places[0] = channel_seen("nscd", SIGHT_HOST);
	seen.places[1] = channel_seen("userdb:0", SIGHT_NAMED);
	seen.places[2] = channel_seen("userdb:1", SIGHT_HOST);
	seen.places[3] = channel_seen("userdb:2", SIGHT_CLEAR);
	seen.places[4] = channel_seen("dbus", SIGHT_HOST);
	seen.places[4].shares = true;
	seen.places[5] = channel_seen("winbind", SIGHT_COVERED);
	cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
	cr_assert_eq(plan.veil_count, 2);
	cr_expect_eq(plan.veils[0].place, &seen.places[0]);
	cr_expect_eq(plan.veils[1].place, &seen.places[2]);
	cr_expect_eq(plan.skipped, &seen.places[4]);
	cr_expect_eq(plan.exposed, channel_bit(0) | channel_bit(2) | channel_bit(3));
	cr_expect_eq(plan.kept, channel_bit(2), "one of userdb's places");
}

/* A mask of resolved leaves resolv.conf to be seen, through what was there. */
Test(plan, a_mask_with_harmless_files)
{
	for (int readonly = 0; readonly <= 1; readonly++) {
		const struct policy policy = { 0 };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct observation seen = { .place_count = 1 };
		struct error err = { 0 };

		seen.places[0] = channel_seen("resolved", SIGHT_HOST);
		seen.places[0].readonly = readonly;
		cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
		cr_assert_eq(plan.veil_count, 1);
		cr_expect_eq(plan.veils[0].underlay, UNDERLAY_REATTACHED);
		cr_expect_eq(plan.veils[0].underlay_readonly, readonly,
			"what is re-attached is as read-only as its bind was planned");
		cr_expect_not(plan.veils[0].readonly, "an image's own daemon may live in the mask");
		expect_veil(&plan.veils[0],
			"link resolv.conf -> .host-run/resolv.conf\n"
			"link stub-resolv.conf -> .host-run/stub-resolv.conf\n",
			"resolved's own files");
	}
}

/* crun keeps fds of the mounts that it made and makes them read-only later: they are moved. */
Test(plan, mounts_below_a_mask_with_files_are_moved_into_the_clone)
{
	for (int mount_root = 0; mount_root <= 1; mount_root++) {
		const struct policy policy = { 0 };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct observation seen = { .place_count = 1 };
		struct seen_child children[] = {
			{ .path = (char *)"netif", .fd = 2001, .directory = true },
			{ .path = (char *)"a/b", .fd = 2002, .directory = false },
		};
		struct error err = { 0 };

		seen.places[0] = channel_seen("resolved", SIGHT_HOST);
		seen.places[0].mount_root = mount_root;
		seen.places[0].children = children;
		seen.places[0].child_count = array_count(children);
		cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_MASK, &err), 0);
		cr_assert_eq(plan.veil_count, 1);
		expect_veil(&plan.veils[0],
			mount_root ? "link resolv.conf -> .host-run/resolv.conf\n"
				     "link stub-resolv.conf -> .host-run/stub-resolv.conf\n"
				   : "link resolv.conf -> .host-run/resolv.conf\n"
				     "link stub-resolv.conf -> .host-run/stub-resolv.conf\n"
				     "mount .host-run/netif 2001\nmount .host-run/a/b 2002\n",
			mount_root ? "a whole bind moves with all that is on it"
				   : "a part of a bind is cloned");
	}
}

/* The planner borrows; it must not close, duplicate or look at any fd. */
Test(plan, touches_no_fd)
{
	const struct policy policy = { .expose_all = true };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct observation seen = { .place_count = 1, .run_count = 1 };
	struct error err = { 0 };
	struct stat before, after;

	seen.places[0] = channel_seen("nscd", SIGHT_CLEAR);
	seen.places[0].fd = STDIN_FILENO;
	seen.places[0].mount_root = true;
	seen.runs[0] = run_seen("/run", SIGHT_HOST);
	seen.runs[0].fd = STDOUT_FILENO;
	cr_assert_eq(fstat(STDIN_FILENO, &before), 0);
	cr_assert_eq(plan_make(&plan, &seen, &policy, STRATEGY_FACADE, &err), 0);
	plan_clear(&plan);
	plan_clear(&plan);
	cr_assert_eq(fstat(STDIN_FILENO, &after), 0);
	cr_expect_eq(before.st_ino, after.st_ino);
	cr_expect_eq(fcntl(STDOUT_FILENO, F_GETFD) == -1, 0, "still open");
}
