/* SPDX-License-Identifier: Apache-2.0 */
/* planned_mount: adds containers, mounts and problems to a manifest, and parses paths and options,
 * for all readers. Errors come without a place; the readers put it in front. */
#pragma once

#include "manifest/manifest.h"

/* Adds a container; name and object are copied; object may be NULL. The result is the manifest's,
 * and valid until the next call; NULL with the error set. */
struct manifest_container *manifest_container_add(struct manifest *manifest,
	enum manifest_kind kind, const char *name, const char *object, size_t line,
	struct error *err) must_check;

/* Adds a part of the text that could not be judged; what else the text holds is judged. */
int manifest_problem_add(struct manifest *manifest, size_t line, size_t column,
	const char *sentence, struct error *err) must_check;

void manifest_container_clear(struct manifest_container *container);

/* Where a mount is asked for; 0: unknown. */
struct mount_site {
	size_t line;
	unsigned int column, list_line;
};

/* Adds a mount at that destination, which hides what is below it until planned_mount_bind makes it
 * a bind. Texts are copied; the result is the container's, and valid until the next call; NULL with
 * the error set. */
struct planned_mount *planned_mount_add(struct manifest_container *container,
	const char *destination, const char *type, struct mount_site site, struct error *err)
	must_check;

/* A copy of another container's mount; the container's own at that destination wins. */
int planned_mount_copy(struct manifest_container *container, const struct planned_mount *from,
	bool readonly, struct error *err) must_check;

/* Makes the mount a recursive bind of that host path, which becomes absolute. */
int planned_mount_bind(struct planned_mount *mount, const struct manifest_context *context,
	const char *source, struct error *err) must_check;

/* The words of "ro,rslave,z"; only binds become recursive by them. options is taken to pieces. */
void planned_mount_options(struct planned_mount *mount, char *options);

/* Is it a path (of the host), and not the name of a volume? */
bool source_is_path(const char *source);

/* An absolute path stays as it is; "~" is the home directory, all else is below the directory;
 * these are made plain: no ".", "..", "//". NULL with the error set. */
char *path_absolute(const char *path, const struct manifest_context *context, struct error *err)
	must_check;

/* base, which must be absolute, and a path below it; made plain. */
char *path_resolve(const char *path, const char *base, struct error *err) must_check;

/* "C:\x", "C:/x", "\\server\share", "//./pipe/x": such a source cannot be the host's /run. */
bool is_windows_path(const char *path);

/* "SOURCE:DESTINATION:OPTIONS" in pieces, which point into text; NULL where missing. One word
 * alone is a destination. */
struct volume_words {
	char *source, *destination, *options;
};
int volume_split(char *text, struct volume_words *words, struct error *err) must_check;

/* 0 when it is an absolute path; else the reason. */
int destination_check(const char *destination, struct error *err) must_check;
