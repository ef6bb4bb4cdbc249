/* SPDX-License-Identifier: Apache-2.0 */
/* policy: finds and checks the policy that the hook would read below the root, and the paths in
 * it. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "doctor/doctor_internal.h"
#include "spec/load.h"

static int read_policy(
	const struct doctor *doctor, const char *path, struct policy *policy, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(fd_close) int fd = -1;

	if (host_file_open(doctor->root, path, &fd, err) < 0)
		return -1;
	if (policy_trusted(fd, err) < 0 || file_read(&text, fd, POLICY_LIMIT, err) < 0)
		return error_wrap(err, "%s", path);
	return policy_parse(policy, path, text.text, text.length, err);
}

static int find(const struct doctor *doctor, const char **path, struct error *err)
{
	*path = NULL;
	for (size_t i = 0; i < array_count(policy_files) && *path == NULL; i++) {
		bool there;

		if (host_has(doctor->root, policy_files[i], &there, NULL, err) < 0)
			return -1;
		if (there)
			*path = policy_files[i];
	}
	return 0;
}

int doctor_policy_in_force(struct doctor *doctor, struct error *err)
{
	struct error ignored = { 0 };
	const char *path = NULL;

	if (find(doctor, &path, &ignored) == 0 && path != NULL &&
		read_policy(doctor, path, &doctor->policy, &ignored) == 0)
		return 0;
	return policy_default(&doctor->policy, err);
}

int doctor_policy(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(policy_clear) struct policy policy = { 0 };
	struct error why = { 0 };
	const char *path;

	if (find(doctor, &path, err) < 0)
		return -1;
	if (path == NULL)
		return doctor_found(answer, "built-in", NULL, NULL, err);
	if (read_policy(doctor, path, &policy, &why) == 0)
		return doctor_found(answer,
			policy.dry_run                            ? "dry-run"
				: policy.strategy == STRATEGY_OFF ? "off"
								  : "valid",
			path, strategy_name(policy.strategy), err);
	if (why.code == ERROR_SYSTEM)
		return error_set(err, ERROR_SYSTEM, "%s", why.text);
	return doctor_found(answer, "invalid", why.text, path, err);
}

/* ---- the paths in it ---- */

static int judge_runtime(
	const struct doctor *doctor, struct doctor_answer *answer, bool *wrong, struct error *err)
{
	static const char *const ours[] = { "oci-runmask", "oci-runmask-runtime" };
	const char *path = doctor->policy.runtime, *problem;

	if (path == NULL)
		return 0;
	if (doctor_program(doctor, path, &problem, err) < 0)
		return -1;
	if (problem == NULL && word_find(path_base(path), ours, array_count(ours)) >= 0)
		problem =
			"is oci-runmask itself: the key names the runtime behind it, such as runc";
	*wrong = problem != NULL;
	return *wrong ? doctor_found(answer, "runtime", path, problem, err) : 0;
}

/* One socket's directory has to be there, and the daemon's socket in it. */
static int judge_socket(const struct doctor *doctor, const struct policy_socket *socket,
	struct doctor_answer *answer, bool *wrong, struct error *err)
{
	const char *directory = socket->directory != NULL ? socket->directory
							  : socket->certificates;
	struct stat status;
	char path[PATH_MAX];
	bool there;

	if (directory == NULL)
		return 0;
	*wrong = true;
	if (host_stat(doctor->root, directory, &status, &there, err) < 0)
		return -1;
	if (!there || !S_ISDIR(status.st_mode))
		return doctor_found(answer, socket->directory ? "directory" : "certificates",
			directory, socket->path, err);
	snprintf(path, sizeof(path), "%s/%s", directory, path_base(socket->path));
	if (socket->directory != NULL && host_stat(doctor->root, path, &status, &there, err) < 0)
		return -1;
	/* sockets are made by daemons: another host's copy has none */
	if (socket->directory != NULL && doctor->live && (!there || !S_ISSOCK(status.st_mode)))
		return doctor_found(answer, "socket", path, socket->path, err);
	*wrong = false;
	return 0;
}

int doctor_policy_paths(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	const struct policy *policy = &doctor->policy;
	bool wrong = false;

	if (judge_runtime(doctor, answer, &wrong, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->socket_count && !wrong; i++)
		if (judge_socket(doctor, &policy->sockets[i], answer, &wrong, err) < 0)
			return -1;
	if (wrong)
		return 0;
	return doctor_found(answer,
		policy->runtime != NULL || policy->socket_count > 0 ? "right" : "none", NULL, NULL,
		err);
}

int doctor_facade(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	bool facade = doctor->policy.strategy == STRATEGY_FACADE;

	return doctor_found(answer, facade ? "facade" : "none", NULL, NULL, err);
}
