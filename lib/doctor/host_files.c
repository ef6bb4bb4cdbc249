/* SPDX-License-Identifier: Apache-2.0 */
/* host_files: every path is opened below the fd of the root, links included (RESOLVE_IN_ROOT). */
#include "doctor/host_files.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "base/string.h"
#include "kernel/open.h"

#define TEXT_LIMIT ((size_t)32 << 20) /* dpkg's status is the largest, at some MB */

static bool nothing_there(void)
{
	return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
}

int host_open(int *root, const char *directory, struct error *err)
{
	*root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *root < 0 ? error_errno(err, "opening \"%s\"", directory) : 0;
}

/* A file that is "masked" by a link to /dev/null is as good as empty, to systemd and here. */
static bool is_null_device(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
		status.st_rdev == makedev(1, 3);
}

int host_file_open(int root, const char *path, int *fd, struct error *err)
{
	cleanup(fd_close) int found = open_in_root(root, path, O_PATH);

	*fd = -1;
	if (found < 0)
		return nothing_there() ? 0 : error_errno(err, "opening \"%s\"", path);
	*fd = is_null_device(found) ? take_fd(&found) : file_open_found(found, err);
	return *fd < 0 ? error_wrap(err, "\"%s\"", path) : 0;
}

int host_read_bytes(int root, const char *path, struct buffer *text, bool *there, struct error *err)
{
	cleanup(fd_close) int fd = -1;

	text->length = 0;
	if (host_file_open(root, path, &fd, err) < 0 || buffer_add(text, "", 0, err) < 0)
		return -1;
	*there = fd >= 0;
	if (fd >= 0 && !is_null_device(fd) && file_read(text, fd, TEXT_LIMIT, err) < 0)
		return error_wrap(err, "\"%s\"", path);
	return 0;
}

int host_read(int root, const char *path, struct buffer *text, bool *there, struct error *err)
{
	if (host_read_bytes(root, path, text, there, err) < 0)
		return -1;
	if (memchr(text->text, '\0', text->length) != NULL)
		return error_set(err, ERROR_INPUT, "\"%s\": contains a NUL byte", path);
	return 0;
}

int host_stat(int root, const char *path, struct stat *status, bool *there, struct error *err)
{
	cleanup(fd_close) int fd = open_in_root(root, path, O_PATH);

	*there = fd >= 0;
	if (fd < 0)
		return nothing_there() ? 0 : error_errno(err, "looking at \"%s\"", path);
	return fstat(fd, status) < 0 ? error_errno(err, "looking at \"%s\"", path) : 0;
}

int host_has(int root, const char *path, bool *there, char **target, struct error *err)
{
	cleanup(fd_close) int fd = open_in_root(root, path, O_PATH | O_NOFOLLOW);
	char link[PATH_MAX];
	ssize_t length;

	*there = fd >= 0;
	if (fd < 0)
		return nothing_there() ? 0 : error_errno(err, "looking at \"%s\"", path);
	length = target == NULL ? -1 : readlinkat(fd, "", link, sizeof(link));
	if (length < 0)
		return 0;
	*target = text_copy_bytes(link, (size_t)length, err);
	return *target == NULL ? -1 : 0;
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool ends_in(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);

	return length >= end && strcmp(text + length - end, suffix) == 0;
}

int host_list(
	int root, const char *path, const char *suffix, struct text_list *names, struct error *err)
{
	cleanup(fd_close) int fd = open_in_root(root, path, O_RDONLY | O_DIRECTORY);
	cleanup(directory_close) DIR *directory = fd < 0 ? NULL : directory_list(fd);
	const struct dirent *entry;

	if (fd < 0)
		return nothing_there() ? 0 : error_errno(err, "listing \"%s\"", path);
	if (directory == NULL)
		return error_errno(err, "listing \"%s\"", path);
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' && ends_in(entry->d_name, suffix) &&
			text_list_add(names, entry->d_name, strlen(entry->d_name), err) < 0)
			return -1;
	if (names->count > 0)
		qsort(names->texts, names->count, sizeof(*names->texts), by_text);
	return 0;
}

static int by_base(const void *left, const void *right)
{
	return strcmp(path_base(*(char *const *)left), path_base(*(char *const *)right));
}

static bool has_base(const struct text_list *paths, const char *base)
{
	for (size_t i = 0; i < paths->count; i++)
		if (strcmp(path_base(paths->texts[i]), base) == 0)
			return true;
	return false;
}

static int merge_one(int root, const char *directory, const char *suffix, struct text_list *paths,
	struct error *err)
{
	cleanup(text_list_clear) struct text_list names = { 0 };

	if (host_list(root, directory, suffix, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		char path[PATH_MAX];
		int length = snprintf(path, sizeof(path), "%s/%s", directory, names.texts[i]);

		if (!has_base(paths, names.texts[i]) &&
			text_list_add(paths, path, (size_t)length, err) < 0)
			return -1;
	}
	return 0;
}

int host_merge(int root, const char *const *directories, size_t count, const char *suffix,
	struct text_list *paths, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (merge_one(root, directories[i], suffix, paths, err) < 0)
			return -1;
	if (paths->count > 0)
		qsort(paths->texts, paths->count, sizeof(*paths->texts), by_base);
	return 0;
}
