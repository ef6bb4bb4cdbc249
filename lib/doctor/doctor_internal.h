/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_internal: the functions that the rows of the checklist call, and what they share. Inside
 * lib/doctor only. */
#pragma once

#include <jansson.h>

#include "doctor/doctor.h"
#include "doctor/run.h"

#define DOCKER_CONFIG "/etc/docker/daemon.json"

/* The policy that the hook would use there, or the built-in where that one is not valid. */
int doctor_policy_in_force(struct doctor *doctor, struct error *err) must_check;

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

/* What an engine is told to run: a hook or a runtime, and the file that says so. Borrowed. */
struct told {
	const char *where, *program;
	const struct text_list *args;
};

/* Runs the hook's dry run on a bundle made for it. *key is an outcome: "right"; "refuses", "idle"
 * (it would protect nothing though the host has a channel), "untried". *said: its first line, or
 * why it was not tried; on the heap. "right" at once where nothing may be run. */
int doctor_try_hook(const struct doctor *doctor, const struct told *hook, const char **key,
	char **said, struct error *err) must_check;

/* Answers for a registered hook: "right" with "there" and the program, or one of the shared
 * outcomes. */
int doctor_judge_hook(const struct doctor *doctor, const struct told *hook,
	struct doctor_answer *answer, struct error *err) must_check;

/* {"path", "args"} of an OCI or CDI hook; path must be a string. */
int doctor_judge_json_hook(const struct doctor *doctor, const char *where, const json_t *hook,
	struct doctor_answer *answer, struct error *err) must_check;

/* The first createRuntime, prestart or createContainer hook of an OCI configuration that is ours;
 * borrowed. NULL: none. */
const json_t *doctor_our_hook(const json_t *spec);

/* Answers for a runtime that is one of our programs: the real runtime behind it has to say its
 * version, and a bundle that it gets has to leave with a hook that works. */
int doctor_judge_runtime(const struct doctor *doctor, const struct told *runtime,
	struct doctor_answer *answer, struct error *err) must_check;

/* Adds the strings of a JSON array. */
int doctor_strings(struct text_list *words, const json_t *array, struct error *err) must_check;

/* Was the file changed since the process was started? Yes where that is not known; no without a
 * process (0). */
int doctor_changed_since(const struct doctor *doctor, const char *path, pid_t pid, bool *changed,
	struct error *err) must_check;

/* Do the files of hooks.d that NRI's hook-injector (that process) reads have our hook? Answers with
 * "nri", or one of the shared outcomes. */
int doctor_nri_hooks(const struct doctor *doctor, pid_t pid, struct doctor_answer *answer,
	struct error *err) must_check;

/* The directories of hooks that the engine ("Podman", "CRI-O") is told to read, and the last file
 * that says so, on the heap (NULL: none does). */
int doctor_hooks_directories(const struct doctor *doctor, const char *engine,
	struct text_list *directories, char **told, struct error *err) must_check;

/* Where containerd's configuration is, on the heap; not of the one that Docker starts. */
int doctor_containerd_path(const struct doctor *doctor, char **path, struct error *err) must_check;

/* What "containerd config dump" says of that file and its imports; -1 also where it fails. *answer
 * must be zeroed; run_answer_clear frees it, also after a failure. */
int doctor_containerd_dump(const char *path, struct run_answer *answer, struct error *err)
	must_check;

/* The first of the usual paths of "docker" (dockerd), "podman", … that may be executed on this
 * host; NULL: none. */
const char *doctor_program_path(const char *name);

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
