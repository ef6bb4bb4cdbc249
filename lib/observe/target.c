/* SPDX-License-Identifier: Apache-2.0 */
/* target: setns(2) through a pidfd, and the root by root.path before pivot_root and "/" after
 * it. */
#include "observe/target.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "kernel/capabilities.h"
#include "kernel/open.h"
#include "observe/id_map.h"

#define OVERFLOW_ID 65534 /* what an id looks like that a user namespace does not map */

void target_close(struct target *target)
{
	fd_close(&target->root);
	fd_close(&target->proc);
	fd_close(&target->uid_map);
	fd_close(&target->gid_map);
}

static int open_map(int process, const char *name, int *map, unsigned int *root, struct error *err)
{
	*map = openat(process, name, O_RDONLY | O_CLOEXEC);
	if (*map < 0)
		return error_errno(err, "opening the container's %s", name);
	return id_map_root(*map, root, err);
}

static int find_owner(struct target *target, int process, struct error *err)
{
	struct inode_info theirs, ours;

	if (stat_at(process, "ns/user", 0, &theirs) < 0 ||
		stat_at(target->proc, "self/ns/user", 0, &ours) < 0)
		return error_errno(err, "looking at the container's user namespace");
	if (inode_same(&theirs.inode, &ours.inode))
		return 0;
	if (open_map(process, "uid_map", &target->uid_map, &target->owner, err) < 0)
		return -1;
	return open_map(process, "gid_map", &target->gid_map, &target->group, err);
}

static unsigned int known_id(
	const struct target *target, int map, unsigned int id, unsigned int root)
{
	if (id == root || (map >= 0 && !id_map_knows(map, id)))
		return root;
	return id == OVERFLOW_ID && id_map_is_partial(target->proc) ? root : id;
}

void target_ids(const struct target *target, const struct inode_info *of, uid_t *uid, gid_t *gid)
{
	*uid = known_id(target, target->uid_map, of->uid, target->owner);
	*gid = known_id(target, target->gid_map, of->gid, target->group);
}

/* What setns(2) takes for the mount namespace of the state's pid: a pidfd, since the kernel makes
 * /proc/PID and what is below it on demand, which takes longer than entering. Where config.json
 * names a user namespace, that of the container as well. */
static int open_namespace(struct target *target, int *namespace, int64_t pid,
	const struct spec *spec, struct error *err)
{
	cleanup(fd_close) int process = -1;
	char path[32];

	if (spec->mount_namespace && !spec->user_namespace) {
		*namespace = (int)syscall(SYS_pidfd_open, pid, 0);
		return *namespace < 0 ? -1 : 0;
	}
	snprintf(path, sizeof(path), "%lld", (long long)pid);
	process = openat(target->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return -1;
	*namespace = openat(process, "ns/mnt", O_RDONLY | O_CLOEXEC);
	if (*namespace < 0)
		return -1;
	return spec->user_namespace ? find_owner(target, process, err) : 0;
}

/* Where config.json asks for no namespace of its own, the process may be in ours. (Where it does,
 * find_root sees whether there is one.) */
static int is_ours(const struct target *target, int namespace, bool *is, struct error *err)
{
	struct inode_info theirs, ours;

	if (stat_at(namespace, "", AT_EMPTY_PATH, &theirs) < 0 ||
		stat_at(target->proc, "self/ns/mnt", 0, &ours) < 0)
		return error_errno(err, "looking at the mount namespaces");
	*is = inode_same(&theirs.inode, &ours.inode);
	return 0;
}

static const char none_of_its_own[] = "its process is in the host's mount namespace";

static int enter(struct target *target, const struct state *state, const struct spec *spec,
	struct error *err)
{
	cleanup(fd_close) int namespace = -1;
	int64_t pid = state->pid;

	if (pid <= 1 || pid > INT_MAX)
		return error_set(err, ERROR_INPUT, "state: pid %lld cannot be a container process",
			(long long)pid);
	if (open_namespace(target, &namespace, pid, spec, err) < 0)
		return error_errno(
			err, "state: opening the mount namespace of process %lld", (long long)pid);
	if (!spec->mount_namespace) {
		bool ours = false;

		if (is_ours(target, namespace, &ours, err) < 0)
			return -1;
		if (ours) {
			target->foreign = none_of_its_own;
			return 0;
		}
	}
	if (setns(namespace, CLONE_NEWNS) < 0)
		return error_errno(
			err, "entering the mount namespace of process %lld", (long long)pid);
	return 0;
}

/* root.path in the namespace that we are in now: a path below the bundle is looked up there. */
static int open_root_path(const char *bundle, const char *path)
{
	cleanup(fd_close) int base = AT_FDCWD;

	if (path[0] != '/')
		base = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (path[0] != '/' && base < 0)
		return -1;
	return openat(base, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Before pivot_root the container's root is a mount at root.path: every runtime binds it there.
 * After it (youki's prestart) the root is "/". Anything else is not the container's namespace
 * (gVisor, Kata). `on_host` is root.path as it was seen before entering: a namespace has mounts of
 * its own, so that one which is there still, by its id, says that we entered nothing. */
static int find_root(struct target *target, const struct target_request *request,
	const struct inode_info *on_host, struct error *err)
{
	struct inode_info found;

	target->root = open_root_path(request->state->bundle, request->spec->root_path);
	if (target->root >= 0) {
		if (stat_at(target->root, "", AT_EMPTY_PATH, &found) < 0)
			return error_errno(
				err, "looking at root.path \"%s\"", request->spec->root_path);
		if (!request->inside && found.mount == on_host->mount) {
			target->foreign = none_of_its_own;
			return 0;
		}
		if (found.mount_root && inode_same(&found.inode, &on_host->inode))
			return 0;
		fd_close(&target->root);
	} else if (!is_absent(errno)) {
		return error_errno(err, "looking for root.path \"%s\"", request->spec->root_path);
	}
	target->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target->root < 0 || stat_at(target->root, "", AT_EMPTY_PATH, &found) < 0)
		return error_errno(err, "looking at the root of the namespace");
	target->pivoted = inode_same(&found.inode, &on_host->inode);
	if (!target->pivoted)
		target->foreign = "its root was not found in its mount namespace";
	return 0;
}

int target_open(struct target *target, const struct target_request *request, struct error *err)
{
	struct inode_info on_host;

	/* openat: musl's open makes a second system call for O_CLOEXEC */
	target->proc = openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target->proc < 0)
		return error_errno(err, "opening /proc");
	if (stat_at(AT_FDCWD, request->spec->root_path, 0, &on_host) < 0)
		return error_errno(err, "looking at root.path \"%s\"", request->spec->root_path);
	if (!request->inside && enter(target, request->state, request->spec, err) < 0)
		return -1;
	if (request->inside && !request->spec->mount_namespace)
		target->foreign = "config.json asks for no mount namespace";
	if (target->foreign != NULL)
		return 0;
	if (privilege_step(PRIVILEGE_LOOK, err) < 0)
		return -1;
	return find_root(target, request, &on_host, err);
}

int target_open_running(
	struct target *target, const struct target_running *running, struct error *err)
{
	target->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target->proc < 0)
		return error_errno(err, "opening /proc");
	if (find_owner(target, running->proc, err) < 0)
		return -1;
	if (setns(running->namespace, CLONE_NEWNS) < 0)
		return error_errno(err, "entering its mount namespace");
	target->root = fcntl(running->root, F_DUPFD_CLOEXEC, 3);
	target->pivoted = true;
	return target->root < 0 ? error_errno(err, "holding its root") : 0;
}

int target_enter_host(int proc, struct error *err)
{
	cleanup(fd_close) int namespace = openat(proc, "1/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct inode_info theirs, ours;

	if (namespace < 0 || stat_at(namespace, "", AT_EMPTY_PATH, &theirs) < 0 ||
		stat_at(proc, "self/ns/mnt", 0, &ours) < 0)
		return error_errno(err, "looking at the host's mount namespace");
	if (!inode_same(&theirs.inode, &ours.inode) && setns(namespace, CLONE_NEWNS) < 0)
		return error_errno(err, "entering the host's mount namespace");
	return 0;
}
