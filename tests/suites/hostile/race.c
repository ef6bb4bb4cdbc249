/* SPDX-License-Identifier: Apache-2.0 */
/* race HOOK PASSES RESULT: the hook's critical section, again and again, against a neighbour that
 * swaps names of the shared /run, or of the image's root, for links, files and directories.
 * CVE-2019-19921, CVE-2021-30465, CVE-2024-0132 and CVE-2025-23359 were lost in such a race. After
 * every pass: nothing outside the container has changed, nothing of the container's namespace
 * outside its root has, no hang; and either the result is right, or the hook has refused in one
 * line. A careless hook, which looks before it mounts by path, must be caught by the same test. On
 * a private host. Says "N passed, N failed" at the end: cases. */
#include "../faults/stage.h"
#include "inside.h"
#include "racer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 20000        /* milliseconds; a run takes one */
#define CARELESS_MAX 20000 /* passes until the careless hook is caught */

/* Where names are swapped. */
enum arena { ARENA_HOST, ARENA_IMAGE };

struct contest {
	const char *scene;
	enum arena arena;
	const char *names[5];
};

static const struct contest contests[] = {
	{ "mask", ARENA_HOST, { "nscd" } },
	{ "facade", ARENA_HOST, { "nscd", "docker.sock" } },
	{ "route", ARENA_HOST, { "docker.sock" } },
	{ "mask", ARENA_IMAGE, { "var/run", "run", "var" } },
	{ "facade", ARENA_IMAGE, { "var/run", "run", "var" } },
	{ "route", ARENA_IMAGE, { "tmp/docker.sock", "tmp", "dev" } },
};

#define CONTEST_COUNT (sizeof(contests) / sizeof(contests[0]))

struct match {
	const struct contest *contest;
	struct stage stage;
	struct racer racer;
	struct picture host; /* before */
	char decoy[160];
	const char *hook;
	/* what came of it */
	unsigned long passes, protected, clear, refused, elsewhere;
	int failed;
};

static void complain(struct match *match, const char *wrong, const char *said)
{
	if (match->failed++ < 20)
		printf("# %s, %s, pass %lu: %s%s%s\n", match->contest->scene,
			match->contest->arena == ARENA_HOST ? "host" : "image", match->passes,
			wrong, said[0] == '\0' ? "" : "; said: ", said);
}

/* All that is outside the container: mounts of the host and of its peers, its /run, and where the
 * links lead to, with the times of its directories. */
static void picture_outside(const struct match *match, struct picture *picture)
{
	picture_host(picture, false);
	picture_names(picture, "/run");
	picture_tree(picture, match->decoy);
	picture_names(picture, match->stage.root);
}

static void check_outside(struct match *match, const char *said)
{
	struct picture now = { 0 };
	const char *difference;
	char text[320];

	picture_outside(match, &now);
	difference = picture_difference(&match->host, &now);
	if (difference != NULL) {
		snprintf(text, sizeof(text), "outside the container: %s", difference);
		complain(match, text, said);
		picture_clear(&match->host);
		match->host = now;
		return;
	}
	picture_clear(&now);
}

/* Looked after the neighbour has put everything back. A container looked at while something else
 * stood there is clear: a name that is not the host's. Not so with a facade: /run itself was not
 * swapped by a neighbour on the host. */
static const char *check_result(struct match *match, const struct stand_in *stand_in,
	const struct hook_run *run, bool changed)
{
	const char *why;
	int code = WIFEXITED(run->status) ? WEXITSTATUS(run->status) : -1;

	if (run->late)
		return "it hangs";
	if (run->printed[0] != '\0')
		return "something is on stdout";
	if (code == 2) {
		match->refused++;
		return one_line(run->said) ? NULL : "refused, and not in one line";
	}
	if (code != 0)
		return "it ends neither with 0 nor with 2";
	if (run->said[0] != '\0' && !one_line(run->said))
		return "more than one line";
	if (stand_in_protected(stand_in, &why))
		match->protected ++;
	else if (match->contest->arena == ARENA_HOST &&
		stand_in->stage->scene->proof == PROOF_FACADE)
		return why;
	else if (changed)
		match->elsewhere++;
	else
		match->clear++;
	return NULL;
}

/* What hooks do that were written in an hour. */
static void careless(const struct stand_in *stand_in)
{
	char path[256];
	struct stat status;

	snprintf(path, sizeof(path), "%s/run/nscd", stand_in->stage->root);
	if (setns(stand_in->namespace, CLONE_NEWNS) < 0)
		_exit(126);
	if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
		mount("oci-runmask", path, "tmpfs", 0, "size=64k");
	_exit(0);
}

static void run_careless(const struct stand_in *stand_in)
{
	pid_t pid = fork();

	if (pid == 0)
		careless(stand_in);
	waitpid(pid, NULL, 0);
}

static void run_hook(const struct match *match, const struct stand_in *stand_in,
	struct hook_run *run, bool inside)
{
	const char *argv[] = { match->hook, inside ? "createContainer" : "createRuntime",
		"--policy", match->stage.policy, NULL };

	*run = (struct hook_run){ .argv = argv, .limit = LIMIT };
	hook_run(run, stand_in, inside);
}

/* One pass; without a hook the careless one. Returns what is wrong inside the container. */
static const char *pass(struct match *match, struct hook_run *run)
{
	struct stand_in stand_in;
	struct picture before = { 0 }, now = { 0 };
	const char *inside, *wrong = NULL;

	stand_in_start(&stand_in, &match->stage);
	picture_mounts(&before, stand_in.pid, true);
	racer_loose(&match->racer);
	if (match->hook == NULL)
		run_careless(&stand_in);
	else
		run_hook(match, &stand_in, run, match->passes % 2 == 1);
	racer_hold(&match->racer);
	match->passes++;
	picture_mounts(&now, stand_in.pid, true);
	inside = inside_check(&stand_in, &before, &now);
	if (match->hook != NULL)
		wrong = check_result(
			match, &stand_in, run, picture_difference(&before, &now) != NULL);
	stand_in_end(&stand_in);
	picture_clear(&before);
	picture_clear(&now);
	return inside != NULL ? inside : wrong;
}

static void make_decoys(struct match *match)
{
	static const char *const below[] = { "", "/nscd", "/run", "/run/nscd", "/docker.sock" };
	char path[400], media[200];

	snprintf(match->decoy, sizeof(match->decoy), "%s/decoy-%d-%s-%d", getenv("LAB_DIR"),
		(int)getpid(), match->contest->scene, (int)match->contest->arena);
	snprintf(media, sizeof(media), "%s%s", match->stage.root, getenv("LAB_DIR"));
	if (mkdir(media, 0755) < 0)
		give_up("%s: %s", media, strerror(errno));
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", match->decoy, below[i]);
		if (mkdir(path, 0755) < 0)
			give_up("%s: %s", path, strerror(errno));
		/* and the image has the same, for whom the link leads nowhere else */
		snprintf(path, sizeof(path), "%s%s%s", match->stage.root, match->decoy, below[i]);
		if (mkdir(path, 0755) < 0)
			give_up("%s: %s", path, strerror(errno));
	}
}

static void begin(struct match *match, const struct contest *contest, const char *hook)
{
	*match = (struct match){ .contest = contest, .hook = hook };
	stage_set(&match->stage, scene_find(contest->scene));
	make_decoys(match);
	racer_start(&match->racer, contest->arena == ARENA_HOST ? "/run" : match->stage.root,
		contest->names, match->decoy);
	picture_outside(match, &match->host);
}

static void end(struct match *match)
{
	racer_end(&match->racer);
	stage_clear(&match->stage);
	remove_tree(match->decoy);
	picture_clear(&match->host);
}

static const struct contest *contest_find(const char *scene, enum arena arena)
{
	for (size_t i = 0; i < CONTEST_COUNT; i++)
		if (contests[i].arena == arena && strcmp(contests[i].scene, scene) == 0)
			return &contests[i];
	give_up("no contest is called \"%s\"", scene);
}

/* The control. */
static int catch_careless(void)
{
	struct match match;
	const char *wrong = NULL;

	begin(&match, contest_find("mask", ARENA_HOST), NULL);
	while (wrong == NULL && match.passes < CARELESS_MAX)
		wrong = pass(&match, NULL);
	printf("# a careless hook, pass %lu: %s\n", match.passes,
		wrong == NULL ? "was not caught: this test sees nothing" : wrong);
	end(&match);
	return wrong == NULL;
}

/* The control of the look inside. */
static int tell_strays(void)
{
	struct match match;
	const char *mistaken;

	begin(&match, contest_find("route", ARENA_HOST), NULL);
	mistaken = inside_mistaken(&match.stage);
	printf("# mounts that a route does and does not make: %s\n",
		mistaken == NULL ? "told apart" : mistaken);
	end(&match);
	return mistaken != NULL;
}

static bool outside_differs(const struct match *match)
{
	struct picture now = { 0 };
	bool differs;

	picture_outside(match, &now);
	differs = picture_difference(&match->host, &now) != NULL;
	picture_clear(&now);
	return differs;
}

/* And the look at the host sees a file in its /run, a mount, and a directory that was there for a
 * moment. */
static int see_changes(void)
{
	struct match match;
	char path[200];
	bool file, mounted, moment;

	begin(&match, contest_find("mask", ARENA_HOST), NULL);
	snprintf(path, sizeof(path), "%s/moment", match.decoy);
	file = mknod("/run/made", S_IFREG | 0644, 0) == 0 && outside_differs(&match);
	file = unlink("/run/made") == 0 && file && !outside_differs(&match);
	mounted = mount("oci-runmask", match.decoy, "tmpfs", 0, NULL) == 0 &&
		outside_differs(&match);
	mounted = umount(match.decoy) == 0 && mounted && !outside_differs(&match);
	moment = mkdir(path, 0755) == 0 && rmdir(path) == 0 && outside_differs(&match);
	printf("# the look at the host: a file %s, a mount %s, a moment %s\n",
		file ? "seen" : "NOT SEEN", mounted ? "seen" : "NOT SEEN",
		moment ? "seen" : "NOT SEEN");
	end(&match);
	return !(file && mounted && moment);
}

static int compete(
	const struct contest *contest, const char *hook, unsigned long passes, FILE *result)
{
	struct match match;
	struct hook_run run;
	unsigned long swaps;

	begin(&match, contest, hook);
	while (match.passes < passes) {
		const char *wrong = pass(&match, &run);

		if (wrong != NULL)
			complain(&match, wrong, run.said);
		check_outside(&match, run.said);
	}
	swaps = atomic_load(&match.racer.reins->swaps);
	if (match.protected == 0 || swaps < passes)
		complain(&match, "no race: nothing was protected, or hardly anything swapped", "");
	printf("# %s, %s: %lu passes against %lu swaps: %lu protected, %lu clear, %lu on what "
	       "stood "
	       "there, %lu refused, %d wrong\n",
		contest->scene, contest->arena == ARENA_HOST ? "host" : "image", match.passes,
		swaps, match.protected, match.clear, match.elsewhere, match.refused, match.failed);
	fprintf(result,
		"{\"scene\": \"%s\", \"arena\": \"%s\", \"passes\": %lu, \"swaps\": %lu, "
		"\"wrong\": %d}\n",
		contest->scene, contest->arena == ARENA_HOST ? "host" : "image", match.passes,
		swaps, match.failed);
	end(&match);
	return match.failed != 0;
}

int main(int argc, char *argv[])
{
	unsigned long passes = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	FILE *result;
	int failed;

	if (passes < CONTEST_COUNT)
		give_up("usage: race HOOK PASSES RESULT");
	setvbuf(stdout, NULL, _IOLBF, 0);
	result = fopen(argv[3], "we");
	if (result == NULL)
		give_up("%s: %s", argv[3], strerror(errno));
	failed = see_changes() + catch_careless() + tell_strays();
	for (size_t i = 0; i < CONTEST_COUNT; i++)
		failed += compete(&contests[i], argv[1],
			(passes + CONTEST_COUNT - 1) / CONTEST_COUNT, result);
	if (fclose(result) != 0)
		give_up("%s: %s", argv[3], strerror(errno));
	printf("%zu passed, %d failed\n", CONTEST_COUNT + 3 - (size_t)failed, failed);
	return failed != 0;
}
