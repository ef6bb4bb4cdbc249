/* SPDX-License-Identifier: Apache-2.0 */
/* The emulator's statx keeps the mount's id to itself. Programs that are to run there are linked
 * with --wrap=statx and this, which takes the id from where the kernel says it, too. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNIQUE_MOUNT_ID                                                                            \
	0x4000u /* STATX_MNT_ID_UNIQUE: the emulator has no statmount to ask with it */

int __real_statx(int directory, const char *path, int flags, unsigned int mask, struct statx *to);
int __wrap_statx(int directory, const char *path, int flags, unsigned int mask, struct statx *to);

static void mount_id(int fd, struct statx *to)
{
	char name[64], line[128];
	unsigned long long id;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/self/fdinfo/%d", fd);
	file = fopen(name, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "mnt_id: %llu", &id) == 1)
			to->stx_mnt_id = id;
	if (file != NULL)
		fclose(file);
}

int __wrap_statx(int directory, const char *path, int flags, unsigned int mask, struct statx *to)
{
	int result = __real_statx(directory, path, flags, mask & ~UNIQUE_MOUNT_ID, to);
	int fd;

	if (result != 0 || !(mask & STATX_MNT_ID))
		return result;
	if (path[0] == '\0' && (flags & AT_EMPTY_PATH)) {
		mount_id(directory, to);
		return 0;
	}
	fd = openat(directory, path,
		O_PATH | O_CLOEXEC | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0));
	if (fd < 0)
		return 0;
	mount_id(fd, to);
	close(fd);
	return 0;
}
