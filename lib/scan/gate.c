/* SPDX-License-Identifier: Apache-2.0 */
/* gate: compares the state with the process by start time and owner, and reads the strategy from
 * the bundle's config.json. */
#include "scan/gate.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/file.h"
#include "kernel/process_stat.h"
#include "spec/oci.h"

#define STAT_LIMIT ((size_t)64 << 10)

/* In clock ticks since the boot; 0: unknown. */
static uint64_t started(int proc)
{
	cleanup(fd_close) int fd = openat(proc, "stat", O_RDONLY | O_CLOEXEC);
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error ignored = { 0 };

	if (fd < 0 || buffer_read(&text, fd, 0, STAT_LIMIT, &ignored) < 0 || text.length == 0)
		return 0;
	return process_stat_started(text.text);
}

/* Who made the user namespace that the process is in. */
static int owner_of(int proc, uid_t *owner)
{
	cleanup(fd_close) int fd = openat(proc, "ns/user", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : ioctl(fd, NS_GET_OWNER_UID, owner);
}

static int is_of(
	const struct running_process *process, const struct running_state *state, struct error *why)
{
	uid_t owner = 0;

	if (state->started != 0 && state->started != started(process->proc))
		return error_set(
			why, ERROR_INPUT, "its state is of an earlier process of the same number");
	if (state->owner != 0 && (owner_of(process->proc, &owner) < 0 || owner != state->owner))
		return error_set(why, ERROR_INPUT,
			"its state was written by uid %u, and it is not that user's container",
			(unsigned int)state->owner);
	return 0;
}

/* config.json: written by root, or by the user that the container belongs to, and by no other. */
static int read_bundle(const struct running_state *state, struct spec *spec, struct error *why)
{
	cleanup(fd_close) int directory = -1, fd = -1;
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct stat status;

	if (state->bundle == NULL || state->bundle[0] != '/')
		return error_set(why, ERROR_INPUT, "its state names no bundle");
	directory = open(state->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return error_errno(why, "opening its bundle");
	fd = file_open(directory, "config.json", O_NOFOLLOW, why);
	if (fd < 0)
		return error_wrap(why, "its config.json");
	if (fstat(fd, &status) < 0)
		return error_errno(why, "looking at its config.json");
	if ((status.st_uid != 0 && status.st_uid != state->owner) ||
		(status.st_mode & (S_IWGRP | S_IWOTH)))
		return error_set(
			why, ERROR_INPUT, "its config.json is writable by group or others");
	if (file_read(&text, fd, CONFIG_LIMIT, why) < 0 ||
		spec_parse(spec, text.text ? text.text : "", text.length, why) < 0)
		return error_wrap(why, "its config.json");
	return 0;
}

bool gate_open(const struct running_process *process, const struct running_state *state,
	const struct policy *policy, struct error *why)
{
	cleanup(spec_clear) struct spec spec = { 0 };
	enum strategy strategy;

	if (is_of(process, state, why) < 0 || read_bundle(state, &spec, why) < 0)
		return false;
	if (policy_strategy(policy, spec.strategy_key, spec.strategy, &strategy, why) < 0)
		return false;
	return strategy != STRATEGY_OFF;
}
