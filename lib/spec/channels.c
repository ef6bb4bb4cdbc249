/* SPDX-License-Identifier: Apache-2.0 */
/* channels: the table, and look-ups in it. */
#include "spec/channels.h"

#include <string.h>

/* The paths are those compiled into the client libraries of Debian 12: glibc and musl (nscd),
 * libnss-resolve and libnss-systemd (resolved, userdb), libdbus and sd-bus (dbus), libnss-ldapd
 * (nslcd), libnss-mdns (avahi), libnss-winbind (winbind); kanidm's is DEFAULT_SOCK_PATH in its
 * unix_integration/common/src/constants.rs. sssd's pipes are not under /run. */
const struct channel channels[] = {
	{
		.name = "nscd",
		.daemon = "nscd",
		.clients = "every glibc program (musl: users and groups)",
		.resolves_names = true,
		.final = true,
		.mapped = true,
		.places = { { .directory = "/var/run/nscd", .socket = "socket" } },
	},
	{
		.name = "resolved",
		.daemon = "systemd-resolved",
		.clients = "every program with resolve in nsswitch.conf",
		.resolves_names = true,
		.places = { { .directory = "/run/systemd/resolve",
			.socket = "io.systemd.Resolve",
			/* /etc/resolv.conf of many images is a link to one of these */
			.shows = { "resolv.conf", "stub-resolv.conf" } } },
	},
	{
		.name = "userdb",
		.daemon = "userdb services",
		.clients = "every program with systemd in nsswitch.conf",
		/* sockets, and drop-in records: both are read by nss-systemd itself */
		.places = { { .directory = "/run/systemd/userdb" }, { .directory = "/run/userdb" },
			{ .directory = "/run/host/userdb" } },
	},
	{
		.name = "dbus",
		.daemon = "D-Bus system bus",
		.clients = "older nss-resolve, nss-mymachines, and all other clients of the system "
			   "bus",
		.places = { { .directory = "/run/dbus", .socket = "system_bus_socket" } },
	},
	{
		.name = "nslcd",
		.daemon = "nslcd",
		.clients = "every program with ldap in nsswitch.conf",
		.places = { { .directory = "/var/run/nslcd", .socket = "socket" } },
	},
	{
		.name = "avahi",
		.daemon = "avahi-daemon",
		.clients = "every program with mdns in nsswitch.conf",
		.places = { { .directory = "/run/avahi-daemon", .socket = "socket" } },
	},
	{
		.name = "winbind",
		.daemon = "winbindd",
		.clients = "every program with winbind or wins in nsswitch.conf",
		.places = { { .directory = "/run/samba/winbindd", .socket = "pipe" } },
	},
	{
		.name = "kanidm",
		.daemon = "kanidm-unixd",
		.clients = "every program with kanidm in nsswitch.conf",
		.places = { { .directory = "/var/run/kanidm-unixd", .socket = "sock" } },
	},
};

const size_t channel_count = sizeof(channels) / sizeof(channels[0]);
_Static_assert(
	sizeof(channels) / sizeof(channels[0]) <= CHANNELS_MAX, "channel_set has a bit each");

const struct channel *channel_find(const char *name)
{
	for (size_t i = 0; i < channel_count; i++)
		if (strcmp(channels[i].name, name) == 0)
			return &channels[i];
	return NULL;
}
