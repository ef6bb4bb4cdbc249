/* SPDX-License-Identifier: Apache-2.0 */
/* container_name: reads names out of cgroup paths, state files and annotations, a table of
 * engines' forms. */
#include "scan/container_name.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "base/string.h"
#include "json/decode.h"
#include "json/json.h"

#define HEX_DIGITS "0123456789abcdef"
#define HEX_LENGTH 64
#define HEX_SHOWN 12

/* One directory of a cgroup path, and the one above it. */
struct component {
	const char *text, *above;
	size_t length, above_length;
};

/* How engines name a container's cgroup. above: how the directory above begins; NULL: any. */
static const struct form {
	const char *engine, *above, *prefix, *suffix;
	bool hex;
} forms[] = {
	{ "docker", NULL, "docker-", ".scope", true },
	{ "docker", "docker", "", "", true },
	{ "docker", "moby", "", "", true },
	{ "podman", NULL, "libpod-", ".scope", true },
	{ "podman", NULL, "libpod-", "", true },
	{ "cri-o", NULL, "crio-", ".scope", true },
	{ "cri-o", NULL, "crio-", "", true },
	{ "containerd", NULL, "cri-containerd-", ".scope", true },
	{ "containerd", "k8s.io", "", "", true },
	{ "containerd", "pod", "", "", true },      /* kubelet's cgroupfs driver: pod<UID>/<ID> */
	{ "containerd", "kubepods", "", "", true }, /* …-pod<UID>.slice/<ID> */
	{ "containerd", "default", "", "", false }, /* ctr's namespace */
	{ "runc", NULL, "runc-", ".scope", false },
	{ "crun", NULL, "crun-", ".scope", false },
	{ "nspawn", "machine.slice", "machine-", ".scope", false },
	{ "nspawn", NULL, "systemd-nspawn@", ".service", false },
	{ "lxc", NULL, "lxc.payload.", "", false },
	{ "lxc", "lxc.payload", "", "", false },
	{ "lxc", "lxc", "", "", false },
};

static bool is_hex(const char *text, size_t length)
{
	return length == HEX_LENGTH && strspn(text, HEX_DIGITS) >= HEX_LENGTH;
}

bool container_id_is_hex(const char *id)
{
	return is_hex(id, strlen(id));
}

/* systemd writes what a unit's name cannot hold as \xNN, and never a NUL. 0: no such thing. */
static unsigned int escaped(const char *text, size_t length)
{
	unsigned int byte = 0;

	if (length < 4 || strncmp(text, "\\x", 2) != 0 || strspn(text + 2, HEX_DIGITS) < 2)
		return 0;
	return sscanf(text + 2, "%2x", &byte) == 1 ? byte : 0;
}

static void copy_unescaped(char *id, const char *text, size_t length)
{
	size_t at = 0;

	for (size_t i = 0; i < length && at + 1 < CONTAINER_ID_MAX; i++) {
		unsigned int byte = escaped(text + i, length - i);

		id[at++] = byte != 0 ? (char)byte : text[i];
		i += byte != 0 ? 3 : 0;
	}
	id[at] = '\0';
}

static bool fits_above(const struct form *form, const struct component *component)
{
	size_t length = form->above == NULL ? 0 : strlen(form->above);

	if (length == 0)
		return true;
	if (component->above_length < length || strncmp(component->above, form->above, length) != 0)
		return false;
	/* whole names; those of pods go on with the uid of the pod */
	return component->above_length == length || strstr(form->above, "pod") != NULL;
}

static bool fits(
	const struct form *form, const struct component *component, struct container_id *id)
{
	size_t prefix = strlen(form->prefix), suffix = strlen(form->suffix);
	const char *text = component->text + prefix;
	size_t length = component->length - prefix - suffix;

	if (component->length <= prefix + suffix ||
		strncmp(component->text, form->prefix, prefix) != 0 ||
		strncmp(text + length, form->suffix, suffix) != 0 || !fits_above(form, component))
		return false;
	if (form->hex && !is_hex(text, length))
		return false;
	id->engine = form->engine;
	copy_unescaped(id->id, text, length);
	return true;
}

/* A systemd path that was given to the cgroupfs driver is one directory: "SLICE:PREFIX:ID". */
static void last_of_three(struct component *component)
{
	const char *colon = memrchr(component->text, ':', component->length);

	if (colon == NULL)
		return;
	component->length -= (size_t)(colon + 1 - component->text);
	component->text = colon + 1;
}

static bool read_component(struct component component, struct container_id *id)
{
	struct component pod = component;

	last_of_three(&component);
	if (component.length != pod.length) {
		component.above = pod.text;
		component.above_length = pod.length;
	}
	for (size_t i = 0; i < array_count(forms); i++)
		if (fits(&forms[i], &component, id))
			return true;
	return false;
}

/* The innermost container of one path: an engine may run in another one's container. */
static bool read_path(const char *path, size_t length, struct container_id *id)
{
	struct component component = { .text = path };
	const char *end = path + length;
	bool found = false;

	while (component.text < end) {
		const char *slash = memchr(component.text, '/', (size_t)(end - component.text));

		component.length = (size_t)((slash ? slash : end) - component.text);
		found = (component.length > 0 && read_component(component, id)) || found;
		component.above = component.text;
		component.above_length = component.length;
		component.text = slash ? slash + 1 : end;
	}
	return found;
}

bool container_id_from_cgroup(const char *text, struct container_id *id)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		const char *path = memchr(text, ':', length);

		path = path ? memchr(path + 1, ':', length - (size_t)(path + 1 - text)) : NULL;
		if (path && read_path(path + 1, length - (size_t)(path + 1 - text), id))
			return true;
		text += length;
		text += *text == '\n';
	}
	return false;
}

/* What a watching process is called, and its options in order of preference. */
static const struct watcher {
	const char *program;
	struct {
		const char *option, *engine;
	} options[4];
} watchers[] = {
	{ "conmon",
		{ { "-n", "podman" }, { "--name", "podman" }, { "-c", "podman" },
			{ "--cid", "podman" } } },
	{ "containerd-shim", { { "-id", "containerd" } } },
	{ "containerd-shim-runc-v1", { { "-id", "containerd" } } },
	{ "containerd-shim-runc-v2", { { "-id", "containerd" } } },
};

/* The value of "OPTION VALUE" or "OPTION=VALUE". */
static const char *option_value(const char *command, size_t length, const char *option)
{
	size_t name = strlen(option);

	for (const char *word = command; word < command + length; word += strlen(word) + 1) {
		if (strncmp(word, option, name) != 0)
			continue;
		if (word[name] == '=')
			return word + name + 1;
		if (word[name] == '\0' && word + name + 1 < command + length)
			return word + name + 1;
	}
	return NULL;
}

static bool watched(
	const struct watcher *watcher, const char *command, size_t length, struct container_id *id)
{
	for (size_t i = 0; i < array_count(watcher->options); i++) {
		const char *value;

		if (watcher->options[i].option == NULL)
			return false;
		value = option_value(command, length, watcher->options[i].option);
		if (value == NULL || value[0] == '\0')
			continue;
		id->engine = watcher->options[i].engine;
		snprintf(id->id, sizeof(id->id), "%s", value);
		return true;
	}
	return false;
}

bool container_id_from_command(const char *command, size_t length, struct container_id *id)
{
	const char *program;

	if (length == 0 || command[length - 1] != '\0')
		return false;
	program = path_base(command);
	for (size_t i = 0; i < array_count(watchers); i++)
		if (strcmp(program, watchers[i].program) == 0)
			return watched(&watchers[i], command, length, id);
	return false;
}

int container_name_from_docker(const char *text, size_t length, char **name, struct error *err)
{
	const struct json_source document = { .text = text, .code = ERROR_INPUT };
	struct json config, value;

	*name = NULL;
	if (json_validate(text, length, &config, err) < 0)
		return -1;
	if (!json_member(config, "Name", &value))
		return 0;
	return decode_text(&document, value, "Name", name, err);
}

/* Of containerd's CRI plugin and of CRI-O; the pod's own container has no name. */
static const char *const pod_keys[][3] = {
	{ "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.sandbox-name",
		"io.kubernetes.cri.container-name" },
	{ "io.kubernetes.pod.namespace", "io.kubernetes.pod.name", "io.kubernetes.container.name" },
};

int container_name_from_bundle(const char *text, size_t length, char **name, struct error *err)
{
	const struct json_source document = { .text = text, .code = ERROR_INPUT };
	cleanup(buffer_clear) struct buffer joined = { 0 };
	struct json config, annotations, values[3];

	*name = NULL;
	if (json_validate(text, length, &config, err) < 0)
		return -1;
	if (!json_member(config, "annotations", &annotations))
		return 0;
	for (size_t i = 0; i < array_count(pod_keys) && joined.length == 0; i++) {
		json_members(annotations, pod_keys[i], values, 3);
		for (size_t j = 0; j < 3 && !decode_missing(values[1]); j++) {
			cleanup(text_clear) char *part = NULL;

			if (decode_text(&document, values[j], pod_keys[i][j], &part, err) < 0)
				return -1;
			if (part &&
				buffer_print(&joined, err, "%s%s", joined.length > 0 ? "/" : "",
					part) < 0)
				return -1;
		}
	}
	*name = take(joined.text);
	return 0;
}

/* The next field of a name that Kubernetes joined with "_". */
static size_t field(const char **at, const char **begin)
{
	size_t length = strcspn(*at, "_");

	*begin = *at;
	*at += length;
	*at += **at == '_';
	return length;
}

char *container_name_tidy(const char *name, struct error *err)
{
	const char *at, *container, *pod, *space;
	size_t container_length, pod_length, space_length;
	char *tidy;

	name += name[0] == '/' && name[1] != '\0';
	if (container_id_is_hex(name))
		return text_copy_bytes(name, HEX_SHOWN, err);
	if (strncmp(name, "k8s_", 4) != 0)
		return text_copy(name, err);
	at = name + strlen("k8s_");
	container_length = field(&at, &container);
	pod_length = field(&at, &pod);
	space_length = field(&at, &space);
	if (container_length == 0 || pod_length == 0 || space_length == 0)
		return text_copy(name, err);
	if (asprintf(&tidy, "%.*s/%.*s/%.*s", (int)space_length, space, (int)pod_length, pod,
		    (int)container_length, container) < 0) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	return tidy;
}
