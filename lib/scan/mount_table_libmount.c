/* SPDX-License-Identifier: Apache-2.0 */
/* mount_table_libmount: mountinfo read by libmount. */
#include <errno.h>
#include <libmount/libmount.h>

#include "base/buffer.h"
#include "scan/mount_table.h"

static void table_unref(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void iterator_free(struct libmnt_iter **iterator)
{
	mnt_free_iter(*iterator);
}

/* Lines that libmount does not know are no reason to give up on the others. */
static int skip_line(struct libmnt_table *table, const char *file, int line)
{
	(void)table, (void)file, (void)line;
	return 1;
}

int mount_table_read_libmount(struct mount_table *table, FILE *file, struct error *err)
{
	cleanup(table_unref) struct libmnt_table *lines = mnt_new_table();
	cleanup(iterator_free) struct libmnt_iter *iterator = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *line;

	if (lines == NULL || iterator == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	mnt_table_set_parser_errcb(lines, skip_line);
	errno = 0;
	/* libmount takes a failed read for the end */
	if (mnt_table_parse_stream(lines, file, "mountinfo") != 0 || ferror(file))
		return error_errno(err, "reading mountinfo");
	while (mnt_table_next_fs(lines, iterator, &line) == 0)
		if (mount_table_add(table, (uint64_t)mnt_fs_get_id(line), mnt_fs_get_target(line),
			    mnt_fs_get_source(line), mnt_fs_get_fs_options(line), err) < 0)
			return -1;
	return 0;
}
