/* SPDX-License-Identifier: Apache-2.0 */
/* compose: the state of the compose reader, shared by compose.c (services) and compose_volumes.c
 * (mounts). */
#pragma once

#include "manifest/compose_variables.h"
#include "manifest/cursor.h"
#include "manifest/dotenv.h"
#include "manifest/manifest.h"

#define COMPARISONS_MAX 1000000u /* of volumes that are merged, in one file */
#define MERGE_IT "pipe the result of \"docker compose config\" into \"runmask check -\""

struct compose {
	struct manifest *manifest;
	const struct manifest_context *context;
	struct manifest_context variables; /* the same, where variables come from .env as well */
	struct cursor services;
	struct cursor volumes;       /* the named ones, at the top */
	struct cursor other_volumes; /* those of the file that this one is merged into */
	struct dotenv dotenv;
	bool dotenv_asked;
	struct error dotenv_failure;       /* why .env could not be read */
	size_t comparisons;                /* of volumes that are merged, so far */
	char unset[VARIABLE_NAME_MAX + 1]; /* the variable that left the present text empty */
};

/* The environment's variable, else that of .env beside the file. closure is a struct compose. */
const char *compose_variable(void *closure, const char *name);

/* The text of a scalar with its variables replaced, on the heap; NULL for a place without a node.
 */
int compose_text(struct compose *compose, const struct cursor *cursor, char **text,
	struct error *err) must_check;

/* One entry of volumes, in either syntax; one of tmpfs. Each adds a mount. */
int compose_volume(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err) must_check;
int compose_tmpfs(struct compose *compose, struct manifest_container *container,
	const struct cursor *cursor, struct error *err) must_check;

/* The index of the service of that name. */
bool compose_service(const struct cursor *services, const char *name, size_t *index);

/* volumes_from, after all services have been read; first: where their containers begin. */
int compose_inherit(struct compose *compose, size_t first, struct error *err) must_check;
