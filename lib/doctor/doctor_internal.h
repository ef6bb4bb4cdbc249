/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_internal: who looks for each row of the doctor's table; inside lib/doctor only. */
#pragma once

#include <jansson.h>

#include "doctor/doctor.h"
#include "doctor/run.h"

#define DOCKER_CONFIG "/etc/docker/daemon.json"

/* The policy that the hook would use there, or the built-in where that one is not valid. */
int doctor_policy_in_force(struct doctor *doctor, struct error *err) must_check;

/* The first CDI device that names our hook, "KIND=NAME"; "": there is none. */
int doctor_find_cdi(const struct doctor *doctor, char *device, size_t size, struct error *err)
	must_check;

/* May programs be run and daemons be asked? */
static inline bool doctor_may_run(const struct doctor *doctor)
{
	return doctor->live && !doctor->offline;
}

/* Is any of these programs or files there? */
int doctor_any_there(const struct doctor *doctor, const char *const *paths, size_t count,
	bool *there, struct error *err) must_check;

/* A program to be run by engines, as root. *problem: why it should not be, "is not there" for one;
 * NULL: it is right. */
int doctor_program(const struct doctor *doctor, const char *path, const char **problem,
	struct error *err) must_check;

/* Runs the hook's dry run on a bundle made for it. *key is an outcome: "right"; "refuses", "idle"
 * (it would protect nothing though the host has a channel), "untried". *said: its first line, or
 * why it was not tried; on the heap. "right" at once where nothing may be run. */
int doctor_try_hook(const struct doctor *doctor, const char *program, const char *const *args,
	size_t count, const char **key, char **said, struct error *err) must_check;

/* Runs "PROGRAM [ARGS] --version" as an engine does: the real runtime behind the runtime door
 * answers. *said, on the heap: what it says instead; NULL: it is right, or nothing may be run. */
int doctor_try_runtime(const struct doctor *doctor, const char *program,
	const struct text_list *args, char **said, struct error *err) must_check;

/* The directories of hooks that the engine ("Podman", "CRI-O") is told to read. */
int doctor_hooks_directories(const struct doctor *doctor, const char *engine,
	struct text_list *directories, struct error *err) must_check;

/* Where containerd's configuration is, on the heap; not of the one that Docker starts. */
int doctor_containerd_path(const struct doctor *doctor, char **path, struct error *err) must_check;

/* The version of "docker", "podman", …, on the heap: by what the program says where it may be run,
 * else by the package database; NULL: not known. */
int doctor_version(const struct doctor *doctor, const char *name, char **version, struct error *err)
	must_check;

/* Those of all programs, ours and the kernel among them. */
int doctor_versions(const struct doctor *doctor, struct doctor_version versions[DOCTOR_VERSIONS],
	struct error *err) must_check;

/* One sentence on the engines that are there. */
int doctor_summary(const struct doctor *doctor, const struct doctor_results *results,
	char **summary, struct error *err) must_check;

static inline void doctor_decref(json_t **value)
{
	json_decref(*value);
}

typedef int doctor_look_function(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err);

doctor_look_function doctor_name_service, doctor_directory, doctor_docker_socket,
	doctor_podman_socket, doctor_hook_program, doctor_podman_hook, doctor_crio_hook,
	doctor_crio_precreate, doctor_crio_watch, doctor_podman_annotations, doctor_docker_door,
	doctor_docker_daemon, doctor_docker_readable, doctor_gvisor, doctor_policy,
	doctor_policy_paths, doctor_facade, doctor_containerd, doctor_containerd_limits;
