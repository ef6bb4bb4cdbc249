/* SPDX-License-Identifier: Apache-2.0 */
/* inside: the mounts of a container's namespace before the hook and after it. */
#include "inside.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUTE "/dev/.oci-runmask"

/* A line of mountinfo: is its mount point below the container's root? The id is its first word. */
static bool below_root(const struct stage *stage, const char *line)
{
	const char *point = line;
	size_t length = strlen(stage->root);

	for (int field = 0; field < 4; field++)
		point = strchr(point, ' ') + 1;
	return strncmp(point, stage->root, length) == 0 &&
		(point[length] == ' ' || point[length] == '/');
}

static bool known_mount(const struct picture *before, const char *line)
{
	char id[32];

	snprintf(id, sizeof(id), "\n%.*s ", (int)strcspn(line, " "), line);
	return strstr(before->text, id) != NULL ||
		strncmp(before->text, id + 1, strlen(id + 1)) == 0;
}

/* What a route attaches beside its tmpfs: the policy's directory, and on the socket in it a bind of
 * the socket itself. */
static const struct attached {
	const char *source; /* on the host */
	const char *point;  /* in the container */
} route_attaches[] = {
	{ "/run/docker-api", ROUTE "/directory" },
	{ "/run/docker-api/docker.sock", ROUTE "/directory/docker.sock" },
};

/* Is this line the mount that its point now leads to, and is that the host's file? */
static bool is_attached(
	const struct stand_in *stand_in, const struct attached *attached, const char *line)
{
	struct statx found, host;
	int fd = stand_in_open(stand_in, attached->point);
	bool same = fd >= 0 &&
		statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &found) == 0 &&
		statx(AT_FDCWD, attached->source, AT_SYMLINK_NOFOLLOW, STATX_INO, &host) == 0 &&
		found.stx_mnt_id == strtoull(line, NULL, 10) && found.stx_ino == host.stx_ino &&
		found.stx_dev_major == host.stx_dev_major &&
		found.stx_dev_minor == host.stx_dev_minor;

	if (fd >= 0)
		close(fd);
	return same;
}

static bool attached_by_route(const struct stand_in *stand_in, const char *line, size_t length)
{
	char point[256];

	if (stand_in->stage->scene->proof != PROOF_ROUTE)
		return false;
	for (size_t i = 0; i < sizeof(route_attaches) / sizeof(route_attaches[0]); i++) {
		snprintf(point, sizeof(point), " %s%s - ", stand_in->stage->root,
			route_attaches[i].point);
		if (memmem(line, length, point, strlen(point)) != NULL)
			return is_attached(stand_in, &route_attaches[i], line);
	}
	return false;
}

/* The hook's own tmpfs, a mount that was there and was moved, or what a route attaches. */
static bool legal_mount(const struct stand_in *stand_in, const struct picture *before,
	const char *line, size_t length)
{
	return memmem(line, length, " - tmpfs oci-runmask ", 21) != NULL ||
		known_mount(before, line) || attached_by_route(stand_in, line, length);
}

const char *inside_check(
	const struct stand_in *stand_in, const struct picture *before, const struct picture *now)
{
	static char wrong[320];
	struct picture outside[2] = { 0 };
	const char *line, *end, *difference;
	const struct picture *tables[2] = { before, now };

	wrong[0] = '\0';
	for (int i = 0; i < 2; i++)
		for (line = tables[i]->text; (end = strchr(line, '\n')) != NULL; line = end + 1) {
			if (!below_root(stand_in->stage, line))
				picture_add(&outside[i], "%.*s\n", (int)(end - line), line);
			else if (i == 1 &&
				!legal_mount(stand_in, before, line, (size_t)(end - line)))
				snprintf(wrong, sizeof(wrong), "an unexpected mount: %.*s",
					(int)(end - line), line);
		}
	difference = picture_difference(&outside[0], &outside[1]);
	if (difference != NULL)
		snprintf(
			wrong, sizeof(wrong), "in its namespace, outside its root: %s", difference);
	picture_clear(&outside[0]);
	picture_clear(&outside[1]);
	return wrong[0] == '\0' ? NULL : wrong;
}

/* Mounts as a wrong hook would make them, and as a right one does. */
static const struct stray {
	struct attached mount;
	bool legal;
} strays[] = {
	{ { "/run/docker-api/docker.sock", "/tmp/docker.sock" }, false },
	{ { "/run/nscd/socket", ROUTE "/directory/docker.sock" }, false },
	{ { "/run/docker-api/docker.sock", ROUTE "/directory/other.sock" }, false },
	{ { "/run/docker-api", ROUTE }, false },
	{ { "/run", ROUTE "/directory" }, false },
	{ { "/run/docker-api/docker.sock", ROUTE "/directory/docker.sock" }, true },
	{ { "/run/docker-api", ROUTE "/directory" }, true },
};

static void attach(const struct stand_in *stand_in, const struct attached *mounted)
{
	static const char *const directories[] = { ROUTE, ROUTE "/directory" };
	char path[256];
	struct stat status;

	if (setns(stand_in->namespace, CLONE_NEWNS) < 0 || stat(mounted->source, &status) < 0)
		_exit(126);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", stand_in->stage->root, directories[i]);
		mkdir(path, 0755);
	}
	snprintf(path, sizeof(path), "%s%s", stand_in->stage->root, mounted->point);
	if (!S_ISDIR(status.st_mode))
		mknod(path, S_IFREG | 0600, 0);
	_exit(mount(mounted->source, path, NULL, MS_BIND, NULL) < 0 ? 126 : 0);
}

static bool stray_is_told(const struct stage *stage, const struct stray *stray)
{
	struct stand_in stand_in;
	struct picture before = { 0 }, now = { 0 };
	const char *wrong;
	int status = -1;
	pid_t pid;

	stand_in_start(&stand_in, stage);
	picture_mounts(&before, stand_in.pid, true);
	pid = fork();
	if (pid == 0)
		attach(&stand_in, &stray->mount);
	waitpid(pid, &status, 0);
	picture_mounts(&now, stand_in.pid, true);
	wrong = inside_check(&stand_in, &before, &now);
	stand_in_end(&stand_in);
	picture_clear(&before);
	picture_clear(&now);
	return status == 0 && (wrong == NULL) == stray->legal;
}

const char *inside_mistaken(const struct stage *stage)
{
	static char wrong[256];

	for (size_t i = 0; i < sizeof(strays) / sizeof(strays[0]); i++)
		if (!stray_is_told(stage, &strays[i])) {
			snprintf(wrong, sizeof(wrong), "%s on %s is taken for %s",
				strays[i].mount.source, strays[i].mount.point,
				strays[i].legal ? "a stray" : "the hook's");
			return wrong;
		}
	return NULL;
}
