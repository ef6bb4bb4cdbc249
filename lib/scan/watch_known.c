/* SPDX-License-Identifier: Apache-2.0 */
/* watch_known: the list of containers that watch has looked at, by id and mount namespace. */
#include "scan/watch_known.h"

#include <string.h>

#include "base/string.h"

static struct watched_container *container_of(struct watch *watch, const char *id, ino_t namespace)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->containers[i].namespace == namespace &&
			strcmp(watch->containers[i].id, id) == 0)
			return &watch->containers[i];
	return NULL;
}

void watch_forget(struct watch *watch, const char *id)
{
	for (size_t i = watch->count; i-- > 0;)
		if (strcmp(watch->containers[i].id, id) == 0) {
			text_clear(&watch->containers[i].id);
			watch->containers[i] = watch->containers[--watch->count];
		}
}

void watch_forget_unseen(struct watch *watch)
{
	for (size_t i = watch->count; i-- > 0;)
		if (!watch->containers[i].seen) {
			text_clear(&watch->containers[i].id);
			watch->containers[i] = watch->containers[--watch->count];
		}
}

struct watched_container *watch_note(
	struct watch *watch, const char *id, const struct fix_case *subject, struct error *err)
{
	struct watched_container *container = container_of(watch, id, subject->namespace);

	if (container == NULL) {
		container = array_add(&watch->containers, &watch->count, sizeof(*container), err);
		if (container == NULL)
			return NULL;
		container->namespace = subject->namespace;
		container->id = text_copy(id, err);
		if (container->id == NULL) {
			watch->count--;
			return NULL;
		}
	}
	memcpy(container->reaches, subject->reaches, sizeof(container->reaches));
	container->seen = true;
	return container;
}
