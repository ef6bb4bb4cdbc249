/* SPDX-License-Identifier: Apache-2.0 */
/* load: opens and reads the files, and checks who may write a policy. */
#include "spec/load.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "json/decode.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif
#ifndef DATADIR
#define DATADIR "/usr/share"
#endif

const char *const policy_files[POLICY_FILES] = {
	SYSCONFDIR "/oci-runmask/policy.json",
	DATADIR "/oci-runmask/policy.json",
};

int state_read(struct state *state, int fd, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (stream_read(&text, fd, STATE_LIMIT, err) < 0 ||
		state_parse(state, text.text, text.length, err) < 0)
		return error_wrap(err, "container state on stdin");
	return 0;
}

static int unreadable(const char *path, struct error *err)
{
	if (errno != EACCES)
		return error_errno(err, "opening \"%s/config.json\"", path);
	return error_set(err, ERROR_SYSTEM,
		"opening \"%s/config.json\": Permission denied (in a user namespace the "
		"createContainer stage cannot read a private bundle: register the hook for "
		"createRuntime)",
		path);
}

int bundle_enter(const char *path, struct error *err)
{
	if (chdir(path) == 0)
		return 0;
	return errno == EACCES ? unreadable(path, err)
			       : error_errno(err, "entering bundle \"%s\"", path);
}

int spec_load(struct spec *spec, const char *path, struct error *err)
{
	/* openat: musl's open makes a second system call for O_CLOEXEC */
	cleanup(fd_close) int fd = openat(
		AT_FDCWD, "config.json", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (fd < 0)
		return unreadable(path, err);
	if (file_read(&text, fd, CONFIG_LIMIT, err) < 0)
		return error_wrap(err, "%s/config.json", path);
	if (spec_parse(spec, text.text, text.length, err) < 0) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%s/config.json", path);
		return err->code == ERROR_INPUT ? error_in_file(err, file)
						: error_wrap(err, "%s", file);
	}
	return 0;
}

/* Inside a user namespace a file of the host's root belongs to the overflow uid. */
static bool in_user_namespace(void)
{
	static const char whole[] = "         0          0 4294967295\n";
	cleanup(fd_close) int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	char map[sizeof(whole)];
	ssize_t length = fd < 0 ? -1 : read(fd, map, sizeof(map));

	return length >= 0 &&
		((size_t)length != sizeof(whole) - 1 || memcmp(map, whole, sizeof(whole) - 1) != 0);
}

static bool overflow_owned(uid_t owner)
{
	cleanup(fd_close) int fd = open("/proc/sys/kernel/overflowuid", O_RDONLY | O_CLOEXEC);
	char text[16] = "65534";

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		return false;
	return owner == (uid_t)strtoul(text, NULL, 10);
}

int policy_trusted(int fd, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "looking at it");
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return error_set(err, ERROR_POLICY,
			"is writable by group or others (mode %04o); chmod go-w it",
			status.st_mode & 07777);
	if (status.st_uid == 0 || (in_user_namespace() && overflow_owned(status.st_uid)))
		return 0;
	return error_set(err, ERROR_POLICY, "belongs to uid %u, must belong to root",
		(unsigned int)status.st_uid);
}

static int policy_read(struct policy *policy, int fd, const char *file, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (policy_trusted(fd, err) < 0 || file_read(&text, fd, POLICY_LIMIT, err) < 0) {
		err->code = ERROR_POLICY;
		return error_wrap(err, "%s", file);
	}
	return policy_parse(policy, file, text.text, text.length, err);
}

static int policy_open(const char *file)
{
	return openat(AT_FDCWD, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static int policy_failed(const char *file, struct error *err)
{
	error_errno(err, "opening policy \"%s\"", file);
	err->code = ERROR_POLICY;
	return -1;
}

int policy_load(struct policy *policy, const char *named, struct error *err)
{
	cleanup(fd_close) int fd = -1;

	if (named != NULL) {
		fd = policy_open(named);
		return fd < 0 ? policy_failed(named, err) : policy_read(policy, fd, named, err);
	}
	for (size_t i = 0; i < array_count(policy_files); i++) {
		fd = policy_open(policy_files[i]);
		if (fd >= 0)
			return policy_read(policy, fd, policy_files[i], err);
		if (errno != ENOENT && errno != ENOTDIR)
			return policy_failed(policy_files[i], err);
	}
	return policy_default(policy, err);
}

/* The first file there is. */
static int policy_open_any(const char *named)
{
	int fd = named != NULL ? policy_open(named) : -1;

	for (size_t i = 0; named == NULL && fd < 0 && i < array_count(policy_files); i++)
		fd = policy_open(policy_files[i]);
	return fd;
}

const char *policy_name(const char *named)
{
	for (size_t i = 0; named == NULL && i < array_count(policy_files); i++)
		if (access(policy_files[i], F_OK) == 0)
			named = policy_files[i];
	return named != NULL ? named : policy_files[0];
}

char *policy_runtime(const char *named)
{
	cleanup(fd_close) int fd = policy_open_any(named);
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct json_source document = { .code = ERROR_POLICY };
	struct json object, value;
	struct error ignored = { 0 };
	char *runtime = NULL;

	if (fd < 0 || policy_trusted(fd, &ignored) < 0 ||
		file_read(&text, fd, POLICY_LIMIT, &ignored) < 0 ||
		json_validate(text.text, text.length, &object, &ignored) < 0 ||
		!json_member(object, "runtime", &value))
		return NULL;
	document.text = text.text;
	return decode_text(&document, value, "runtime", &runtime, &ignored) < 0 ? NULL : runtime;
}
