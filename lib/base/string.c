/* SPDX-License-Identifier: Apache-2.0 */
#include "base/string.h"

#include <stdio.h>
#include <string.h>

int word_find(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return (int)i;
	return -1;
}

const char *words_join(char *text, size_t size, const char *const *words, size_t count)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";

		used += (size_t)snprintf(text + used, size - used, "%s\"%s\"", between, words[i]);
	}
	return text;
}

bool name_is_plain(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
		strcmp(name, "..") != 0;
}

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
