/* SPDX-License-Identifier: Apache-2.0 */
/* A facade that shows all of the host's entries but the channels. */
#include "plan/facade.h"

#include "facade_test.h"

/* Behind all others: sockets that people bind /run for, whether their daemon runs yet or not. */
#define WELL_KNOWN                                                                                 \
	"link docker.sock -> .host-run/docker.sock\n"                                              \
	"directory podman\nlink podman/podman.sock -> ../.host-run/podman/podman.sock\n"           \
	"directory containerd\n"                                                                   \
	"link containerd/containerd.sock -> ../.host-run/containerd/containerd.sock\n"             \
	"directory crio\nlink crio/crio.sock -> ../.host-run/crio/crio.sock\n"                     \
	"link cri-dockerd.sock -> .host-run/cri-dockerd.sock\n"                                    \
	"link xtables.lock -> .host-run/xtables.lock\n"

static const struct {
	struct scene scene;
	const char *veil, *because;
} rows[] = {
	{ { { "nscd" }, { NULL }, { NULL } }, WELL_KNOWN, "an empty /run" },
	{ { { "nscd" }, { "utmp", "lock/" }, { NULL } },
		"link utmp -> .host-run/utmp\nlink lock -> .host-run/lock\n" WELL_KNOWN,
		"files and directories" },
	{ { { "nscd" }, { "a", "nscd/", "z" }, { NULL } },
		"link a -> .host-run/a\ndirectory nscd\nlink z -> .host-run/z\n" WELL_KNOWN,
		"the channel is an empty directory, for an image's own daemon" },
	{ { { "nscd" }, { "nscd" }, { NULL } }, "directory nscd\n" WELL_KNOWN,
		"a channel's name is hidden even where it is not a directory" },
	{ { { "nscd" }, { "nscdx/", "nsc/", "nscd.pid" }, { NULL } },
		"link nscdx -> .host-run/nscdx\nlink nsc -> .host-run/nsc\n"
		"link nscd.pid -> .host-run/nscd.pid\n" WELL_KNOWN,
		"names that begin alike" },
	{ { { "resolved" },
		  { "systemd/", "nscd/", "systemd/journal/", "systemd/resolve/", "systemd/notify" },
		  { NULL } },
		"directory systemd\nlink nscd -> .host-run/nscd\n"
		"link systemd/journal -> ../.host-run/systemd/journal\n"
		"directory systemd/resolve\n"
		"link systemd/resolve/resolv.conf -> ../../.host-run/systemd/resolve/resolv.conf\n"
		"link systemd/resolve/stub-resolv.conf -> "
		"../../.host-run/systemd/resolve/stub-resolv.conf\n"
		"link systemd/notify -> ../.host-run/systemd/notify\n" WELL_KNOWN,
		"resolved: a hidden place further down, its harmless files, its neighbours" },
	{ { { "winbind" }, { "samba/", "samba/winbindd/", "samba/nmbd/" }, { NULL } },
		"directory samba\ndirectory samba/winbindd\n"
		"link samba/nmbd -> ../.host-run/samba/nmbd\n" WELL_KNOWN,
		"winbind" },
	{ { { "userdb:0", "userdb:1", "userdb:2" },
		  { "systemd/", "userdb/", "host/", "systemd/userdb/", "host/userdb/",
			  "host/container-manager" },
		  { NULL } },
		"directory systemd\ndirectory userdb\ndirectory host\ndirectory systemd/userdb\n"
		"directory host/userdb\n"
		"link host/container-manager -> ../.host-run/host/container-manager\n" WELL_KNOWN,
		"userdb: three places" },
	{ { { "resolved", "userdb:0" }, { "systemd/", "systemd/resolve/", "systemd/userdb/" },
		  { NULL } },
		"directory systemd\ndirectory systemd/resolve\n"
		"link systemd/resolve/resolv.conf -> ../../.host-run/systemd/resolve/resolv.conf\n"
		"link systemd/resolve/stub-resolv.conf -> "
		"../../.host-run/systemd/resolve/stub-resolv.conf\n"
		"directory systemd/userdb\n" WELL_KNOWN,
		"two places in one directory" },
	{ { { "resolved" }, { "systemd/" }, { NULL } }, "directory systemd\n" WELL_KNOWN,
		"its directory is there, the daemon is not: stays out when it comes" },
	{ { { "nscd" }, { "shm>../dev/shm", "initctl", "up>../run/utmp" }, { NULL } },
		"link shm -> ../dev/shm\nlink initctl -> .host-run/initctl\n"
		"link up -> ../run/utmp\n" WELL_KNOWN,
		"a relative link that leads out is repeated" },
	{ { { "nscd" }, { "docker.sock", "podman/", "docker" }, { NULL } },
		"link docker.sock -> .host-run/docker.sock\nlink podman -> .host-run/podman\n"
		"link docker -> .host-run/docker\ndirectory containerd\n"
		"link containerd/containerd.sock -> ../.host-run/containerd/containerd.sock\n"
		"directory crio\nlink crio/crio.sock -> ../.host-run/crio/crio.sock\n"
		"link cri-dockerd.sock -> .host-run/cri-dockerd.sock\n"
		"link xtables.lock -> .host-run/xtables.lock\n",
		"well-known sockets that are there are not added twice" },
	{ { { "nscd!", "dbus" }, { "nscd/", "dbus/" }, { NULL } },
		"link nscd -> .host-run/nscd\ndirectory dbus\n" WELL_KNOWN,
		"a channel that is kept stays to be seen" },
	{ { { "resolved!", "nscd" }, { "systemd/", "systemd/resolve/" }, { NULL } },
		"link systemd -> .host-run/systemd\n" WELL_KNOWN,
		"kept further down: the way there is a link, and nothing can be made below it" },
	{ { { "resolved" }, { "systemd" }, { NULL } }, "directory systemd\n" WELL_KNOWN,
		"a link of the host's on the way to a hidden place is not to be followed" },
	{ { { "winbind" }, { "samba>../srv/samba" }, { NULL } }, "directory samba\n" WELL_KNOWN,
		"nor one that leads out" },
	{ { { "nscd" }, { "nscd/", "a" }, { "secrets/", "a" } },
		"directory nscd\nlink a -> .host-run/a\n" WELL_KNOWN,
		"a whole bind moves with all that is mounted on it" },
};

Test(facade, shows_all)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		const struct policy policy = { .expose_all = true };
		struct stage stage;

		stage_make(&stage, &rows[i].scene);
		expect_facade(
			&stage.seen, &policy, UNDERLAY_REATTACHED, rows[i].veil, rows[i].because);
	}
}

/* Sockets of the policy: reachable by their first name even when they come later. */
static const struct {
	const char *socket, *entries[3], *more, *because;
} later[] = {
	{ "/run/x.sock", { NULL }, "link x.sock -> .host-run/x.sock\n", "in /run" },
	{ "/var/run/x.sock", { NULL }, "link x.sock -> .host-run/x.sock\n", "in /var/run" },
	{ "/run/x/y/z.sock", { NULL },
		"directory x\ndirectory x/y\nlink x/y/z.sock -> ../../.host-run/x/y/z.sock\n",
		"two directories down" },
	{ "/run/podman/podman.sock", { NULL }, "", "well known already" },
	{ "/srv/x.sock", { NULL }, "", "not in /run" },
	{ "/running/x.sock", { NULL }, "", "a directory that begins alike" },
	{ "/run/systemd/x.sock", { NULL },
		"directory systemd\nlink systemd/x.sock -> ../.host-run/systemd/x.sock\n",
		"beside a hidden place" },
	{ "/run/nscd/socket", { NULL }, "", "a hidden place" },
	{ "/var/run/nscd", { NULL }, "", "a hidden place itself" },
};

Test(facade, sockets_that_may_come_later)
{
	for (size_t i = 0; i < array_count(later); i++) {
		struct policy_socket socket = { .path = (char *)later[i].socket,
			.directory = (char *)"/d" };
		const struct policy policy = {
			.expose_all = true, .sockets = &socket, .socket_count = 1
		};
		const struct scene scene = { .places = { "nscd", "resolved" } };
		struct stage stage;
		char wanted[512];

		stage_make(&stage, &scene);
		snprintf(wanted, sizeof(wanted), "%s%s", WELL_KNOWN, later[i].more);
		expect_facade(&stage.seen, &policy, UNDERLAY_REATTACHED, wanted, later[i].because);
	}
}

Test(facade, a_name_of_255_bytes)
{
	char name[256], path[300], wanted[2048], entry[256];
	struct policy_socket socket = { .path = path, .directory = (char *)"/d" };
	const struct policy policy = { .expose_all = true, .sockets = &socket, .socket_count = 1 };
	const struct scene scene = { .places = { "nscd" }, .entries = { entry } };
	struct stage stage;

	memset(name, 'n', 255);
	name[255] = '\0';
	memset(entry, 'e', 255);
	entry[255] = '\0';
	snprintf(path, sizeof(path), "/run/%s/x", name);
	stage_make(&stage, &scene);
	snprintf(wanted, sizeof(wanted),
		"link %s -> .host-run/%s\n%sdirectory %s\nlink %s/x -> ../.host-run/%s/x\n", entry,
		entry, WELL_KNOWN, name, name, name);
	expect_facade(&stage.seen, &policy, UNDERLAY_REATTACHED, wanted, "the longest name");
}

Test(facade, as_read_only_as_its_bind)
{
	for (int readonly = 0; readonly <= 1; readonly++) {
		const struct policy policy = { .expose_all = true };
		const struct scene scene = { .places = { "nscd" } };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };
		struct stage stage;

		stage_make(&stage, &scene);
		stage.seen.runs[0].readonly = readonly;
		cr_assert_eq(plan_make(&plan, &stage.seen, &policy, STRATEGY_FACADE, &err), 0);
		cr_expect_eq(plan.veils[0].readonly, readonly);
		cr_expect_eq(plan.veils[0].underlay_readonly, readonly);
	}
}

static const struct {
	const char *places[3];
	bool kept;
	const char *because;
} keeps[] = {
	{ { NULL }, false, "nothing observed: nothing is kept" },
	{ { "nscd!" }, true, "all of one" },
	{ { "nscd" }, false, "none" },
	{ { "nscd!", "dbus" }, false, "one of two" },
	{ { "nscd!", "dbus!" }, true, "all of two" },
};

Test(facade, all_channels_kept_is_nothing_to_do)
{
	for (size_t i = 0; i < array_count(keeps); i++) {
		const struct policy policy = { .expose_all = true };
		struct scene scene = { .entries = { "nscd/" } };
		cleanup(plan_clear) struct plan plan = { 0 };
		struct error err = { 0 };
		struct stage stage;

		for (size_t j = 0; j < 3; j++)
			scene.places[j] = keeps[i].places[j];
		stage_make(&stage, &scene);
		cr_expect_eq(facade_all_kept(&stage.seen), keeps[i].kept, "%s", keeps[i].because);
		cr_assert_eq(plan_make(&plan, &stage.seen, &policy, STRATEGY_FACADE, &err), 0);
		cr_expect_eq(plan.veil_count, keeps[i].kept ? 0 : 1, "%s", keeps[i].because);
	}
}

/* Names of the policy that may be made later: a link at the top, for whatever it becomes. */
static const struct {
	const char *name, *entries[3], *link, *because;
} born_later[] = {
	{ "netns", { NULL }, "link netns -> .host-run/netns\n", "not there yet" },
	{ "netns", { "netns/" }, "", "there already" },
	{ "nscd", { NULL }, "", "a hidden place" },
	{ "systemd", { NULL }, "", "the way to a hidden place" },
};

Test(facade, names_that_are_made_later)
{
	for (size_t i = 0; i < array_count(born_later); i++) {
		char *names[] = { (char *)born_later[i].name, (char *)born_later[i].name };
		const struct policy policy = {
			.expose_all = true, .later = names, .later_count = 2
		};
		struct scene scene = { .places = { "nscd", "resolved" } };
		struct stage stage;
		char wanted[1024];

		memcpy(scene.entries, born_later[i].entries, sizeof(born_later[i].entries));
		stage_make(&stage, &scene);
		snprintf(wanted, sizeof(wanted), "%s%s%s",
			born_later[i].entries[0] == NULL ? "" : "link netns -> .host-run/netns\n",
			born_later[i].link, WELL_KNOWN);
		expect_facade(
			&stage.seen, &policy, UNDERLAY_REATTACHED, wanted, born_later[i].because);
	}
}

/* A name of the policy is a link also where a well-known path begins with it. */
Test(facade, a_later_name_before_a_well_known_path)
{
	char *names[] = { (char *)"podman" };
	const struct policy policy = { .expose_all = true, .later = names, .later_count = 1 };
	const struct scene scene = { .places = { "nscd" } };
	struct stage stage;

	stage_make(&stage, &scene);
	expect_facade(&stage.seen, &policy, UNDERLAY_REATTACHED,
		"link podman -> .host-run/podman\nlink docker.sock -> .host-run/docker.sock\n"
		"directory containerd\n"
		"link containerd/containerd.sock -> ../.host-run/containerd/containerd.sock\n"
		"directory crio\nlink crio/crio.sock -> ../.host-run/crio/crio.sock\n"
		"link cri-dockerd.sock -> .host-run/cri-dockerd.sock\n"
		"link xtables.lock -> .host-run/xtables.lock\n",
		"podman");
}
