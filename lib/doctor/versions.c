/* SPDX-License-Identifier: Apache-2.0 */
/* versions: finds the versions of engines, runtimes, our own programs and the kernel. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor/doctor_internal.h"

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec"
#endif
#ifndef VERSION
#define VERSION "unknown"
#endif

/* A program that says its version with --version, and the packages that have it. */
static const struct {
	const char *name;
	const char *paths[3];
	const char *packages[4];
} programs[] = {
	{ "oci-runmask", { LIBEXECDIR "/oci/hooks.d/oci-runmask" }, { "oci-runmask" } },
	{ "docker", { "/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd" },
		{ "docker-ce", "docker.io", "moby-engine", "docker" } },
	{ "containerd", { "/usr/bin/containerd", "/usr/local/bin/containerd" },
		{ "containerd", "containerd.io" } },
	{ "podman", { "/usr/bin/podman", "/usr/local/bin/podman" }, { "podman" } },
	{ "cri-o", { "/usr/bin/crio", "/usr/local/bin/crio" }, { "cri-o" } },
	{ "runc", { "/usr/bin/runc", "/usr/sbin/runc", "/usr/local/bin/runc" }, { "runc" } },
	{ "crun", { "/usr/bin/crun", "/usr/local/bin/crun" }, { "crun" } },
};
_Static_assert(array_count(programs) + 2 == DOCTOR_VERSIONS, "runmask and kernel besides");

/* "Docker version 20.10.24+dfsg1, build …", "crio version 1.37.0", "containerd github.com/…
 * v2.1.9": the first word that begins as a version does. */
static int version_in(const char *said, char **version, struct error *err)
{
	for (const char *word = said; *word != '\0';) {
		size_t length = strcspn(word, " \t,\n");
		const char *number = word + (*word == 'v');

		if (isdigit((unsigned char)*number) && memchr(number, '.', length) != NULL) {
			*version = text_copy_bytes(number, length - (size_t)(number - word), err);
			return *version == NULL ? -1 : 0;
		}
		word += length + (word[length] != '\0');
	}
	return 0;
}

static int ask_program(
	const struct doctor *doctor, const char *path, char **version, struct error *err)
{
	const char *const argv[] = { path, "--version", NULL };
	const struct run run = { path, argv, NULL };
	cleanup(run_answer_clear) struct run_answer answer = { 0 };
	struct error ignored = { 0 };
	const char *problem;

	if (doctor_program(doctor, path, &problem, err) < 0)
		return -1;
	if (problem != NULL || run_program(&run, &answer, &ignored) < 0 || answer.exit_code != 0)
		return 0;
	return version_in(answer.said.text, version, err);
}

static int ask_packages(
	const struct doctor *doctor, size_t program, char **version, struct error *err)
{
	size_t count = 0;

	while (count < array_count(programs[program].packages) &&
		programs[program].packages[count] != NULL)
		count++;
	return host_package(doctor->root, programs[program].packages, count, version, err);
}

static int find_version(
	const struct doctor *doctor, size_t program, char **version, struct error *err)
{
	*version = NULL;
	if (!doctor_may_run(doctor))
		return ask_packages(doctor, program, version, err);
	for (size_t i = 0; i < array_count(programs[program].paths) && *version == NULL; i++)
		if (programs[program].paths[i] != NULL &&
			ask_program(doctor, programs[program].paths[i], version, err) < 0)
			return -1;
	return 0;
}

int doctor_version(const struct doctor *doctor, const char *name, char **version, struct error *err)
{
	for (size_t i = 0; i < array_count(programs); i++)
		if (strcmp(programs[i].name, name) == 0)
			return find_version(doctor, i, version, err);
	return error_set(err, ERROR_SYSTEM, "unknown program \"%s\"", name);
}

const char *doctor_program_path(const char *name)
{
	for (size_t i = 0; i < array_count(programs); i++)
		for (size_t k = 0; k < array_count(programs[i].paths); k++)
			if (strcmp(programs[i].name, name) == 0 && programs[i].paths[k] != NULL &&
				access(programs[i].paths[k], X_OK) == 0)
				return programs[i].paths[k];
	return NULL;
}

int doctor_versions(const struct doctor *doctor, struct doctor_version versions[DOCTOR_VERSIONS],
	struct error *err)
{
	struct utsname kernel;

	versions[0] = (struct doctor_version){ "runmask", text_copy(VERSION, err) };
	versions[1].name = "kernel";
	if (doctor->live && uname(&kernel) == 0)
		versions[1].version = text_copy(kernel.release, err);
	if (versions[0].version == NULL)
		return -1;
	for (size_t i = 0; i < array_count(programs); i++) {
		versions[i + 2].name = programs[i].name;
		if (find_version(doctor, i, &versions[i + 2].version, err) < 0)
			return -1;
	}
	return 0;
}
