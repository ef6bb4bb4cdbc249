/* SPDX-License-Identifier: Apache-2.0 */
/* oci-runmask: an OCI runtime hook that hides the host's name service from a container, and gives
 * docker.sock a path that survives a restart of its daemon. This file has main: it chooses the door
 * and the exit code. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/string.h"
#include "options.h"
#include "plan/plan_text.h"

#define EXIT_REFUSED 2

static const struct door doors[] = {
	{ "createRuntime", false, lifecycle, "OCI state on stdin; in the runtime's namespaces" },
	{ "prestart", false, lifecycle, "the same moment by its older name" },
	{ "createContainer", true, lifecycle, "OCI state on stdin; in the container's namespaces" },
	{ "precreate", false, precreate,
		"config.json on stdin, and the changed one on stdout (Podman)" },
	{ DOOR_RUNTIME, false, runtime,
		"changes the bundle's config.json and runs the runtime itself" },
};

static const struct door *door_find(const char *name, struct error *err)
{
	const char *names[array_count(doors)];
	char all[160];

	for (size_t i = 0; i < array_count(doors); i++) {
		if (name != NULL && strcmp(doors[i].name, name) == 0)
			return &doors[i];
		names[i] = doors[i].name;
	}
	words_join(all, sizeof(all), names, array_count(names));
	if (name == NULL)
		error_set(err, ERROR_INPUT, "no door: the first argument must be %s", all);
	else
		error_set(err, ERROR_INPUT, "unknown door \"%s\": must be %s", name, all);
	return NULL;
}

/* Runtimes hand over what they happen to have: crun blocks nearly all signals, runc leaks fds at
 * createContainer. Nothing of that is to matter, and no file that we open may become fd 0, 1 or 2.
 * (They also stand in the image's root directory: each door goes where its relative paths start,
 * before it meets one. The umask is put in order where files are made.) */
static int sanitize_process(struct error *err)
{
	struct pollfd standard[] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (close_range(3, ~0U, 0) < 0 && errno != ENOSYS)
		return error_errno(err, "closing inherited files");
	if (poll(standard, array_count(standard), 0) < 0)
		return error_errno(err, "looking at the standard files");
	for (size_t i = 0; i < array_count(standard); i++)
		if ((standard[i].revents & POLLNVAL) && open("/dev/null", O_RDWR) < 0)
			return error_errno(err, "opening /dev/null");
	return 0;
}

static int help(enum help wanted)
{
	if (wanted == HELP_VERSION) {
		printf("oci-runmask %s\n", VERSION);
		return 0;
	}
	printf("Usage: oci-runmask DOOR [--policy FILE] [--strategy S] [--dry-run]\n"
	       "       oci-runmask runtime [--policy FILE] [--strategy S] [--runtime PATH]\n"
	       "                           [--rewrite] ARGS...\n\n"
	       "An OCI runtime hook: takes the host's name service (nscd) out of the sight of\n"
	       "containers that bind the host's /run, before they start.\n\nDoors:\n");
	for (size_t i = 0; i < array_count(doors); i++)
		printf("  %-16s %s\n", doors[i].name, doors[i].summary);
	printf("\nOptions:\n"
	       "  --policy FILE    this policy (default: %s/oci-runmask/policy.json,\n"
	       "                   else %s/oci-runmask/policy.json, else built in)\n"
	       "  --strategy S     off, mask or facade, instead of the policy's\n"
	       "  --dry-run        say what would be done; change nothing\n"
	       "  --runtime PATH   the real runtime (default: the policy's, else the first of\n"
	       "                   runc, crun)\n"
	       "  --rewrite        edit the mounts instead of adding the hook, for runtimes\n"
	       "                   that keep mounts of their own\n"
	       "  --version, --help  also -V, -h, version, help\n\n"
	       "Exit status: 0 done, or nothing to do; 2 refused, one line on stderr.\n",
		SYSCONFDIR, DATADIR);
	return 0;
}

static int run(const struct options *options, struct outcome *outcome, struct error *err)
{
	const struct door *door = door_find(options->door, err);

	if (door == NULL)
		return -1;
	outcome->door = door->name;
	return door->open(options, door, outcome, err);
}

int main(int argc, char **argv)
{
	struct outcome outcome = { .log = -1 };
	struct options options;
	struct error err = { 0 };
	int parsed = options_parse(&options, argc, argv, &err);
	/* a runtime gets everything as it is, and its stdin may never end */
	bool passes_on = options.door != NULL && strcmp(options.door, DOOR_RUNTIME) == 0;

	if ((passes_on || sanitize_process(&err) == 0) && parsed == 0) {
		if (options.help != HELP_NONE)
			return help(options.help);
		if (run(&options, &outcome, &err) == 0) {
			outcome_tell(&outcome, "oci-runmask");
			return 0;
		}
	}
	if (!passes_on)
		stream_drain(STDIN_FILENO);
	outcome_refuse(&outcome, "oci-runmask", &err);
	return EXIT_REFUSED;
}
