/* SPDX-License-Identifier: Apache-2.0 */
#include "check/judge.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "check/mount_layout.h"

static void place_found(struct paper_place *seen, const struct sheet *sheet,
	const struct manifest_container *container, const struct layer *layer, enum sight sight)
{
	seen->sight = sight;
	seen->mount = (size_t)(layer - sheet->layers);
	seen->shares = sight != SIGHT_COVERED &&
		planned_mount_shares(
			&container->mounts[seen->mount], container->rootfs_propagation);
}

/* A place whose every name is a socket: one of them may be bound alone, by name. */
static const struct layer *layer_named_below(
	const struct sheet *sheet, const char *place, const char *host_directory)
{
	for (size_t i = 0; i < sheet->count; i++) {
		const struct layer *layer = &sheet->layers[i];

		if (layer->source && path_within(layer->source, host_directory) &&
			path_within(layer->place, place) && sheet_shows(sheet, layer))
			return layer;
	}
	return NULL;
}

/* Walks the client's own way: to the directory, then to the socket in it. */
static bool walk_place(const struct sheet *sheet, const struct channel_place *asked,
	struct spot *spot, char *directory)
{
	if (!sheet_walk(sheet, asked->directory, spot))
		return false;
	if (directory)
		memcpy(directory, spot->place, spot->length + 1);
	return sheet_walk_on(sheet, asked->socket ? asked->socket : ".", spot);
}

static void judge_place(struct paper_place *seen, struct sheet *sheet,
	const struct manifest_container *container, const struct channel_place *asked)
{
	char host_directory[PATH_MAX], host_target[PATH_MAX], directory[PATH_MAX];
	const struct layer *layer;
	struct spot spot;

	*seen = (struct paper_place){ .sight = SIGHT_CLEAR, .mount = PAPER_NO_MOUNT };
	host_path(host_directory, asked->directory);
	strcpy(host_target, host_directory);
	if (asked->socket)
		strcat(strcat(host_target, "/"), asked->socket);

	if (!walk_place(sheet, asked, &spot, directory))
		return;
	layer = spot.layer;
	if (spot_is_host(&spot, host_target)) {
		bool named = path_within(layer->source, host_directory);

		place_found(seen, sheet, container, layer, named ? SIGHT_NAMED : SIGHT_HOST);
		return;
	}
	if (!asked->socket) {
		const struct layer *named = layer_named_below(sheet, directory, host_directory);

		if (named) {
			place_found(seen, sheet, container, named, SIGHT_NAMED);
			return;
		}
	}
	/* Not the host's: does somebody keep it out? Lift what lies here, and look once more. */
	sheet->beneath = directory;
	if (layer && walk_place(sheet, asked, &spot, NULL) && spot_is_host(&spot, host_target))
		place_found(seen, sheet, container, layer, SIGHT_COVERED);
	sheet->beneath = NULL;
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
static bool directory_shows(const struct sheet *sheet, const struct layer *layer)
{
	const char *name = strrchr(layer->place, '/'), *host_name = strrchr(layer->source, '/');
	char directory[PATH_MAX], host_directory[PATH_MAX];
	struct spot spot;

	if (!name || !host_name || strcmp(name, host_name) != 0 ||
		strlen(layer->source) >= PATH_MAX)
		return false;
	memcpy(directory, layer->place, (size_t)(name - layer->place));
	directory[name - layer->place] = '\0';
	memcpy(host_directory, layer->source, (size_t)(host_name - layer->source));
	host_directory[host_name - layer->source] = '\0';
	return sheet_walk(sheet, directory, &spot) && spot_is_host(&spot, host_directory);
}

static int judge_sockets(struct paper *paper, const struct sheet *sheet, struct error *err)
{
	for (size_t i = 0; i < sheet->count; i++) {
		const struct planned_mount *mount = &sheet->mounts[i];
		const struct layer *layer = &sheet->layers[i];
		struct paper_socket *socket;
		bool by_source;

		if (!mount->bind || !mount->source || strcmp(mount->source, "/dev/null") == 0)
			continue;
		by_source = names_socket(mount->source) ||
			(layer->source && is_channel_socket(layer->source));
		if ((!by_source && !names_socket(mount->destination)) || !sheet_shows(sheet, layer))
			continue;
		socket = array_add(&paper->sockets, &paper->socket_count, sizeof(*socket), err);
		if (!socket)
			return -1;
		socket->mount = i;
		socket->fate = by_source ? SOCKET_STALE : SOCKET_UNKNOWN;
		if (layer->source && by_source && directory_shows(sheet, layer))
			socket->fate = SOCKET_LIVE;
	}
	return 0;
}

int paper_judge(struct paper *paper, const struct manifest_container *container, struct error *err)
{
	cleanup(sheet_clear) struct sheet sheet = { 0 };

	if (sheet_open(&sheet, container, err) < 0)
		return -1;
	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; j < CHANNEL_PLACES_MAX && channels[i].places[j].directory; j++)
			judge_place(
				&paper->places[i][j], &sheet, container, &channels[i].places[j]);
	if (judge_sockets(paper, &sheet, err) < 0) {
		paper_clear(paper);
		return -1;
	}
	return 0;
}

void paper_clear(struct paper *paper)
{
	free(paper->sockets);
	*paper = (struct paper){ 0 };
}

enum verdict paper_verdict(
	const struct paper *paper, size_t channel, const struct paper_place **place)
{
	const struct channel_place *asked = channels[channel].places;
	enum verdict worst = VERDICT_CLEAR;

	*place = &paper->places[channel][0];
	for (size_t j = 0; j < CHANNEL_PLACES_MAX && asked[j].directory; j++) {
		const struct paper_place *seen = &paper->places[channel][j];
		enum verdict verdict = verdict_of(seen->sight, seen->shares);

		if (verdict <= worst)
			continue;
		worst = verdict;
		*place = seen;
	}
	return worst;
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
