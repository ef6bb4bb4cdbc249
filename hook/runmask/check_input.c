/* SPDX-License-Identifier: Apache-2.0 */
/* check_input: opens what check reads: named files, standard input, a bundle's config.json, and
 * files beside or below a manifest that it names (.env, a quadlet's units and YAML). */
#include "runmask/check_input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/open.h"

#define BESIDE_LIMIT ((size_t)4 << 20)
#define LIST_LIMIT 1000

const char *surroundings_runtime(const struct surroundings *around, const char *directory)
{
	static const char *const places[] = { "/etc/containers/systemd",
		"/usr/share/containers/systemd", "/run/containers/systemd" };

	for (size_t i = 0; i < array_count(places); i++)
		if (strncmp(directory, places[i], strlen(places[i])) == 0 &&
			strncmp(directory + strlen(places[i]), "/users", strlen("/users")) != 0)
			return "/run";
	return around->runtime_directory;
}

int surroundings_look(struct surroundings *around, struct error *err)
{
	const char *home = getenv("HOME"), *runtime = getenv("XDG_RUNTIME_DIR");
	const struct passwd *user = home ? NULL : getpwuid(getuid());

	around->working_directory = getcwd(NULL, 0);
	if (!around->working_directory)
		return error_errno(err, "finding the working directory");
	around->home = text_copy(home ? home : user ? user->pw_dir : "/", err);
	if (!around->home)
		return -1;
	if (getuid() == 0)
		runtime = "/run";
	if (runtime && strlen(runtime) < sizeof(around->runtime_directory))
		strcpy(around->runtime_directory, runtime);
	else
		snprintf(around->runtime_directory, sizeof(around->runtime_directory),
			"/run/user/%u", (unsigned int)getuid());
	return 0;
}

void surroundings_clear(struct surroundings *around)
{
	text_clear(&around->working_directory);
	text_clear(&around->home);
}

void input_clear(struct input *input)
{
	text_clear(&input->name);
	text_clear(&input->directory);
	buffer_clear(&input->text);
}

/* The directory of a path, absolute as far as the working directory is. */
static int find_directory(struct input *input, const char *working_directory, struct error *err)
{
	const char *slash = strrchr(input->name, '/');
	cleanup(buffer_clear) struct buffer path = { 0 };

	if (strcmp(input->name, "-") == 0 || !slash) {
		input->directory = text_copy(working_directory, err);
		return input->directory ? 0 : -1;
	}
	if (input->name[0] != '/' && buffer_print(&path, err, "%s/", working_directory) < 0)
		return -1;
	if (buffer_print(&path, err, "%.*s", slash == input->name ? 1 : (int)(slash - input->name),
		    input->name) < 0)
		return -1;
	input->directory = take(path.text);
	return 0;
}

/* A directory is a bundle when its config.json is an OCI runtime's. */
static int open_bundle(struct input *input, int directory, bool *walk, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 };
	size_t length = strlen(input->name);
	struct error failure = { 0 };
	cleanup(fd_close) int fd = file_open(directory, "config.json", 0, &failure);

	*walk = fd < 0 && errno == ENOENT;
	if (*walk)
		return 0;
	while (length > 1 && input->name[length - 1] == '/')
		length--;
	if (fd < 0 || file_read(&input->text, fd, MANIFEST_LIMIT, &failure) < 0)
		return error_set(err, ERROR_INPUT, "config.json in it: %s", failure.text);
	*walk = input->text.length == 0 ||
		!memmem(input->text.text, input->text.length, "ociVersion", strlen("ociVersion"));
	if (*walk || buffer_print(&name, err, "%.*s/config.json", (int)length, input->name) < 0) {
		buffer_clear(&input->text);
		return *walk ? 0 : -1;
	}
	text_clear(&input->name);
	input->name = take(name.text);
	return find_directory(input, "/", err); /* the name ends in a file's now */
}

static int open_named(struct input *input, struct stat *status, struct error *err)
{
	cleanup(fd_close) int fd = -1;

	if (strcmp(input->name, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(input->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, status) < 0) {
		error_set(err, ERROR_SYSTEM, "%s", strerror(errno));
		return -1;
	}
	/* the opening of a FIFO is not waited for, what bash writes to <(COMMAND) is */
	if (S_ISFIFO(status->st_mode) && strcmp(input->name, "-") != 0 && fcntl(fd, F_SETFL, 0) < 0)
		return error_errno(err, "setting it to wait");
	return take_fd(&fd);
}

int input_read(struct input *input, const char *path, const char *working_directory, bool *walk,
	struct error *err)
{
	cleanup(fd_close) int fd = -1;
	struct stat status;

	*walk = false;
	input->name = text_copy(path, err);
	if (!input->name)
		return -1;
	fd = open_named(input, &status, err);
	if (fd < 0)
		return -1;
	if (S_ISDIR(status.st_mode)) {
		if (open_bundle(input, fd, walk, err) < 0 || *walk)
			return *walk ? 0 : -1;
		text_clear(&input->directory);
		return find_directory(input, working_directory, err);
	}
	if (find_directory(input, working_directory, err) < 0)
		return -1;
	return stream_read(&input->text, fd, MANIFEST_LIMIT, err);
}

/* An fd on what is beside or below: 0 with *found, which is -1 where there is nothing. */
static int open_beside(
	const struct input *input, const char *path, int flags, int *found, struct error *err)
{
	cleanup(fd_close) int directory = open(input->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	*found = directory < 0 ? -1 : open_beneath(directory, path, flags | O_CLOEXEC);
	if (directory < 0 || *found >= 0 || errno == ENOENT || errno == ENOTDIR)
		return 0;
	if (errno == ELOOP)
		return error_set(err, ERROR_INPUT, "a link, which is not followed");
	if (errno == EXDEV)
		return error_set(err, ERROR_INPUT,
			"not beside or below the file; only such files are read with it");
	return error_set(err, ERROR_INPUT, "%s", strerror(errno));
}

int input_beside(void *closure, const char *path, struct buffer *text, struct error *err)
{
	cleanup(fd_close) int found = -1, fd = -1;
	struct error failure = { 0 };

	if (open_beside(closure, path, O_PATH, &found, err) < 0)
		return -1;
	if (found < 0)
		return 0;
	fd = file_open_found(found, &failure);
	if (fd < 0 || file_read(text, fd, BESIDE_LIMIT, &failure) < 0)
		return error_set(err, ERROR_INPUT, "%s", failure.text);
	return 1;
}

int input_list_beside(void *closure, const char *path, struct text_list *names, struct error *err)
{
	cleanup(fd_close) int found = -1;
	cleanup(directory_close) DIR *entries = NULL;
	const struct dirent *entry;

	if (open_beside(closure, path, O_RDONLY | O_DIRECTORY, &found, err) < 0)
		return -1;
	if (found < 0)
		return 0;
	entries = directory_list(found);
	while (entries && (errno = 0, entry = readdir(entries))) {
		if (names->count == LIST_LIMIT)
			return error_set(err, ERROR_INPUT, "more than %d files", LIST_LIMIT);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
			text_list_add(names, entry->d_name, strlen(entry->d_name), err) < 0)
			return -1;
	}
	return entries && errno == 0 ? 1 : error_errno(err, "reading it");
}
