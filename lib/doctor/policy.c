/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_policy: the policy that the hook would read there. */
#include <string.h>
#include <unistd.h>

#include "doctor/doctor_internal.h"
#include "spec/load.h"

/* Why the hook would not trust the file; NULL: it would. */
static const char *distrust(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return "is not a regular file";
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return "is writable by group or others";
	if (status->st_uid != 0 && status->st_uid != geteuid())
		return "does not belong to root";
	return NULL;
}

static int read_policy(
	const struct doctor *doctor, const char *path, struct policy *policy, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct stat status;
	const char *why;
	bool there;

	if (tree_look(doctor->root, path, &status, &there, err) < 0 ||
		tree_read(doctor->root, path, &text, &there, err) < 0)
		return -1;
	why = distrust(&status);
	if (why != NULL)
		return error_set(err, ERROR_POLICY, "%s: %s", path, why);
	return policy_parse(policy, path, text.text, text.length, err);
}

static int find(const struct doctor *doctor, const char **path, struct error *err)
{
	*path = NULL;
	for (size_t i = 0; i < array_count(policy_files) && *path == NULL; i++) {
		bool there;

		if (tree_has(doctor->root, policy_files[i], &there, NULL, err) < 0)
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
		return doctor_found(answer, "valid", path, strategy_name(policy.strategy), err);
	if (why.code == ERROR_SYSTEM)
		return error_set(err, ERROR_SYSTEM, "%s", why.text);
	return doctor_found(answer, "invalid", why.text, path, err);
}

int doctor_facade(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	bool facade = doctor->policy.strategy == STRATEGY_FACADE;

	return doctor_found(answer, facade ? "facade" : "none", NULL, NULL, err);
}
