/* SPDX-License-Identifier: Apache-2.0 */
/* The table of channels keeps its own promises, and says what clients really do. */
#include "spec/channels.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/path.h"
#include "base/string.h"
#include "observe/host.h"

/* What is compiled into the clients, by their packages in Debian 12. */
static const struct {
	const char *channel;
	size_t place;
	const char *directory, *socket, *because;
} clients[] = {
	{ "nscd", 0, "/var/run/nscd", "socket", "glibc, _PATH_NSCDSOCKET; musl likewise" },
	{ "resolved", 0, "/run/systemd/resolve", "io.systemd.Resolve", "libnss-resolve" },
	{ "userdb", 0, "/run/systemd/userdb", NULL, "libnss-systemd: services" },
	{ "userdb", 1, "/run/userdb", NULL, "libnss-systemd: records" },
	{ "userdb", 2, "/run/host/userdb", NULL, "libnss-systemd: records of a container's host" },
	{ "dbus", 0, "/run/dbus", "system_bus_socket", "libdbus and sd-bus" },
	{ "nslcd", 0, "/var/run/nslcd", "socket", "libnss-ldapd" },
	{ "avahi", 0, "/run/avahi-daemon", "socket", "libnss-mdns" },
	{ "winbind", 0, "/run/samba/winbindd", "pipe", "libnss-winbind" },
};

Test(channels, clients_look_there)
{
	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		const struct channel *channel = channel_find(clients[i].channel);
		const struct channel_place *place;

		cr_assert_not_null(channel, "%s", clients[i].channel);
		place = &channel->places[clients[i].place];
		cr_expect_str_eq(place->directory, clients[i].directory, "%s", clients[i].because);
		cr_assert_eq(
			place->socket == NULL, clients[i].socket == NULL, "%s", clients[i].because);
		if (place->socket != NULL)
			cr_expect_str_eq(
				place->socket, clients[i].socket, "%s", clients[i].because);
	}
}

Test(channels, resolv_conf_stays_to_be_seen)
{
	const struct channel *resolved = channel_find("resolved");

	cr_assert_not_null(resolved);
	cr_expect_str_eq(resolved->places[0].shows[0], "resolv.conf");
	cr_expect_str_eq(resolved->places[0].shows[1], "stub-resolv.conf");
	cr_expect_null(resolved->places[0].shows[2]);
}

Test(channels, found_by_name)
{
	for (size_t i = 0; i < channel_count; i++)
		cr_expect_eq(channel_find(channels[i].name), &channels[i],
			"%s: no name is there twice", channels[i].name);
	cr_expect_null(channel_find("nosuch"));
	cr_expect_null(channel_find(""));
	cr_expect_null(channel_find("NSCD"));
	cr_expect_null(channel_find("nscd "));
}

/* Rooms count on these: below /run or /var/run, names without ways up, sentences not empty. */
Test(channels, rows_are_whole)
{
	cr_assert_leq(channel_count, (size_t)CHANNELS_MAX);
	for (size_t i = 0; i < channel_count; i++) {
		const struct channel *channel = &channels[i];

		cr_expect(name_is_plain(channel->name) && strchr(channel->name, ',') == NULL);
		cr_expect_gt(strlen(channel->daemon), 0, "%s", channel->name);
		cr_expect_gt(strlen(channel->clients), 0, "%s", channel->name);
		cr_expect_not_null(channel->places[0].directory, "%s", channel->name);
		for (size_t j = 0; j < CHANNEL_PLACES_MAX; j++) {
			const struct channel_place *place = &channel->places[j];

			if (place->directory == NULL)
				break;
			cr_expect(strncmp(place->directory, "/run/", 5) == 0 ||
					strncmp(place->directory, "/var/run/", 9) == 0,
				"%s", place->directory);
			cr_expect(!path_steps_up(place->directory) &&
					name_is_plain(path_base(place->directory)),
				"%s", place->directory);
			cr_expect(place->socket == NULL || name_is_plain(place->socket));
			for (size_t k = 0; k < CHANNEL_SHOWS_MAX && place->shows[k] != NULL; k++) {
				cr_expect(name_is_plain(place->shows[k]), "%s", place->shows[k]);
				cr_expect(place->socket == NULL ||
						strcmp(place->shows[k], place->socket) != 0,
					"%s: the way to the daemon is not shown", channel->name);
			}
		}
	}
}

/* A facade makes the directory above a place a real one, and looks into one of them; the host's
 * side keeps a place and what is above it. */
Test(channels, places_are_one_or_two_below_run)
{
	size_t places = 0;

	for (size_t i = 0; i < channel_count; i++)
		for (size_t j = 0; j < CHANNEL_PLACES_MAX && channels[i].places[j].directory; j++) {
			const char *below = run_path_below(channels[i].places[j].directory);

			cr_assert_not_null(below, "%s", channels[i].places[j].directory);
			cr_expect_leq(path_depth(below), 2, "%s", below);
			places++;
		}
	cr_expect_leq(2 * places, (size_t)HOST_CHANNELS_MAX);
}

Test(channels, bits)
{
	channel_set all = 0;

	for (size_t i = 0; i < channel_count; i++) {
		cr_expect_eq(all & channel_bit(i), 0, "every channel has a bit of its own");
		all |= channel_bit(i);
	}
	cr_expect_eq(all, channel_bit(channel_count) - 1);
}
