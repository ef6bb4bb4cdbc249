/* SPDX-License-Identifier: Apache-2.0 */
/* mount_table: opens mountinfo, and looks up sources and SELinux contexts in the table. */
#include "scan/mount_table.h"

#include <fcntl.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"

#ifdef WITHOUT_LIBMOUNT
#define READER mount_table_read_mountinfo
#else
#define READER mount_table_read_libmount
#endif

static void file_close(FILE **file)
{
	if (*file != NULL)
		fclose(*file);
}

int mount_table_read(struct mount_table *table, int proc, struct error *err)
{
	cleanup(fd_close) int fd = openat(proc, "mountinfo", O_RDONLY | O_CLOEXEC);
	cleanup(file_close) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (file == NULL)
		return error_errno(err, "opening mountinfo");
	fd = -1;
	return READER(table, file, err);
}

void mount_table_clear(struct mount_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->mounts[i].target);
		free(table->mounts[i].source);
		free(table->mounts[i].options);
	}
	free(table->mounts);
	*table = (struct mount_table){ 0 };
}

static int copy(char **to, const char *text, struct error *err)
{
	if (text == NULL || text[0] == '\0')
		return 0;
	*to = text_copy(text, err);
	return *to == NULL ? -1 : 0;
}

int mount_table_add(struct mount_table *table, uint64_t id, const char *target, const char *source,
	const char *options, struct error *err)
{
	struct mount_table_mount *mount = array_add(
		&table->mounts, &table->count, sizeof(*mount), err);

	if (mount == NULL)
		return -1;
	mount->id = id;
	if (copy(&mount->target, target, err) < 0 || copy(&mount->source, source, err) < 0 ||
		copy(&mount->options, options, err) < 0)
		return -1;
	return 0;
}

const char *mount_table_source(const struct mount_table *table, uint64_t mount)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->mounts[i].id == mount)
			return table->mounts[i].source;
	return NULL;
}

/* The end of an option: the comma outside of quotes, in which the kernel puts a value with commas.
 */
static const char *option_end(const char *option)
{
	bool quoted = false;

	for (; *option != '\0' && (quoted || *option != ','); option++)
		quoted ^= *option == '"';
	return option;
}

static const char *find_option(const char *options, const char *key, size_t *length)
{
	for (const char *at = options, *end; *at != '\0'; at = *end == ',' ? end + 1 : end) {
		end = option_end(at);
		if (strncmp(at, key, strlen(key)) == 0) {
			*length = (size_t)(end - at) - strlen(key);
			return at + strlen(key);
		}
	}
	return NULL;
}

/* The last one mounted at "/" is the one in sight. */
static const struct mount_table_mount *find_root(const struct mount_table *table)
{
	for (size_t i = table->count; i > 0; i--)
		if (table->mounts[i - 1].target != NULL &&
			strcmp(table->mounts[i - 1].target, "/") == 0)
			return &table->mounts[i - 1];
	return NULL;
}

int mount_table_label(const struct mount_table *table, char **label, struct error *err)
{
	const struct mount_table_mount *root = find_root(table);
	size_t length = 0;
	const char *value;

	*label = NULL;
	if (root == NULL || root->options == NULL)
		return 0;
	value = find_option(root->options, "context=", &length);
	if (value == NULL || length == 0)
		return 0;
	if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
		value++;
		length -= 2;
	}
	*label = text_copy_bytes(value, length, err);
	return *label == NULL ? -1 : 0;
}
