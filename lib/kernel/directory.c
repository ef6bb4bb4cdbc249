/* SPDX-License-Identifier: Apache-2.0 */
/* directory: getdents64(2) into a buffer of 4 KiB on the stack. */
#include "kernel/directory.h"

#include <string.h>
#include <sys/types.h>

int directory_each(int directory, const char *path,
	int (*each)(void *closure, const struct dirent64 *entry, struct error *err), void *closure,
	struct error *err)
{
	_Alignas(struct dirent64) char answer[4096];
	const struct dirent64 *entry;
	ssize_t length;

	while ((length = getdents64(directory, (void *)answer, sizeof(answer))) > 0)
		for (ssize_t at = 0; at < length; at += entry->d_reclen) {
			entry = (const void *)(answer + at);
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
				each(closure, entry, err) < 0)
				return -1;
		}
	return length < 0 ? error_errno(err, "listing \"%s\"", path) : 0;
}
