/* SPDX-License-Identifier: Apache-2.0 */
/* A facade that shows a list: through the host's /run, or, where each name has a directory of its
 * own, without it. */
#include "plan/facade.h"

#include <errno.h>

#include "facade_test.h"

static struct policy_socket docker = { .path = (char *)"/run/docker.sock",
	.directory = (char *)"/run/docker-api" };
static struct policy_socket podman = { .path = (char *)"/var/run/podman.sock",
	.directory = (char *)"/srv/podman" };
static struct policy_socket same = { .path = (char *)"/run/second.sock",
	.directory = (char *)"/run/docker-api" };
static struct policy_socket nested = { .path = (char *)"/run/x/nested.sock",
	.directory = (char *)"/srv/x" };
static struct policy_socket remote = {
	.path = (char *)"/run/remote.sock", .tcp = (char *)"tcp://h:1", .certificates = (char *)"/c"
};

static const struct {
	const char *expose[4];
	struct scene scene;
	enum veil_underlay underlay;
	const char *veil, *because;
} rows[] = {
	{ { NULL }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REMOVED, "",
		"nothing: no host's /run at all" },
	{ { "docker.sock" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REMOVED,
		"directory .host-run\ndirectory .host-run/0\n"
		"link docker.sock -> .host-run/0/docker.sock\nmount .host-run/0 4000 guarded\n",
		"a socket with a directory" },
	{ { "docker.sock", "podman.sock", "second.sock" }, { { "nscd" }, { NULL }, { NULL } },
		UNDERLAY_REMOVED,
		"directory .host-run\ndirectory .host-run/0\n"
		"link docker.sock -> .host-run/0/docker.sock\ndirectory .host-run/1\n"
		"link podman.sock -> .host-run/1/podman.sock\n"
		"link second.sock -> .host-run/0/second.sock\n"
		"mount .host-run/0 4000 guarded\nmount .host-run/1 4010 guarded\n",
		"two sockets in one directory: attached once" },
	{ { "utmp" }, { { "nscd" }, { "utmp", "other" }, { NULL } }, UNDERLAY_REATTACHED,
		"link utmp -> .host-run/utmp\n", "a name without a directory: the host's /run" },
	{ { "docker.sock", "utmp" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link docker.sock -> .host-run/docker.sock\nlink utmp -> .host-run/utmp\n",
		"one of two without a directory: both through the host's /run" },
	{ { "utmp" }, { { "nscd" }, { NULL }, { "=docker.sock", "=a/b", "own" } },
		UNDERLAY_REATTACHED,
		"link docker.sock -> .host-run/docker.sock\ndirectory a\n"
		"link a/b -> ../.host-run/a/b\nfile own\nlink utmp -> .host-run/utmp\n"
		"mount own 2003\n",
		"a bind of what the host has there stays by name" },
	{ { "utmp", "a" }, { { "nscd" }, { NULL }, { "=utmp", "=a/b/" } }, UNDERLAY_REATTACHED,
		"link utmp -> .host-run/utmp\nlink a -> .host-run/a\n",
		"a bind of what is listed" },
	{ { "docker.sock" }, { { "nscd" }, { NULL }, { "=docker.sock", "=other" } },
		UNDERLAY_REMOVED,
		"directory .host-run\ndirectory .host-run/0\n"
		"link docker.sock -> .host-run/0/docker.sock\nfile other\n"
		"mount .host-run/0 4000 guarded\nmount other 2002\n",
		"a bind of a socket with a directory goes through that" },
	{ { "utmp" }, { { "dbus", "nscd!" }, { NULL }, { "=nscd/" } }, UNDERLAY_REATTACHED,
		"directory nscd\nlink utmp -> .host-run/utmp\nmount nscd 2001\n",
		"a channel that is named is carried as it is" },
	{ { "remote.sock" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link remote.sock -> .host-run/remote.sock\n", "tcp has no directory" },
	{ { "nested.sock" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link nested.sock -> .host-run/nested.sock\n",
		"a socket further down is not the name in /run" },
	{ { "utmp", "utmp" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link utmp -> .host-run/utmp\n", "a name twice" },
	{ { "docker.sock", "docker.sock" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REMOVED,
		"directory .host-run\ndirectory .host-run/0\n"
		"link docker.sock -> .host-run/0/docker.sock\nmount .host-run/0 4000 guarded\n",
		"a name twice, with a directory" },
	{ { "nscd", "utmp" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link utmp -> .host-run/utmp\n", "a channel stays hidden" },
	{ { "nscd" }, { { "nscd!", "dbus" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link nscd -> .host-run/nscd\n", "unless it is kept" },
	{ { ".host-run", "utmp" }, { { "nscd" }, { NULL }, { NULL } }, UNDERLAY_REATTACHED,
		"link utmp -> .host-run/utmp\n", "the hidden name is the veil's own" },
	/* what the runtime and the user mounted below /run stays */
	{ { NULL }, { { "nscd" }, { NULL }, { "secrets/", ".containerenv" } }, UNDERLAY_REMOVED,
		"directory secrets\nfile .containerenv\nmount secrets 2001\n"
		"mount .containerenv 2002\n",
		"Podman's own mounts" },
	{ { NULL }, { { "nscd" }, { NULL }, { "a/b/c", "a/b/d/", "a/e" } }, UNDERLAY_REMOVED,
		"directory a\ndirectory a/b\nfile a/b/c\ndirectory a/b/d\nfile a/e\n"
		"mount a/b/c 2001\nmount a/b/d 2002\nmount a/e 2003\n",
		"further down, with their parents" },
	{ { "docker.sock" }, { { "nscd" }, { NULL }, { "docker.sock" } }, UNDERLAY_REMOVED,
		"file docker.sock\ndirectory .host-run\nmount docker.sock 2001\n",
		"the user's own mount of the socket stays his" },
	{ { "utmp" }, { { "nscd" }, { NULL }, { "nscd/", "utmp" } }, UNDERLAY_REATTACHED,
		"directory nscd\nfile utmp\nmount nscd 2001\nmount utmp 2002\n",
		"the user's own nscd" },
};

/* The clones of all directories of the policy: 4000, 4001 for the first, 4010, 4011 … */
static void stage_directories(
	struct stage *stage, const struct policy *policy, struct seen_directory *directories)
{
	stage->seen.directories = directories;
	for (size_t i = 0; i < policy->socket_count; i++) {
		int clone = 4000 + 10 * (int)stage->seen.directory_count;

		if (policy->sockets[i].directory == NULL)
			continue;
		directories[stage->seen.directory_count++] = (struct seen_directory){
			.path = policy->sockets[i].directory,
			.clones = { clone, clone + 1 },
		};
	}
}

Test(facade_list, shows_a_list)
{
	struct policy_socket sockets[] = { docker, podman, same, nested, remote };

	for (size_t i = 0; i < array_count(rows); i++) {
		struct policy policy = { .sockets = sockets,
			.socket_count = array_count(sockets),
			.expose = (char **)rows[i].expose };
		struct seen_directory directories[array_count(sockets)];
		struct stage stage;

		while (policy.expose_count < 4 && rows[i].expose[policy.expose_count] != NULL)
			policy.expose_count++;
		stage_make(&stage, &rows[i].scene);
		stage_directories(&stage, &policy, directories);
		expect_facade(
			&stage.seen, &policy, rows[i].underlay, rows[i].veil, rows[i].because);
	}
}

/* The first component of a hidden path is not shown either. */
static const struct {
	const char *channel, *name;
} ways[] = {
	{ "resolved", "systemd" },
	{ "userdb:0", "systemd" },
	{ "userdb:2", "host" },
	{ "winbind", "samba" },
};

Test(facade_list, does_not_lead_to_a_hidden_place)
{
	for (size_t i = 0; i < array_count(ways); i++)
		for (int sight = SIGHT_CLEAR; sight <= SIGHT_HOST; sight++) {
			char *expose[] = { (char *)ways[i].name, (char *)"utmp" };
			const struct policy policy = { .expose = expose, .expose_count = 2 };
			const struct scene scene = { .places = { ways[i].channel } };
			cleanup(plan_clear) struct plan plan = { 0 };
			struct error err = { 0 };
			struct stage stage;

			if (sight == SIGHT_NAMED)
				continue;
			stage_make(&stage, &scene);
			stage.seen.places[0].sight = (enum sight)sight;
			cr_assert_eq(
				plan_make(&plan, &stage.seen, &policy, STRATEGY_FACADE, &err), 0);
			cr_assert_eq(plan.veil_count, 1);
			for (size_t j = 0; j < plan.veils[0].entry_count; j++)
				cr_expect(plan.veils[0].entries[j].kind != VEIL_LINK ||
						strcmp(plan.veils[0].entries[j].path,
							ways[i].name) != 0,
					"\"%s\" leads to %s", ways[i].name, ways[i].channel);
		}
}

/* /run and /var/run each get a clone of their own. */
Test(facade_list, a_clone_for_each_place)
{
	char *expose[] = { (char *)"docker.sock" };
	const struct policy policy = {
		.expose = expose, .expose_count = 1, .sockets = &docker, .socket_count = 1
	};
	const struct scene scene = { .places = { "nscd" } };
	struct seen_directory directories[1];
	cleanup(plan_clear) struct plan plan = { 0 };
	struct error err = { 0 };
	struct stage stage;

	stage_make(&stage, &scene);
	stage_directories(&stage, &policy, directories);
	stage.seen.run_count = 2;
	stage.seen.runs[0].alias = NULL;
	stage.seen.runs[1] = stage.seen.runs[0];
	stage.seen.runs[1].path = "/var/run";
	cr_assert_eq(plan_make(&plan, &stage.seen, &policy, STRATEGY_FACADE, &err), 0);
	cr_assert_eq(plan.veil_count, 2);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(plan.veils[i].mount_count, 1);
		cr_expect_eq(plan.veils[i].mounts[0].fd, 4000 + i);
		cr_expect(plan.veils[i].mounts[0].guarded);
	}
}

static const struct {
	int problem;
	const char *error;
} problems[] = {
	{ ENOENT, "directory \"/run/docker-api\" (policy key sockets): No such file or directory" },
	{ EACCES, "directory \"/run/docker-api\" (policy key sockets): Permission denied" },
};

Test(facade_list, a_directory_that_is_not_there)
{
	char *expose[] = { (char *)"docker.sock" }, *other[] = { (char *)"utmp" };
	struct policy policy = { .sockets = &docker, .socket_count = 1, .expose_count = 1 };
	const struct scene scene = { .places = { "nscd" } };

	for (size_t i = 0; i < array_count(problems); i++) {
		struct seen_directory directory = { .path = docker.directory,
			.clones = { -1, -1 },
			.problem = problems[i].problem };
		cleanup(plan_clear) struct plan plan = { 0 }, unneeded = { 0 };
		struct error err = { 0 };
		struct stage stage;

		stage_make(&stage, &scene);
		stage.seen.directories = &directory;
		stage.seen.directory_count = 1;
		policy.expose = expose;
		cr_expect_eq(plan_make(&plan, &stage.seen, &policy, STRATEGY_FACADE, &err), -1);
		cr_expect_str_eq(err.text, problems[i].error, "%s", err.text);
		cr_expect_eq(err.code, ERROR_SYSTEM, "onError may soften it");
		err = (struct error){ 0 };
		policy.expose = other;
		cr_expect_eq(plan_make(&unneeded, &stage.seen, &policy, STRATEGY_FACADE, &err), 0,
			"a directory that no entry needs: %s", err.text);
	}
}
