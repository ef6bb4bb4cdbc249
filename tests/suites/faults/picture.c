/* SPDX-License-Identifier: Apache-2.0 */
/* picture: the host, or a container's mounts, as text that can be compared. */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_room(struct picture *picture, size_t more)
{
	if (picture->length + more + 1 <= picture->size)
		return;
	picture->size = 2 * (picture->length + more + 1);
	picture->text = realloc(picture->text, picture->size);
	if (picture->text == NULL)
		give_up("out of memory");
}

void picture_add(struct picture *picture, const char *format, ...)
{
	va_list arguments, again;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	make_room(picture, (size_t)length);
	vsnprintf(picture->text + picture->length, (size_t)length + 1, format, again);
	picture->length += (size_t)length;
	va_end(again);
	va_end(arguments);
}

void picture_clear(struct picture *picture)
{
	free(picture->text);
	*picture = (struct picture){ 0 };
}

const char *picture_difference(const struct picture *before, const struct picture *now)
{
	static char line[256];
	const char *old = before->text, *new = now->text, *shown;
	size_t at = 0, begin = 0;

	if (before->length == now->length && memcmp(old, new, now->length) == 0)
		return NULL;
	while (at < before->length && at < now->length && old[at] == new[at])
		if (old[at++] == '\n')
			begin = at;
	shown = at < now->length ? new + begin : old + begin;
	snprintf(line, sizeof(line), "%s%.*s",
		at < now->length ? "" : "gone: ", (int)strcspn(shown, "\n"), shown);
	return line;
}

/* "id parent major:minor root point options [optional...] - type source options" */
static void add_bare_line(struct picture *picture, const char *line, size_t length)
{
	const char *options = line, *tail = memmem(line, length, " - ", 3);

	for (int field = 0; field < 5 && options != NULL; field++)
		options = memchr(options + 1, ' ', length - (size_t)(options + 1 - line));
	if (options == NULL || tail == NULL)
		give_up("mountinfo: %.*s", (int)length, line);
	picture_add(picture, "%.*s%.*s\n", (int)(options - line), line,
		(int)(length - (size_t)(tail - line)), tail);
}

static void read_whole(struct picture *picture, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		give_up("%s: %s", path, strerror(errno));
	do {
		make_room(picture, 16384);
		length = read(fd, picture->text + picture->length, 16384);
		if (length < 0)
			give_up("%s: %s", path, strerror(errno));
		picture->length += (size_t)length;
	} while (length > 0);
	picture->text[picture->length] = '\0';
	close(fd);
}

void picture_mounts(struct picture *picture, pid_t pid, bool bare)
{
	struct picture whole = { 0 };
	char path[64];
	const char *line, *end;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)pid);
	if (!bare) {
		read_whole(picture, path);
		return;
	}
	read_whole(&whole, path);
	for (line = whole.text; (end = strchr(line, '\n')) != NULL; line = end + 1)
		add_bare_line(picture, line, (size_t)(end - line));
	picture_clear(&whole);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static size_t names_in(const char *path, char *names[], size_t most)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	size_t count = 0;

	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			if (count == most)
				give_up("%s: more than %zu entries", path, most);
			names[count++] = strdup(entry->d_name);
		}
	closedir(directory);
	qsort(names, count, sizeof(names[0]), by_name);
	return count;
}

static void add_tree(struct picture *picture, const char *path, dev_t device, bool times, int depth)
{
	char below[4096], link[256] = "", *names[1024];
	struct stat status;
	size_t count;

	if (lstat(path, &status) < 0)
		return;
	if (S_ISLNK(status.st_mode) && readlink(path, link, sizeof(link) - 1) < 0)
		link[0] = '\0';
	picture_add(picture, "%s %lu %o %u:%u %s", path, (unsigned long)status.st_ino,
		status.st_mode, status.st_uid, status.st_gid, link);
	if (S_ISDIR(status.st_mode) && times)
		picture_add(
			picture, "%ld.%09ld", (long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
	picture_add(picture, "\n");
	if (!S_ISDIR(status.st_mode) || status.st_dev != device || depth > 8)
		return;
	count = names_in(path, names, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < count; i++) {
		snprintf(below, sizeof(below), "%s/%s", path, names[i]);
		add_tree(picture, below, device, times, depth + 1);
		free(names[i]);
	}
}

static void add_all(struct picture *picture, const char *path, bool times)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		give_up("%s: %s", path, strerror(errno));
	add_tree(picture, path, status.st_dev, times, 0);
}

void picture_tree(struct picture *picture, const char *path)
{
	add_all(picture, path, true);
}

void picture_names(struct picture *picture, const char *path)
{
	add_all(picture, path, false);
}

void picture_host(struct picture *picture, bool with_run)
{
	picture_mounts(picture, getpid(), false);
	picture_mounts(picture, (pid_t)atoi(getenv("LAB_WITNESS_PID")), false);
	if (with_run)
		picture_tree(picture, "/run");
}
