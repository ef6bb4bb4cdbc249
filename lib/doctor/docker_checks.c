/* SPDX-License-Identifier: Apache-2.0 */
/* docker_checks: the rows of the checklist on whether Docker calls the hook, by configuration and
 * by what the running daemon says. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/string.h"
#include "doctor/docker.h"
#include "doctor/package_db.h"
#include "doctor/process.h"

/* Docker knows CDI since 25.0, reads its files by itself since 28.2, and between where it is told
 * to.
 */
static int judge_cdi(const struct doctor *doctor, const struct docker *docker,
	struct doctor_answer *answer, struct error *err)
{
	const json_t *told = json_object_get(json_object_get(docker->config, "features"), "cdi");
	cleanup(text_clear) char *version = NULL;

	if (doctor_version(doctor, "docker", &version, err) < 0)
		return -1;
	if (version != NULL && package_is_older(version, 25, 0))
		return doctor_found(answer, "device-none", docker->device, version, err);
	if (told != NULL && !json_is_true(told))
		return doctor_found(answer, "device-off", docker->device, docker->config_path, err);
	if (told == NULL && version != NULL && package_is_older(version, 28, 2))
		return doctor_found(answer, "device-old", docker->device, version, err);
	if (doctor_judge_json_hook(doctor, docker->device_file, docker->device_hook, answer, err) <
		0)
		return -1;
	if (strcmp(answer->key, "right") != 0)
		return 0;
	return doctor_found(answer, "device", docker->device, docker->device_file, err);
}

static int judge_runtime(const struct doctor *doctor, const struct docker *docker,
	struct doctor_answer *answer, struct error *err)
{
	char where[PATH_MAX];
	const struct told told = { where, docker->program, &docker->args };

	snprintf(where, sizeof(where), "%s in %s", docker->runtime, docker->config_path);
	if (doctor_judge_runtime(doctor, &told, answer, err) < 0)
		return -1;
	if (strcmp(answer->key, "right") != 0)
		return 0;
	return doctor_found(answer, docker->door == DOCKER_DEFAULT ? "default" : "runtime", where,
		docker->program, err);
}

static int judge_door(const struct doctor *doctor, const struct docker *docker,
	struct doctor_answer *answer, struct error *err)
{
	if (docker->default_runtime != NULL && !docker->default_is_defined)
		return doctor_found(
			answer, "undefined", docker->default_runtime, docker->config_path, err);
	switch (docker->door) {
	case DOCKER_DEFAULT:
	case DOCKER_RUNTIME:
		return judge_runtime(doctor, docker, answer, err);
	case DOCKER_DEVICE:
		return judge_cdi(doctor, docker, answer, err);
	case DOCKER_NO_DOOR:
		break;
	}
	return doctor_found(answer, "no-door", NULL, NULL, err);
}

int doctor_docker_door(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(docker_clear) struct docker docker = { 0 };

	if (docker_read(doctor, &docker, err) < 0)
		return -1;
	if (!docker.there)
		return doctor_found(answer, "none", NULL, NULL, err);
	return judge_door(doctor, &docker, answer, err);
}

int doctor_docker_readable(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(docker_clear) struct docker docker = { 0 };
	bool there;

	if (docker_read(doctor, &docker, err) < 0 ||
		host_has(doctor->root, docker.config_path, &there, NULL, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", docker.config_path, NULL, err);
	if (docker.config_problem != NULL)
		return doctor_found(answer, "broken", docker.config_problem, NULL, err);
	return doctor_found(answer, "valid", docker.config_path, NULL, err);
}

/* Does the running daemon know the runtime as the file has it? */
static bool knows_runtime(const struct docker *docker, const struct docker_info *info)
{
	const json_t *runtime = json_object_get(info->runtimes, docker->runtime);
	const char *path = json_string_value(json_object_get(runtime, "path"));

	if (runtime == NULL || (path != NULL && strcmp(path, docker->program) != 0))
		return false;
	return docker->door != DOCKER_DEFAULT ||
		(info->default_runtime != NULL &&
			strcmp(info->default_runtime, docker->runtime) == 0);
}

static int judge_answer(const struct docker *docker, const struct docker_info *info,
	struct doctor_answer *answer, struct error *err)
{
	const char *version = info->version ? info->version : "(no version)";

	if (docker->door == DOCKER_DEVICE && package_is_older(version, 25, 0))
		return doctor_found(answer, "cdi-none", version, NULL, err);
	if (docker->door == DOCKER_DEVICE)
		return doctor_found(
			answer, info->cdi ? "cdi" : "cdi-off", version, docker->config_path, err);
	return doctor_found(answer, knows_runtime(docker, info) ? "knows" : "unread", version,
		knows_runtime(docker, info) ? docker->runtime : docker->config_path, err);
}

int doctor_docker_daemon(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(docker_clear) struct docker docker = { 0 };
	cleanup(docker_info_clear) struct docker_info info = { 0 };
	char pid[32];
	bool changed;

	if (!doctor_may_run(doctor))
		return doctor_found(answer, "offline", NULL, NULL, err);
	if (docker_read(doctor, &docker, err) < 0)
		return -1;
	if (docker.pid == 0)
		return doctor_found(answer, docker.there ? "down" : "none", NULL, NULL, err);
	if (docker.door == DOCKER_NO_DOOR)
		return doctor_found(answer, "no-door", NULL, NULL, err);
	if (docker_ask(&docker, &info, err) < 0)
		return -1;
	if (info.answers)
		return judge_answer(&docker, &info, answer, err);
	if (doctor_changed_since(doctor, docker.config_path, docker.pid, &changed, err) < 0)
		return -1;
	snprintf(pid, sizeof(pid), "dockerd (pid %d)", (int)docker.pid);
	return doctor_found(answer, changed ? "changed" : "silent", pid, docker.config_path, err);
}
