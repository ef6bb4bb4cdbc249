/* SPDX-License-Identifier: Apache-2.0 */
/* root_set: open addressing; it grows by doubling. */
#include "scan/root_set.h"

#include <stdlib.h>

#define SLOTS_FIRST ((size_t)1024)

static size_t slot_of(const struct root_set *set, const struct root_id *root)
{
	size_t hash = root->namespace * 0x9e3779b97f4a7c15u + root->inode.number * 31 +
		root->inode.device * 131 + root->mount * 8191;

	for (size_t i = (hash ^ hash >> 29) & (set->size - 1);; i = (i + 1) & (set->size - 1)) {
		const struct root_id *at = &set->slots[i];

		if (at->namespace == 0 ||
			(at->namespace == root->namespace && at->mount == root->mount &&
				inode_same(&at->inode, &root->inode)))
			return i;
	}
}

static int grow(struct root_set *set, struct error *err)
{
	struct root_set larger = { .size = set->size == 0 ? SLOTS_FIRST : 2 * set->size };

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (larger.slots == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	larger.count = set->count;
	for (size_t i = 0; i < set->size; i++)
		if (set->slots[i].namespace != 0)
			larger.slots[slot_of(&larger, &set->slots[i])] = set->slots[i];
	free(set->slots);
	*set = larger;
	return 0;
}

int root_set_add(struct root_set *set, const struct root_id *root, bool *known, struct error *err)
{
	size_t slot;

	if (2 * set->count >= set->size && grow(set, err) < 0)
		return -1;
	slot = slot_of(set, root);
	*known = set->slots[slot].namespace != 0;
	if (*known)
		return 0;
	set->slots[slot] = *root;
	set->count++;
	return 0;
}

void root_set_clear(struct root_set *set)
{
	free(set->slots);
	*set = (struct root_set){ 0 };
}
