/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: every folder of tests/golden/manifest holds one file, and in expected.txt what it is
 * read as. UPDATE_GOLDEN=1 writes expected.txt anew. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>

#include "manifest_test.h"

#ifndef GOLDEN
#define GOLDEN "tests/golden/manifest" /* from where the tests are started */
#endif
#define EXPECTED "expected.txt"

static void read_file(int directory, const char *name, struct buffer *text)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	struct error err = { 0 };

	cr_assert_geq(fd, 0, "%s is missing", name);
	cr_assert_eq(buffer_read(text, fd, 0, (size_t)1 << 20, &err), 0, "%s", err.text);
	close(fd);
}

static void write_file(int directory, const char *name, const struct buffer *text)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert_geq(fd, 0, "%s", name);
	cr_assert_eq(write(fd, text->text, text->length), (ssize_t)text->length);
	close(fd);
}

/* The one file beside expected.txt. */
static void input_name(int directory, char name[256])
{
	DIR *entries = fdopendir(dup(directory));
	struct dirent *entry;

	cr_assert_not_null(entries);
	name[0] = '\0';
	while ((entry = readdir(entries)) != NULL)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, EXPECTED) != 0)
			snprintf(name, 256, "%s", entry->d_name);
	closedir(entries);
	cr_assert_neq(name[0], '\0', "no input");
}

static void check_folder(const char *folder)
{
	char path[512], name[256];
	int directory;
	cleanup(buffer_clear) struct buffer input = { 0 }, told = { 0 }, expected = { 0 };
	struct manifest_context context;

	snprintf(path, sizeof(path), "%s/%s", GOLDEN, folder);
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(directory, 0, "%s", path);
	input_name(directory, name);
	read_file(directory, name, &input);
	context = test_context(name);
	manifest_tell(&told, &context, input.text, input.length);
	if (getenv("UPDATE_GOLDEN") != NULL && getenv("CI") == NULL)
		write_file(directory, EXPECTED, &told);
	read_file(directory, EXPECTED, &expected);
	close(directory);
	cr_expect_str_eq(told.text, expected.text, "%s/%s is read as\n%s\ninstead of\n%s", folder,
		name, told.text, expected.text);
}

Test(manifest_golden, every_folder_is_read_as_expected)
{
	DIR *folders = opendir(GOLDEN);
	struct dirent *folder;
	size_t count = 0;

	cr_assert_not_null(folders, "%s", GOLDEN);
	while ((folder = readdir(folders)) != NULL) {
		if (folder->d_name[0] == '.')
			continue;
		check_folder(folder->d_name);
		count++;
	}
	closedir(folders);
	cr_expect_geq(count, 30, "only %zu folders were found", count);
}
