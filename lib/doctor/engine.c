/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_engine: what the engines' own configurations mean for the hook. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor_internal.h"
#include "json/json.h"
#include "doctor/package_db.h"
#include "doctor/toml_file.h"
#include "base/path.h"
#include "base/string.h"

static const char *const docker_signs[] = { DOCKER_CONFIG, "/usr/bin/dockerd", "/usr/sbin/dockerd",
	"/usr/local/bin/dockerd" };

int doctor_docker_config(
	const struct doctor *doctor, json_t **config, char **why, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error wrong = { 0 };
	struct json document;
	bool there;

	*config = NULL;
	if (tree_read(doctor->root, DOCKER_CONFIG, &text, &there, err) < 0)
		return -1;
	if (!there || strspn(text.text, " \t\r\n") == text.length)
		return 0;
	if (json_validate(text.text, text.length, &document, &wrong) == 0) {
		*config = json_loadb(text.text, text.length, JSON_DECODE_INT_AS_REAL, NULL);
		return 0;
	}
	if (why == NULL)
		return 0;
	error_place(&wrong, "%s", DOCKER_CONFIG);
	*why = text_copy(wrong.text, err);
	return *why == NULL ? -1 : 0;
}

int doctor_docker_readable(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char *const files[] = { DOCKER_CONFIG };
	cleanup(doctor_decref) json_t *config = NULL;
	cleanup(text_clear) char *why = NULL;
	bool there;

	if (doctor_any_there(doctor, files, 1, &there, err) < 0 ||
		doctor_docker_config(doctor, &config, &why, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	return doctor_found(answer, why ? "broken" : "valid", why, NULL, err);
}

int doctor_podman_annotations(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char *const signs[] = { "/usr/bin/podman", "/usr/local/bin/podman" };
	static const char *const packages[] = { "podman" };
	cleanup(text_clear) char *version = NULL;
	bool there;

	if (doctor_any_there(doctor, signs, array_count(signs), &there, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	if (doctor->policy.annotations != ANNOTATIONS_HONOUR)
		return doctor_found(
			answer, "unheard", annotations_name(doctor->policy.annotations), NULL, err);
	if (tree_package(doctor->root, packages, 1, &version, err) < 0)
		return -1;
	if (version == NULL)
		return doctor_found(answer, "unsaid", NULL, NULL, err);
	return doctor_found(
		answer, package_is_older(version, 4, 6) ? "old" : "new", version, NULL, err);
}

/* ---- Docker -------------------------------------------------------------------------------- */

/* The program of a runtime, as dockerd's configuration writes it: path, or options.BinaryName. */
static const char *runtime_program(const json_t *runtime)
{
	const char *path = json_string_value(json_object_get(runtime, "path"));

	if (path != NULL)
		return path;
	return json_string_value(
		json_object_get(json_object_get(runtime, "options"), "BinaryName"));
}

/* The runtime that is ours; the default one is better than another. NULL: none. */
static const char *our_runtime(const json_t *config, const char **program, bool *is_default)
{
	const char *preferred = json_string_value(json_object_get(config, "default-runtime"));
	const char *name, *found = NULL;
	json_t *runtime;

	*is_default = false;
	json_object_foreach(json_object_get(config, "runtimes"), name, runtime)
	{
		const char *path = runtime_program(runtime);

		if (path == NULL ||
			strncmp(path_base(path), "oci-runmask", strlen("oci-runmask")) != 0 ||
			*is_default)
			continue;
		found = name;
		*program = path;
		*is_default = preferred != NULL && strcmp(preferred, name) == 0;
	}
	return found;
}

/* A CDI file whose devices run our program, and the name to ask for. */
static bool cdi_device(const json_t *spec, char *device, size_t size)
{
	const char *kind = json_string_value(json_object_get(spec, "kind"));
	const json_t *devices = json_object_get(spec, "devices");

	for (size_t i = 0; kind != NULL && i < json_array_size(devices); i++) {
		const json_t *one = json_array_get(devices, i);
		const char *name = json_string_value(json_object_get(one, "name"));
		const json_t *hooks = json_object_get(
			json_object_get(one, "containerEdits"), "hooks");

		for (size_t j = 0; name != NULL && j < json_array_size(hooks); j++) {
			const char *path = json_string_value(
				json_object_get(json_array_get(hooks, j), "path"));

			if (path == NULL || strncmp(path_base(path), "oci-runmask", 11) != 0)
				continue;
			snprintf(device, size, "%s=%s", kind, name);
			return true;
		}
	}
	return false;
}

static int find_cdi(const struct doctor *doctor, char *device, size_t size, struct error *err)
{
	static const char *const directories[] = { "/etc/cdi", "/var/run/cdi" };
	cleanup(text_list_clear) struct text_list paths = { 0 };

	device[0] = '\0';
	if (tree_merge(doctor->root, directories, array_count(directories), ".json", &paths, err) <
		0)
		return -1;
	for (size_t i = 0; i < paths.count && device[0] == '\0'; i++) {
		cleanup(buffer_clear) struct buffer text = { 0 };
		cleanup(doctor_decref) json_t *spec = NULL;
		bool there;

		if (tree_read(doctor->root, paths.texts[i], &text, &there, err) < 0)
			return -1;
		spec = json_loadb(text.text, text.length, JSON_DECODE_INT_AS_REAL, NULL);
		if (spec != NULL)
			cdi_device(spec, device, size);
	}
	return 0;
}

/* Docker reads CDI files by itself since 28.2, and before that where it is told to. */
static int judge_cdi(const struct doctor *doctor, const json_t *config, const char *device,
	struct doctor_answer *answer, struct error *err)
{
	static const char *const packages[] = { "docker-ce", "docker.io", "moby-engine", "docker" };
	const json_t *told = json_object_get(json_object_get(config, "features"), "cdi");
	cleanup(text_clear) char *version = NULL;

	if (told != NULL)
		return doctor_found(
			answer, json_is_true(told) ? "device" : "device-off", device, NULL, err);
	if (tree_package(doctor->root, packages, array_count(packages), &version, err) < 0)
		return -1;
	if (version != NULL && package_is_older(version, 28, 2))
		return doctor_found(answer, "device-old", device, version, err);
	return doctor_found(answer, "device", device, NULL, err);
}

int doctor_docker_door(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(doctor_decref) json_t *config = NULL;
	const char *program = NULL, *problem, *name;
	bool there, is_default;
	char device[256], both[512];

	if (doctor_any_there(doctor, docker_signs, array_count(docker_signs), &there, err) < 0 ||
		doctor_docker_config(doctor, &config, NULL, err) < 0 ||
		find_cdi(doctor, device, sizeof(device), err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	name = our_runtime(config, &program, &is_default);
	if (name == NULL && device[0] != '\0')
		return judge_cdi(doctor, config, device, answer, err);
	if (name == NULL)
		return doctor_found(answer, "no-door", NULL, NULL, err);
	if (doctor_program(doctor, program, &problem, err) < 0)
		return -1;
	snprintf(both, sizeof(both), "%s, which %s", program, problem ? problem : "is there");
	if (problem != NULL)
		return doctor_found(answer, "program", name, both, err);
	return doctor_found(answer, is_default ? "default" : "runtime", name, program, err);
}

/* ---- gVisor -------------------------------------------------------------------------------- */

/* "open", "all": what lets a host's sockets in. */
static bool lets_in(const char *value)
{
	return strcmp(value, "open") == 0 || strcmp(value, "all") == 0;
}

static int ask_runsc(const struct doctor *doctor, bool *there, bool *open, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(text_list_clear) struct text_list values = { 0 };
	bool says;

	*open = false;
	if (tree_read(doctor->root, "/etc/containerd/runsc.toml", &text, there, err) < 0 ||
		toml_values(text.text, "runsc_config", "host-uds", &values, &says, err) < 0)
		return -1;
	*open = values.count > 0 && lets_in(values.texts[0]);
	return 0;
}

/* A runtime of Docker's with the argument --host-uds=open, as one word or two. */
static bool docker_lets_in(const json_t *runtime)
{
	const json_t *arguments = json_object_get(runtime, "runtimeArgs");
	const char *before = "";

	for (size_t i = 0; i < json_array_size(arguments); i++) {
		const char *word = json_string_value(json_array_get(arguments, i));

		if (word == NULL)
			continue;
		if ((strncmp(word, "--host-uds=", 11) == 0 && lets_in(word + 11)) ||
			(strcmp(before, "--host-uds") == 0 && lets_in(word)))
			return true;
		before = word;
	}
	return false;
}

int doctor_gvisor(const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	cleanup(doctor_decref) json_t *config = NULL;
	bool there, open;
	const char *name;
	json_t *runtime;

	if (ask_runsc(doctor, &there, &open, err) < 0 ||
		doctor_docker_config(doctor, &config, NULL, err) < 0)
		return -1;
	if (open)
		return doctor_found(answer, "open", "/etc/containerd/runsc.toml", NULL, err);
	json_object_foreach(json_object_get(config, "runtimes"), name, runtime)
	{
		const char *program = runtime_program(runtime);

		there = there || (program != NULL && strcmp(path_base(program), "runsc") == 0);
		if (docker_lets_in(runtime))
			return doctor_found(answer, "open", DOCKER_CONFIG, NULL, err);
	}
	return doctor_found(answer, there ? "closed" : "none", NULL, NULL, err);
}
