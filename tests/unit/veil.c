/* SPDX-License-Identifier: Apache-2.0 */
/* The one operation's value: links that hold wherever the veil lies, parents before children. */
#include "plan/veil.h"

#include "plan_test.h"

static const struct {
	const char *path, *target, *because;
} links[] = {
	{ "docker.sock", ".host-run/docker.sock", "at the top" },
	{ "systemd/journal", "../.host-run/systemd/journal", "one down" },
	{ "a/b/c/d", "../../../.host-run/a/b/c/d", "three down" },
	{ "...", ".host-run/...", "dots that are a name" },
	{ " ", ".host-run/ ", "a space" },
};

Test(veil, links_are_relative)
{
	for (size_t i = 0; i < array_count(links); i++) {
		cleanup(veil_clear) struct veil veil = { 0 };
		struct error err = { 0 };

		cr_assert_eq(veil_link(&veil, links[i].path, &err), 0);
		cr_assert_eq(veil.entry_count, 1);
		cr_expect_eq(veil.entries[0].kind, VEIL_LINK);
		cr_expect_str_eq(veil.entries[0].path, links[i].path, "%s", links[i].because);
		cr_expect_str_eq(veil.entries[0].target, links[i].target, "%s", links[i].because);
	}
}

Test(veil, a_name_of_255_bytes)
{
	cleanup(veil_clear) struct veil veil = { 0 };
	struct error err = { 0 };
	char name[256], target[300], below[520];

	memset(name, 'n', 255);
	name[255] = '\0';
	snprintf(target, sizeof(target), ".host-run/%s", name);
	snprintf(below, sizeof(below), "%s/%s", name, name);
	cr_assert_eq(veil_link(&veil, name, &err), 0);
	cr_expect_str_eq(veil.entries[0].target, target);
	veil_clear(&veil);
	cr_assert_eq(veil_parents(&veil, below, &err), 0);
	cr_assert_eq(veil.entry_count, 1);
	cr_expect_str_eq(veil.entries[0].path, name);
}

Test(veil, parents_come_first_and_once)
{
	cleanup(veil_clear) struct veil veil = { 0 };
	struct error err = { 0 };

	cr_assert_eq(veil_parents(&veil, "a/b/c", &err), 0);
	cr_assert_eq(veil_add(&veil, VEIL_FILE, "a/b/c", NULL, &err), 0);
	cr_assert_eq(veil_parents(&veil, "a/b/d/e", &err), 0);
	cr_assert_eq(veil_parents(&veil, "top", &err), 0);
	cr_assert_eq(veil_parents(&veil, "ab/c", &err), 0);
	expect_veil(&veil,
		"directory a\ndirectory a/b\nfile a/b/c\ndirectory a/b/d\ndirectory ab\n",
		"parents");
}

Test(veil, find)
{
	cleanup(veil_clear) struct veil veil = { 0 };
	struct error err = { 0 };

	cr_expect_null(veil_find(&veil, "a"));
	cr_assert_eq(veil_add(&veil, VEIL_DIRECTORY, "a", NULL, &err), 0);
	cr_assert_eq(veil_add(&veil, VEIL_LINK, "a/b", "../c", &err), 0);
	cr_expect_eq(veil_find(&veil, "a"), &veil.entries[0]);
	cr_expect_eq(veil_find(&veil, "a/b"), &veil.entries[1]);
	cr_expect_null(veil_find(&veil, "b"));
	cr_expect_null(veil_find(&veil, "a/"));
	cr_expect_null(veil_find(&veil, ""));
}

Test(veil, texts_are_copied)
{
	cleanup(veil_clear) struct veil veil = { 0 };
	char path[] = "path", target[] = "target", mount[] = "mount";
	struct error err = { 0 };

	cr_assert_eq(veil_add(&veil, VEIL_LINK, path, target, &err), 0);
	cr_assert_not_null(veil_carry(&veil, mount, 7, &err));
	memset(path, 'X', 4);
	memset(target, 'X', 6);
	memset(mount, 'X', 5);
	expect_veil(&veil, "link path -> target\nmount mount 7\n", "copies");
}

Test(veil, show)
{
	static const char *const none[CHANNEL_SHOWS_MAX] = { NULL };
	static const char *const all[CHANNEL_SHOWS_MAX] = { "a", "b", "c", "d" };
	static const char *const one[CHANNEL_SHOWS_MAX] = { "resolv.conf" };
	cleanup(veil_clear) struct veil veil = { 0 };
	enum veil_underlay underlay = UNDERLAY_COVERED;
	struct error err = { 0 };

	cr_assert_eq(veil_add_visible(&veil, "", none, &underlay, &err), 0);
	cr_expect_eq(underlay, UNDERLAY_COVERED, "nothing to show: nothing to attach again");
	cr_expect_eq(veil.entry_count, 0);
	cr_assert_eq(veil_add_visible(&veil, "systemd/resolve", one, &underlay, &err), 0);
	cr_expect_eq(underlay, UNDERLAY_REATTACHED);
	cr_assert_eq(veil_add_visible(&veil, "", all, &underlay, &err), 0);
	expect_veil(&veil,
		"link systemd/resolve/resolv.conf -> ../../.host-run/systemd/resolve/resolv.conf\n"
		"link a -> .host-run/a\nlink b -> .host-run/b\nlink c -> .host-run/c\n"
		"link d -> .host-run/d\n",
		"as many as there is room for");
}

Test(veil, many_entries)
{
	cleanup(veil_clear) struct veil veil = { 0 };
	struct error err = { 0 };
	char path[32];

	for (int i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path), "entry-%d", i);
		cr_assert_eq(veil_link(&veil, path, &err), 0);
	}
	cr_assert_eq(veil.entry_count, 3000);
	cr_expect_str_eq(veil_find(&veil, "entry-2999")->target, ".host-run/entry-2999");
	cr_expect_str_eq(veil.entries[0].path, "entry-0");
}

Test(veil, clearing_twice_is_harmless)
{
	struct veil veil = { 0 };
	struct error err = { 0 };

	veil_clear(&veil);
	cr_assert_eq(veil_link(&veil, "a", &err), 0);
	cr_assert_not_null(veil_carry(&veil, "a", 7, &err));
	veil_clear(&veil);
	veil_clear(&veil);
	cr_expect(veil.entries == NULL && veil.mounts == NULL && veil.entry_count == 0);
}

/* How much room: a mask is small, a facade is what programs put into /run, and long links take a
 * page each. */
Test(veil, room)
{
	static const struct channel channel = { .name = "nscd" };
	const struct seen_place mask = { .channel = &channel }, run = { 0 };
	cleanup(veil_clear) struct veil veil = { .place = &run };
	size_t bytes, inodes;
	struct error err = { 0 };
	char name[256];

	veil_room(&veil, &bytes, &inodes);
	cr_expect_eq(bytes, (size_t)64 << 20);
	cr_expect_eq(inodes, 16384);
	memset(name, 'n', 255);
	name[117] = '\0'; /* with ".host-run/" in front 127 bytes: kept in the inode */
	cr_assert_eq(veil_link(&veil, name, &err), 0);
	veil_room(&veil, &bytes, &inodes);
	cr_expect_eq(bytes, (size_t)64 << 20);
	cr_expect_eq(inodes, 16385);
	name[117] = 'n';
	name[118] = '\0';
	for (int i = 0; i < 300; i++)
		cr_assert_eq(veil_link(&veil, name, &err), 0);
	veil_room(&veil, &bytes, &inodes);
	cr_expect_geq(bytes, ((size_t)64 << 20) + 300 * ((size_t)64 << 10));
	cr_expect_eq(inodes, 16685);
	veil.place = &mask;
	veil_room(&veil, &bytes, &inodes);
	cr_expect_eq(inodes, 1024 + 301);
	cr_expect_leq(bytes, ((size_t)1 << 20) + 300 * ((size_t)64 << 10));
}
