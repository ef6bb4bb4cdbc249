/* SPDX-License-Identifier: Apache-2.0 */
/* path: walks components in place; allocates nothing. */
#include "base/path.h"

#include <string.h>

#include "base/string.h"

/* /var/run is a link to /run in every image and host that has a systemd, and by the Filesystem
 * Hierarchy Standard 3.0 in all others. */
#define LINK "/var/run"
#define LINK_TARGET "/run"

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

bool path_steps_up(const char *path)
{
	while (*path != '\0') {
		size_t length;

		path += strspn(path, "/");
		length = strcspn(path, "/");
		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		path += length;
	}
	return false;
}

/* The next component of the path, behind slashes; moves *path behind it. */
static size_t next_component(const char **path, const char **component)
{
	/* by hand: strspn(3) and strcspn(3) build a set for each call, and rule 0 asks for every
	 * bind and channel */
	while (**path == '/')
		(*path)++;
	*component = *path;
	while (**path != '/' && **path != '\0')
		(*path)++;
	return (size_t)(*path - *component);
}

/* Behind a leading "/var" that "/run" follows. */
static const char *past_var(const char *path)
{
	const char *at = path, *component, *rest;

	if (next_component(&at, &component) != 3 || strncmp(component, "var", 3) != 0)
		return path;
	rest = at;
	return next_component(&at, &component) == 3 && strncmp(component, "run", 3) == 0 ? rest
											 : path;
}

bool run_path_within(const char *path, const char *directory)
{
	path = past_var(path);
	directory = past_var(directory);
	for (;;) {
		const char *in_path, *in_directory;
		size_t length = next_component(&directory, &in_directory);

		if (length == 0)
			return true;
		if (next_component(&path, &in_path) != length ||
			strncmp(in_path, in_directory, length) != 0)
			return false;
	}
}

bool path_within(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 &&
		(path[length] == '\0' || path[length] == '/');
}

const char *path_next(const char **path, size_t *length)
{
	const char *component;

	*length = next_component(path, &component);
	return *length > 0 ? component : NULL;
}

const char *path_last(const char *path, size_t *length)
{
	const char *name = NULL, *next;
	size_t rest;

	for (*length = 0; (next = path_next(&path, &rest)) != NULL; *length = rest)
		name = next;
	return name;
}

static void tidy(char *tidied, const char *path, bool follow)
{
	const char *name;
	size_t length, end = 0;

	while ((name = path_next(&path, &length)) != NULL) {
		if (slice_is(name, length, "."))
			continue;
		if (slice_is(name, length, "..")) {
			while (end > 0 && tidied[--end] != '/')
				;
			continue;
		}
		tidied[end++] = '/';
		memmove(tidied + end, name, length);
		end += length;
		if (follow && slice_is(tidied, end, LINK)) {
			end = strlen(LINK_TARGET);
			memcpy(tidied, LINK_TARGET, end);
		}
	}
	tidied[end] = '\0';
}

void path_normalise(char *normal, const char *path)
{
	tidy(normal, path, false);
}

void host_path(char *resolved, const char *path)
{
	tidy(resolved, path, true);
}

size_t path_depth(const char *path)
{
	size_t depth = 0, length;
	const char *name;

	while ((name = path_next(&path, &length)) != NULL) {
		if (slice_is(name, length, ".."))
			depth -= depth > 0;
		else if (!slice_is(name, length, "."))
			depth++;
	}
	return depth;
}

const char *run_path_short(const char *path)
{
	return strncmp(path, LINK "/", strlen(LINK "/")) == 0 ? path + strlen("/var") : path;
}

const char *run_path_below(const char *path)
{
	static const char *const prefixes[] = { "/run/", "/var/run/" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(path, prefixes[i], strlen(prefixes[i])) == 0)
			return path + strlen(prefixes[i]);
	return NULL;
}

bool path_is_below(const char *path, const char *directory)
{
	size_t length = directory == NULL ? 0 : strlen(directory);

	return length > 0 && strncmp(path, directory, length) == 0 && path[length] == '/';
}
