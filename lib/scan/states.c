/* SPDX-License-Identifier: Apache-2.0 */
/* states: expands the patterns below /run, opens each state file without following links, and
 * parses it. */
#include "scan/states.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "json/decode.h"
#include "json/json.h"
#include "kernel/open.h"

#define STATE_FILE_LIMIT ((size_t)4 << 20)
/* What an ordinary user may have us read. */
#define USERS_FILE_LIMIT ((size_t)256 << 10)
#define USERS_STATES_MAX 200

/* Where Debian's and the projects' own packages keep state: runc and crun by themselves and for
 * CRI-O and Podman; Docker's exec-root; containerd's shims, a directory for each namespace; and the
 * same of users without root. Patterns of fnmatch(3). */
const struct state_location state_locations[] = {
	{ "runc", "/run/runc" },
	{ "crun", "/run/crun" },
	{ "youki", "/run/youki" },
	{ "docker", "/run/docker/runtime-*/moby" },
	{ "containerd", "/run/containerd/runc/?*" },
	{ "runc", "/run/user/?*/runc" },
	{ "crun", "/run/user/?*/crun" },
	{ "docker", "/run/user/?*/docker/runtime-*/moby" },
	{ "containerd", "/run/user/?*/containerd/runc/?*" },
};
const size_t state_location_count = array_count(state_locations);

/* runc's and youki's, crun's. */
static const char *const files[] = { "state.json", "status" };

/* No link, and no file system that a user mounted there, which may never answer. */
static int open_in(int directory, const char *name, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};

	return (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
}

/* ---- directories ---------------------------------------------------------------------------- */

struct expansion {
	const struct state_location *location;
	states_visit *visit, *visit_way; /* either may be NULL */
	void *closure;
};

static int expand(const struct expansion *job, int directory, const char *path, const char *rest,
	struct error *err);

static int expand_name(const struct expansion *job, int directory, const char *path,
	const char *name, const char *rest, struct error *err)
{
	/* each user's directory is a mount of its own */
	bool user = strcmp(path, "/run/user") == 0;
	cleanup(fd_close) int next = user
		? openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
		: open_in(directory, name, O_RDONLY | O_DIRECTORY);
	char longer[PATH_MAX];

	if (next < 0 ||
		(size_t)snprintf(longer, sizeof(longer), "%s/%s", path, name) >= sizeof(longer))
		return 0;
	return expand(job, next, longer, rest, err);
}

/* rest: what is left of the pattern, "/runtime-*\/moby". */
static int expand(const struct expansion *job, int directory, const char *path, const char *rest,
	struct error *err)
{
	char name[NAME_MAX + 1];
	size_t length;

	rest += *rest == '/';
	length = strcspn(rest, "/");
	if (length == 0)
		return job->visit ? job->visit(job->closure, job->location, path, err) : 0;
	if (job->visit_way && strcmp(path, "/run") != 0 &&
		job->visit_way(job->closure, job->location, path, err) < 0)
		return -1;
	snprintf(name, sizeof(name), "%.*s", (int)length, rest);
	rest += length;
	if (strchr(name, '*') == NULL)
		return expand_name(job, directory, path, name, rest, err);

	cleanup(directory_close) DIR *list = directory_list(directory);
	const struct dirent *entry;

	while (list != NULL && (entry = readdir(list)) != NULL)
		if (entry->d_name[0] != '.' && fnmatch(name, entry->d_name, 0) == 0 &&
			expand_name(job, directory, path, entry->d_name, rest, err) < 0)
			return -1;
	return 0;
}

static int expand_all(struct expansion job, struct error *err)
{
	cleanup(fd_close) int run = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; run >= 0 && i < state_location_count; i++) {
		const char *rest = state_locations[i].directory + strlen("/run");

		job.location = &state_locations[i];
		if (expand(&job, run, "/run", rest, err) < 0)
			return -1;
	}
	return 0;
}

int states_each_directory(states_visit *visit, void *closure, struct error *err)
{
	return expand_all((struct expansion){ .visit = visit, .closure = closure }, err);
}

int states_each_way(states_visit *visit, void *closure, struct error *err)
{
	return expand_all((struct expansion){ .visit_way = visit, .closure = closure }, err);
}

bool states_leads_on(const char *path)
{
	for (size_t i = 0; i < state_location_count; i++) {
		const char *pattern = state_locations[i].directory;
		char part[PATH_MAX];

		/* as many components of the pattern as the path has */
		for (const char *at = path; *at != '\0'; at++)
			if (*at == '/')
				pattern += strcspn(pattern + (*pattern == '/'), "/") +
					(*pattern == '/');
		snprintf(part, sizeof(part), "%.*s", (int)(pattern - state_locations[i].directory),
			state_locations[i].directory);
		if (fnmatch(part, path, FNM_PATHNAME) == 0)
			return true;
	}
	return false;
}

/* ---- files ---------------------------------------------------------------------------------- */

void state_row_clear(struct running_state *state)
{
	text_clear(&state->id);
	text_clear(&state->bundle);
}

static int64_t number_of(const struct json_source *source, struct json object, const char *key)
{
	struct error ignored = { 0 };
	struct json value;
	int64_t number = 0;

	if (!json_member(object, key, &value) ||
		decode_integer(source, value, key, &number, &ignored) < 0)
		return 0;
	return number;
}

static char *text_of(const struct json_source *source, struct json object, const char *key)
{
	struct error ignored = { 0 };
	struct json value;
	char *text = NULL;

	if (!json_member(object, key, &value) ||
		decode_text(source, value, key, &text, &ignored) < 0)
		return NULL;
	return text;
}

/* runc: config.labels has "bundle=PATH" (libcontainer/specconv). */
static char *bundle_of_labels(const struct json_source *source, struct json state)
{
	static const char key[] = "bundle=";
	struct json config, labels, label;
	struct json_walk walk;

	if (!json_member(state, "config", &config) || !json_member(config, "labels", &labels) ||
		json_kind(labels) != JSON_KIND_ARRAY)
		return NULL;
	walk = json_walk(labels);
	while (json_next_element(&walk, &label)) {
		struct error ignored = { 0 };
		cleanup(text_clear) char *text = NULL;

		if (decode_text(source, label, "labels", &text, &ignored) == 0 && text != NULL &&
			strncmp(text, key, strlen(key)) == 0)
			return text_copy(text + strlen(key), &ignored);
	}
	return NULL;
}

bool state_row_parse(struct running_state *state, const char *text, size_t length)
{
	struct json_source source = { .text = text, .code = ERROR_INPUT };
	struct error ignored = { 0 };
	struct json object;
	int64_t pid, started;

	if (json_validate(text, length, &object, &ignored) < 0 ||
		json_kind(object) != JSON_KIND_OBJECT)
		return false;
	pid = number_of(&source, object, "init_process_pid");
	started = number_of(&source, object, "init_process_start");
	if (pid == 0)
		pid = number_of(&source, object, "pid");
	if (started == 0)
		started = number_of(&source, object, "process-start-time");
	if (pid <= 1 || pid > INT_MAX || started < 0)
		return false;
	state->pid = (pid_t)pid;
	state->started = (uint64_t)started;
	state->bundle = text_of(&source, object, "bundle");
	if (state->bundle == NULL)
		state->bundle = bundle_of_labels(&source, object);
	return true;
}

static bool read_in(struct running_state *state, int directory)
{
	for (size_t i = 0; i < array_count(files); i++) {
		cleanup(fd_close) int found = open_in(directory, files[i], O_PATH);
		cleanup(fd_close) int fd = -1;
		cleanup(buffer_clear) struct buffer text = { 0 };
		struct error ignored = { 0 };
		struct stat status;

		if (found < 0)
			continue;
		fd = file_open_found(found, &ignored);
		if (fd < 0 || fstat(fd, &status) < 0 || (status.st_mode & S_IWOTH) ||
			file_read(&text, fd,
				status.st_uid == 0 ? STATE_FILE_LIMIT : USERS_FILE_LIMIT,
				&ignored) < 0 ||
			text.length == 0)
			return false;
		state->owner = status.st_uid;
		return state_row_parse(state, text.text, text.length);
	}
	return false;
}

static bool read_id(struct running_state *state, const struct state_location *location,
	int directory, const char *id)
{
	cleanup(fd_close) int own = open_in(directory, id, O_RDONLY | O_DIRECTORY);
	struct error ignored = { 0 };

	if (own < 0 || !read_in(state, own))
		return false;
	state->engine = location->engine;
	state->id = text_copy(id, &ignored);
	return state->id != NULL;
}

bool states_read_one(struct running_state *state, const struct state_location *location,
	const char *directory, const char *id)
{
	cleanup(fd_close) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && read_id(state, location, fd, id);
}

static int read_directory(void *closure, const struct state_location *location,
	const char *directory, struct error *err)
{
	struct running_states *states = closure;
	cleanup(fd_close) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup(directory_close) DIR *list = fd < 0 ? NULL : directory_list(fd);
	const struct dirent *entry;
	struct stat status;
	size_t left;

	if (list == NULL || fstat(fd, &status) < 0)
		return 0;
	left = status.st_uid == 0 ? SIZE_MAX : USERS_STATES_MAX;
	while (left-- > 0 && (entry = readdir(list)) != NULL) {
		struct running_state state = { 0 }, *row;

		if (entry->d_name[0] == '.' || !read_id(&state, location, fd, entry->d_name)) {
			state_row_clear(&state);
			continue;
		}
		row = array_add(&states->rows, &states->count, sizeof(*row), err);
		if (row == NULL) {
			state_row_clear(&state);
			return -1;
		}
		*row = state;
	}
	return 0;
}

static int by_pid(const void *left, const void *right)
{
	const struct running_state *a = left, *b = right;

	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

int states_read(struct running_states **states, struct error *err)
{
	*states = calloc(1, sizeof(**states));
	if (*states == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (states_each_directory(read_directory, *states, err) < 0)
		return -1;
	if ((*states)->count > 0)
		qsort((*states)->rows, (*states)->count, sizeof(*(*states)->rows), by_pid);
	return 0;
}

void states_free(struct running_states **states)
{
	for (size_t i = 0; *states != NULL && i < (*states)->count; i++)
		state_row_clear(&(*states)->rows[i]);
	if (*states != NULL)
		free((*states)->rows);
	free(*states);
	*states = NULL;
}

const struct running_state *states_find(const struct running_states *states, pid_t pid)
{
	const struct running_state key = { .pid = pid };

	if (states->count == 0)
		return NULL;
	return bsearch(&key, states->rows, states->count, sizeof(key), by_pid);
}
