/* SPDX-License-Identifier: Apache-2.0 */
/* bundle: opens the bundle as a directory, writes a new file in it, and renames it over
 * config.json. */
#include "rewrite/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "spec/oci.h"

#define CONFIG "config.json"

void bundle_clear(struct bundle *bundle)
{
	fd_close(&bundle->directory);
	buffer_clear(&bundle->config);
}

int bundle_read(struct bundle *bundle, const char *path, struct error *err)
{
	cleanup(fd_close) int fd = -1;
	struct stat status;

	bundle->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (bundle->directory < 0)
		return error_errno(err, "opening bundle \"%s\"", path);
	fd = openat(bundle->directory, CONFIG,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ELOOP)
		return error_set(err, ERROR_INPUT, "\"%s/" CONFIG "\" is a symbolic link", path);
	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "opening \"%s/" CONFIG "\"", path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_INPUT, "\"%s/" CONFIG "\" is not a regular file", path);
	bundle->mode = status.st_mode & 07777;
	bundle->owner = status.st_uid;
	bundle->group = status.st_gid;
	if (file_read(&bundle->config, fd, CONFIG_LIMIT, err) < 0)
		return error_wrap(err, "%s/" CONFIG, path);
	return 0;
}

/* The owner first: changing it may take mode bits away. */
static int write_config(const struct bundle *bundle, int fd, const struct buffer *text)
{
	struct stat status;

	if (file_write_all(fd, text->text, text->length) < 0 || fstat(fd, &status) < 0)
		return -1;
	if ((status.st_uid != bundle->owner || status.st_gid != bundle->group) &&
		fchown(fd, bundle->owner, bundle->group) < 0)
		return -1;
	/* No fsync(2), which takes longer than all else: after a crash the engine writes a new
	 * bundle. */
	return fchmod(fd, bundle->mode);
}

int bundle_replace(const struct bundle *bundle, const struct buffer *text, struct error *err)
{
	cleanup(fd_close) int fd = -1;
	char name[64];

	snprintf(name, sizeof(name), "." CONFIG ".oci-runmask.%ld", (long)getpid());
	/* left by a process of our number that was killed */
	if (unlinkat(bundle->directory, name, 0) < 0 && errno != ENOENT)
		return error_errno(err, "removing \"%s\" from the bundle", name);
	fd = openat(bundle->directory, name,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0)
		return error_errno(err, "making \"%s\" in the bundle", name);
	if (write_config(bundle, fd, text) == 0 &&
		renameat(bundle->directory, name, bundle->directory, CONFIG) == 0)
		return 0;
	error_errno(err, "writing the bundle's " CONFIG);
	unlinkat(bundle->directory, name, 0);
	return -1;
}
