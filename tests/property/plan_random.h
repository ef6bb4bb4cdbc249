/* SPDX-License-Identifier: Apache-2.0 */
/* Observations and policies by dice, always the same ones for the same seed. As wild as the kernel
 * and the host may make them, but no wilder: a place that is not a mount has no mount of its own,
 * names in one directory differ, and what lies below a directory is listed behind it. */
#pragma once

#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#define NAMES_MAX 64
#define NAME_SIZE 300

struct dice {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t dice_roll(struct dice *dice)
{
	uint64_t value = dice->state += 0x9e3779b97f4a7c15;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
	value = (value ^ value >> 27) * 0x94d049bb133111eb;
	return value ^ value >> 31;
}

static inline size_t dice_below(struct dice *dice, size_t count)
{
	return (size_t)(dice_roll(dice) % count);
}

static inline bool dice_one_in(struct dice *dice, size_t count)
{
	return dice_below(dice, count) == 0;
}

/* One world: what is seen and wanted, with room for all of its names. */
struct world {
	struct dice dice;
	struct observation seen;
	struct policy policy;
	enum strategy strategy;
	struct seen_entry entries[RUN_PLACES_MAX][NAMES_MAX];
	struct seen_child children[RUN_PLACES_MAX][NAMES_MAX];
	struct seen_directory directories[4];
	struct policy_socket policy_sockets[4];
	struct planned_mount mounts[4];
	struct seen_socket sockets[4];
	char *expose[8];
	char names[4 * NAMES_MAX][NAME_SIZE];
	size_t name_count;
	int next_fd;
};

static inline char *world_name(struct world *world, const char *name)
{
	char *copy = world->names[world->name_count++];

	if (world->name_count >= 4 * NAMES_MAX)
		abort();
	snprintf(copy, NAME_SIZE, "%s", name);
	return copy;
}

/* Names of channels, and unknown names. */
static const char *const top_names[] = { "nscd", "nslcd", "systemd", "userdb", "host", "dbus",
	"avahi-daemon", "samba", "docker.sock", "podman", "crio", "containerd", "utmp", "lock",
	"nscdx", "system", "..a", "..." };
static const char *const below_names[] = { "resolve", "userdb", "winbindd", "journal", "notify",
	"resolv.conf", "x" };

static inline const char *a_top_name(struct world *world)
{
	size_t count = array_count(top_names), at = dice_below(&world->dice, count + 1);
	static char longest[256];

	if (at < count)
		return top_names[at];
	memset(longest, 'n', 255);
	return longest;
}

static inline bool is_listed(const struct seen_place *run, const char *path)
{
	for (size_t i = 0; i < run->entry_count; i++)
		if (strcmp(run->entries[i].path, path) == 0)
			return true;
	return false;
}

static inline void add_entry(struct world *world, struct seen_place *run, const char *path)
{
	struct seen_entry *entry;

	if (is_listed(run, path) || run->entry_count == NAMES_MAX)
		return;
	entry = &run->entries[run->entry_count++];
	*entry = (struct seen_entry){ .path = world_name(world, path) };
	entry->directory = !dice_one_in(&world->dice, 3);
	if (!entry->directory && strchr(path, '/') == NULL && dice_one_in(&world->dice, 3))
		entry->link = world_name(world, "../dev/shm");
}

/* Is it on the way to a place that is looked at: "systemd" for /run/systemd/resolve? */
static inline bool is_way(const struct world *world, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < world->seen.place_count; i++) {
		const char *below = strstr(world->seen.places[i].path, "run/") + strlen("run/");

		if (strncmp(below, name, length) == 0 && below[length] == '/')
			return true;
	}
	return false;
}

/* The host's entries, and behind them those of the ways to places further down. */
static inline void roll_entries(struct world *world, struct seen_place *run)
{
	size_t tops = dice_below(&world->dice, 12), count;

	for (size_t i = 0; i < tops; i++)
		add_entry(world, run, a_top_name(world));
	count = run->entry_count;
	for (size_t i = 0; i < count; i++) {
		const char *name = run->entries[i].path;
		bool listed = run->entries[i].directory && is_way(world, name);
		char path[NAME_SIZE];

		for (size_t j = dice_below(&world->dice, 4); listed && j > 0; j--) {
			snprintf(path, sizeof(path), "%s/%s", name,
				below_names[dice_below(&world->dice, array_count(below_names))]);
			add_entry(world, run, path);
		}
	}
}

/* Is one of the two below the other, or the same? */
static inline bool overlap(const char *a, const char *b)
{
	size_t length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	return strncmp(a, b, length) == 0 && (a[length] == '\0' || a[length] == '/') &&
		(b[length] == '\0' || b[length] == '/');
}

static inline void add_child(struct world *world, struct seen_place *run, const char *path, int fd)
{
	for (size_t i = 0; i < run->child_count; i++)
		if (overlap(run->children[i].path, path))
			return;
	run->children[run->child_count++] = (struct seen_child){
		.path = world_name(world, path),
		.fd = fd >= 0 ? fd : world->next_fd++,
		.directory = fd >= 0 || !dice_one_in(&world->dice, 3),
	};
}

/* The name of the place in the host's /run. */
static inline const char *name_in_run(const struct seen_place *place)
{
	return strstr(place->path, "run/") + strlen("run/");
}

static inline bool lies_in(const struct seen_place *run, const struct seen_place *place)
{
	size_t length = (size_t)(name_in_run(place) - place->path) - 1;

	return strncmp(place->path, run->path, length) == 0
		? run->path[length] == '\0'
		: run->alias != NULL && strncmp(place->path, run->alias, length) == 0;
}

/* Mounts of the user: those on channels are children of the run that they lie in. */
static inline void roll_children(struct world *world, struct seen_place *run)
{
	for (size_t i = 0; i < world->seen.place_count; i++) {
		const struct seen_place *place = &world->seen.places[i];

		if (place->mount_root && place->sight != SIGHT_HOST && lies_in(run, place))
			add_child(world, run, name_in_run(place), place->fd);
	}
	for (size_t i = dice_below(&world->dice, 4); i > 0; i--) {
		char path[NAME_SIZE];

		snprintf(path, sizeof(path), "m%zu%s", dice_below(&world->dice, 4),
			dice_one_in(&world->dice, 2) ? "/deep/er" : "");
		add_child(world, run, path, -1);
	}
}

static inline void roll_place(
	struct world *world, const struct channel *channel, const struct channel_place *of)
{
	static const enum sight sights[] = { SIGHT_CLEAR, SIGHT_NAMED, SIGHT_HOST, SIGHT_HOST };
	struct seen_place *place = &world->seen.places[world->seen.place_count++];

	*place = SEEN_NOTHING;
	place->channel = channel;
	place->channel_place = of;
	place->path = of->directory;
	place->sight = sights[dice_below(&world->dice, array_count(sights))];
	place->fd = world->next_fd++;
	place->mount_root = place->sight == SIGHT_NAMED || dice_one_in(&world->dice, 4);
	place->shares = dice_one_in(&world->dice, 5);
	place->readonly = dice_one_in(&world->dice, 3);
}

static inline void roll_places(struct world *world)
{
	for (size_t i = 0; i < channel_count; i++) {
		if (!dice_one_in(&world->dice, 3))
			continue;
		world->policy.channels |= channel_bit(i);
		for (size_t j = 0; j < CHANNEL_PLACES_MAX && channels[i].places[j].directory; j++)
			roll_place(world, &channels[i], &channels[i].places[j]);
	}
}

static inline void roll_run(struct world *world, const char *path, const char *alias)
{
	size_t index = world->seen.run_count++;
	struct seen_place *run = &world->seen.runs[index];

	*run = SEEN_NOTHING;
	run->path = path;
	run->alias = alias;
	run->fd = world->next_fd++;
	run->sight = dice_one_in(&world->dice, 4) ? SIGHT_CLEAR : SIGHT_HOST;
	run->mount_root = !dice_one_in(&world->dice, 3);
	run->shares = dice_one_in(&world->dice, 5);
	run->readonly = dice_one_in(&world->dice, 3);
	run->entries = world->entries[index];
	run->children = world->children[index];
	if (world->policy.expose_all)
		roll_entries(world, run);
	if (!world->policy.expose_all || !run->mount_root)
		roll_children(world, run);
}

static inline void roll_sockets(struct world *world)
{
	static const char *const paths[] = { "/run/docker.sock", "/var/run/x.sock",
		"/run/podman/podman.sock", "/srv/y.sock" };
	struct observation *seen = &world->seen;

	for (size_t i = dice_below(&world->dice, 4); i > 0; i--) {
		size_t at = world->policy.socket_count++;
		struct policy_socket *socket = &world->policy_sockets[at];
		char directory[32];

		snprintf(directory, sizeof(directory), "/d/%zu", dice_below(&world->dice, 3));
		*socket = (struct policy_socket){ .path = (char *)paths[i],
			.directory = world_name(world, directory) };
		world->directories[seen->directory_count++] = (struct seen_directory){
			.path = socket->directory,
			.clones = { world->next_fd, world->next_fd + 1 },
		};
		world->next_fd += 2;
		world->mounts[at].destination = (char *)"/somewhere";
		world->sockets[seen->socket_count++] = (struct seen_socket){
			.policy = socket,
			.mount = &world->mounts[at],
			.found = dice_one_in(&world->dice, 2),
			.obstacle = dice_one_in(&world->dice, 3) ? "an obstacle" : NULL,
		};
	}
	world->policy.sockets = world->policy_sockets;
	seen->directories = world->directories;
	seen->sockets = world->sockets;
}

static inline void roll_expose(struct world *world)
{
	size_t sockets = world->policy.socket_count;

	world->policy.expose_all = dice_one_in(&world->dice, 2);
	world->policy.expose = world->expose;
	if (world->policy.expose_all)
		return;
	for (size_t i = dice_below(&world->dice, array_count(world->expose)); i > 0; i--) {
		const char *name = dice_one_in(&world->dice, 2) && sockets > 0
			? strrchr(world->policy_sockets[0].path, '/') + 1
			: a_top_name(world);

		world->expose[world->policy.expose_count++] = world_name(world, name);
	}
}

static inline void world_roll(struct world *world, uint64_t seed)
{
	memset(world, 0, offsetof(struct world, names));
	world->name_count = 0;
	world->dice.state = seed;
	world->next_fd = 1000;
	world->strategy = (enum strategy)dice_below(&world->dice, 3);
	if (dice_one_in(&world->dice, 2))
		world->strategy = STRATEGY_FACADE;
	world->policy.on_shared = (enum on_shared)dice_below(&world->dice, 3);
	roll_sockets(world);
	roll_expose(world);
	roll_places(world);
	switch (dice_below(&world->dice, 5)) {
	case 0:
		break;
	case 1:
		roll_run(world, "/var/run", NULL);
		break;
	case 2:
		roll_run(world, "/run", NULL);
		roll_run(world, "/var/run", NULL);
		break;
	default:
		roll_run(world, "/run", "/var/run");
	}
}
