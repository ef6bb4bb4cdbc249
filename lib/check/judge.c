/* SPDX-License-Identifier: Apache-2.0 */
/* judge: walks each client path in the best and the worst order of mounting, and compares what
 * both lead to. */
#include "check/judge.h"

#include <limits.h>
#include <string.h>

#include "base/buffer.h"
#include "base/path.h"
#include "check/mount_layout.h"

#define LIFT_MAX ((size_t)1000000) /* mounts laid to list those that expose one place */

/* What a walk through the present layout meets. */
struct met {
	enum sight sight;
	const struct laid_mount *laid; /* NULL: none is responsible */
};

/* A place that holds sockets only: one of them may be bound alone, by name. */
static const struct laid_mount *laid_below(
	const struct mount_layout *layout, const char *place, const char *host_directory)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct laid_mount *laid = &layout->laid_mounts[i];

		if (laid->source && path_within(laid->source, host_directory) &&
			path_within(laid->place, place) && layout_shows(layout, laid))
			return laid;
	}
	return NULL;
}

/* Walks the client's own way: to the directory, then to the socket in it. */
static bool walk_place(const struct mount_layout *layout, const struct channel_place *asked,
	struct location *location, char *directory)
{
	if (!layout_walk(layout, asked->directory, location))
		return false;
	if (directory)
		memcpy(directory, location->place, location->length + 1);
	return layout_walk_on(layout, asked->socket ? asked->socket : ".", location);
}

static struct met look_at(struct mount_layout *layout, const struct channel_place *asked)
{
	char host_directory[PATH_MAX], host_target[PATH_MAX], directory[PATH_MAX];
	struct met met = { .sight = SIGHT_CLEAR };
	struct location location;

	host_path(host_directory, asked->directory);
	strcpy(host_target, host_directory);
	if (asked->socket)
		strcat(strcat(host_target, "/"), asked->socket);

	if (!walk_place(layout, asked, &location, directory))
		return met;
	if (location_is_host(&location, host_target)) {
		bool named = path_within(location.laid->source, host_directory);

		return (struct met){ named && !layout->mask_named ? SIGHT_NAMED : SIGHT_HOST,
			location.laid };
	}
	if (!asked->socket) {
		const struct laid_mount *named = laid_below(layout, directory, host_directory);

		if (named)
			return (struct met){ layout->mask_named ? SIGHT_HOST : SIGHT_NAMED, named };
	}
	/* Not the host's: does a mount cover it? Lift what lies here, and look once more. */
	met.laid = location.laid;
	layout->beneath = directory;
	if (met.laid && walk_place(layout, asked, &location, NULL) &&
		location_is_host(&location, host_target))
		met.sight = SIGHT_COVERED;
	layout->beneath = NULL;
	return met;
}

/* Of what is met in the best and in the worst order, what counts: a mount that names the channel
 * means it in either; else the worse. */
static bool counts_more(enum sight sight, enum sight than)
{
	return than != SIGHT_NAMED && (sight == SIGHT_NAMED || sight > than);
}

static void judge_place(struct judged_place *seen, struct mount_layout *layout,
	const struct manifest_container *container, const struct channel_place *asked)
{
	struct met met = look_at(layout, asked);

	if (met.sight == SIGHT_CLEAR || !counts_more(met.sight, seen->sight))
		return;
	seen->sight = met.sight;
	seen->mount = (size_t)(met.laid - layout->laid_mounts);
	seen->shares = planned_mount_shares(
		&container->mounts[seen->mount], container->rootfs_propagation);
}

static void judge_places(struct judgement *judgement, struct mount_layout *layout,
	const struct manifest_container *container, channel_set asked)
{
	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; j < CHANNEL_PLACES_MAX && channels[i].places[j].directory; j++)
			if (asked & channel_bit(i))
				judge_place(&judgement->places[i][j], layout, container,
					&channels[i].places[j]);
}

static int add_exposing(
	struct judgement *judgement, struct judged_place *seen, size_t mount, struct error *err)
{
	size_t *added;

	for (size_t i = 0; i < seen->exposing_count; i++)
		if (judgement->exposing[seen->exposing + i] == mount)
			return 0;
	added = array_add(&judgement->exposing, &judgement->exposing_count, sizeof(*added), err);
	if (!added)
		return -1;
	*added = mount;
	seen->exposing_count++;
	return 0;
}

/* Takes away one mount after the other, as long as the place stays exposed. */
static int list_exposing(struct judgement *judgement, struct judged_place *seen,
	struct mount_layout *layout, const struct channel_place *asked, struct error *err)
{
	struct met met;
	size_t budget = LIFT_MAX / (layout->count + 1) + 2;

	for (met = look_at(layout, asked); met.sight == SIGHT_HOST && budget-- > 0;
		met = look_at(layout, asked)) {
		size_t mount = (size_t)(met.laid - layout->laid_mounts);

		if (add_exposing(judgement, seen, mount, err) < 0)
			return -1;
		layout_lift(layout, mount);
	}
	seen->more = seen->more || met.sight == SIGHT_HOST;
	layout_restore(layout);
	return 0;
}

static int list_all_exposing(struct judgement *judgement, struct mount_layout *layout,
	channel_set asked, struct error *err)
{
	bool certain = layout_is_certain(layout);

	for (size_t i = 0; i < channel_count * CHANNEL_PLACES_MAX; i++) {
		size_t channel = i / CHANNEL_PLACES_MAX, place = i % CHANNEL_PLACES_MAX;
		struct judged_place *seen = &judgement->places[channel][place];

		if (!(asked & channel_bit(channel)) || seen->sight != SIGHT_HOST)
			continue;
		seen->exposing = judgement->exposing_count;
		if (add_exposing(judgement, seen, seen->mount, err) < 0)
			return -1;
		layout_arrange(layout, ORDER_BEST);
		if (list_exposing(judgement, seen, layout, &channels[channel].places[place], err) <
			0)
			return -1;
		if (certain)
			continue;
		layout_arrange(layout, ORDER_WORST);
		if (list_exposing(judgement, seen, layout, &channels[channel].places[place], err) <
			0)
			return -1;
	}
	return 0;
}

/* How sockets are called; judged from text, since the host that will run the container may be
 * another one. */
static const struct socket_name {
	const char *word;
	bool suffix;       /* of the last name; else all of it */
	const char *below; /* only in this directory */
} socket_names[] = {
	{ ".sock", true, "" },
	{ ".socket", true, "" },
	{ "system_bus_socket", false, "" },
	{ "bus", false, "/run/user" },
	{ "socket", false, "/run" },
};

static bool names_socket(const char *path)
{
	char resolved[PATH_MAX];
	const char *name;
	size_t length;

	if (strnlen(path, PATH_MAX) + 2 > sizeof(resolved))
		return false;
	name = path_last(path, &length);
	if (!name)
		return false;
	host_path(resolved, path);
	for (size_t i = 0; i < array_count(socket_names); i++) {
		const struct socket_name *row = &socket_names[i];
		size_t tail = strlen(row->word);

		if ((row->suffix ? length > tail : length == tail) &&
			memcmp(name + length - tail, row->word, tail) == 0 &&
			(!*row->below || path_within(resolved, row->below)))
			return true;
	}
	return false;
}

static bool is_channel_socket(const char *source)
{
	char target[PATH_MAX];

	for (size_t i = 0; i < channel_count; i++) {
		for (size_t j = 0; j < CHANNEL_PLACES_MAX; j++) {
			const struct channel_place *place = &channels[i].places[j];

			if (!place->directory || !place->socket)
				continue;
			host_path(target, place->directory);
			strcat(strcat(target, "/"), place->socket);
			if (strcmp(target, source) == 0)
				return true;
		}
	}
	return false;
}

/* The directory around the bind is the host's directory around the socket. Then the bind lies on
 * the socket itself: when the daemon unlinks that, the kernel drops the bind, and the new socket
 * shows in the directory. */
static bool directory_shows(const struct mount_layout *layout, const struct laid_mount *laid)
{
	const char *name = strrchr(laid->place, '/'), *host_name = strrchr(laid->source, '/');
	char directory[PATH_MAX], host_directory[PATH_MAX];
	struct location location;

	if (!name || !host_name || strcmp(name, host_name) != 0 || strlen(laid->source) >= PATH_MAX)
		return false;
	memcpy(directory, laid->place, (size_t)(name - laid->place));
	directory[name - laid->place] = '\0';
	memcpy(host_directory, laid->source, (size_t)(host_name - laid->source));
	host_directory[host_name - laid->source] = '\0';
	return layout_walk(layout, directory, &location) &&
		location_is_host(&location, host_directory);
}

static int judge_sockets(
	struct judgement *judgement, const struct mount_layout *layout, struct error *err)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct planned_mount *mount = &layout->mounts[i];
		const struct laid_mount *laid = &layout->laid_mounts[i];
		struct judged_socket *socket;
		bool by_source;

		if (!mount->bind || !mount->source || strcmp(mount->source, "/dev/null") == 0)
			continue;
		by_source = names_socket(mount->source) ||
			(laid->source && is_channel_socket(laid->source));
		if ((!by_source && !names_socket(mount->destination)) ||
			!layout_shows(layout, laid))
			continue;
		socket = array_add(
			&judgement->sockets, &judgement->socket_count, sizeof(*socket), err);
		if (!socket)
			return -1;
		socket->mount = i;
		socket->fate = by_source ? SOCKET_STALE : SOCKET_UNKNOWN;
		if (laid->source && by_source && directory_shows(layout, laid))
			socket->fate = SOCKET_LIVE;
	}
	return 0;
}

static int judge_layout(struct judgement *judgement, struct mount_layout *layout,
	const struct manifest_container *container, channel_set asked, struct error *err)
{
	judge_places(judgement, layout, container, asked);
	if (judge_sockets(judgement, layout, err) < 0)
		return -1;
	if (!layout_is_certain(layout)) {
		layout_arrange(layout, ORDER_WORST);
		judge_places(judgement, layout, container, asked);
	}
	return list_all_exposing(judgement, layout, asked, err);
}

int judge_container(struct judgement *judgement, const struct manifest_container *container,
	channel_set asked, bool mask_named, struct error *err)
{
	cleanup(layout_clear) struct mount_layout layout = { 0 };

	for (size_t i = 0; i < channel_count * CHANNEL_PLACES_MAX; i++)
		judgement->places[i / CHANNEL_PLACES_MAX][i % CHANNEL_PLACES_MAX].mount = NO_MOUNT;
	if (container->mount_count == 0)
		return 0;
	if (layout_open(&layout, container, err) < 0)
		return -1;
	layout.mask_named = mask_named;
	if (judge_layout(judgement, &layout, container, asked, err) == 0)
		return 0;
	judgement_clear(judgement);
	return -1;
}

void judgement_clear(struct judgement *judgement)
{
	free(judgement->sockets);
	free(judgement->exposing);
	*judgement = (struct judgement){ 0 };
}

enum verdict hook_verdict(
	const struct judgement *judgement, size_t channel, const struct judged_place **place)
{
	const struct channel_place *asked = channels[channel].places;
	enum verdict worst = VERDICT_CLEAR;

	*place = &judgement->places[channel][0];
	for (size_t j = 0; j < CHANNEL_PLACES_MAX && asked[j].directory; j++) {
		const struct judged_place *seen = &judgement->places[channel][j];
		enum verdict verdict = verdict_of(seen->sight, seen->shares);

		if (verdict <= worst)
			continue;
		worst = verdict;
		*place = seen;
	}
	return worst;
}

enum verdict judgement_verdict(
	const struct judgement *judgement, size_t channel, const struct judged_place **place)
{
	enum verdict verdict = hook_verdict(judgement, channel, place);

	if (verdict < VERDICT_SHARED)
		return verdict;
	if (judgement->ignored & channel_bit(channel))
		return VERDICT_IGNORED;
	if (judgement->masked && (verdict == VERDICT_EXPOSED || judgement->shared_is_masked))
		return VERDICT_MASKED;
	return verdict;
}

const char *socket_fate_name(enum socket_fate fate)
{
	static const char *const names[] = {
		[SOCKET_UNKNOWN] = "unknown",
		[SOCKET_LIVE] = "live",
		[SOCKET_STALE] = "stale",
	};

	return names[fate];
}
