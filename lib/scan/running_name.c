/* SPDX-License-Identifier: Apache-2.0 */
/* running_name: finds the name of a running container by its cgroup, its parent's command line and
 * the engine's files. What cannot be read is skipped: the id or the pid is the name then. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "scan/container_name.h"
#include "scan/running.h"
#include "scan/states.h"

#define TEXT_LIMIT ((size_t)4 << 20)

/* What an engine wrote. False: there is no such file to be read. */
static bool read_record(const char *path, struct buffer *text)
{
	struct error ignored = { 0 };

	return file_read_at(text, AT_FDCWD, path, TEXT_LIMIT, &ignored) == 0 && text->length > 0;
}

/* What the kernel says. */
static bool read_proc(int directory, const char *path, struct buffer *text)
{
	cleanup(fd_close) int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	struct error ignored = { 0 };

	return fd >= 0 && buffer_read(text, fd, 0, TEXT_LIMIT, &ignored) == 0 && text->length > 0;
}

/* The parent's pid, from /proc/PID/stat: "PID (NAME) STATE PPID", where NAME may hold anything. */
static pid_t parent_of(int proc)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	const char *end;
	int parent = 0;

	if (!read_proc(proc, "stat", &text))
		return 0;
	end = strrchr(text.text, ')');
	return end != NULL && sscanf(end, ") %*c %d", &parent) == 1 ? parent : 0;
}

static bool ask_parent(const struct running_view *view, int proc, struct container_id *id)
{
	cleanup(buffer_clear) struct buffer command = { 0 };
	char path[32];

	snprintf(path, sizeof(path), "%d/cmdline", (int)parent_of(proc));
	return read_proc(view->proc, path, &command) &&
		container_id_from_command(command.text, command.length, id);
}

/* What engines write down about a container of theirs, by its id. */
static const struct {
	const char *format;
	int (*read)(const char *text, size_t length, char **name, struct error *err);
} records[] = {
	{ "/var/lib/docker/containers/%s/config.v2.json", container_name_from_docker },
	{ "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json",
		container_name_from_bundle },
	{ "/run/containers/storage/overlay-containers/%s/userdata/config.json",
		container_name_from_bundle },
};

/* The name behind an id; NULL: none was found. */
static char *name_of_id(const char *id)
{
	for (size_t i = 0; container_id_is_hex(id) && i < array_count(records); i++) {
		cleanup(buffer_clear) struct buffer path = { 0 }, text = { 0 };
		const char *rest = strchr(records[i].format, '%');
		cleanup(text_clear) char *name = NULL;
		struct error ignored = { 0 };

		if (buffer_print(&path, &ignored, "%.*s%s%s", (int)(rest - records[i].format),
			    records[i].format, id, rest + strlen("%s")) < 0)
			return NULL;
		if (read_record(path.text, &text) &&
			records[i].read(text.text, text.length, &name, &ignored) == 0 &&
			name != NULL && name[0] != '\0')
			return take(name);
	}
	return NULL;
}

/* conmon was told the name; else the engine's records; else the id itself. */
static int name_from_id(const struct running_view *view, int proc, const struct container_id *id,
	char **name, struct error *err)
{
	struct container_id told;
	cleanup(text_clear) char *found = NULL;

	if (ask_parent(view, proc, &told) && !container_id_is_hex(told.id)) {
		*name = container_name_tidy(told.id, err);
		return *name == NULL ? -1 : 0;
	}
	found = name_of_id(id->id);
	*name = container_name_tidy(found != NULL ? found : id->id, err);
	return *name == NULL ? -1 : 0;
}

int running_name(
	struct running_view *view, int proc, pid_t pid, char **name, bool *named, struct error *err)
{
	cleanup(buffer_clear) struct buffer cgroup = { 0 }, number = { 0 };
	const struct running_state *state;
	struct container_id id;

	*named = true;
	if (read_proc(proc, "cgroup", &cgroup) && container_id_from_cgroup(cgroup.text, &id))
		return name_from_id(view, proc, &id, name, err);
	if (view->states == NULL && states_read(&view->states, err) < 0)
		return -1;
	state = states_find(view->states, pid);
	if (state != NULL) {
		id.engine = state->engine;
		snprintf(id.id, sizeof(id.id), "%s", state->id);
		return name_from_id(view, proc, &id, name, err);
	}
	if (ask_parent(view, proc, &id)) {
		*name = container_name_tidy(id.id, err);
		return *name == NULL ? -1 : 0;
	}
	*named = false;
	if (buffer_print(&number, err, "%d", (int)pid) < 0)
		return -1;
	*name = take(number.text);
	return 0;
}
