/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_looks: who looks for each row of the doctor's table; inside lib/doctor only. */
#pragma once

#include <jansson.h>

#include "doctor/doctor.h"

#define DOCKER_CONFIG "/etc/docker/daemon.json"

/* The policy that the hook would use there, or the built-in where that one is not valid. */
int doctor_policy_in_force(struct doctor *doctor, struct error *err) must_check;

/* dockerd's configuration; NULL where there is none, or none that can be read as JSON: then *why,
 * where it is not NULL, is set. */
int doctor_docker_config(
	const struct doctor *doctor, json_t **config, char **why, struct error *err) must_check;

/* Is any of these programs or files there? */
int doctor_any_there(const struct doctor *doctor, const char *const *paths, size_t count,
	bool *there, struct error *err) must_check;

/* A program to be run by engines, as root. *problem: why it should not be, "is not there" for one;
 * NULL: it is right. */
int doctor_program(const struct doctor *doctor, const char *path, const char **problem,
	struct error *err) must_check;

static inline void doctor_decref(json_t **value)
{
	json_decref(*value);
}

typedef int doctor_look_function(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err);

doctor_look_function doctor_name_service, doctor_directory, doctor_docker_socket,
	doctor_podman_socket, doctor_hook_program, doctor_podman_hook, doctor_crio_hook,
	doctor_crio_precreate, doctor_podman_annotations, doctor_docker_door,
	doctor_docker_readable, doctor_gvisor, doctor_policy, doctor_facade;
