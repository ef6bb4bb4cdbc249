/* SPDX-License-Identifier: Apache-2.0 */
/* spec_plan: what is decided from what was seen. A row has a policy, a spec's mounts, and the ways
 * seen: "N CHANNEL PATH[ peer[ idle]]", behind N mounts. Rows write ' for ". */
#include "rewrite/spec_plan.h"

#include "oci_test.h"
#include "spec/policy_sockets.h"
#include "policy_test.h"

#define WAYS_MAX 3

struct row {
	enum spec_means means;
	const char *policy, *mounts;
	const char *binds[WAYS_MAX];
	const char *said; /* the sentence, the warning, or the error */
	const char *because;
};

#define PLAIN "{'version':1}"
#define RUN "{'destination':'/run','type':'bind','source':'/run'}"
#define VAR_RUN "{'destination':'/var/run','type':'bind','source':'/run'}"
#define SHARED "{'destination':'/run','type':'bind','source':'/run','options':['rshared']}"
#define DEV "{'destination':'/dev/','type':'tmpfs'}"
#define SOCKET "{'destination':'/s','type':'bind','source':'/var/run/docker.sock'}"
#define OTHER "{'destination':'/p','type':'bind','source':'/run/podman.sock'}"
#define TCP                                                                                        \
	"{'version':1,'sockets':[{'path':'/run/docker.sock','tcp':'tcp://h:1','certificates':'/"   \
	"c'}]}"
#define MASKED "put a mask on \"/run/nscd\" (channel nscd)"
#define HOOKED "put the hook into config.json"
#define SWAPPED "put \"tcp://h:1\" in the place of \"/run/docker.sock\""
#define CANNOT                                                                                     \
	" cannot be done by editing mounts (doors that can: createRuntime, prestart, "             \
	"createContainer, "                                                                        \
	"precreate, runtime without --rewrite)"

static const struct row rows[] = {
	{ MEANS_EITHER, PLAIN, RUN, { NULL }, "", "nothing was found" },
	{ MEANS_EITHER, PLAIN, RUN, { "1 nscd /run/nscd" }, MASKED, "exposed" },
	{ MEANS_MOUNTS, PLAIN, RUN, { "1 nscd /run/nscd" }, MASKED, "exposed, by mounts alone" },
	{ MEANS_HOOK, PLAIN, RUN, { "1 nscd /run/nscd" }, HOOKED, "exposed, the hook masks" },
	{ MEANS_HOOK, PLAIN, RUN, { NULL }, HOOKED, "a candidate: the hook looks for itself" },
	{ MEANS_EITHER, PLAIN, "", { "0 nscd /run/nscd" }, MASKED, "the root is the host's" },
	{ MEANS_EITHER, PLAIN, RUN "," VAR_RUN, { "1 nscd /run/nscd", "2 nscd /var/run/nscd" },
		MASKED ", put a mask on \"/var/run/nscd\" (channel nscd)",
		"both names: the image's link decides whether they are one" },
	/* covered */
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'/run/nscd','type':'tmpfs'}",
		{ "1 nscd /run/nscd" }, "", "a mask of the user" },
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'//run/./nscd/'}", { "1 nscd /run/nscd" },
		MASKED, "a spelling that is not looked through costs a second mask" },
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'//run//nscd/'}", { "1 nscd /run/nscd" }, "",
		"a mask of the user, spelled with slashes" },
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'/run','type':'tmpfs'}", { "1 nscd /run/nscd" },
		"", "something lies on all of it" },
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'/'}", { "1 nscd /run/nscd" }, "",
		"something lies on everything" },
	{ MEANS_EITHER, PLAIN, "{'destination':'/run/nscd','type':'tmpfs'}," RUN,
		{ "2 nscd /run/nscd" }, MASKED, "a mask before the bind is covered by it" },
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'/run/nscdx'},{'destination':'/run/nscd/x'}",
		{ "1 nscd /run/nscd" }, MASKED, "a neighbour, and something inside" },
	/* kept */
	{ MEANS_EITHER, PLAIN,
		RUN ",{'destination':'/run/nscd','type':'bind','source':'/run/nscd'}",
		{ "1 nscd /run/nscd" }, "", "named on purpose" },
	{ MEANS_EITHER, PLAIN,
		VAR_RUN
		",{'destination':'/run/nscd/socket','type':'bind','source':'/run/nscd/socket'}",
		{ "1 nscd /var/run/nscd" }, "", "the socket, under the other name" },
	{ MEANS_EITHER, PLAIN,
		"{'destination':'/run/nscd','type':'bind','source':'/run/nscd'}," RUN,
		{ "2 nscd /run/nscd" }, MASKED, "named before the bind that covers it" },
	{ MEANS_EITHER, PLAIN, RUN ",{'destination':'/run/nscd/x','type':'bind','source':'/etc/x'}",
		{ "1 nscd /run/nscd" }, MASKED, "something else of the host's in it" },
	/* shared */
	{ MEANS_EITHER, PLAIN, SHARED, { "1 nscd /run/nscd peer" },
		"its bind shares mounts with the host, on which a mask would show: left as it is "
		"(onShared: skip)",
		"shared: skipped" },
	{ MEANS_EITHER, PLAIN, SHARED, { "1 nscd /run/nscd" }, MASKED,
		"asked for, but without a peer group" },
	{ MEANS_EITHER, PLAIN, RUN, { "1 nscd /run/nscd peer" }, MASKED, "not asked for" },
	{ MEANS_EITHER, "{'version':1,'onShared':'slave'}", SHARED, { "1 nscd /run/nscd peer" },
		HOOKED, "only the hook can cut the way back" },
	{ MEANS_MOUNTS, "{'version':1,'onShared':'slave'}", SHARED, { "1 nscd /run/nscd peer" },
		"onShared: slave" CANNOT, "and there is no peer group here" },
	{ MEANS_EITHER, "{'version':1,'onShared':'fail'}", SHARED, { "1 nscd /run/nscd peer" },
		"\"/run/nscd\": its bind shares mounts with the host (onShared: fail)", "refused" },
	{ MEANS_EITHER, "{'version':1,'onShared':'fail'}", SHARED, { "1 nscd /run/nscd peer idle" },
		"", "nothing listens: not refused" },
	{ MEANS_EITHER, PLAIN, SHARED, { "1 nscd /run/nscd peer idle" }, "",
		"nothing listens: no warning" },
	{ MEANS_EITHER, "{'version':1,'onShared':'slave'}", SHARED,
		{ "1 nscd /run/nscd peer idle" }, HOOKED, "nothing listens: slave protects" },
	/* named, and no exception for it */
	{ MEANS_EITHER, "{'version':1,'onNamed':'mask'}",
		RUN ",{'destination':'/run/nscd','type':'bind','source':'/run/nscd'}",
		{ "1 nscd /run/nscd" }, HOOKED, "the hook masks what is named" },
	{ MEANS_EITHER, "{'version':1,'onNamed':'mask'}",
		"{'destination':'/run/nscd','type':'bind','source':'/var/run/nscd'}", { NULL },
		HOOKED, "named alone" },
	{ MEANS_MOUNTS, "{'version':1,'onNamed':'mask'}",
		"{'destination':'/run/nscd','type':'bind','source':'/run/nscd'}", { NULL },
		"onNamed: mask" CANNOT, "by mounts alone" },
	{ MEANS_EITHER, "{'version':1,'onNamed':'mask','channels':['dbus']}",
		"{'destination':'/run/nscd','type':'bind','source':'/run/nscd'}", { NULL }, "",
		"not one of the policy's channels" },
	{ MEANS_EITHER, "{'version':1,'onNamed':'mask'}", RUN, { "1 nscd /run/nscd" }, MASKED,
		"nothing is named" },
	/* what a tmpfs cannot do */
	{ MEANS_EITHER, PLAIN, RUN, { "1 resolved /run/systemd/resolve" }, HOOKED,
		"a mask that leaves resolv.conf" },
	{ MEANS_MOUNTS, PLAIN, RUN, { "1 resolved /run/systemd/resolve" },
		"a mask that leaves files visible (policy key channels)" CANNOT,
		"by mounts alone" },
	{ MEANS_EITHER, PLAIN, RUN, { "1 nscd /run/nscd", "1 resolved /run/systemd/resolve" },
		HOOKED, "the hook masks both" },
	{ MEANS_EITHER, "{'version':1,'strategy':'facade'}", RUN, { "1 nscd /run/nscd" }, HOOKED,
		"facade" },
	{ MEANS_MOUNTS, "{'version':1,'strategy':'facade'}", RUN, { NULL },
		"strategy facade" CANNOT, "facade by mounts alone" },
	/* sockets */
	{ MEANS_EITHER, TCP, DEV "," SOCKET, { NULL }, SWAPPED, "tcp" },
	{ MEANS_HOOK, TCP, DEV "," SOCKET, { NULL }, SWAPPED, "tcp, and no candidate is left" },
	{ MEANS_MOUNTS, TCP, DEV "," SOCKET, { NULL }, SWAPPED, "tcp, by mounts alone" },
	{ MEANS_HOOK, TCP, DEV "," SOCKET "," RUN, { NULL }, HOOKED ", " SWAPPED,
		"tcp and the hook" },
	{ MEANS_EITHER, TCP, DEV "," RUN "," SOCKET, { "2 nscd /run/nscd" }, MASKED ", " SWAPPED,
		"tcp and a mask" },
	{ MEANS_EITHER, TCP, RUN, { "1 nscd /run/nscd" }, MASKED,
		"the socket is not bound by itself" },
	{ MEANS_EITHER, TCP, SOCKET, { NULL },
		"socket \"/run/docker.sock\": the container has no /dev of its own to hold the "
		"certificates",
		"nowhere to put certificates" },
	{ MEANS_EITHER, TCP, DEV ",{'destination':'/dev','type':'bind','source':'/dev'}," SOCKET,
		{ NULL },
		"socket \"/run/docker.sock\": the container has no /dev of its own to hold the "
		"certificates",
		"the host's /dev lies on it" },
	{ MEANS_EITHER,
		"{'version':1,'sockets':[{'path':'/run/docker.sock','tcp':'tcp://"
		"h:1','certificates':"
		"'/c'},{'path':'/run/podman.sock','tcp':'tcp://h:2','certificates':'/c'}]}",
		DEV "," SOCKET "," OTHER, { NULL },
		"sockets \"/run/docker.sock\" and \"/run/podman.sock\" are both bound, and a "
		"container has one DOCKER_HOST",
		"two of them" },
	{ MEANS_EITHER, "{'version':1,'sockets':[{'path':'/run/docker.sock','directory':'/d'}]}",
		SOCKET, { NULL }, HOOKED, "a directory for the socket" },
	{ MEANS_MOUNTS, "{'version':1,'sockets':[{'path':'/run/docker.sock','directory':'/d'}]}",
		SOCKET, { NULL }, "sockets[].directory" CANNOT, "a directory, by mounts alone" },
	{ MEANS_EITHER,
		"{'version':1,'sockets':[{'path':'/run/docker.sock','directory':'/d'},"
		"{'path':'/run/podman.sock','tcp':'tcp://h:2','certificates':'/c'}]}",
		DEV "," SOCKET "," OTHER, { NULL },
		HOOKED ", put \"tcp://h:2\" in the place of \"/run/podman.sock\"",
		"a directory for one socket, tcp for the next" },
};

static void see_ways(struct bind_sources *sources, const struct row *row)
{
	struct error err = { 0 };

	for (size_t i = 0; i < WAYS_MAX && row->binds[i] != NULL; i++) {
		struct exposing_bind *bind = array_add(
			&sources->binds, &sources->bind_count, sizeof(*bind), &err);
		char channel[32], path[64], peer[8] = "", idle[8] = "";

		cr_assert_not_null(bind);
		cr_assert_geq(sscanf(row->binds[i], "%zu %31s %63s %7s %7s", &bind->behind, channel,
				      path, peer, idle),
			3);
		bind->channel = channel_find(channel);
		bind->place = bind->channel->places;
		bind->path = text_copy(path, &err);
		bind->peer = peer[0] != '\0';
		bind->listening = idle[0] == '\0';
	}
}

/* By their names, as the looking does. */
static void see_sockets(
	struct bind_sources *sources, const struct spec *spec, const struct policy *policy)
{
	struct error err = { 0 };

	for (size_t i = 0; i < spec->mount_count; i++)
		for (size_t j = 0; j < policy->socket_count; j++) {
			struct socket_bind *bind;

			if (!policy_socket_bound(&policy->sockets[j], &spec->mounts[i]))
				continue;
			bind = array_add(
				&sources->sockets, &sources->socket_count, sizeof(*bind), &err);
			cr_assert_not_null(bind);
			*bind = (struct socket_bind){ i, &policy->sockets[j] };
		}
}

static void expect_row(const struct row *row)
{
	cleanup(spec_clear) struct spec spec = { 0 };
	cleanup(policy_clear) struct policy policy = { 0 };
	cleanup(bind_sources_clear) struct bind_sources sources = { 0 };
	cleanup(spec_plan_clear) struct spec_plan plan = { 0 };
	bool candidate[4] = { false };
	struct spec_plan_input input = { &spec, candidate, row->mounts[0] == '\0', &sources,
		&policy, 0, row->means };
	struct error err = { 0 };
	char text[1024], said[512];

	snprintf(text, sizeof(text), "{'root':{'path':'/r'},'mounts':[%s]}", row->mounts);
	cr_assert_eq(spec_of(&spec, text, &err), 0, "%s: %s", row->because, err.text);
	cr_assert_leq(spec.mount_count, array_count(candidate));
	cr_assert_eq(policy_of(&policy, row->policy, &err), 0, "%s: %s", row->because, err.text);
	input.strategy = policy.strategy;
	for (size_t i = 0; i < spec.mount_count; i++)
		candidate[i] = spec.mounts[i].bind;
	see_ways(&sources, row);
	see_sockets(&sources, &spec, &policy);
	if (spec_plan_make(&plan, &input, &err) < 0) {
		cr_expect_str_eq(err.text, row->said, "%s: \"%s\"", row->because, err.text);
		return;
	}
	for (size_t i = 0; i < plan.mask_count; i++)
		cr_expect(plan.exposed & channel_bit((size_t)(plan.masks[i]->channel - channels)),
			"%s: what is masked is exposed", row->because);
	spec_plan_sentence(&plan, false, said, sizeof(said));
	if (plan.skipped != NULL)
		snprintf(said, sizeof(said), "%s", plan.skipped);
	cr_expect_str_eq(
		said, row->said, "%s: \"%s\" is not \"%s\"", row->because, said, row->said);
}

Test(spec_plan, decided)
{
	for (size_t i = 0; i < array_count(rows); i++)
		expect_row(&rows[i]);
}
