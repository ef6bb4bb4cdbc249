/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/spots.h"

#include <stdlib.h>

#define SLOTS_FIRST ((size_t)1024)

static size_t spot_slot(const struct spots *spots, const struct spot *spot)
{
	size_t hash = spot->namespace * 0x9e3779b97f4a7c15u + spot->root.number * 31 +
		spot->root.device * 131 + spot->mount * 8191;

	for (size_t i = (hash ^ hash >> 29) & (spots->size - 1);; i = (i + 1) & (spots->size - 1)) {
		const struct spot *at = &spots->slots[i];

		if (at->namespace == 0 ||
			(at->namespace == spot->namespace && at->mount == spot->mount &&
				inode_same(&at->root, &spot->root)))
			return i;
	}
}

static int spots_grow(struct spots *spots, struct error *err)
{
	struct spots larger = { .size = spots->size == 0 ? SLOTS_FIRST : 2 * spots->size };

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (larger.slots == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	larger.count = spots->count;
	for (size_t i = 0; i < spots->size; i++)
		if (spots->slots[i].namespace != 0)
			larger.slots[spot_slot(&larger, &spots->slots[i])] = spots->slots[i];
	free(spots->slots);
	*spots = larger;
	return 0;
}

int spot_note(struct spots *spots, const struct spot *spot, bool *known, struct error *err)
{
	size_t slot;

	if (2 * spots->count >= spots->size && spots_grow(spots, err) < 0)
		return -1;
	slot = spot_slot(spots, spot);
	*known = spots->slots[slot].namespace != 0;
	if (*known)
		return 0;
	spots->slots[slot] = *spot;
	spots->count++;
	return 0;
}

void spots_clear(struct spots *spots)
{
	free(spots->slots);
	*spots = (struct spots){ 0 };
}
