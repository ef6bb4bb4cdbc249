/* SPDX-License-Identifier: Apache-2.0 */
/* replace: writes the new file beside the old one, syncs it, and renames it. */
#include "setup/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"

#define FILE_LIMIT ((size_t)4 << 20)
#define LABEL "security.selinux"

static int add_suffix(char **to, const char *path, const char *suffix, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };

	if (buffer_print(&text, err, "%s%s", path, suffix) < 0)
		return -1;
	*to = take(text.text);
	return 0;
}

/* A configuration that is a link is replaced where it leads. */
int replace_open(struct replace *replace, const char *path, struct error *err)
{
	cleanup(text_clear) char *real = realpath(path, NULL);

	if (real == NULL && errno != ENOENT)
		return error_errno(err, "following \"%s\"", path);
	replace->path = text_copy(real != NULL ? real : path, err);
	if (replace->path == NULL)
		return -1;
	return add_suffix(&replace->candidate, replace->path, ".runmask-new", err) < 0 ||
			add_suffix(&replace->copy, replace->path, ".before-runmask", err) < 0
		? -1
		: 0;
}

void replace_clear(struct replace *replace)
{
	text_clear(&replace->path);
	text_clear(&replace->candidate);
	text_clear(&replace->copy);
}

int replace_read(const char *path, struct buffer *text, bool *there, struct error *err)
{
	struct stat status;

	*there = stat(path, &status) == 0;
	if (!*there && errno != ENOENT)
		return error_errno(err, "looking at \"%s\"", path);
	if (buffer_add(text, "", 0, err) < 0)
		return -1;
	if (*there && file_read_at(text, AT_FDCWD, path, FILE_LIMIT, err) < 0)
		return error_wrap(err, "\"%s\"", path);
	if (memchr(text->text, '\0', text->length) != NULL)
		return error_set(err, ERROR_INPUT, "\"%s\": contains a NUL byte", path);
	return 0;
}

/* As the file that it replaces; a new one is root's, and readable by all. */
static int take_after(int fd, const char *path)
{
	struct stat status = { .st_mode = 0644 };
	char label[256];
	ssize_t length;

	if (stat(path, &status) < 0)
		return errno == ENOENT ? fchmod(fd, 0644) : -1;
	if (fchown(fd, status.st_uid, status.st_gid) < 0 || fchmod(fd, status.st_mode & 07777) < 0)
		return -1;
	length = getxattr(path, LABEL, label, sizeof(label));
	if (length > 0 && fsetxattr(fd, LABEL, label, (size_t)length, 0) < 0 && errno != ENOTSUP)
		return -1;
	return 0;
}

/* A new file with that text, on the disk. One that an ended process left is not in the way. */
static int write_file(
	const char *to, const char *like, const struct buffer *text, struct error *err)
{
	cleanup(fd_close) int fd = -1;

	if (unlink(to) < 0 && errno != ENOENT)
		return error_errno(err, "removing \"%s\"", to);
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_errno(err, "making \"%s\"", to);
	if (file_write_all(fd, text->text, text->length) < 0 || take_after(fd, like) < 0 ||
		fsync(fd) < 0) {
		error_errno(err, "writing \"%s\"", to);
		unlink(to);
		return -1;
	}
	return 0;
}

static int make_parent(const char *path, struct error *err)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", path);
	dirname(parent);
	if (mkdir(parent, 0755) == 0 || errno == EEXIST)
		return 0;
	return error_errno(err, "making \"%s\"", parent);
}

int replace_prepare(const struct replace *replace, const struct buffer *text, struct error *err)
{
	return make_parent(replace->path, err) < 0
		? -1
		: write_file(replace->candidate, replace->path, text, err);
}

void replace_give_up(const struct replace *replace)
{
	unlink(replace->candidate);
}

/* A rename lasts once its directory is on the disk. */
static void sync_parent(const char *path)
{
	cleanup(fd_close) int fd = -1;
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", path);
	fd = open(dirname(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		(void)!fsync(fd);
}

static int keep_copy(const struct replace *replace, struct error *err)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	cleanup(text_clear) char *unfinished = NULL;
	bool there;

	if (replace_read(replace->path, &text, &there, err) < 0)
		return -1;
	if (!there)
		return unlink(replace->copy) == 0 || errno == ENOENT
			? 0
			: error_errno(err, "removing \"%s\"", replace->copy);
	if (add_suffix(&unfinished, replace->copy, "-new", err) < 0 ||
		write_file(unfinished, replace->path, &text, err) < 0)
		return -1;
	if (rename(unfinished, replace->copy) == 0)
		return 0;
	error_errno(err, "making \"%s\"", replace->copy);
	unlink(unfinished);
	return -1;
}

static int rename_over(const struct replace *replace, struct error *err)
{
	if (rename(replace->candidate, replace->path) < 0)
		return error_errno(err, "replacing \"%s\"", replace->path);
	sync_parent(replace->path);
	return 0;
}

int replace_commit(const struct replace *replace, bool keep, struct error *err)
{
	if ((keep && keep_copy(replace, err) < 0) || rename_over(replace, err) < 0)
		return -1;
	if (!keep)
		unlink(replace->copy);
	return 0;
}

int replace_text(const char *path, const struct buffer *text, struct error *err)
{
	cleanup(replace_clear) struct replace replace = { 0 };

	if (replace_open(&replace, path, err) < 0 || replace_prepare(&replace, text, err) < 0)
		return -1;
	if (rename_over(&replace, err) == 0)
		return 0;
	replace_give_up(&replace);
	return -1;
}

int replace_remove(const struct replace *replace, struct error *err)
{
	if (unlink(replace->path) < 0)
		return error_errno(err, "removing \"%s\"", replace->path);
	unlink(replace->copy);
	sync_parent(replace->path);
	return 0;
}
