/* SPDX-License-Identifier: Apache-2.0 */
/* planned_mount: sets the members of a mount by its option words, from a table. */
#include <string.h>

#include "base/buffer.h"
#include "spec/oci.h"

struct mount_option {
	const char *word;
	void (*apply)(struct planned_mount *mount, int value);
	int value;
};

static void set_bind(struct planned_mount *mount, int recursive)
{
	mount->bind = true;
	mount->recursive = recursive;
}

static void set_readonly(struct planned_mount *mount, int readonly)
{
	mount->readonly = readonly;
}

static void set_propagation(struct planned_mount *mount, int propagation)
{
	mount->propagation = (enum propagation)propagation;
}

static void set_copies_up(struct planned_mount *mount, int copies)
{
	mount->copies_up = copies;
}

static void set_copies_link(struct planned_mount *mount, int copies)
{
	mount->copies_link = copies;
}

static const struct mount_option planned_mount_options[] = {
	{ "bind", set_bind, false },
	{ "rbind", set_bind, true },
	{ "ro", set_readonly, true },
	{ "rro", set_readonly, true },
	{ "rw", set_readonly, false },
	{ "private", set_propagation, PROPAGATION_PRIVATE },
	{ "rprivate", set_propagation, PROPAGATION_PRIVATE },
	{ "slave", set_propagation, PROPAGATION_SLAVE },
	{ "rslave", set_propagation, PROPAGATION_SLAVE },
	{ "shared", set_propagation, PROPAGATION_SHARED },
	{ "rshared", set_propagation, PROPAGATION_SHARED },
	{ "unbindable", set_propagation, PROPAGATION_UNBINDABLE },
	{ "runbindable", set_propagation, PROPAGATION_UNBINDABLE },
	{ "tmpcopyup", set_copies_up, true },
	{ "copy-symlink", set_copies_link, true },
};

void planned_mount_option(struct planned_mount *mount, const char *option)
{
	for (size_t i = 0; i < array_count(planned_mount_options); i++)
		if (planned_mount_options[i].word[0] == option[0] &&
			strcmp(planned_mount_options[i].word, option) == 0) {
			planned_mount_options[i].apply(mount, planned_mount_options[i].value);
			return;
		}
}

bool planned_mount_shares(const struct planned_mount *mount, enum propagation rootfs_propagation)
{
	if (mount->propagation == PROPAGATION_UNSAID)
		return rootfs_propagation == PROPAGATION_SHARED;
	return mount->propagation == PROPAGATION_SHARED;
}

void planned_mount_clear(struct planned_mount *mount)
{
	text_clear(&mount->destination);
	text_clear(&mount->source);
	text_clear(&mount->type);
}
