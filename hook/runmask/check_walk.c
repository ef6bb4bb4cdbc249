/* SPDX-License-Identifier: Apache-2.0 */
/* check_walk: visits the files below a directory that may be manifests by their names, in the order
 * of the names. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/string.h"
#include "runmask/check_input.h"

#define WALK_DEPTH_MAX 64

struct position {
	const struct walk *walk;
	size_t base; /* length of what was named, and its slash */
	size_t depth;
};

/* Endings of names, and whole names, of files that may be ours. */
static const char *const endings[] = { "yaml", "yml", "json", "jsonc", "container", "pod", "kube",
	"sh", "bash", "zsh", "ksh", "md", "markdown", "mk", "mak", "hcl", "nomad", "service" };
static const char *const names[] = { "Makefile", "makefile", "GNUmakefile", "Justfile",
	"justfile" };
static const char *const skipped[] = { ".git", "node_modules", "vendor" };

static bool may_be_ours(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL)
		return true; /* a script may have no ending */
	return word_find(name, names, array_count(names)) >= 0 ||
		word_find(dot + 1, endings, array_count(endings)) >= 0;
}

static bool is_excluded(const struct position *at, const char *path, const char *name)
{
	const struct text_list *exclude = at->walk->exclude;

	for (size_t i = 0; i < exclude->count; i++)
		if (fnmatch(exclude->texts[i], name, FNM_PERIOD) == 0 ||
			fnmatch(exclude->texts[i], path + at->base, 0) == 0 ||
			fnmatch(exclude->texts[i], path + at->base,
				FNM_PATHNAME | FNM_LEADING_DIR) == 0)
			return true;
	return false;
}

static int visit_file(const struct position *at, int directory, const char *path, const char *name,
	struct error *err)
{
	cleanup(input_clear) struct input input = { .found = true };
	cleanup(buffer_clear) struct buffer absolute = { 0 };
	size_t above = strlen(path) - strlen(name);

	input.name = text_copy(path, err);
	if (!input.name)
		return -1;
	if (path[0] != '/' && buffer_print(&absolute, err, "%s/", at->walk->working_directory) < 0)
		return -1;
	if (buffer_add(&absolute, path, above > 1 ? above - 1 : above, err) < 0)
		return -1;
	input.directory = take(absolute.text);
	{
		struct error failure = { 0 };

		if (file_read_at(&input.text, directory, name, MANIFEST_LIMIT, &failure) < 0)
			return at->walk->unread(at->walk->closure, &input, &failure, err);
	}
	return at->walk->visit(at->walk->closure, &input, err);
}

static int walk_below(
	const struct position *at, int directory, struct buffer *path, struct error *err);

/* What is in it is not known: that is told, and the others go on. */
static int not_walked(
	const struct position *at, const char *path, const struct error *failure, struct error *err)
{
	cleanup(input_clear) struct input input = { .found = true };

	input.name = text_copy(path[0] != '\0' ? path : ".", err);
	return input.name == NULL ? -1 : at->walk->unread(at->walk->closure, &input, failure, err);
}

static int visit_directory(const struct position *at, int directory, struct buffer *path,
	const char *name, struct error *err)
{
	struct position below = *at;
	struct error failure = { 0 };
	cleanup(fd_close) int fd = -1;

	if (word_find(name, skipped, array_count(skipped)) >= 0)
		return 0;
	if (++below.depth >= WALK_DEPTH_MAX) {
		error_set(&failure, ERROR_INPUT, "more than %d directories below one another",
			WALK_DEPTH_MAX);
		return not_walked(at, path->text, &failure, err);
	}
	fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return walk_below(&below, fd, path, err);
	error_errno(&failure, "opening it");
	return not_walked(at, path->text, &failure, err);
}

static int visit_entry(const struct position *at, int directory, struct buffer *path,
	const char *name, struct error *err)
{
	size_t length = path->length;
	struct stat status;
	int result = 0;

	if (buffer_print(path, err, "%s%s", length > 0 && path->text[length - 1] != '/' ? "/" : "",
		    name) < 0)
		return -1;
	if (is_excluded(at, path->text, name) ||
		fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
		path->length = length;
		path->text[length] = '\0';
		return 0;
	}
	if (S_ISDIR(status.st_mode)) {
		result = visit_directory(at, directory, path, name, err);
	} else if (S_ISREG(status.st_mode) && may_be_ours(name)) {
		result = visit_file(at, directory, path->text, name, err);
	} else if (S_ISREG(status.st_mode)) {
		at->walk->passed_over(at->walk->closure);
	}
	path->length = length;
	path->text[length] = '\0';
	return result;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static int walk_below(
	const struct position *at, int directory, struct buffer *path, struct error *err)
{
	cleanup(directory_close) DIR *entries = directory_list(directory);
	cleanup(text_list_clear) struct text_list found = { 0 };
	struct error failure = { 0 };
	struct dirent *entry;

	if (!entries) {
		error_errno(&failure, "reading it");
		return not_walked(at, path->text, &failure, err);
	}
	while ((errno = 0, entry = readdir(entries)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
			text_list_add(&found, entry->d_name, strlen(entry->d_name), err) < 0)
			return -1;
	if (errno != 0) {
		error_errno(&failure, "reading it");
		return not_walked(at, path->text, &failure, err);
	}
	if (found.count > 0)
		qsort(found.texts, found.count, sizeof(*found.texts), by_name);
	for (size_t i = 0; i < found.count; i++)
		if (visit_entry(at, directory, path, found.texts[i], err) < 0)
			return -1;
	return 0;
}

int walk_directory(const struct walk *walk, const char *path, struct error *err)
{
	cleanup(buffer_clear) struct buffer name = { 0 };
	struct position at = { .walk = walk };
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	size_t length = strlen(path);

	if (fd < 0)
		return error_errno(err, "opening it");
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length == 1 && path[0] == '.') /* names are shown without it */
		length = 0;
	if (buffer_add(&name, path, length, err) < 0)
		return -1;
	at.base = length + (length > 0 && path[length - 1] != '/');
	return walk_below(&at, fd, &name, err);
}
