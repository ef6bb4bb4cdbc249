/* SPDX-License-Identifier: Apache-2.0 */
/* plan_text: a plan in words. */
#include "plan/plan_text.h"

#include "plan_test.h"

static const struct policy_socket docker = { .path = (char *)"/run/docker.sock",
	.directory = (char *)"/run/docker-api" };
static const struct planned_mount bind = { .destination = (char *)"/var/run/docker.sock" };

/* What a plan is made of, and what it leaves alone. */
enum part { END, NSCD, RESOLVED, FACADE, AWAY, ROUTE, SKIPPED, OBSTRUCTED };

#define LEFT_SHARED                                                                                \
	"\"/run\" shares mounts with the host, where a mask would show: left as it is "            \
	"(onShared: skip)"
#define LEFT_STALE                                                                                 \
	"\"/var/run/docker.sock\" will go stale when its daemon restarts: its /dev is read-only, " \
	"so its bind is left as it is"

static const struct {
	enum part parts[5];
	const char *done, *would;
} rows[] = {
	{ { END }, "", "" },
	{ { NSCD }, "masked \"/var/run/nscd\" (channel nscd)",
		"would mask \"/var/run/nscd\" (channel nscd)" },
	{ { NSCD, RESOLVED },
		"masked \"/var/run/nscd\" (channel nscd), "
		"masked \"/run/systemd/resolve\" (channel resolved)",
		"would mask \"/var/run/nscd\" (channel nscd), "
		"would mask \"/run/systemd/resolve\" (channel resolved)" },
	{ { FACADE }, "gave \"/run\" a facade", "would give \"/run\" a facade" },
	{ { AWAY }, "gave \"/run\" a facade without the host's",
		"would give \"/run\" a facade without the host's" },
	{ { ROUTE }, "routed \"/var/run/docker.sock\" through \"/run/docker-api\"",
		"would route \"/var/run/docker.sock\" through \"/run/docker-api\"" },
	{ { SKIPPED }, LEFT_SHARED, LEFT_SHARED },
	{ { OBSTRUCTED }, LEFT_STALE, LEFT_STALE },
	{ { NSCD, SKIPPED, OBSTRUCTED },
		"masked \"/var/run/nscd\" (channel nscd); " LEFT_SHARED "; " LEFT_STALE,
		"would mask \"/var/run/nscd\" (channel nscd); " LEFT_SHARED "; " LEFT_STALE },
	{ { FACADE, NSCD, ROUTE, ROUTE },
		"gave \"/run\" a facade, masked \"/var/run/nscd\" (channel nscd), "
		"routed \"/var/run/docker.sock\" through \"/run/docker-api\", "
		"routed \"/var/run/docker.sock\" through \"/run/docker-api\"",
		"would give \"/run\" a facade, would mask \"/var/run/nscd\" (channel nscd), "
		"would route \"/var/run/docker.sock\" through \"/run/docker-api\", "
		"would route \"/var/run/docker.sock\" through \"/run/docker-api\"" },
};

/* A plan of the parts, all borrowed. */
struct sample {
	struct seen_place places[3];
	struct veil veils[4];
	struct seen_socket socket;
	const struct seen_socket *routes[4];
	struct plan plan;
};

static void sample_make(struct sample *sample, const enum part *parts)
{
	struct plan *plan = &sample->plan;

	*sample = (struct sample){
		.socket = { .policy = &docker, .mount = &bind, .obstacle = "its /dev is read-only" }
	};
	sample->places[0] = channel_seen("nscd", SIGHT_HOST);
	sample->places[1] = channel_seen("resolved", SIGHT_HOST);
	sample->places[2] = run_seen("/run", SIGHT_HOST);
	plan->veils = sample->veils;
	plan->links = sample->routes;
	for (; *parts != END; parts++)
		if (*parts == ROUTE)
			sample->routes[plan->link_count++] = &sample->socket;
		else if (*parts == SKIPPED)
			plan->skipped = &sample->places[2];
		else if (*parts == OBSTRUCTED)
			plan->obstructed = &sample->socket;
		else
			sample->veils[plan->veil_count++] = (struct veil){
				.place = &sample->places[*parts >= FACADE ? 2 : *parts - NSCD],
				.underlay = *parts == AWAY ? UNDERLAY_REMOVED : UNDERLAY_REATTACHED,
			};
}

Test(plan_text, sentences)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		struct sample sample;
		char text[512];

		sample_make(&sample, rows[i].parts);
		memset(text, 'X', sizeof(text));
		plan_sentence(&sample.plan, PLAN_DONE, text, sizeof(text));
		cr_expect_str_eq(text, rows[i].done, "%s", text);
		memset(text, 'X', sizeof(text));
		plan_sentence(&sample.plan, PLAN_WOULD, text, sizeof(text));
		cr_expect_str_eq(text, rows[i].would, "%s", text);
	}
}

/* Whatever the room, a sentence is the beginning of the whole one, and ends where its room does. */
Test(plan_text, what_does_not_fit_is_cut)
{
	const char *whole = rows[array_count(rows) - 1].would;
	struct sample sample;
	char text[512];

	sample_make(&sample, rows[array_count(rows) - 1].parts);
	for (size_t size = 1; size < sizeof(text); size++) {
		size_t length = strlen(whole) < size ? strlen(whole) : size - 1;

		memset(text, 'X', sizeof(text));
		plan_sentence(&sample.plan, PLAN_WOULD, text, size);
		cr_expect_eq(strlen(text), length, "size %zu", size);
		cr_expect_eq(strncmp(text, whole, length), 0, "size %zu: %s", size, text);
		cr_expect_eq(text[size], 'X', "size %zu", size);
	}
}

static const struct {
	channel_set set;
	const char *names;
} sets[] = {
	{ 0, "" },
	{ 1, "nscd" },
	{ 1u << 1, "resolved" },
	{ 3, "nscd,resolved" },
	{ 1u << 6 | 1u << 2, "userdb,winbind" },
	{ 0x7f, "nscd,resolved,userdb,dbus,nslcd,avahi,winbind" },
	{ 1u << 15, "" },
};

Test(plan_text, names_of_channels)
{
	for (size_t i = 0; i < array_count(sets); i++) {
		char text[128];

		memset(text, 'X', sizeof(text));
		cr_expect_eq(channel_names(sets[i].set, text, sizeof(text)), text);
		cr_expect_str_eq(text, sets[i].names);
	}
}

Test(plan_text, names_that_do_not_fit_are_cut)
{
	char text[64];

	memset(text, 'X', sizeof(text));
	channel_names(0x7f, text, 7);
	cr_expect_str_eq(text, "nscd,r");
	cr_expect_eq(text[7], 'X');
}
