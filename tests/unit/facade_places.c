/* SPDX-License-Identifier: Apache-2.0 */
/* A facade's place: what the user mounted in it, parts of bigger binds, /run and /var/run. */
#include "plan/facade.h"

#include "facade_test.h"

#define WELL_KNOWN                                                                                 \
	"link docker.sock -> .host-run/docker.sock\n"                                              \
	"directory podman\nlink podman/podman.sock -> ../.host-run/podman/podman.sock\n"           \
	"directory containerd\n"                                                                   \
	"link containerd/containerd.sock -> ../.host-run/containerd/containerd.sock\n"             \
	"directory crio\nlink crio/crio.sock -> ../.host-run/crio/crio.sock\n"                     \
	"link cri-dockerd.sock -> .host-run/cri-dockerd.sock\n"                                    \
	"link xtables.lock -> .host-run/xtables.lock\n"

static const struct policy show_all = { .expose_all = true };

/* What the user mounted on a channel's directory stays his: it is carried onto the facade's. */
static const struct {
	const char *channel, *path;
	enum sight sight;
	bool mount_root, carried;
	const char *because;
} owns[] = {
	{ "nscd", "nscd", SIGHT_CLEAR, true, true, "the user's own mount" },
	{ "nscd", "nscd", SIGHT_CLEAR, false, false, "clear, and no mount of anybody's" },
	{ "nscd", "nscd", SIGHT_HOST, true, false, "a mount of the host's own" },
	{ "dbus", "dbus", SIGHT_CLEAR, true, true, "another channel, another name of /run" },
};

Test(facade_places, the_users_own_mount_on_a_channel)
{
	for (size_t i = 0; i < array_count(owns); i++) {
		const struct scene scene = { .places = { owns[i].channel },
			.entries = { owns[i].path } };
		struct stage stage;
		char wanted[512];

		stage_make(&stage, &scene);
		stage.seen.places[0].sight = owns[i].sight;
		stage.seen.places[0].mount_root = owns[i].mount_root;
		stage.seen.places[0].fd = 3001;
		snprintf(wanted, sizeof(wanted), "directory %s\n%s%s%s%s", owns[i].path, WELL_KNOWN,
			owns[i].carried ? "mount " : "", owns[i].carried ? owns[i].path : "",
			owns[i].carried ? " 3001\n" : "");
		expect_facade(&stage.seen, &show_all, UNDERLAY_REATTACHED, wanted, owns[i].because);
	}
}

/* With harmless files too: his own mount is whole, nothing is made in it. */
Test(facade_places, the_users_own_mount_on_resolved)
{
	const struct scene scene = { .places = { "resolved" },
		.entries = { "systemd/", "systemd/resolve/" } };
	struct stage stage;

	stage_make(&stage, &scene);
	stage.seen.places[0].sight = SIGHT_CLEAR;
	stage.seen.places[0].mount_root = true;
	stage.seen.places[0].fd = 3001;
	expect_facade(&stage.seen, &show_all, UNDERLAY_REATTACHED,
		"directory systemd\ndirectory systemd/resolve\n" WELL_KNOWN
		"mount systemd/resolve 3001\n",
		"no links below it");
}

/* Where /run is a part of a bigger bind it is cloned; planned mounts below are moved into the
 * clone. */
Test(facade_places, a_part_of_a_bigger_bind)
{
	const struct scene scene = { .places = { "nscd" },
		.entries = { "nscd/", "secrets/" },
		.children = { "secrets/", "a/b" } };
	struct stage stage;

	stage_make(&stage, &scene);
	stage.seen.runs[0].mount_root = false;
	expect_facade(&stage.seen, &show_all, UNDERLAY_REATTACHED,
		"directory nscd\nlink secrets -> .host-run/secrets\n" WELL_KNOWN
		"mount .host-run/secrets 2001\nmount .host-run/a/b 2002\n",
		"moved, not cloned: crun makes them read-only later");
}

/* His own mount on the channel is one of those; it can lie at one place only. */
Test(facade_places, the_users_own_mount_in_a_part_of_a_bigger_bind)
{
	const struct scene scene = { .places = { "nscd" },
		.entries = { "nscd/", "secrets/" },
		.children = { "nscd/", "secrets/" } };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct error err = { 0 };
	struct stage stage;

	stage_make(&stage, &scene);
	stage.seen.runs[0].mount_root = false;
	stage.seen.places[0].sight = SIGHT_CLEAR;
	stage.seen.places[0].mount_root = true;
	stage.seen.places[0].fd = 3001;
	cr_assert_eq(plan_make(&plan, &stage.seen, &show_all, STRATEGY_FACADE, &err), 0);
	cr_assert_eq(plan.veil_count, 1);
	cr_assert_eq(plan.veils[0].mount_count, 2, "each mount once");
	for (size_t i = 0; i < plan.veils[0].mount_count; i++)
		cr_expect_str_neq(plan.veils[0].mounts[i].path, ".host-run/nscd",
			"what the user mounted on it stays where he mounted it");
}

/* Which of two places of /run hold a channel, by the names they are found under. */
static const struct {
	const char *run, *alias, *channel;
	bool covers;
	const char *because;
} covers[] = {
	{ "/run", "/var/run", "nscd", true, "/var/run is a link to /run" },
	{ "/run", NULL, "nscd", false, "/var/run is another directory" },
	{ "/var/run", NULL, "nscd", true, "/var/run itself" },
	{ "/run", NULL, "dbus", true, "/run itself" },
	{ "/var/run", NULL, "dbus", false, "/run is another directory" },
	{ "/var/run", "/run", "dbus", true, "either name" },
	{ "/ru", NULL, "dbus", false, "a name that begins alike" },
};

Test(facade_places, cover_channels_by_name)
{
	for (size_t i = 0; i < array_count(covers); i++) {
		struct seen_place run = run_seen(covers[i].run, SIGHT_HOST);
		struct veil veil = { .place = &run };
		const struct plan plan = { .veils = &veil, .veil_count = 1 }, none = { 0 };
		struct seen_place place = channel_seen(covers[i].channel, SIGHT_HOST);

		run.alias = covers[i].alias;
		cr_expect_eq(
			facade_covers(&plan, &place), covers[i].covers, "%s", covers[i].because);
		cr_expect_not(facade_covers(&none, &place));
	}
}

/* Behind a link of the image the channel's path says another directory, and the mount is the
 * facade's. */
Test(facade_places, cover_a_channel_in_the_very_bind)
{
	struct seen_place run = run_seen("/run", SIGHT_HOST),
			  place = channel_seen("nscd", SIGHT_HOST);
	struct veil veil = { .place = &run };
	const struct plan plan = { .veils = &veil, .veil_count = 1 };

	run.alias = NULL;
	run.mount_root = true;
	run.mount_id = place.mount_id = 7;
	cr_expect(facade_covers(&plan, &place), "the place is on the facade's own mount");
	place.mount_id = 8;
	cr_expect_not(facade_covers(&plan, &place), "another mount");
	run.mount_id = place.mount_id = 0;
	cr_expect_not(facade_covers(&plan, &place), "mounts that are not known");
	run.mount_id = place.mount_id = 7;
	run.mount_root = false;
	cr_expect_not(facade_covers(&plan, &place), "a part of a bigger bind");
}

Test(facade_places, a_mask_is_no_facade)
{
	struct seen_place place = channel_seen("nscd", SIGHT_HOST);
	struct veil veil = { .place = &place };
	const struct plan plan = { .veils = &veil, .veil_count = 1 };

	cr_expect_not(facade_covers(&plan, &place));
}

static const struct {
	enum sight run, var_run;
	size_t facades, masks;
	const char *because;
} twos[] = {
	{ SIGHT_HOST, SIGHT_HOST, 2, 0, "bound twice: two facades" },
	{ SIGHT_HOST, SIGHT_CLEAR, 1, 0, "/run alone, and nscd's place is clear then" },
	{ SIGHT_CLEAR, SIGHT_HOST, 1, 0, "/var/run alone" },
	{ SIGHT_CLEAR, SIGHT_CLEAR, 0, 1, "neither, but nscd's directory: a mask" },
};

Test(facade_places, run_and_var_run)
{
	for (size_t i = 0; i < array_count(twos); i++) {
		const struct scene scene = { .places = { "nscd" }, .entries = { "nscd/", "a" } };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };
		struct stage stage;

		stage_make(&stage, &scene);
		stage.seen.run_count = 2;
		stage.seen.runs[0].alias = NULL;
		stage.seen.runs[1] = stage.seen.runs[0];
		stage.seen.runs[1].path = "/var/run";
		stage.seen.runs[0].sight = twos[i].run;
		stage.seen.runs[1].sight = twos[i].var_run;
		if (twos[i].var_run == SIGHT_CLEAR && twos[i].run == SIGHT_HOST)
			stage.seen.places[0].sight = SIGHT_CLEAR;
		cr_assert_eq(plan_make(&plan, &stage.seen, &show_all, STRATEGY_FACADE, &err), 0);
		cr_assert_eq(
			plan.veil_count, twos[i].facades + twos[i].masks, "%s", twos[i].because);
		for (size_t j = 0; j < plan.veil_count; j++) {
			bool facade = plan.veils[j].place->channel == NULL;

			cr_expect_eq(facade, j < twos[i].facades, "%s", twos[i].because);
			expect_veil(&plan.veils[j],
				facade ? "directory nscd\nlink a -> .host-run/a\n" WELL_KNOWN : "",
				twos[i].because);
		}
	}
}

/* A mount of the user's below /var/run is not carried into the facade of /run. */
Test(facade_places, what_is_mounted_below_one_stays_below_it)
{
	const struct scene scene = { .places = { "nscd" }, .entries = { "nscd/" } };
	cleanup(plan_clear) struct plan plan = { 0 };
	struct error err = { 0 };
	struct stage stage;

	stage_make(&stage, &scene);
	stage.seen.run_count = 2;
	stage.seen.runs[0].alias = NULL;
	stage.seen.runs[1] = stage.seen.runs[0];
	stage.seen.runs[1].path = "/var/run";
	stage.seen.places[0].sight = SIGHT_CLEAR;
	stage.seen.places[0].mount_root = true;
	stage.seen.places[0].fd = 3001;
	cr_assert_eq(plan_make(&plan, &stage.seen, &show_all, STRATEGY_FACADE, &err), 0);
	cr_assert_eq(plan.veil_count, 2);
	expect_veil(&plan.veils[0], "directory nscd\n" WELL_KNOWN, "/run");
	expect_veil(&plan.veils[1], "directory nscd\n" WELL_KNOWN "mount nscd 3001\n", "/var/run");
}

static const struct {
	bool run_shares, var_run_shares;
	enum on_shared on_shared;
	size_t veils;
	bool skipped;
} shared[] = {
	{ true, true, ON_SHARED_SKIP, 0, true },
	{ true, false, ON_SHARED_SKIP, 1, true },
	{ false, true, ON_SHARED_SKIP, 1, true },
	{ true, true, ON_SHARED_SLAVE, 2, false },
	{ false, false, ON_SHARED_FAIL, 2, false },
};

Test(facade_places, one_that_shares_is_left_alone)
{
	for (size_t i = 0; i < array_count(shared); i++) {
		const struct policy policy = { .expose_all = true,
			.on_shared = shared[i].on_shared };
		const struct scene scene = { .places = { "nscd" } };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };
		struct stage stage;

		stage_make(&stage, &scene);
		stage.seen.run_count = 2;
		stage.seen.runs[0].alias = NULL;
		stage.seen.runs[1] = stage.seen.runs[0];
		stage.seen.runs[1].path = "/var/run";
		stage.seen.runs[0].shares = shared[i].run_shares;
		stage.seen.runs[1].shares = stage.seen.places[0].shares = shared[i].var_run_shares;
		cr_assert_eq(plan_make(&plan, &stage.seen, &policy, STRATEGY_FACADE, &err), 0);
		cr_expect_eq(plan.veil_count, shared[i].veils, "row %zu", i);
		cr_expect_eq(plan.skipped != NULL, shared[i].skipped, "row %zu", i);
		for (size_t j = 0; j < plan.veil_count; j++)
			cr_expect(!plan.veils[j].place->shares ||
					shared[i].on_shared == ON_SHARED_SLAVE,
				"row %zu", i);
	}
}
