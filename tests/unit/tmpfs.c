/* SPDX-License-Identifier: Apache-2.0 */
/* What a veil's file system is asked to be: design's "mode 0755, small size and nr_inodes, owned by
 * the container's root, with linux.mountLabel as its SELinux context". */
#include "kernel/tmpfs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

static const struct {
	uid_t owner;
	gid_t group;
	const char *label, *rest, *because;
} rows[] = {
	{ 0, 0, NULL, "", "root's, without SELinux" },
	{ 100000, 100000, NULL, " uid=100000 gid=100000", "in a user namespace" },
	{ 1000, 0, NULL, " uid=1000", "a user mapped, the group root's" },
	{ 0, 1000, NULL, " gid=1000", "a group mapped, the user root" },
	{ 4294967294u, 65534, NULL, " uid=4294967294 gid=65534", "the largest id" },
	{ 0, 0, "system_u:object_r:container_file_t:s0:c1,c2",
		" context=system_u:object_r:container_file_t:s0:c1,c2",
		"SELinux: the label as it is, its comma too" },
	{ 7, 8, "l", " uid=7 gid=8 context=l", "all of it" },
};

static const struct tmpfs_room room = { (size_t)64 << 20, 1027 };

/* "key=value key=value…" */
static void options_text(const struct tmpfs_options *options, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < options->count; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s=%s", i > 0 ? " " : "",
			options->options[i].key, options->options[i].value);
	cr_assert_lt(used, size);
}

Test(tmpfs, options)
{
	for (size_t i = 0; i < array_count(rows); i++) {
		struct tmpfs_options options;
		char text[512], wanted[512];

		tmpfs_options(&options, &room, rows[i].owner, rows[i].group, rows[i].label);
		options_text(&options, text, sizeof(text));
		snprintf(wanted, sizeof(wanted),
			"source=oci-runmask size=67108864 nr_inodes=1027 mode=0755%s",
			rows[i].rest);
		cr_expect_str_eq(text, wanted, "%s: %s", rows[i].because, text);
	}
}

Test(tmpfs, a_long_label_is_not_cut)
{
	struct tmpfs_options options;
	char label[4096];

	memset(label, 'l', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	tmpfs_options(&options, &room, 1, 1, label);
	cr_assert_eq(options.count, 7);
	cr_expect_leq(options.count, (size_t)TMPFS_OPTIONS_MAX);
	cr_expect_str_eq(options.options[6].key, "context");
	cr_expect_eq(options.options[6].value, label, "borrowed");
}

Test(tmpfs, asking_twice_begins_anew)
{
	struct tmpfs_options options;

	tmpfs_options(&options, &room, 1, 1, "l");
	tmpfs_options(&options, &room, 0, 0, NULL);
	cr_expect_eq(options.count, 4);
}
