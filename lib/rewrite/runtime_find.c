/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_find: the named path, else the first of runc and crun in fixed directories; never by
 * PATH, and never this program. */
#include "rewrite/runtime_find.h"

#include "base/buffer.h"
#include "kernel/open.h"

static const char *const usual_places[] = {
	"/usr/bin/runc",
	"/usr/sbin/runc",
	"/usr/local/bin/runc",
	"/usr/local/sbin/runc",
	"/usr/bin/crun",
	"/usr/sbin/crun",
	"/usr/local/bin/crun",
	"/usr/local/sbin/crun",
};

int runtime_find(char **path, const char *named, struct error *err)
{
	struct inode_info self, found;

	if (stat_at(AT_FDCWD, "/proc/self/exe", 0, &self) < 0)
		return error_errno(err, "looking at /proc/self/exe");
	if (named != NULL) {
		if (stat_at(AT_FDCWD, named, 0, &found) < 0)
			return error_errno(err, "runtime \"%s\"", named);
		if (inode_same(&found.inode, &self.inode))
			return error_set(
				err, ERROR_POLICY, "runtime \"%s\" is this program itself", named);
		*path = text_copy(named, err);
		return *path == NULL ? -1 : 0;
	}
	for (size_t i = 0; i < array_count(usual_places); i++) {
		if (stat_at(AT_FDCWD, usual_places[i], 0, &found) < 0 || !S_ISREG(found.mode) ||
			inode_same(&found.inode, &self.inode))
			continue;
		*path = text_copy(usual_places[i], err);
		return *path == NULL ? -1 : 0;
	}
	return error_set(err, ERROR_SYSTEM,
		"no runtime: there is neither runc nor crun in the usual places (--runtime, policy "
		"key runtime)");
}
