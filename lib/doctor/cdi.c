/* SPDX-License-Identifier: Apache-2.0 */
/* cdi: finds the first CDI device with our hook in the directories that dockerd reads
 * (github.com/cncf-tags/container-device-interface, SPEC.md). */
#include <string.h>

#include "base/path.h"
#include "doctor/docker.h"

/* The hook of ours among the device's; NULL: none. */
static json_t *hook_of(const json_t *device)
{
	const json_t *hooks = json_object_get(json_object_get(device, "containerEdits"), "hooks");

	for (size_t i = 0; i < json_array_size(hooks); i++) {
		json_t *hook = json_array_get(hooks, i);
		const char *path = json_string_value(json_object_get(hook, "path"));

		if (path != NULL && strcmp(path_base(path), "oci-runmask") == 0)
			return hook;
	}
	return NULL;
}

static int note_device(struct docker *docker, const char *path, const char *kind, const char *name,
	json_t *hook, struct error *err)
{
	cleanup(buffer_clear) struct buffer device = { 0 };

	if (buffer_print(&device, err, "%s=%s", kind, name) < 0)
		return -1;
	docker->device_file = text_copy(path, err);
	docker->device_hook = json_incref(hook);
	docker->device = take(device.text);
	return docker->device_file == NULL ? -1 : 0;
}

static int read_file(
	const struct doctor *doctor, struct docker *docker, const char *path, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(doctor_decref) json_t *spec = NULL;
	const json_t *devices;
	const char *kind;
	bool there;

	if (host_read(doctor->root, path, &text, &there, err) < 0)
		return -1;
	spec = json_loadb(text.text, text.length, JSON_DECODE_INT_AS_REAL, NULL);
	kind = json_string_value(json_object_get(spec, "kind"));
	devices = json_object_get(spec, "devices");
	for (size_t i = 0; kind != NULL && i < json_array_size(devices); i++) {
		const json_t *device = json_array_get(devices, i);
		const char *name = json_string_value(json_object_get(device, "name"));
		json_t *hook = hook_of(device);

		if (name != NULL && hook != NULL)
			return note_device(docker, path, kind, name, hook, err);
	}
	return 0;
}

/* What dockerd is told takes the place of the usual ones. */
static int find_directories(
	const struct docker *docker, struct text_list *directories, struct error *err)
{
	static const char *const names[] = { "--cdi-spec-dir" };
	static const char *const usual[] = { "/etc/cdi", "/var/run/cdi" };

	if (docker_option(&docker->words, names, array_count(names), directories, err) < 0 ||
		doctor_strings(directories, json_object_get(docker->config, "cdi-spec-dirs"), err) <
			0)
		return -1;
	for (size_t i = 0, count = directories->count; count == 0 && i < array_count(usual); i++)
		if (text_list_add(directories, usual[i], strlen(usual[i]), err) < 0)
			return -1;
	return 0;
}

int docker_find_device(const struct doctor *doctor, struct docker *docker, struct error *err)
{
	cleanup(text_list_clear) struct text_list directories = { 0 }, paths = { 0 };

	if (find_directories(docker, &directories, err) < 0 ||
		host_merge(doctor->root, (const char *const *)directories.texts, directories.count,
			".json", &paths, err) < 0)
		return -1;
	for (size_t i = 0; i < paths.count && docker->device == NULL; i++)
		if (read_file(doctor, docker, paths.texts[i], err) < 0)
			return -1;
	return 0;
}
