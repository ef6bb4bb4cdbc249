/* SPDX-License-Identifier: Apache-2.0 */
/* running_name: what engines call a running container, from what they leave on the host. Whatever
 * cannot be read only makes the name a poorer one. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "scan/container_name.h"
#include "scan/running.h"
#include "base/file.h"

#define TEXT_LIMIT ((size_t)4 << 20)

/* Where OCI runtimes keep the state of each container: DIRECTORY/ID/FILE, with its pid under KEY.
 */
static const struct {
	const char *engine, *directory, *file, *key;
} places[] = {
	{ "runc", "/run/runc", "state.json", "init_process_pid" },
	{ "crun", "/run/crun", "status", "pid" },
	{ "docker", "/run/docker/runtime-runc/moby", "state.json", "init_process_pid" },
	{ "docker", "/run/docker/runtime-crun/moby", "status", "pid" },
	{ "containerd", "/run/containerd/runc/k8s.io", "state.json", "init_process_pid" },
	{ "containerd", "/run/containerd/runc/default", "state.json", "init_process_pid" },
	{ "youki", "/run/youki", "state.json", "pid" },
};

struct running_state {
	int64_t pid;
	struct container_id id;
};

struct running_states {
	struct running_state *rows;
	size_t count;
};

void running_states_free(struct running_states **states)
{
	if (*states != NULL)
		free((*states)->rows);
	free(*states);
	*states = NULL;
}

/* False: there is no such file to be read. */
static bool read_text(int directory, const char *path, struct buffer *text)
{
	cleanup(fd_close) int fd = openat(
		directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct error ignored = { 0 };

	return fd >= 0 && buffer_read(text, fd, 0, TEXT_LIMIT, &ignored) == 0 && text->length > 0;
}

static int read_state(struct running_states *states, size_t place, int directory, const char *name,
	struct error *err)
{
	cleanup(buffer_clear) struct buffer path = { 0 }, text = { 0 };
	struct running_state *state;
	int64_t pid;

	if (buffer_print(&path, err, "%s/%s", name, places[place].file) < 0)
		return -1;
	if (!read_text(directory, path.text, &text))
		return 0;
	pid = container_pid_from_state(text.text, text.length, places[place].key);
	if (pid <= 0)
		return 0;
	state = array_add(&states->rows, &states->count, sizeof(*state), err);
	if (state == NULL)
		return -1;
	state->pid = pid;
	state->id.engine = places[place].engine;
	snprintf(state->id.id, sizeof(state->id.id), "%s", name);
	return 0;
}

static int read_place(struct running_states *states, size_t place, struct error *err)
{
	cleanup(directory_close) DIR *directory = opendir(places[place].directory);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' &&
			read_state(states, place, dirfd(directory), entry->d_name, err) < 0)
			return -1;
	return 0;
}

static int read_states(struct running_view *view, struct error *err)
{
	if (view->states != NULL)
		return 0;
	view->states = calloc(1, sizeof(*view->states));
	if (view->states == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	for (size_t i = 0; i < array_count(places); i++)
		if (read_place(view->states, i, err) < 0)
			return -1;
	return 0;
}

static bool find_state(const struct running_view *view, pid_t pid, struct container_id *id)
{
	for (size_t i = 0; i < view->states->count; i++)
		if (view->states->rows[i].pid == pid) {
			*id = view->states->rows[i].id;
			return true;
		}
	return false;
}

/* The parent's pid, from /proc/PID/stat: "PID (NAME) STATE PPID", where NAME may hold anything. */
static pid_t parent_of(int proc)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	const char *end;
	int parent = 0;

	if (!read_text(proc, "stat", &text))
		return 0;
	end = strrchr(text.text, ')');
	return end != NULL && sscanf(end, ") %*c %d", &parent) == 1 ? parent : 0;
}

static bool ask_parent(const struct running_view *view, int proc, struct container_id *id)
{
	cleanup(buffer_clear) struct buffer command = { 0 };
	char path[32];

	snprintf(path, sizeof(path), "%d/cmdline", (int)parent_of(proc));
	return read_text(view->proc, path, &command) &&
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
		if (read_text(AT_FDCWD, path.text, &text) &&
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
	struct container_id id;

	*named = true;
	if (read_text(proc, "cgroup", &cgroup) && container_id_from_cgroup(cgroup.text, &id))
		return name_from_id(view, proc, &id, name, err);
	if (read_states(view, err) < 0)
		return -1;
	if (find_state(view, pid, &id))
		return name_from_id(view, proc, &id, name, err);
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
