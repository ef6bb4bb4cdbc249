/* SPDX-License-Identifier: Apache-2.0 */
/* Mount tables, line by line and as a whole. "@" stands for the id of the mount that is asked for:
 * that of pipes, which lies in no namespace, so that every kernel's answer has to come from the
 * table. */
#include "kernel/peer_group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/open.h"
#include "base/file.h"
#include "base/buffer.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int table, directory, asked;
static char path[] = "/tmp/mountline-XXXXXX";
static uint64_t asked_id;

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void clean_up(void)
{
	unlinkat(directory, "self/mountinfo", 0);
	unlinkat(directory, "self", AT_REMOVEDIR);
	rmdir(path);
}

/* A /proc in which self/mountinfo is what we write. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	cleanup(fd_close) int root = open("/", O_PATH | O_CLOEXEC);
	cleanup(fd_close) int proc = open("/proc", O_PATH | O_CLOEXEC);
	char link[32];
	struct error err = { 0 };
	uint64_t group = UINT64_MAX;
	struct inode_info info;
	int ends[2];

	(void)argc;
	(void)argv;
	expect(peer_group(root, proc, &group, &err) == 0 && group != UINT64_MAX);
	table = memfd_create("mountinfo", MFD_CLOEXEC);
	expect(table >= 0 && pipe(ends) == 0 && mkdtemp(path) != NULL);
	asked = ends[0];
	expect(stat_at(asked, "", AT_EMPTY_PATH, &info) == 0);
	asked_id = info.mount;
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", table);
	expect(mkdirat(directory, "self", 0700) == 0);
	expect(symlinkat(link, directory, "self/mountinfo") == 0 && atexit(clean_up) == 0);
	return 0;
}

/* The first line of that mount decides. *found: there is one. */
static uint64_t group_by_lines(const struct buffer *text, bool *found)
{
	const char *line = text->text, *newline;
	uint64_t mount = 0, group = 0;

	*found = false;
	while (!*found && (newline = strchr(line, '\n')) != NULL) {
		*found = peer_line(line, (size_t)(newline - line), &mount, &group) &&
			mount == asked_id;
		line = newline + 1;
	}
	return group;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(buffer_clear) struct buffer text = { 0 };
	struct error err = { 0 };
	uint64_t mount, group = 0, wanted;
	bool found;

	if (peer_line((const char *)data, size, &mount, &group))
		expect(data[0] >= '0' && data[0] <= '9' && memmem(data, size, " -", 2) != NULL);
	for (size_t i = 0; i < size; i++)
		if (data[i] == '@')
			expect(buffer_print(&text, &err, "%llu", (unsigned long long)asked_id) ==
				0);
		else if (data[i] != '\0')
			expect(buffer_add(&text, data + i, 1, &err) == 0);
	if (text.length == 0)
		return 0;
	expect(ftruncate(table, 0) == 0 &&
		pwrite(table, text.text, text.length, 0) == (ssize_t)text.length);
	wanted = group_by_lines(&text, &found);
	expect((peer_group(asked, directory, &group, &err) == 0) == found);
	expect(found ? group == wanted : err.code == ERROR_SYSTEM);
	return 0;
}
