/* SPDX-License-Identifier: Apache-2.0 */
/* hook: checks owner and mode of a program that engines run as root; the row of the installed
 * hook. */
#include <string.h>

#include "doctor/doctor_internal.h"

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec"
#endif

int doctor_any_there(const struct doctor *doctor, const char *const *paths, size_t count,
	bool *there, struct error *err)
{
	*there = false;
	for (size_t i = 0; i < count && paths[i] != NULL && !*there; i++)
		if (host_has(doctor->root, paths[i], there, NULL, err) < 0)
			return -1;
	return 0;
}

int doctor_program(
	const struct doctor *doctor, const char *path, const char **problem, struct error *err)
{
	struct stat status;
	bool there;

	if (host_stat(doctor->root, path, &status, &there, err) < 0)
		return -1;
	*problem = NULL;
	if (!there)
		*problem = "is not there";
	else if (!S_ISREG(status.st_mode))
		*problem = "is not a regular file";
	else if ((status.st_mode & 0111) != 0111)
		*problem = "is not executable for all";
	else if (status.st_mode & (S_IWGRP | S_IWOTH))
		*problem = "is writable by group or others";
	else if (status.st_uid != 0)
		*problem = "does not belong to root";
	return 0;
}

int doctor_hook_program(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char path[] = LIBEXECDIR "/oci/hooks.d/oci-runmask";
	static char *words[] = { "oci-runmask", "createRuntime" };
	static const struct text_list args = { words, array_count(words) };
	const struct told told = { path, path, &args };
	cleanup(text_clear) char *said = NULL;
	const char *problem, *key;

	if (doctor_program(doctor, path, &problem, err) < 0)
		return -1;
	if (problem != NULL)
		return doctor_found(answer, "bad", path, problem, err);
	if (doctor_try_hook(doctor, &told, &key, &said, err) < 0)
		return -1;
	if (said == NULL)
		return doctor_found(answer, "there", path, NULL, err);
	return doctor_found(answer, key, path, said, err);
}
