/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/mount_table.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"

static void file_close(FILE **file)
{
	if (*file != NULL)
		fclose(*file);
}

/* Lines that libmount does not know are no reason to give up on the others. */
static int skip_line(struct libmnt_table *table, const char *file, int line)
{
	(void)table, (void)file, (void)line;
	return 1;
}

int mounttable_read(struct mounttable *table, int proc, struct error *err)
{
	cleanup(fd_close) int fd = openat(proc, "mountinfo", O_RDONLY | O_CLOEXEC);
	cleanup(file_close) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (file == NULL)
		return error_errno(err, "opening mountinfo");
	fd = -1;
	table->table = mnt_new_table();
	if (table->table == NULL)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	mnt_table_set_parser_errcb(table->table, skip_line);
	errno = 0;
	/* libmount takes a failed read for the end */
	if (mnt_table_parse_stream(table->table, file, "mountinfo") != 0 || ferror(file))
		return error_errno(err, "reading mountinfo");
	return 0;
}

void mounttable_clear(struct mounttable *table)
{
	mnt_unref_table(table->table);
	table->table = NULL;
}

const char *mounttable_source(const struct mounttable *table, uint64_t mount)
{
	struct libmnt_iter *iterator = mnt_new_iter(MNT_ITER_FORWARD);
	const char *source = NULL;
	struct libmnt_fs *fs;

	while (iterator != NULL && mnt_table_next_fs(table->table, iterator, &fs) == 0)
		if ((uint64_t)mnt_fs_get_id(fs) == mount)
			source = mnt_fs_get_source(fs);
	mnt_free_iter(iterator);
	return source;
}

/* mountinfo quotes a value in which there are commas. */
int mounttable_label(const struct mounttable *table, char **label, struct error *err)
{
	struct libmnt_fs *root = mnt_table_find_target(table->table, "/", MNT_ITER_BACKWARD);
	size_t length = 0;
	char *value = NULL;

	*label = NULL;
	if (root == NULL || mnt_fs_get_option(root, "context", &value, &length) != 0 || length == 0)
		return 0;
	if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
		value++;
		length -= 2;
	}
	*label = text_copy_bytes(value, length, err);
	return *label == NULL ? -1 : 0;
}
