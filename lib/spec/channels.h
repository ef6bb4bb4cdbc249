/* SPDX-License-Identifier: Apache-2.0 */
/* channels: the directories and sockets by which name-service clients reach the host's daemons. One
 * table with a row for each channel. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CHANNEL_PLACES_MAX 3
#define CHANNEL_SHOWS_MAX 4
#define CHANNELS_MAX 16

/* One directory in which clients look for the daemon. */
struct channel_place {
	const char *directory; /* the client's own path, as compiled into it: "/var/run/nscd" */
	const char *socket;    /* the name it connects to there; NULL: any name in the directory */
	/* what a veil over the directory leaves visible: names that are no way to the daemon */
	const char *shows[CHANNEL_SHOWS_MAX];
};

struct channel {
	const char *name;
	const char *daemon;  /* for sentences: "the host's nscd" */
	const char *clients; /* for sentences: who asks there */
	bool resolves_names; /* it answers names of hosts, not of users or services alone */
	bool final;          /* clients take its "no such name" as the last answer */
	bool mapped;         /* clients may keep a database of it mapped (scan/nscd_mappings.h) */
	struct channel_place places[CHANNEL_PLACES_MAX]; /* ends at directory == NULL */
};

extern const struct channel channels[];
extern const size_t channel_count;

/* The row of that name, or NULL. */
const struct channel *channel_find(const char *name);

/* A set of channels: bit i is channels[i]. */
typedef unsigned int channel_set;
#define CHANNELS_ALL (~(channel_set)0)

static inline channel_set channel_bit(size_t index)
{
	return 1u << index;
}

/* Runs the statement behind it for every place of the channels in the set, in the table's order. */
#define for_each_place(channel_, place_, set)                                                      \
	for (const struct channel *channel_ = channels; channel_ < channels + channel_count;       \
		channel_++)                                                                        \
		if ((set) & channel_bit((size_t)(channel_ - channels)))                            \
			for (const struct channel_place *place_ = channel_->places;                \
				place_ < channel_->places + CHANNEL_PLACES_MAX &&                  \
				place_->directory != NULL;                                         \
				place_++)
