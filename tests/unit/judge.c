/* SPDX-License-Identifier: Apache-2.0 */
/* judge: containers judged by paths. A row is one container: its binds as
 * "SOURCE:DESTINATION[:option, …]" in the order of writing (the source "tmpfs" is a tmpfs, "volume"
 * a named volume), and what is seen of nscd. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "check/judge.h"

#define MOUNTS_MAX 6

struct row {
	const char *because;
	const char *mounts[MOUNTS_MAX];
	enum verdict verdict;
	int mount; /* the responsible one, from 0; -1: none */
	bool ordered;
	enum propagation rootfs_propagation;
	const char *exposing; /* all mounts that expose nscd; NULL: not asked */
	const char
		*sockets; /* the fates of sockets bound as files, "INDEX:FATE " each; NULL: none */
};

static void read_mount(struct planned_mount *mount, const char *text)
{
	struct error err = { 0 };
	char copy[256], *word, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", text);
	mount->source = text_copy(strsep(&rest, ":"), &err);
	mount->destination = text_copy(strsep(&rest, ":"), &err);
	mount->bind = mount->source[0] != 't' && mount->source[0] != 'v';
	while (rest && (word = strsep(&rest, ",")))
		planned_mount_option(mount, word);
}

static void read_row(
	struct manifest_container *container, struct planned_mount *mounts, const struct row *row)
{
	container->mounts = mounts;
	container->ordered = row->ordered;
	container->rootfs_propagation = row->rootfs_propagation;
	for (; container->mount_count < MOUNTS_MAX && row->mounts[container->mount_count];
		container->mount_count++)
		read_mount(&mounts[container->mount_count], row->mounts[container->mount_count]);
}

static void print_sockets(char *text, size_t size, const struct judgement *judgement)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < judgement->socket_count; i++)
		at += (size_t)snprintf(text + at, size - at, "%zu:%s ", judgement->sockets[i].mount,
			socket_fate_name(judgement->sockets[i].fate));
}

static void check_exposing(
	const struct row *row, const struct judgement *judgement, const struct judged_place *place)
{
	char text[64] = "";
	size_t at = 0;

	for (size_t i = 0; i < place->exposing_count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%zu ",
			judgement->exposing[place->exposing + i]);
	if (row->exposing)
		cr_expect_str_eq(text, row->exposing, "%s: mounts %s", row->because, text);
}

static void check_row(const struct row *row, const char *channel)
{
	struct planned_mount mounts[MOUNTS_MAX] = { 0 };
	struct manifest_container container = { 0 };
	struct judgement judgement = { 0 };
	struct error err = { 0 };
	const struct judged_place *place;
	const char *sockets = row->sockets ? row->sockets : "";
	enum verdict verdict;
	char fates[256];

	read_row(&container, mounts, row);
	cr_assert_eq(judge_container(&judgement, &container, ~0u, false, &err), 0, "%s: %s",
		row->because, err.text);
	verdict = judgement_verdict(&judgement, (size_t)(channel_find(channel) - channels), &place);
	cr_expect_str_eq(verdict_name(verdict), verdict_name(row->verdict), "%s", row->because);
	cr_expect_eq(
		(int)place->mount, row->mount, "%s: mount %d", row->because, (int)place->mount);
	check_exposing(row, &judgement, place);
	print_sockets(fates, sizeof(fates), &judgement);
	cr_expect_str_eq(fates, sockets, "%s: sockets %s", row->because, fates);
	judgement_clear(&judgement);
	for (size_t i = 0; i < container.mount_count; i++)
		planned_mount_clear(&mounts[i]);
}

static const struct row places[] = {
	{ "no mounts at all", { NULL }, VERDICT_CLEAR, .mount = -1 },
	{ "the story itself", { "/var/run:/var/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "/run is the same place", { "/run:/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "/run at /var/run", { "/run:/var/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "/var/run at /run", { "/var/run:/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "slashes at the end", { "/var/run/:/var/run/" }, VERDICT_EXPOSED, .mount = 0 },
	{ "a slash at the source's end only", { "/run/:/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "two slashes in front", { "//var/run:/var/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "two slashes in front of the destination", { "/run://var//run" }, VERDICT_EXPOSED,
		.mount = 0 },
	{ "dots in the way", { "/var/./lib/../run:/./run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "up through the link: /var/run/.. is /", { "/run:/var/run/../run" }, VERDICT_EXPOSED,
		.mount = 0 },
	{ "a bind elsewhere", { "/var/run:/host/var/run:ro" }, VERDICT_CLEAR, .mount = -1 },
	{ "the host's root elsewhere", { "/:/rootfs:ro,rslave" }, VERDICT_CLEAR, .mount = -1 },
	{ "the host's root below /run", { "/:/run/host/" }, VERDICT_CLEAR, .mount = -1 },
	{ "parts of /run", { "/run/dbus:/run/dbus", "/run/udev:/run/udev" }, VERDICT_CLEAR,
		.mount = -1 },
	{ "a name that only begins alike", { "/runner:/run", "/run:/running" }, VERDICT_CLEAR,
		.mount = -1 },
	{ "the host's root as root", { "/:/" }, VERDICT_EXPOSED, .mount = 0 },
	{ "the host's /var at /var: its link leads to the container's own /run", { "/var:/var" },
		VERDICT_CLEAR, .mount = -1 },
	{ "the host's /var and /run", { "/var:/var", "/run:/run" }, VERDICT_EXPOSED, .mount = 1 },
	{ "the host's root at /var: /var/run is the host's /run", { "/:/var" }, VERDICT_EXPOSED,
		.mount = 0 },
	{ "a destination through the link of a bound root lands on /run",
		{ "/:/host", "/run:/host/var/run" }, VERDICT_EXPOSED, .mount = 1 },
	{ "links in a circle", { "/var:/", "/run:/run" }, VERDICT_CLEAR, .mount = -1 },
	{ "a volume of that name", { "volume:/var/run" }, VERDICT_CLEAR, .mount = -1 },
	{ "a relative source", { "run:/var/run" }, VERDICT_CLEAR, .mount = -1 },
	{ "both names: the one written deeper is mounted last", { "/run:/var/run/", "/run:/run" },
		VERDICT_EXPOSED, .mount = 0 },
};

static const struct row covers[] = {
	{ "a tmpfs over the directory", { "/run:/run", "tmpfs:/run/nscd" }, VERDICT_LEAVE,
		.mount = 1 },
	{ "the same by its other name", { "/run:/run", "tmpfs:/var/run/nscd" }, VERDICT_LEAVE,
		.mount = 1 },
	{ "written first: engines sort", { "tmpfs:/run/nscd", "/run:/run" }, VERDICT_LEAVE,
		.mount = 0 },
	{ "written equally deep: luck decides", { "/var/run:/var/run", "tmpfs:/run/nscd" },
		VERDICT_EXPOSED, .mount = 0, .exposing = "0 " },
	{ "the same in the other order", { "tmpfs:/run/nscd", "/var/run:/var/run" },
		VERDICT_EXPOSED, .mount = 1, .exposing = "1 " },
	{ "dots and slashes add no depth", { "tmpfs:/./run//nscd/", "/var/run:/var/run" },
		VERDICT_EXPOSED, .mount = 1, .exposing = "1 " },
	{ "equally deep, but with names below", { "/var/run:/var/run", "tmpfs:/run/nscd/x" },
		VERDICT_EXPOSED, .mount = 0, .exposing = "0 " },
	{ "an OCI config has its own order", { "/var/run:/var/run", "tmpfs:/run/nscd" },
		VERDICT_LEAVE, .mount = 1, .ordered = true },
	{ "named, equally deep", { "/var/run:/var/run", "/run/nscd:/run/nscd" }, VERDICT_KEEP,
		.mount = 1 },
	{ "both names of /run are bound", { "/run:/run", "/var/run:/var/run" }, VERDICT_EXPOSED,
		.mount = 1, .exposing = "1 0 " },
	{ "one of two is covered", { "/run:/run", "/var/run:/var/run", "tmpfs:/run/nscd" },
		VERDICT_EXPOSED, .mount = 1, .exposing = "1 " },
	{ "a third below them", { "/:/", "/run:/run", "/var/run:/var/run", "/etc:/etc" },
		VERDICT_EXPOSED, .mount = 2, .exposing = "2 1 0 " },
	{ "an empty directory of the host", { "/:/", "/var/empty:/var/run/nscd" }, VERDICT_LEAVE,
		.mount = 1 },
	{ "the socket alone", { "/run:/run", "/dev/null:/run/nscd/socket" }, VERDICT_LEAVE,
		.mount = 1 },
	{ "nothing to cover", { "tmpfs:/run/nscd" }, VERDICT_CLEAR, .mount = -1 },
	{ "tmpfs over all of /run", { "/:/", "tmpfs:/run" }, VERDICT_CLEAR, .mount = -1 },
	{ "/run is tmpfs, /var/run is the host's, on the same place",
		{ "tmpfs:/run", "/run:/var/run" }, VERDICT_EXPOSED, .mount = 1 },
	{ "tmpfs at /var: no link any more", { "/run:/run", "tmpfs:/var" }, VERDICT_CLEAR,
		.mount = -1 },
	{ "another daemon's socket", { "/run:/run", "/run/mine:/run/nscd" }, VERDICT_LEAVE,
		.mount = 1 },
	{ "emptyDir with parts of the host's /run", { "volume:/run", "/run/udev:/run/udev" },
		VERDICT_CLEAR, .mount = -1 },
};

static const struct row orders[] = {
	{ "a tmpfs after", { "/run:/run", "tmpfs:/run/nscd" }, VERDICT_LEAVE, .mount = 1,
		.ordered = true },
	{ "a tmpfs before is covered by the bind", { "tmpfs:/run/nscd", "/run:/run" },
		VERDICT_EXPOSED, .mount = 1, .ordered = true },
	{ "the last of two on one place", { "/run:/var/run", "tmpfs:/run" }, VERDICT_CLEAR,
		.mount = -1, .ordered = true },
	{ "a name bound before is covered", { "/run/nscd:/run/nscd", "/run:/run" }, VERDICT_EXPOSED,
		.mount = 1, .ordered = true },
	{ "a socket bound before is covered, and not told of",
		{ "/run/a.sock:/run/a.sock", "/run:/run" }, VERDICT_EXPOSED, .mount = 1,
		.ordered = true },
	{ "root after all", { "tmpfs:/run/nscd", "/:/" }, VERDICT_EXPOSED, .mount = 1,
		.ordered = true },
	{ "root first", { "/:/", "tmpfs:/run/nscd" }, VERDICT_LEAVE, .mount = 1, .ordered = true },
};

static const struct row names[] = {
	{ "the directory by name", { "/var/run/nscd:/var/run/nscd/:ro" }, VERDICT_KEEP,
		.mount = 0 },
	{ "the socket by name", { "/run/nscd/socket:/var/run/nscd/socket" }, VERDICT_KEEP,
		.mount = 0, .sockets = "0:stale " },
	{ "by name, and all of /run", { "/run:/run", "/run/nscd:/run/nscd" }, VERDICT_KEEP,
		.mount = 1 },
	{ "named, but put elsewhere", { "/run/nscd:/host/nscd" }, VERDICT_CLEAR, .mount = -1 },
	{ "another channel's socket in its place", { "/run/nslcd/socket:/run/nscd/socket" },
		VERDICT_CLEAR, .mount = -1, .sockets = "0:stale " },
};

static const struct row shares[] = {
	{ "asked for", { "/run:/run:rshared" }, VERDICT_SHARED, .mount = 0 },
	{ "by the rootfs, without a word", { "/run:/run" }, VERDICT_SHARED, .mount = 0,
		.rootfs_propagation = PROPAGATION_SHARED },
	{ "by the rootfs, but the bind says no", { "/run:/run:rslave" }, VERDICT_EXPOSED,
		.mount = 0, .rootfs_propagation = PROPAGATION_SHARED },
	{ "read-only and shared", { "/var/run:/var/run:ro,rshared" }, VERDICT_SHARED, .mount = 0 },
	{ "one private, one shared: what takes effect", { "/run:/run:rshared", "/run:/var/run" },
		VERDICT_EXPOSED, .mount = 1 },
	{ "named and shared stays named", { "/run/nscd:/run/nscd:rshared" }, VERDICT_KEEP,
		.mount = 0 },
};

static const struct row sockets[] = {
	{ "docker.sock", { "/var/run/docker.sock:/var/run/docker.sock" }, VERDICT_CLEAR,
		.mount = -1, .sockets = "0:stale " },
	{ "under another name", { "//var/run/docker.sock:/tmp/d" }, VERDICT_CLEAR, .mount = -1,
		.sockets = "0:stale " },
	{ "only the destination says so", { "$SOCKET:/run/docker.sock" }, VERDICT_CLEAR,
		.mount = -1, .sockets = "0:unknown " },
	{ "with its directory: the bind falls off", { "/run:/run", "/run/a.sock:/var/run/a.sock" },
		VERDICT_EXPOSED, .mount = 0, .sockets = "1:live " },
	{ "with another directory", { "/run:/run", "/opt/a.sock:/run/a.sock" }, VERDICT_EXPOSED,
		.mount = 0, .sockets = "1:stale " },
	{ "in its directory, under another name", { "/run:/run", "/run/a.sock:/run/b.sock" },
		VERDICT_EXPOSED, .mount = 0, .sockets = "1:stale " },
	{ "the bus by name", { "/run/dbus/system_bus_socket:/bus" }, VERDICT_CLEAR, .mount = -1,
		.sockets = "0:stale " },
	{ "a channel's socket by its place", { "/run/samba/winbindd/pipe:/pipe" }, VERDICT_CLEAR,
		.mount = -1, .sockets = "0:stale " },
	{ "a session's bus", { "/run/user/1000/bus:/run/user/1000/bus" }, VERDICT_CLEAR,
		.mount = -1, .sockets = "0:stale " },
	{ "the journal's", { "/run/systemd/journal/socket:/journal" }, VERDICT_CLEAR, .mount = -1,
		.sockets = "0:stale " },
	{ "a bus outside", { "/srv/bus:/bus", "/srv/socket:/socket" }, VERDICT_CLEAR, .mount = -1 },
	{ "just the suffix is not a name", { "/data/.sock:/data" }, VERDICT_CLEAR, .mount = -1 },
	{ "a volume is not a socket", { "volume:/run/a.sock" }, VERDICT_CLEAR, .mount = -1 },
};

static const struct row userdbs[] = {
	{ "the whole of /run", { "/run:/run" }, VERDICT_EXPOSED, .mount = 0 },
	{ "systemd's part", { "/run/systemd:/run/systemd" }, VERDICT_EXPOSED, .mount = 0 },
	{ "one service by name",
		{ "/run/systemd/userdb/io.systemd.Machine:/run/systemd/userdb/io.systemd.Machine" },
		VERDICT_KEEP, .mount = 0 },
	{ "records alone", { "/run/userdb:/run/userdb:ro" }, VERDICT_KEEP, .mount = 0 },
	{ "records covered, sockets not", { "/run:/run", "tmpfs:/run/userdb" }, VERDICT_EXPOSED,
		.mount = 0 },
};

static void check_rows(const struct row *rows, size_t count, const char *channel)
{
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i], channel);
}

#define TABLE(rows, channel)                                                                       \
	Test(judge, rows)                                                                          \
	{                                                                                          \
		check_rows(rows, array_count(rows), channel);                                      \
	}

TABLE(places, "nscd")
TABLE(covers, "nscd")
TABLE(orders, "nscd")
TABLE(names, "nscd")
TABLE(shares, "nscd")
TABLE(sockets, "nscd")
TABLE(userdbs, "userdb")

Test(judge, other_channels)
{
	static const struct row resolve = { "systemd's directory",
		{ "/run/systemd:/run/systemd", "/run/systemd/resolve:/elsewhere" }, VERDICT_EXPOSED,
		.mount = 0 };
	static const struct row named = { "as fcvm does it",
		{ "/run/systemd/resolve:/run/systemd/resolve:ro" }, VERDICT_KEEP, .mount = 0 };

	check_row(&resolve, "resolved");
	check_row(&named, "resolved");
}

/* Ten thousand mounts, and paths of hostile length: quick, and no verdict is lost. */
Test(judge, many_mounts, .timeout = 5)
{
	static struct planned_mount mounts[10001];
	static char texts[10001][32], deep[1 << 20];
	struct manifest_container container = { .mounts = mounts, .mount_count = 10001 };
	struct judgement judgement = { 0 };
	struct error err = { 0 };
	const struct judged_place *place;

	for (size_t i = 0; i + 4 < sizeof(deep); i += 3)
		memcpy(deep + i, i % 2 ? "/.." : "/ab", 4);
	for (size_t i = 0; i < 10000; i++) {
		snprintf(texts[i], sizeof(texts[i]), "/data/%zu/run", i);
		mounts[i] = (struct planned_mount){
			.source = texts[i],
			.destination = i % 100 == 1 ? deep : texts[i],
			.bind = true,
		};
	}
	mounts[10000] = (struct planned_mount){ "/run", "/var/run", NULL, .bind = true };
	cr_assert_eq(judge_container(&judgement, &container, ~0u, false, &err), 0, "%s", err.text);
	cr_expect_eq(judgement_verdict(&judgement, 0, &place), VERDICT_EXPOSED);
	cr_expect_eq(place->mount, 10000);
	judgement_clear(&judgement);
}
