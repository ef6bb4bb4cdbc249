/* SPDX-License-Identifier: Apache-2.0 */
/* manifests: what the targets for manifests share: a context, and what holds of every answer. */
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/forms.h"
#include "base/buffer.h"

static const char *variable(void *closure, const char *name)
{
	(void)closure;
	return name[0] == 'S' ? "/var/run" : name[0] == 'E' ? "" : NULL;
}

/* Every destination is absolute, every bind has an absolute source, every error a sentence. An OCI
 * config.json may say what it likes. */
static void judge(const struct manifest *manifest, int result, const struct error *err)
{
	if ((result < 0) != (err->text[0] != '\0') || (result < 0 && err->code != ERROR_INPUT))
		abort();
	for (size_t i = 0; result == 0 && i < manifest->container_count; i++) {
		const struct manifest_container *container = &manifest->containers[i];

		for (size_t j = 0; !container->ordered && j < container->mount_count; j++) {
			const struct planned_mount *mount = &container->mounts[j];

			if (mount->destination[0] != '/' ||
				mount->bind != (mount->source != NULL) ||
				(mount->bind && mount->source[0] != '/'))
				abort();
		}
	}
}

static const struct manifest_context context = { .file = "a@b.container",
	.directory = "/srv/app",
	.home = "/home/ada",
	.runtime_directory = "/run/user/1000",
	.variable = variable };

static inline int second_file(
	void *closure, const char *path, struct buffer *text, struct error *err)
{
	const char *second = closure;

	if (second == NULL || strstr(path, ".env") != NULL)
		return 0;
	return buffer_add(text, second, strlen(second), err) < 0 ? -1 : 1;
}

/* Drop-ins in each directory, where the second file is a unit. */
static inline int second_list(
	void *closure, const char *path, struct text_list *names, struct error *err)
{
	const char *second = closure;

	(void)path;
	if (second == NULL || second[0] != '[')
		return 0;
	if (second[1] == '!')
		return error_set(err, ERROR_INPUT, "a link, which is not followed");
	for (char name[] = "aa.conf"; second[1] == '*' && name[0] <= 'z'; name[0]++)
		for (name[1] = 'a'; name[1] <= 'z'; name[1]++)
			if (text_list_add(names, name, strlen(name), err) < 0)
				return -1;
	if (text_list_add(names, "b.conf", strlen("b.conf"), err) < 0 ||
		text_list_add(names, "a.conf", strlen("a.conf"), err) < 0)
		return -1;
	return 1;
}

/* What stands behind a form feed is the file that is read beside it: an override, a quadlet's YAML.
 * The feed is overwritten. */
static inline struct manifest_context with_second_file(char *text, const char *name)
{
	struct manifest_context with = context;
	char *second = strchr(text, '\f');

	if (second != NULL)
		*second++ = '\0';
	with.file = name;
	with.beside = second_file;
	with.list_beside = second_list;
	with.closure = second;
	return with;
}
