/* SPDX-License-Identifier: Apache-2.0 */
/* peer_group: statmount(2) where the kernel has it, else one line of mountinfo. */
#include "kernel/peer_group.h"

#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/open.h"

/* From linux/mount.h and linux/stat.h of Linux 6.8; Debian 12's headers are older. */
#define SYSCALL_STATMOUNT 457
#define UNIQUE_MOUNT_ID 0x4000u /* STATX_MNT_ID_UNIQUE */
#define MOUNT_BASIC 0x2u        /* STATMOUNT_MNT_BASIC */

struct mount_request {
	uint32_t size, spare;
	uint64_t mount, wanted;
};

struct mount_answer {
	uint32_t size, options;
	uint64_t mask;
	uint32_t device_major, device_minor;
	uint64_t magic;
	uint32_t superblock_flags, type;
	uint64_t mount, parent;
	uint32_t old_mount, old_parent;
	uint64_t attributes, propagation, peer_group, master, propagate_from;
	uint32_t root, point;
	uint64_t spare[50];
};

/* 0; -1 when this kernel cannot say. */
static int ask_kernel(int fd, uint64_t *group)
{
	struct statx status;
	struct mount_request request = { .size = sizeof(request), .wanted = MOUNT_BASIC };
	struct mount_answer answer = { 0 };

	if (statx(fd, "", AT_EMPTY_PATH, UNIQUE_MOUNT_ID, &status) < 0 ||
		!(status.stx_mask & UNIQUE_MOUNT_ID))
		return -1;
	request.mount = status.stx_mnt_id;
	if (syscall(SYSCALL_STATMOUNT, &request, &answer, sizeof(answer), 0) < 0 ||
		!(answer.mask & MOUNT_BASIC))
		return -1;
	*group = answer.peer_group;
	return 0;
}

static bool read_number(const char **at, const char *end, uint64_t *number)
{
	const char *begin = *at;

	*number = 0;
	while (*at < end && **at >= '0' && **at <= '9')
		*number = *number * 10 + (uint64_t)(*(*at)++ - '0');
	return *at > begin;
}

bool peer_line(const char *line, size_t length, uint64_t *mount, uint64_t *group)
{
	static const char tag[] = "shared:";
	const char *at = line, *end = line + length;
	int field = 1;

	if (!read_number(&at, end, mount) || at == end || *at != ' ')
		return false;
	*group = 0;
	/* id parent major:minor root point options, then optional fields up to a lone dash */
	while ((at = memchr(at, ' ', (size_t)(end - at))) != NULL) {
		at++;
		if (++field <= 6)
			continue;
		if (at < end && *at == '-')
			return true;
		if ((size_t)(end - at) < sizeof(tag) || memcmp(at, tag, sizeof(tag) - 1) != 0)
			continue;
		at += sizeof(tag) - 1;
		if (!read_number(&at, end, group) || at == end || *at != ' ')
			return false;
	}
	return false;
}

/* Looks for the line of the mount in the text; when it is not there, keeps only what is behind the
 * last newline. */
static bool find_line(struct buffer *text, uint64_t wanted, uint64_t *group)
{
	const char *line = text->text, *end = text->text + text->length, *newline;
	uint64_t mount;

	while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		if (peer_line(line, (size_t)(newline - line), &mount, group) && mount == wanted)
			return true;
		line = newline + 1;
	}
	text->length = (size_t)(end - line);
	memmove(text->text, line, text->length);
	return false;
}

static int read_table(int fd, int proc, uint64_t *group, struct error *err)
{
	cleanup(fd_close) int table = openat(proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	cleanup(buffer_clear) struct buffer text = { 0 };
	char chunk[4096];
	struct inode_info info;
	ssize_t length = 0;

	if (table < 0 || stat_at(fd, "", AT_EMPTY_PATH, &info) < 0)
		return error_errno(err, "reading the mount's line of mountinfo");
	while ((length = read(table, chunk, sizeof(chunk))) > 0) {
		if (buffer_add(&text, chunk, (size_t)length, err) < 0)
			return -1;
		if (find_line(&text, info.mount, group))
			return 0;
	}
	if (length < 0)
		return error_errno(err, "reading mountinfo");
	return error_set(err, ERROR_SYSTEM, "mountinfo has no line for mount %llu",
		(unsigned long long)info.mount);
}

int peer_group(int fd, int proc, uint64_t *group, struct error *err)
{
	if (ask_kernel(fd, group) == 0)
		return 0;
	return read_table(fd, proc, group, err);
}
