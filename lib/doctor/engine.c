/* SPDX-License-Identifier: Apache-2.0 */
/* engine: two rows: whether Podman takes annotations from images, and whether gVisor lets host
 * sockets into containers. */
#include <string.h>

#include "base/path.h"
#include "base/string.h"
#include "doctor/docker.h"
#include "doctor/package_db.h"
#include "doctor/toml_file.h"

int doctor_podman_annotations(
	const struct doctor *doctor, struct doctor_answer *answer, struct error *err)
{
	static const char *const signs[] = { "/usr/bin/podman", "/usr/local/bin/podman" };
	cleanup(text_clear) char *version = NULL;
	bool there;

	if (doctor_any_there(doctor, signs, array_count(signs), &there, err) < 0)
		return -1;
	if (!there)
		return doctor_found(answer, "none", NULL, NULL, err);
	if (doctor->policy.annotations != ANNOTATIONS_HONOUR)
		return doctor_found(answer, "unheard",
			enum_word(&annotations_words, doctor->policy.annotations), NULL, err);
	if (doctor_version(doctor, "podman", &version, err) < 0)
		return -1;
	if (version == NULL)
		return doctor_found(answer, "unsaid", NULL, NULL, err);
	return doctor_found(
		answer, package_is_older(version, 4, 6) ? "old" : "new", version, NULL, err);
}

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
	if (host_read(doctor->root, "/etc/containerd/runsc.toml", &text, there, err) < 0 ||
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
	cleanup(docker_clear) struct docker docker = { 0 };
	bool there, open;
	const char *name;
	json_t *runtime;

	if (ask_runsc(doctor, &there, &open, err) < 0 || docker_read(doctor, &docker, err) < 0)
		return -1;
	if (open)
		return doctor_found(answer, "open", "/etc/containerd/runsc.toml", NULL, err);
	json_object_foreach(json_object_get(docker.config, "runtimes"), name, runtime)
	{
		const char *program = json_string_value(json_object_get(runtime, "path"));

		there = there || (program != NULL && strcmp(path_base(program), "runsc") == 0);
		if (docker_lets_in(runtime))
			return doctor_found(answer, "open", docker.config_path, NULL, err);
	}
	return doctor_found(answer, there ? "closed" : "none", NULL, NULL, err);
}
